"""Settings of documents: the seller, tax, paper, fonts, and the logo's file."""

from base64 import b64decode
from pathlib import Path

import pytest

from suptime.errors import WrongUsage
from suptime.settings.settings import LARGEST_LOGO, load

PNG = b"\x89PNG\r\n\x1a\n rest"


@pytest.fixture
def settings(tmp_path: Path):
    def of(text: str):
        config = tmp_path / "config.toml"
        config.write_text(text)
        return load({}, config)

    return of


def test_everything_a_document_shows_can_be_set(settings):
    made = settings(
        '[seller]\nname = "Good Firm"\ncountry = "DE"\ntax_id = "DE123456789"\ntax_number = "12/345"\n'
        'bank = "Sparkasse"\niban = "DE02 1203 0000 0000 2020 51"\nbic = "BYLADEM1001"\n'
        'payment_days = 14\npayment_terms = "Net."\nlegal = "Register HRB 1"\n'
        '[tax]\nname = "VAT"\nexempt = "a"\nreverse_charge = "b"\nnone = "c"\n'
        '[tax.kinds]\nfee = "7"\nlate-cancellation = "exempt"\n[documents]\npaper = "letter"\n'
    )
    assert made.seller["payment_days"] == 14
    assert made.tax["kinds"] == {"fee": "7", "late-cancellation": "exempt"}
    assert dict(made.layout) == {"paper": "letter"}
    assert made.fonts is None


def test_without_a_file_it_is_a4(tmp_path):
    made = load({"XDG_CONFIG_HOME": str(tmp_path)})
    assert (dict(made.layout), dict(made.tax), made.fonts) == ({"paper": "a4"}, {}, None)


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ('[documents]\npaper = "A5"', "documents.paper in {path} is 'A5'.", 'Write "a4" or "letter".'),
        ('[seller]\ncountry = "Germany"', "seller.country in {path} is 'Germany'.",
         "Write two capital letters such as US or DE."),
        ('[seller]\npayment_days = "14"', "seller.payment_days in {path} is '14'.",
         "Write a whole number of days such as 14, without quotes."),
        ("[seller]\npayment_days = true", "seller.payment_days in {path} is True.",
         "Write a whole number of days such as 14."),
        ('[seller]\niban = "DE02 1203 0000 0000 2020 15"', "seller.iban in {path} is 'DE02 1203 0000 0000 2020 15'.",
         "Its check digits are wrong: a digit is wrong, or two are swapped."),
        ('[seller]\niban = "12345"', "seller.iban in {path} is '12345'.",
         "Write it as on your statement, such as DE02 1203 0000 0000 2020 51."),
        ('[seller]\nbic = "x"', "seller.bic in {path} is 'x'.",
         "Write its 8 or 11 letters and digits, such as BYLADEM1001."),
        ("[tax.kinds]\nfee = 7.5", "tax.kinds.fee in {path} is 7.5.",
         "Write a rate from 0 to 100 such as 19 or 8.25, or exempt, in quotes."),
        ('[tax.kinds]\nfee = "none"', "tax.kinds.fee in {path} is 'none'.",
         "Write a rate from 0 to 100 such as 19 or 8.25, or exempt."),
        ('[tax.kinds]\nfees = "7"', "{path} has an unknown setting tax.kinds.fees.", "Did you mean tax.kinds.fee?"),
        ('[tax]\nkind = "7"', "{path} has an unknown setting tax.kind.", "Did you mean tax.kinds?"),
        ('[tax]\nkinds = "7"', "tax.kinds in {path} must be a table: [tax.kinds].", ""),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_what_is_right(settings, tmp_path, text, what, hint):
    with pytest.raises(WrongUsage) as wrong:
        settings(text)
    assert (wrong.value.what, wrong.value.hint) == (what.format(path=tmp_path / "config.toml"), hint)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    ],
)
def test_the_logo_is_in_the_layout_by_what_it_is(settings, tmp_path, raw, kind):
    (tmp_path / "logo.bin").write_bytes(raw)
    made = settings('[seller]\nname = "x"\nlogo = "logo.bin"')
    logo = made.layout["logo"]
    assert (logo["type"], b64decode(logo["data"])) == (kind, raw)
    assert "logo" not in made.seller


@pytest.mark.parametrize(
    ("raw", "what", "hint"),
    [
        (None, "Cannot read the logo {path}: No such file or directory.", "Correct seller.logo."),
        (b"root:x:0:0", "Unsupported logo format '{path}'.", "Use PNG, JPEG or SVG."),
        (PNG + b"x" * LARGEST_LOGO, "The logo {path} is larger than 256 KiB.",
         "Every invoice contains it: make it smaller, or use an SVG."),
    ],
)  # fmt: skip
def test_a_logo_that_is_none_is_refused(settings, tmp_path, raw, what, hint):
    if raw is not None:
        (tmp_path / "logo.png").write_bytes(raw)
    made = settings('[seller]\nlogo = "logo.png"')
    with pytest.raises(WrongUsage) as wrong:
        made.layout  # noqa: B018 - reading it reads the file
    assert (wrong.value.what, wrong.value.hint) == (what.format(path=tmp_path / "logo.png"), hint)


def test_fonts_are_in_a_folder_beside_the_settings(settings, tmp_path):
    made = settings('[documents]\nfonts = "fonts"')
    with pytest.raises(WrongUsage, match=r"Folder .*fonts does not exist \(documents\.fonts\)\."):
        made.fonts  # noqa: B018
    (tmp_path / "fonts").mkdir()
    assert made.fonts == tmp_path / "fonts"
