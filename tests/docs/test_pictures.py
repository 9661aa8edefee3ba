"""The picture of the terminal is what the terminal shows."""

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
