"""Documents as Chromium lays them out: nothing out of its place, nothing broken, in every language (P19, P61, P66)."""

import pytest
from browser import chromium

import documents
from suptime.documents import render

pytestmark = pytest.mark.browser

# What is wrong with the layout and the structure of the page, one sentence each.
FAULTS = r"""
(() => {
  const found = [], wide = document.documentElement.clientWidth;
  const short = node => node.textContent.trim().replace(/\s+/g, " ").slice(0, 50);
  const boxOf = node => { const range = document.createRange(); range.selectNodeContents(node); return range.getBoundingClientRect(); };
  const isUnseen = e => { for (; e; e = e.parentElement) if (getComputedStyle(e).position === "absolute" && e.getBoundingClientRect().width <= 1) return true; return false; };
  if (document.documentElement.scrollWidth > wide) found.push("the page scrolls sideways");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), weights = new Set();
  while (walker.nextNode()) {
    const text = walker.currentNode, holder = text.parentElement;
    if (!text.data.trim() || holder.closest("style, svg, details:not([open]) > :not(summary)") || isUnseen(holder)) continue;
    const box = boxOf(text);
    if (!box.width) continue;
    weights.add(getComputedStyle(holder).fontWeight);
    const cell = holder.closest("td, th, dd, dt, li, h1, h2, h3, p");
    const room = cell && cell.getBoundingClientRect();
    if (room && (box.right > room.right + 1.5 || box.left < room.left - 1.5)) found.push("out of its cell: " + short(text));
    for (const match of text.data.matchAll(/\b[A-Z]{2,5}-(?:\d{4}-)?\d+\b|[A-Z]{2}\d{2}(?:[ \u00a0][A-Z0-9]{1,4}){3,}/g)) {
      const range = document.createRange();
      range.setStart(text, match.index);
      range.setEnd(text, match.index + match[0].length);
      if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) found.push("broken: " + match[0]);
    }
  }
  if (weights.size > 2) found.push("weights of fonts: " + [...weights]);
  for (const row of document.querySelectorAll("tr")) {
    let last = null;
    for (const cell of row.children) {
      const box = boxOf(cell);
      if (!box.width || isUnseen(cell)) continue;
      if (last && box.left >= last.left && box.left < last.right + 3 && box.top < last.bottom - 2 && last.top < box.bottom - 2) found.push("touches the cell before: " + short(cell));
      last = box;
    }
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) found.push("a level is left out before: " + short(heading));
    level = own;
  }
  for (const table of document.querySelectorAll("table")) if (!table.querySelector("th[scope]")) found.push("no scope of heads: " + short(table));
  if (document.querySelector("img:not([alt])")) found.push("a picture without words");
  for (const article of document.querySelectorAll("article")) if (article.querySelectorAll("h1").length !== 1) found.push("not one h1 in an article");
  return found;
})()
"""

PAGES = ("invoice", "statement", "reminder", "estimate", "overview", "sla", "week")


def data(kind, language):
    if kind == "invoice":
        return documents.speaking(language)
    return {**documents.REPORTS[kind](), "language": language}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    with chromium(folder) as browser:
        yield browser, folder


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
@pytest.mark.parametrize("kind", PAGES)
def test_everything_is_in_its_place_on_every_screen(shown, kind, language):
    browser, folder = shown
    page = folder / f"{kind}-{language}.html"
    page.write_bytes(render(kind, "html", data(kind, language)))
    for width in (390, 800, 1280):
        browser.open(page, width)
        assert browser.value(FAULTS) == [], width


def test_the_overview_is_no_longer_than_three_screens(shown):
    browser, folder = shown
    page = folder / "overview.html"
    page.write_bytes(render("overview", "html", documents.overview()))
    browser.open(page, 1280)
    assert browser.value("document.documentElement.scrollHeight") <= 3000
