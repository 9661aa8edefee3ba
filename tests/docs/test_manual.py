"""The manual has a page for every command, as the program describes itself."""

import re
import sys

import pages

sys.path.append(str(pages.ROOT / "tools"))

import make_man
import make_manual
import make_settings
import make_words

MANUAL = pages.ROOT / "docs" / "manual"


def test_the_manual_says_what_the_help_says():
    made = make_manual.manual()
    kept = {path.name: path.read_text(encoding="utf-8") for path in MANUAL.glob("*.md")}
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert not stale, "run python tools/make_manual.py"


def test_what_shells_complete_is_what_the_help_says():
    assert make_words.FILE.read_text(encoding="utf-8") == make_words.words(), (
        "run python tools/make_manual.py"
    )


def test_the_reference_of_the_settings_has_every_row():
    assert make_settings.FILE.read_text(encoding="utf-8") == make_settings.page(), (
        "run python tools/make_manual.py"
    )


def test_the_pages_of_man_say_what_the_help_says():
    made = make_man.man([*make_manual.commands()])
    kept = {path.name: path.read_text(encoding="utf-8") for path in make_man.FOLDER.glob("*")}
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert not stale, "run python tools/make_manual.py"


def test_nothing_in_a_page_of_man_is_a_request_by_accident():
    assert make_man.roff(".so x\n'br\n--at \\n") == "\\&.so x\n\\&'br\n\\-\\-at \\en"
    known = {"TH", "SH", "SS", "PP", "TP", "BR", "br", "nf", "fi", '\\"'}
    used = {
        line[1:].split(" ")[0]
        for text in make_man.man([*make_manual.commands()]).values()
        for line in text.splitlines()
        if line.startswith((".", "'"))
    }
    assert used <= known


def test_every_command_has_a_page_and_every_page_a_command():
    names = {page.file for page in make_manual.commands()}
    assert {path.name for path in MANUAL.glob("*.md")} == names | {"README.md"}


def test_every_command_is_shown_in_use_somewhere():
    hand_written = [page for page in pages.pages() if MANUAL not in page.parents]
    shown = "\n".join(page.read_text(encoding="utf-8") for page in hand_written)
    unseen = [
        page.name
        for page in make_manual.commands()
        if not re.search(rf"\bsuptime {page.name}(?![\w-])", shown)
    ]
    assert not unseen


def test_every_option_that_a_page_shows_is_one_of_its_command():
    known = {
        page.name: {name for param in page.command.get_params(page.context) for name in param.opts}
        for page in make_manual.commands()
    }
    strange = []
    for page in pages.with_commands():
        text = page.read_text(encoding="utf-8")
        for part in pages.parts(text):
            if not isinstance(part, pages.Block) or part.kind != "console":
                continue
            for shown in pages.commands(part.body):
                name = next(
                    (
                        n
                        for n in sorted(known, key=len, reverse=True)
                        if re.search(rf"\bsuptime {n}(?![\w-])", shown.command)
                    ),
                    None,
                )
                used = set(re.findall(r"(?<=\s)--[a-z][a-z-]*", shown.command))
                strange += [f"{name} {option}" for option in used - known.get(name, used)]
    assert not strange
