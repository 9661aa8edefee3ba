"""The pictures show what suptime shows."""

import importlib.util
import os

import pages

PICTURE = pages.ROOT / "docs" / "pictures" / "terminal.svg"


def maker():
    spec = importlib.util.spec_from_file_location("make_pictures", pages.ROOT / "tools" / "make_pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_terminal_in_the_picture_shows_what_suptime_shows(tmp_path, request):
    make_pictures = maker()
    made = make_pictures.drawn(make_pictures.shown(make_pictures.sample(tmp_path, os.environ)))
    if request.config.getoption("--refresh-docs", default=False):
        PICTURE.write_text(made, encoding="utf-8")
    assert PICTURE.read_text(encoding="utf-8") == made, "run python tools/make_pictures.py, and look"


def test_the_photographed_pages_are_as_they_were_when_they_were_photographed(tmp_path):
    make_pictures = maker()
    make_pictures.sample(tmp_path, os.environ)
    pages_now = make_pictures.photographed(tmp_path)
    kept = make_pictures.DIGESTS.read_text(encoding="utf-8")
    assert kept == make_pictures.digests(pages_now), "run python tools/make_pictures.py, and look"
    for name in pages_now:
        assert (make_pictures.PICTURES / name).read_bytes().startswith(b"\x89PNG")
