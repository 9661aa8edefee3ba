"""suptime invoice --format pdf: into a folder or a file, never onto a terminal."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from driving import Suptime


@pytest.fixture
def month(acme: Suptime) -> Suptime:
    """Acme with an hour of October, looked at in November."""
    acme.at("2026-10-06T15:00:00Z")
    acme("log CASE-123 60m --from '2026-10-05 09:00'")
    acme.at("2026-11-02T15:00:00Z")
    return acme


def run(**options):
    """`suptime invoice --format pdf`, in a process of its own."""
    command = [sys.executable, "-m", "suptime", "invoice", "--format", "pdf"]
    return subprocess.run(command, check=False, env=os.environ.copy(), **options)


def test_a_draft_goes_into_a_folder(month: Suptime, tmp_path: Path):
    month(f"invoice --format pdf --out {tmp_path / 'out'}")
    (made,) = (tmp_path / "out").iterdir()
    assert made.name == "2026-10-acme.pdf"
    assert made.read_bytes().startswith(b"%PDF-1.7")


def test_twice_is_the_same_file(month: Suptime, tmp_path: Path):
    made = []
    for folder in ("one", "two"):
        month(f"invoice --format pdf --out {tmp_path / folder}")
        made.append((tmp_path / folder / "2026-10-acme.pdf").read_bytes())
    assert made[0] == made[1]


def test_it_goes_into_a_pipe_as_it_is(month: Suptime):
    done = run(capture_output=True)
    assert done.returncode == 0
    assert all(line.startswith(b"Note ") for line in done.stderr.splitlines())  # findings about the draft
    assert done.stdout.startswith(b"%PDF-1.7")
    assert done.stdout.rstrip().endswith(b"%%EOF")


def test_a_terminal_is_spared(month: Suptime):
    ours, theirs = pty.openpty()
    done = run(stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        "Error: A PDF file is not for a terminal.\n"
        "Write it into a folder, --out DIR, or into a file: > invoice.pdf\n"
    )


def test_what_the_settings_say_stands_in_the_document(month: Suptime, tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text(
        '[seller]\nname = "Good Firm"\npayment_days = 14\n[tax.kinds]\ntime = "7"\n[documents]\npaper = "letter"\n'
    )
    month.set(SUPTIME_CONFIG=str(config))
    invoice = month("invoice --format json").json["invoices"][0]
    assert invoice["seller"] == {"name": "Good Firm", "payment_days": 14}
    assert invoice["layout"] == {"paper": "letter"}
    assert invoice["cases"][0]["lines"][0]["tax"] == {"rate": None, "treatment": "none"}
    assert (invoice["kind"], invoice["issued_on"], invoice["due_on"], invoice["credits"]) == (
        "invoice",
        None,
        None,
        None,
    )


def test_a_letter_that_no_font_has_is_said(month: Suptime, tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text('[seller]\nname = "株式会社"\n', encoding="utf-8")
    month.set(SUPTIME_CONFIG=str(config))
    warning, *findings = month(f"invoice --format pdf --out {tmp_path / 'out'}").err.splitlines()
    assert warning == (
        'Warning: No font has the character "株": the PDF has a box in its place. '
        "Put a font with it into a folder, and name that folder in the setting documents.fonts."
    )
    assert all(line.startswith("Note ") for line in findings)


def test_a_folder_of_fonts_that_is_not_there_is_named(month: Suptime, tmp_path: Path):
    config = tmp_path / "config.toml"
    config.write_text('[documents]\nfonts = "nowhere"\n')
    month.set(SUPTIME_CONFIG=str(config))
    assert month(f"invoice --format pdf --out {tmp_path / 'out'}", code=2).err == (
        f"Error: Folder {tmp_path / 'nowhere'} does not exist (documents.fonts).\nCorrect it in {config}.\n"
    )
