"""The site as a browser shows it, opened from a folder."""

import html
import json
import re
import shutil
import subprocess
import sys

import pages
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --enable-logging=stderr"
).split()
MEASURE = """<!doctype html><body><iframe style="height: 900px"></iframe><pre></pre><script>
const pages = PAGES, frame = document.querySelector("iframe"), found = [];
(async () => {
  for (const width of [390, 1280]) {
    frame.style.width = width + "px";
    for (const page of pages) {
      await new Promise((loaded) => { frame.onload = loaded; frame.src = page; });
      const top = frame.contentDocument.documentElement;
      found.push([page, width, top.scrollWidth, frame.contentDocument.querySelector("h1") !== null]);
    }
  }
  document.querySelector("pre").textContent = JSON.stringify(found);
})();
</script>"""
"""Opens each page in a frame as wide as a telephone and as a screen, and writes down how wide it became."""


def build(root, into):
    """Build the site of the checkout at ROOT into the folder INTO."""
    # Not quietly: what is not said does not count as a fault, either.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(into)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built once for the tests of this file."""
    folder = tmp_path_factory.mktemp("built") / "site"
    done = build(pages.ROOT, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def browse(page, profile, *options):
    """The document that Chromium makes of PAGE, a URI, and what it complained of."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is needed: apt-get install chromium"
    command = [chromium, *QUIET, f"--user-data-dir={profile}", *options, "--dump-dom", page]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


def test_nothing_is_fetched_from_elsewhere(site):
    fetched = re.compile(
        r"<(?:script|img|iframe|source|embed|object)\b[^>]*?\b(?:src|data)=[\"']?(?P<source>[^\"'\s>]+)"
        r"|<link\b(?![^>]*rel=\"(?:canonical|next|prev)\")[^>]*?\bhref=[\"']?(?P<link>[^\"'\s>]+)"
    )
    files = sorted(site.rglob("*.html"))
    assert len(files) > 150
    for file in files:
        places = [found["source"] or found["link"] for found in fetched.finditer(file.read_text("utf-8"))]
        assert len(places) > 5
        for place in places:
            assert not re.match(r"\w+:|//", place), f"{file.name} fetches {place}"
            # The page for addresses that are not there stands for a server's root.
            target = site / place.lstrip("/") if file.name == "404.html" else file.parent / place
            assert target.is_file(), f"{file.name} names {place}"
    for file in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", file.read_text("utf-8")), file


def test_search_finds_words_in_a_site_that_was_opened_from_a_folder(site, tmp_path):
    made, complaints = browse(
        f"{(site / 'index.html').as_uri()}?q=forfeited", tmp_path, "--virtual-time-budget=20000"
    )
    assert re.search(r'<div class="md-search-result__meta">\d+ matching documents</div>', made)
    assert "how-to/sell-prepaid-hours.html" in made
    assert not complaints


def measure(files, folder):
    """How wide each of FILES becomes, as lines of page, width, width of its content, has a heading; and complaints."""
    harness = folder / "measure.html"
    harness.write_text(MEASURE.replace("PAGES", json.dumps([file.as_uri() for file in files])), "utf-8")
    made, complaints = browse(
        harness.as_uri(), folder / "profile", "--allow-file-access-from-files", "--virtual-time-budget=600000"
    )
    return json.loads(html.unescape(re.search(r"<pre>(.*?)</pre>", made, re.DOTALL)[1])), complaints


def test_no_page_is_wider_than_a_telephone_or_a_screen(site, tmp_path):
    files = [file for file in sorted(site.rglob("*.html")) if file.name != "404.html"]
    alike = [file for file in files if file.relative_to(site).parts[0] in {"manual", "source"}]
    files = [file for file in files if file not in alike] + alike[::10]  # written by one program each
    measured, complaints = measure(files, tmp_path)
    assert len(measured) == 2 * len(files)
    assert not [f"{page} at {width}: {wide}" for page, width, wide, _ in measured if wide > width]
    assert all(head for *_, head in measured)
    assert not complaints


def test_a_page_that_is_too_wide_or_complains_is_found(site, tmp_path):
    page = site / "torn.html"
    whole = (site / "faq.html").read_text("utf-8")
    page.write_text(
        re.sub("(?=<h1)", '<div style="width: 900px">-</div><script>no.such()</script>', whole), "utf-8"
    )
    try:
        measured, complaints = measure([page], tmp_path)
    finally:
        page.unlink()
    assert [wide > width for _, width, wide, _ in measured] == [True, False]
    assert "no is not defined" in complaints[0]


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("[nowhere](no-such-page.md)", "'no-such-page.md'"),
        ("[nowhere](../no-such-file.py)", "no-such-file.py"),
        ("[nowhere](#no-such-heading)", "#no-such-heading"),
        ("[nowhere](faq.md#no-such-heading)", "#no-such-heading"),
    ],
)
def test_a_broken_link_fails_the_build(broken, named, tmp_path):
    (tmp_path / "docs").mkdir()
    shutil.copytree(pages.ROOT / "docs" / "site", tmp_path / "docs" / "site")
    shutil.copytree(pages.ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(pages.ROOT / "mkdocs.yml", tmp_path)
    (tmp_path / "docs" / "faq.md").write_text("# Questions\n", "utf-8")
    first = tmp_path / "docs" / "README.md"
    first.write_text("# Pages\n\n## Ask\n\n- [Questions](faq.md)\n", "utf-8")
    done = build(tmp_path, tmp_path / "whole")
    assert done.returncode == 0, done.stdout + done.stderr
    first.write_text(f"{first.read_text('utf-8')}\n{broken}\n", "utf-8")
    done = build(tmp_path, tmp_path / "torn")
    assert done.returncode == 1
    assert named in done.stdout + done.stderr
