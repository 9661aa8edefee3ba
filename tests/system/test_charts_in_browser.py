"""The pages with charts as Chromium shows them: on a phone and on a wide screen, in the light, the dark, and on paper."""

import re
import shutil
import subprocess

import pytest
from browser import chromium

import documents
from suptime.documents import render

pytestmark = pytest.mark.browser

PAGES = ("overview", "burndown", "free", "margin", "time", "week", "sla", "hours")

# Every letter that is seen, with its colour and that of the nearest ground that has one.
LETTERS = """
(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode, holder = text.parentElement;
    if (!text.textContent.trim() || holder.closest("title, desc, caption, style")) continue;
    const style = getComputedStyle(holder);
    if (!holder.getClientRects().length || style.visibility === "hidden") continue;
    let ground = holder, color = "rgba(0, 0, 0, 0)";
    while (ground && color === "rgba(0, 0, 0, 0)") {
      color = getComputedStyle(ground).backgroundColor;
      ground = ground.parentElement;
    }
    const ink = holder.namespaceURI.endsWith("svg") ? style.fill : style.color;
    found.push([ink, color, parseFloat(style.fontSize), text.textContent.trim().slice(0, 40)]);
  }
  return found;
})()
"""

# What of the page reaches beyond the screen, or beyond its own picture.
BEYOND = """
[...document.querySelectorAll("body *")].filter(e => !e.closest("caption, thead, .patterns") &&
  e.getClientRects().length && (e.getBoundingClientRect().right > WIDTH + 0.5 ||
  e.getBoundingClientRect().left < -0.5)).map(e => e.tagName + " " + e.textContent.slice(0, 30))
"""

# Names and values beside bars that lie over one another.
COLLIDING = """
[...document.querySelectorAll("g[data-row]")].filter(g => {
  const [name, value] = [...g.querySelectorAll("text")].map(t => t.getBoundingClientRect());
  return name.right > value.left;
}).map(g => g.textContent)
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A browser, and where the pages are."""
    folder = tmp_path_factory.mktemp("pages")
    for kind in PAGES:
        (folder / f"{kind}.html").write_bytes(render(kind, "html", documents.REPORTS[kind]()))
    with chromium(folder) as browser:
        yield browser, folder


def luminance(color):
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_readable_on_every_screen(shown, kind, width, dark):
    browser, folder = shown
    browser.said.clear()
    browser.asked.clear()
    browser.open(folder / f"{kind}.html", width, dark=dark)
    assert browser.said == []
    assert browser.asked == [(folder / f"{kind}.html").as_uri()]  # and nothing from elsewhere
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(BEYOND.replace("WIDTH", str(width))) == []
    assert browser.value(COLLIDING) == []
    letters = browser.value(LETTERS)
    assert len(letters) > 20
    for ink, ground, size, text in letters:
        assert contrast(ink, ground) >= 4.5, (text, ink, ground)
        assert size >= 11, text
    paper = browser.value("getComputedStyle(document.body).backgroundColor")
    assert (luminance(paper) < 0.05) == dark


@pytest.mark.parametrize("width", [360, 1280])
def test_bars_are_as_long_as_their_numbers(shown, width):
    browser, folder = shown
    browser.open(folder / "time.html", width)
    rows = browser.value(
        """[...document.querySelectorAll("g[data-row]")].map(g => [
          g.querySelector(".track").getBoundingClientRect().width,
          [...g.querySelectorAll("[data-number]")].map(r => [+r.dataset.number, r.getBoundingClientRect().width])])"""
    )
    most = max(sum(number for number, _ in parts) for _, parts in rows)
    for track, parts in rows:
        for number, drawn in parts:
            assert abs(drawn - track * number / most) <= 1


def test_a_page_that_is_wrong_is_noticed(shown):
    """The checks themselves: grey on grey, a table that is too wide, and a script that fails."""
    browser, folder = shown
    wrong = folder / "wrong.html"
    wrong.write_text(
        "<!DOCTYPE html><meta name=viewport content='width=device-width, initial-scale=1'>"
        "<body style='background:#fff'><p style='color:#aaa'>pale</p>"
        "<div style='width:900px'>wide</div><script>nowhere()</script>"
    )
    browser.said.clear()
    browser.open(wrong, 360)
    assert browser.said
    assert browser.value(BEYOND.replace("WIDTH", "360"))
    assert [text for ink, ground, _, text in browser.value(LETTERS) if contrast(ink, ground) < 4.5] == [
        "pale"
    ]
    browser.said.clear()


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_prints_dark_on_white_with_no_heading_alone_at_the_foot(shown, kind):
    browser, folder = shown
    program = shutil.which("pdftotext")
    assert program, "pdftotext is needed: apt-get install poppler-utils"
    browser.open(folder / f"{kind}.html", 1280, dark=True)
    pdf = folder / f"{kind}.pdf"
    browser.printed(pdf)
    done = subprocess.run([program, "-layout", str(pdf), "-"], check=True, capture_output=True, text=True)
    pages = done.stdout.rstrip("\f").split("\f")
    headings = browser.value(
        '[...document.querySelectorAll("h2")].map(h => h.innerText.replace(/\\\\s+/g, " "))'
    )
    legends = browser.value(
        '[...document.querySelectorAll(".legend")].map(l => l.innerText.replace(/\\s+/g, " "))'
    )
    for number, printed in enumerate(pages, 1):
        lines = [" ".join(line.split()) for line in printed.splitlines() if line.strip()]
        assert lines[-1] == f"Page {number} of {len(pages)}"
        assert lines[-2] not in headings
        assert lines[-2] not in legends
    browser.call(
        "Emulation.setEmulatedMedia",
        media="print",
        features=[{"name": "prefers-color-scheme", "value": "dark"}],
    )
    grounds = browser.value(
        "[document.body, document.documentElement].map(one => getComputedStyle(one).backgroundColor)"
    )
    # Where neither has a ground, the paper itself is it.
    assert all(luminance(ground) == 1 for ground in grounds if ground != "rgba(0, 0, 0, 0)")
    for ink, _, _, text in browser.value(LETTERS):
        assert contrast(ink, "rgb(255, 255, 255)") >= 4.5, (text, ink)
