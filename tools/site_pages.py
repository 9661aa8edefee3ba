"""What MkDocs is told to make the site of docs/: its hook, named in mkdocs.yml.

The pages are written for whoever reads them in the repository, too, so they say nothing to MkDocs:

- The lists of docs/README.md are the navigation: each names the `README.md` of a folder, whose lists name its
  pages, under its own headings. A list may name the `README.md` of a further folder.
- Links to files outside of docs/, tests and code, lead to pages that show these files.
- Comments are for the tests and are left out; `<!-- file: acme.toml -->` becomes the title of the
  block that it stands over.
"""

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
OUTSIDE = "source"
"""The folder of the site where what is not in docs/ is shown, under its path in the repository."""

_LINK = r"(?P<shown>!?\[[^\]]*\]\()(?P<target>[^)\s]+)\)"
_PIECES = re.compile(
    rf"(?P<block>^(?P<fence>`{{3,}}).*?^(?P=fence)$)|(?P<code>`[^`\n]+`)|(?P<comment><!--.*?-->\n?)|{_LINK}",
    re.MULTILINE | re.DOTALL,
)
_FILE = re.compile(r"<!-- file: (\S+) -->\n```([a-z]+)\n")
_ENTRY = re.compile(
    r"^## (?P<heading>.+)$|^(?:- |\| )\[(?P<title>[^\]]+)\]\((?P<target>[^)#\s]+\.md)\)", re.MULTILINE
)
_LANGUAGES = {".py": "python", ".toml": "toml", ".sh": "bash"}


def navigation() -> list[Any]:
    """Return the site's navigation as MkDocs wants it, read from docs/README.md and the folders that it names."""
    home, *parts = _folder("docs/README.md")
    return [{"Home": home}, *parts]


def _folder(index: str) -> list[Any]:
    """Return the pages of a folder by its `index`, such as docs/manual/README.md: the index, then sections or pages."""
    entries: list[Any] = [placed(index)]
    into = entries
    for found in _ENTRY.finditer((ROOT / index).read_text("utf-8")):
        if heading := found["heading"]:
            into = []
            entries.append({heading: into})
            continue
        target = posixpath.normpath(posixpath.join(posixpath.dirname(index), found["target"]))
        if target.endswith("/README.md"):
            into.append({found["title"]: _folder(target)})
        else:
            into.append(placed(target))
    return [entry for entry in entries if isinstance(entry, str) or [*entry.values()] != [[]]]


def placed(path: str) -> str:
    """Where in the site's pages the file or folder PATH, from the repository's top, stands.

    >>> placed("docs/concepts/rating.md"), placed("tests/contracts/clauses/rounding.toml"), placed("CHANGELOG.md")
    ('concepts/rating.md', 'source/tests/contracts/clauses/rounding.toml.md', 'source/CHANGELOG.md')
    """
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    if (ROOT / path).is_dir():
        return f"{OUTSIDE}/{path}/README.md"
    return f"{OUTSIDE}/{path}" if path.endswith(".md") else f"{OUTSIDE}/{path}.md"


def targets(text: str, path: str) -> list[str]:
    """The files and folders, from the repository's top, that the page TEXT at PATH links to."""
    found = (piece["target"] for piece in _PIECES.finditer(text) if piece["target"])
    inside = (target.partition("#")[0] for target in found if not re.match(r"[a-z]+:", target))
    return [
        posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) for target in inside if target
    ]


def shown(path: str) -> str:
    """The page that shows the file or folder PATH, which is not in docs/."""
    place = ROOT / path
    if place.suffix == ".md":
        return place.read_text("utf-8")
    head = f"---\nsearch:\n  exclude: true\n---\n\n# `{path}`\n\n"
    if not place.is_dir():
        return f"{head}````{_LANGUAGES.get(place.suffix, 'text')}\n{place.read_text('utf-8')}````\n"
    if (place / "README.md").exists():
        return (place / "README.md").read_text("utf-8")
    return head + "".join(
        f"- [{file.name}]({file.name})\n" for file in sorted(place.iterdir()) if file.is_file()
    )


def outside() -> dict[str, str]:
    """What is shown besides docs/, since a page links to it: paths from the repository's top, and pages."""
    pages = {f"docs/{page.relative_to(DOCS)}": page.read_text("utf-8") for page in DOCS.rglob("*.md")}
    made: dict[str, str] = {}
    ahead = [target for path, text in pages.items() for target in targets(text, path)]
    while ahead:
        path = ahead.pop()
        if path in made or path.startswith("docs/") or not (ROOT / path).exists():
            continue  # a link that leads nowhere is for MkDocs to name
        made[path] = shown(path)
        base = f"{path}/README.md" if (ROOT / path).is_dir() else path
        ahead += targets(made[path], base)
    return made


def rewritten(text: str, path: str) -> str:
    """The page TEXT at PATH in the repository, as the site wants it."""
    text = _FILE.sub(lambda found: f'```{found[2]} title="{found[1]}"\n', text)
    here = posixpath.dirname(placed(path))

    def piece(found: re.Match[str]) -> str:
        target = found["target"]
        if found["comment"]:
            return ""
        if found["code"] and text.startswith("|", text.rfind("\n", 0, found.start()) + 1):
            # In a table of GitHub's a bar in code is escaped, here it is not; and a line may break beside it.
            return re.sub(r" ?\\\| ?", " | ", found[0])
        if target is None or re.match(r"[a-z]+:|#", target):
            return found[0]
        file, mark, anchor = target.partition("#")
        whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
        return f"{found['shown']}{posixpath.relpath(placed(whole), here or '.')}{mark}{anchor})"

    return _PIECES.sub(piece, text)


def on_config(config: Any) -> Any:
    """Called by MkDocs: the navigation."""
    config.nav = navigation()
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """Called by MkDocs: the pages of what is outside of docs/."""
    from mkdocs.structure.files import File

    for path, text in outside().items():
        page = File.generated(config, placed(path), content=text)
        page.repository_path = f"{path}/README.md" if (ROOT / path).is_dir() else path
        if page.src_uri not in files.src_uris:
            files.append(page)
    return files


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Called by MkDocs: one page's text."""
    return rewritten(markdown, getattr(page.file, "repository_path", f"docs/{page.file.src_uri}"))
