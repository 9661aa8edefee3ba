"""Links within the documentation lead somewhere, and nothing in it names a machine."""

import re

import pages
import pytest

LINK = re.compile(r"(?<!\\)!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} (.*)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def anchors(text):
    """The anchors that a page's headings make, as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(FENCED.sub("", text)))
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", pages.pages(), ids=lambda p: str(p.relative_to(pages.ROOT)))
def test_links_resolve(page):
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for found in LINK.finditer(text):
        path, _, anchor = found["target"].partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        target = (page.parent / path).resolve() if path else page
        if (
            not target.exists()
            or not target.is_relative_to(pages.ROOT)
            or (anchor and anchor not in anchors(target.read_text(encoding="utf-8")))
        ):
            broken.append(found["target"])
    assert not broken


def test_every_page_can_be_reached_from_the_readme():
    seen, ahead = set(), [pages.ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        text = FENCED.sub("", page.read_text(encoding="utf-8"))
        targets = (found["target"].partition("#")[0] for found in LINK.finditer(text))
        ahead += [(page.parent / t).resolve() for t in targets if t and not re.match(r"[a-z]+:", t)]
    assert not set(pages.pages()) - seen


def test_no_page_names_a_machine():
    machine = re.compile(r"(?<![\w.~])/(?:work|root|tmp|farm|Users|home/(?!ana\b))\b")
    found = [
        f"{page.relative_to(pages.ROOT)}: {line}"
        for page in pages.pages()
        for line in page.read_text(encoding="utf-8").splitlines()
        if machine.search(line)
    ]
    assert not found
