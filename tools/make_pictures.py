"""Draw docs/pictures/ from what suptime really shows on the sample data.

    python tools/make_pictures.py

`terminal.svg` is the terminal after a question of a client's. `invoice.png` is page 1 of the invoice that the demo
shows first, and `overview.png` the whole overview as a browser shows it: they need poppler-utils and Chromium.
`pages.sha256` has the digests of both documents. A test compares them, so that a picture follows its document.
"""

import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SUPTIME = str(Path(sysconfig.get_path("scripts")) / "suptime")
COMMANDS = (("explain", "CASE-378", "--month", "2026-10"),)
PAGES = {"invoice.png": "invoices/2026-09/INV-2026-0083.pdf", "overview.png": "reports/overview.html"}
"""The document of each picture, in the folder of the demo."""
WIDTH, DOTS = 1280, 96
"""Width of a browser's window in pixels, and dots an inch of a printed page."""
DIGESTS = PICTURES / "pages.sha256"

LINE, LETTER, MARGIN = 18, 8.4, 20
STYLE = (
    "text{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}"
    ".said{fill:#d8dee9}.typed{fill:#a3d6a0}.rule{fill:#5b6b80}"
)


def main() -> None:
    """Draw all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environ = sample(Path(folder), os.environ)
        (PICTURES / "terminal.svg").write_text(drawn(shown(environ)), encoding="utf-8")
        pages = photographed(Path(folder))
        for picture, page in pages.items():
            photograph(page, PICTURES / picture)
        DIGESTS.write_text(digests(pages), encoding="utf-8")


def photographed(folder: Path) -> dict[str, Path]:
    """Return the documents of the pictures, by the name of the picture, of the demo in `folder`."""
    return {picture: folder / "demo" / page for picture, page in PAGES.items()}


def digests(pages: Mapping[str, Path]) -> str:
    """The SHA-256 of each of PAGES, as `sha256sum` writes it, under the name of its picture."""
    return "".join(f"{sha256(page.read_bytes()).hexdigest()}  {name}\n" for name, page in pages.items())


def sample(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Play the demo in FOLDER: the environment in which commands see it."""
    demo = folder / "demo"
    plain = {k: v for k, v in environ.items() if not k.startswith("SUPTIME_")} | {"HOME": str(folder)}
    subprocess.run([SUPTIME, "demo", "--out", str(demo)], env=plain, check=True, capture_output=True)
    return plain | {
        "SUPTIME_DB": str(demo / "suptime.db"),
        "SUPTIME_CONFIG": str(demo / "config.toml"),
        "SUPTIME_NOW": "2026-11-02T15:00:00Z",
        "SUPTIME_FORCE_TTY": "80",
        "TZ": "America/Chicago",
        "NO_COLOR": "1",
    }


def shown(environ: dict[str, str]) -> list[str]:
    """The lines on the terminal after the commands."""
    lines: list[str] = []
    for words in COMMANDS:
        done = subprocess.run([SUPTIME, *words], env=environ, check=True, capture_output=True, text=True)
        lines += [f"$ suptime {' '.join(words)}", *done.stdout.rstrip().splitlines(), ""]
    return [*lines, "$ "]


def drawn(lines: list[str]) -> str:
    """LINES as an SVG that needs no fonts from elsewhere: every line is set to its own width."""
    width = round(MARGIN * 2 + 80 * LETTER)
    height = MARGIN * 2 + LINE * len(lines)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    rows = []
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        y = MARGIN + LINE * (number + 1) - 5
        kind = "typed" if line.startswith("$") else "rule" if set(line) <= {"─", "═"} else "said"
        stretched = f'textLength="{len(line) * LETTER:.1f}" lengthAdjust="spacingAndGlyphs"'
        rows.append(f'<text class="{kind}" x="{MARGIN}" y="{y}" {stretched}>{escape(line)}</text>')
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="suptime in a terminal">',
            f"<style>{STYLE}</style>",
            f'<rect width="{width}" height="{height}" rx="10" fill="#1d2530"/>',
            *rows,
            "</svg>\n",
        )
    )


def photograph(page: Path, picture: Path) -> None:
    """Write the first page of a PDF, or a whole page of a browser, as PNG."""
    if page.suffix == ".pdf":
        words = ["pdftoppm", "-png", "-r", str(DOTS), "-singlefile", "-l", "1", page, picture.with_suffix("")]
        subprocess.run(words, check=True, capture_output=True, timeout=120)
        return
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        raise SystemExit("Chromium is needed for the picture of the overview.")
    with tempfile.TemporaryDirectory() as folder:
        size = f"{WIDTH},{_height(browser, page, Path(folder))}"
        flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={size}"]
        words = [browser, *flags, f"--screenshot={picture}", page.as_uri()]
        subprocess.run(words, check=True, capture_output=True, timeout=120)


def _height(browser: str, page: Path, folder: Path) -> int:
    """Return the height of a page in pixels: a script in a copy of the page writes it into the page's title."""
    policy = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
    asking = "<script>document.title = document.documentElement.scrollHeight</script></body>"
    copy = folder / "page.html"
    copy.write_text(policy.sub("", page.read_text("utf-8")).replace("</body>", asking), encoding="utf-8")
    flags = ["--headless", "--no-sandbox", f"--window-size={WIDTH},100", "--dump-dom"]
    done = subprocess.run(
        [browser, *flags, copy.as_uri()], check=True, capture_output=True, text=True, timeout=120
    )
    found = re.search(r"<title>(\d+)</title>", done.stdout)
    if not found:
        raise SystemExit(f"Chromium says no height of {page}.")
    return int(found[1])


if __name__ == "__main__":
    main()
