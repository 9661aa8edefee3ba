"""What README and docs show is what the program prints."""

import pages
import pytest


@pytest.mark.parametrize("page", pages.with_commands(), ids=lambda p: str(p.relative_to(pages.ROOT)))
def test_commands_print_what_the_page_shows(page, tmp_path, request):
    text = page.read_text(encoding="utf-8")
    made, problems = pages.play(text, pages.Stage(tmp_path))
    if request.config.getoption("--refresh-docs", default=False):
        page.write_text(made, encoding="utf-8")
    else:
        assert not problems, "\n".join(problems)


def test_a_page_that_shows_something_else_is_found_and_refreshed(tmp_path):
    page = (
        "<!-- run: suptime init -->\n```console\n$ suptime status\nIt rains.\n$ echo a; echo b\na\n...\n```\n"
    )
    made, problems = pages.play(page, pages.Stage(tmp_path))
    assert len(problems) == 1
    assert (
        made
        == "<!-- run: suptime init -->\n```console\n$ suptime status\nNo timer runs.\n$ echo a; echo b\na\n...\n```\n"
    )


def test_files_clocks_and_silent_commands_set_the_stage(tmp_path):
    page = (
        "<!-- file: note.txt -->\n```text\nhello\n```\n"
        "<!-- console: now=2026-10-05T09:00:00Z agent=bob -->\n"
        "<!-- run: mkdir deep\ncp note.txt deep/copy.txt -->\n"
        "```console\n$ cat deep/copy.txt; echo $SUPTIME_AGENT \\\n> $SUPTIME_NOW; pwd\n```\n"
    )
    made, _ = pages.play(page, pages.Stage(tmp_path))
    assert made.endswith("$SUPTIME_NOW; pwd\nhello\nbob 2026-10-05T09:00:00Z\n/home/ana\n```\n")


@pytest.mark.parametrize(
    ("shown", "got", "made"),
    [
        ("a\n...\nTotal 1.00\nz\n", "a\nb\nc\nTotal 2.00\nz\n", "a\n...\nTotal 2.00\nz\n"),
        ("...\nDue: 1\n...\n", "other\nlines\nDue: 2\nend\n", "...\nDue: 2\n...\n"),
        ("...\nlong gone\n...\n", "quite\nanother\n", "...\n"),
        ("all\nof it\n", "all\nof that\n", "all\nof that\n"),
    ],
)
def test_a_refreshed_output_leaves_out_what_was_left_out(shown, got, made):
    assert pages.refreshed(shown, got) == made
