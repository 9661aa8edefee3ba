"""Draw docs/pictures/ from what suptime really shows on the sample data.

    python tools/make_pictures.py

`terminal.svg` is the terminal after a question of a client's; `invoice.png` is the
month's invoice and `overview.png` the top of the overview as a browser shows them, which
needs Chromium. `pages.sha256` is the digest of the pages that were photographed: a test compares it,
so that no picture stays as it was when what it shows changes.
"""

import os
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
INVOICE = "invoices/2026-10/2026-10-lakeshore.html"
OVERVIEW = ("report", "overview", "--client", "lakeshore", "--format", "html")
SIZE = (980, 900)
"""What of a page is shown, in pixels: the head and the first case of the invoice."""
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
        pages = photographed(Path(folder), environ)
        for picture, page in pages.items():
            photograph(page, PICTURES / picture)
        DIGESTS.write_text(digests(pages), encoding="utf-8")


def photographed(folder: Path, environ: dict[str, str]) -> dict[str, Path]:
    """The pages that are shown, by the name of their picture; those that the demo does not write are made in FOLDER."""
    page = folder / "overview.html"
    done = subprocess.run([SUPTIME, *OVERVIEW], env=environ, check=True, capture_output=True)
    page.write_bytes(done.stdout)
    return {"invoice.png": folder / "demo" / INVOICE, "overview.png": page}


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
    """The upper part of PAGE as Chromium shows it, as PNG."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        raise SystemExit("Chromium is needed for the picture of the invoice.")
    flags = ["--headless", "--no-sandbox", "--hide-scrollbars", f"--window-size={SIZE[0]},{SIZE[1]}"]
    subprocess.run(
        [browser, *flags, f"--screenshot={picture}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )


if __name__ == "__main__":
    main()
