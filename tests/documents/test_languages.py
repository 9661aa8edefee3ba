"""Documents in other languages: every text translated, figures as the language writes them, the layout kept."""

import copy
import importlib.util
import io
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pypdf import PdfReader

import documents
from suptime.documents import BINARY, render
from suptime.domain.sentence import Day, Length, Moment, Sum, Term, plural, sentence, together
from suptime.domain.time import Zone, from_rfc3339
from suptime.errors import WrongUsage
from suptime.language import figures as filters
from suptime.language import translate as language
from suptime.language.catalogue import catalogue
from suptime.language.translate import tr, trn, using_language
from suptime.resources import folder, looking_in

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("de", "es", "fr")
OF_TEXT = ("text", "markdown", "html", "csv")


def maker():
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "make_translations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def catalogue_of(language):
    with (folder("templates") / "languages" / f"{language}.po").open("rb") as stream:
        return read_po(stream, locale=language)


def names(texts):
    """The names in the braces of TEXTS, one text or several."""
    several = texts if isinstance(texts, list | tuple) else [texts]
    return {name for text in several for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_is_a_catalogue_of_every_language():
    assert tuple(sorted(path.stem for path in (folder("templates") / "languages").glob("*.po"))) == LANGUAGES


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_text_is_translated_and_none_that_is_not_said(spoken):
    said_somewhere = {(m.context, str(m.id)) for m in maker().texts() if m.id}
    translated = {(m.context, str(m.id)) for m in catalogue_of(spoken) if m.id}
    assert said_somewhere == translated, "run make translations"


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_no_translation_is_missing_or_a_guess(spoken):
    read = catalogue_of(spoken)
    for message in read:
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(strings), message.id
            assert len(strings) == (read.num_plurals if isinstance(message.id, tuple) else 1)
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_every_translation_has_the_values_of_its_english(spoken):
    for message in catalogue_of(spoken):
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            for one in strings:
                assert names(one) - {"number"} == names(message.id) - {"number"}, message.id


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_translation_ends_as_its_english_does(spoken):
    for message in catalogue_of(spoken):
        if message.id:
            english = message.id[0] if isinstance(message.id, tuple) else message.id
            translated = message.string[0] if isinstance(message.string, tuple) else message.string
            assert english.endswith(".") == translated.removesuffix("USt.").endswith("."), message.id


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_an_invoice_in_another_language_looks_as_it_did(golden, spoken):
    golden(f"invoice-in-{spoken}.txt", render("invoice", "text", documents.speaking(spoken)))


def test_the_words_of_a_pdf_in_another_language_are_as_they_were(golden):
    made = render("invoice", "pdf", documents.speaking("de"))
    told = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    shown = [f"--- page {n} ---\n{page.strip()}\n" for n, page in enumerate(told, start=1)]
    golden(
        "invoice-in-de.pdf.txt",
        "".join(re.sub(r"[ \t]+$", "", p, flags=re.MULTILINE) for p in shown).encode(),
    )


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_plain_text_in_another_language_stays_within_its_width(spoken):
    for width in (60, 80, 120):
        made = render("invoice", "text", documents.speaking(spoken), width=width).decode()
        assert max(len(line) for line in made.splitlines()) <= width


TOLD = ("statement", "estimate", "explain", "hours", "sla", "guarantee", "burndown")


def report(kind, spoken):
    return {**documents.REPORTS[kind](), "language": spoken}


@pytest.mark.parametrize("kind", TOLD)
def test_a_report_in_german_looks_as_it_did(golden, kind):
    golden(f"{kind}-in-de.txt", render(kind, "text", report(kind, "de")))


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("spoken", LANGUAGES)
def test_a_report_in_another_language_stays_within_its_width(spoken, kind):
    for width in (60, 80):
        made = render(kind, "text", report(kind, spoken), width=width).decode()
        assert max(len(line) for line in made.splitlines()) <= width


@pytest.mark.parametrize("output", [o for o in ("text", "markdown", "html") if o not in BINARY])
def test_nothing_of_the_programs_english_is_left(output):
    """All that is translated is said in marks, so what is English and unmarked was never asked to be translated."""
    document = documents.speaking("de")
    made = render("invoice", output, document).decode()
    english = [m.id if isinstance(m.id, str) else m.id[0] for m in catalogue_of("de") if m.id]
    german = {str(m.string) for m in catalogue_of("de")}
    whole = [text for text in english if len(text) > 8 and "{" not in text and text not in german]
    typed = str(documents.SENTENCES)
    assert [text for text in whole if text in made and text not in typed] == []


def test_each_invoice_of_a_document_speaks_its_own_language():
    document = documents.speaking("de")
    document["invoices"][1]["language"] = "fr"
    made = render("invoice", "html", document).decode()
    assert made.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<article class="document invoice" lang="de">' in made
    assert '<article class="document invoice" lang="fr">' in made
    assert "Rechnungsentwurf" in made
    assert 'Facture <span class="whole">INV-2026-0001</span>' in made


def test_a_document_of_before_there_were_languages_is_the_same_as_ever():
    document = documents.sample()
    assert "language" not in document["invoices"][0]
    invoice = copy.deepcopy(document)
    invoice["invoices"][0]["language"] = "en"
    for output in OF_TEXT:
        assert render("invoice", output, document) == render("invoice", output, invoice)


def test_a_document_without_the_making_of_its_sentences_keeps_them_in_english():
    document = documents.sample()
    document["invoices"][0]["language"] = "de"
    made = render("invoice", "text", document).decode()
    assert "RECHNUNGSENTWURF" in made
    assert "Booked ahead, billed as booked." in made


def test_json_is_english_whatever_the_language():
    document = documents.speaking("de")
    assert (
        '"reason": "Booked ahead and worked: billed as booked."'
        in render("invoice", "json", document).decode()
    )


# The table of notations: money, in euros and dollars, a date, a day, two ranges, percent, a length of time.
FIGURES = {
    "en": "€1,621.97 | USD 1,621.97 | 2 November 2026 | 02 Nov | 1–31 October 2026 | 28 September – 4 October 2026 | 19% | 1,234 h 05 min",
    "en-US": "€1,621.97 | USD 1,621.97 | November 2, 2026 | Nov 02 | October 1–31, 2026 | September 28 – October 4, 2026 | 19% | 1,234 h 05 min",
    "de": "1.621,97 € | 1.621,97 USD | 2. November 2026 | 02.11. | 1.–31. Oktober 2026 | 28. September – 4. Oktober 2026 | 19 % | 1.234 h 05 min",
    "de-CH": "€ 1’621.97 | USD 1’621.97 | 2. November 2026 | 02.11. | 1.–31. Oktober 2026 | 28. September – 4. Oktober 2026 | 19% | 1’234 h 05 min",
    "fr": "1~621,97 € | 1~621,97 USD | 2 novembre 2026 | 02/11 | du 1er au 31 octobre 2026 | du 28 septembre au 4 octobre 2026 | 19 % | 1~234 h 05 min",
    "es": "1.621,97 € | 1.621,97 USD | 2 de noviembre de 2026 | 02/11 | del 1 al 31 de octubre de 2026 | del 28 de septiembre al 4 de octubre de 2026 | 19 % | 1.234 h 05 min",
    "es-MX": "€1,621.97 | USD 1,621.97 | 2 de noviembre de 2026 | 02/11 | del 1 al 31 de octubre de 2026 | del 28 de septiembre al 4 de octubre de 2026 | 19% | 1,234 h 05 min",
}


def plain_spaces(text):
    return text.replace("\u202f", "~").replace("\u00a0", " ")


@pytest.mark.parametrize("spoken", FIGURES)
def test_figures_are_written_as_the_language_writes_them(spoken):
    with using_language(spoken):
        made = [
            filters.with_currency("1621.97", "EUR"),
            filters.with_currency("1621.97", "USD"),
            filters.long_day("2026-11-02"),
            filters.short_day("2026-11-02", "2026"),
            filters.period({"from": "2026-10-01", "to": "2026-10-31"}),
            filters.period({"from": "2026-09-28", "to": "2026-10-04"}),
            filters.percent("19"),
            filters.duration(4442700),
        ]
    assert plain_spaces(" | ".join(made)) == FIGURES[spoken]
    assert not any(" " in text for text in (*made[:5], *made[6:]))


def test_a_dollar_is_a_symbol_only_between_two_in_its_country():
    there = {"seller": {"country": "CA"}, "client_country": "CA"}
    for part, expected in ((there, "$5.00"), (there | {"client_country": "US"}, "CAD\u00a05.00")):
        for _ in language.each([part]):
            assert filters.with_currency("5.00", "CAD") == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 min"),
        (59, "0 min"),
        (2700, "45 min"),
        (3900, "1 h 05 min"),
        (7200, "2 h 00 min"),
        (-3900, "−1 h 05 min"),
    ],
)
def test_a_length_of_time_has_one_form(seconds, expected):
    assert plain_spaces(filters.duration(seconds)) == expected


def test_rows_of_whole_minutes_add_up_both_ways():
    rows = [{"worked": 89, "free": 59, "held": 30}, {"worked": 100, "free": 50, "held": 50}]
    total = {"worked": 189, "free": 109, "held": 80}
    shown, sums = filters.add_up(rows, total, ("worked", "free", "held"))
    assert sums["worked"] == 180
    assert {key: sum(row[key] for row in shown) for key in sums} == sums
    assert all(row["worked"] == row["free"] + row["held"] for row in [*shown, sums])


def test_an_amount_keeps_the_decimals_of_its_currency():
    with using_language("de"):
        assert [filters.money(amount) for amount in ("120", "-0.5000", "1234.567", "-0.00")] == [
            "120",
            "−0,5000",
            "1.234,567",
            "0,00",
        ]
        assert plain_spaces(filters.with_currency("1200", "JPY")) == "1.200 JPY"


CHICAGO = Zone("America/Chicago")
SAID = (
    sentence("Covered by {title}.", title="{limit} <b>"),
    sentence("Beyond the {limit} that the client consented to.", limit=Length(7200)),
    sentence(
        "Before the client's consent on {when}.", when=Moment(from_rfc3339("2026-10-05T14:00:00Z"), CHICAGO)
    ),
    sentence("Due in advance on {day}.", day=Day(Zone("UTC").day(0))),
    sentence("Deposit of {sum}", sum=Sum("1250.00", "EUR")),
    sentence(
        "{work} ({tariff})", work=sentence("Work on {case}", case="CASE-1"), tariff=sentence("after hours")
    ),
    plural("Support pack, {number} incident", "Support pack, {number} incidents", 1),
    plural("Support pack, {number} incident", "Support pack, {number} incidents", 5),
    together("Typed by hand.", sentence("Guests are free.")),
)
IN_GERMAN = [
    "Abgedeckt durch {limit} <b>.",
    "Über die freigegebenen 2 h 00 min hinaus.",
    "Vor der Freigabe durch den Kunden am 5. Oktober 2026 um 09:00 Uhr.",
    "Im Voraus fällig am 1. Januar 1970.",
    "Guthaben von 1.250,00 €",
    "Arbeit an CASE-1 (außerhalb der Servicezeiten)",
    "Supportpaket, 1 Vorfall",
    "Supportpaket, 5 Vorfälle",
    "Typed by hand. Hinzugezogene Kollegen sind kostenfrei.",
]


def test_a_sentence_is_said_again_from_what_it_was_made_of():
    parts = [{"reason": str(text), "reason_said": text.told()} for text in SAID]
    assert language.sentence_of({"reason": "As it was stored: 2 h."}) == "As it was stored: 2 h."
    with using_language("de"):
        assert [plain_spaces(language.sentence_of(part)) for part in parts] == IN_GERMAN


def test_minutes_and_terms_in_a_sentence_have_the_notation_of_documents():
    told = sentence("{billed} min billed, at least {least}.", billed=95, least=Term(86400)).told()
    assert (
        plain_spaces(language.sentence_of({"reason_said": told})) == "1 h 35 min billed, at least 24 hours."
    )


def own_catalogue(place: Path, name: str, body: str) -> Path:
    path = place / "languages" / f"{name}.po"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: {name}\\n"\n\n{body}',
        encoding="utf-8",
    )
    return path


def test_a_catalogue_of_ones_own_adds_a_language(tmp_path):
    own_catalogue(tmp_path, "sv", 'msgid "Draft invoice"\nmsgstr "Fakturautkast"\n')
    made = render("invoice", "text", documents.speaking("sv"), templates=tmp_path).decode()
    assert "FAKTURAUTKAST" in made
    assert "oktober 2026" in plain_spaces(made)
    assert "No charge" in made


def test_a_catalogue_of_ones_own_changes_words_and_says_those_of_the_settings(tmp_path):
    own_catalogue(
        tmp_path,
        "de",
        'msgid "Draft invoice"\nmsgstr "Vorschau"\n\nmsgid "Thank you for your business."\nmsgstr "Vielen Dank."\n',
    )
    made = render("invoice", "text", documents.speaking("de"), templates=tmp_path).decode()
    assert "VORSCHAU" in made
    assert "Vielen Dank." in made
    assert "Leistungszeitraum" in made


def test_what_is_said_no_more_is_kept_for_documents_that_say_it(tmp_path):
    own_catalogue(tmp_path, "de", '#~ msgid "An old sentence."\n#~ msgstr "Ein alter Satz."\n')
    with looking_in(tmp_path), using_language("de"):
        assert tr("An old sentence.") == "Ein alter Satz."


def test_plural_forms_are_those_of_the_language():
    with using_language("fr"):
        assert trn("{number} incident", "{number} incidents", 0) == "0 incident"
    assert trn("{number} incident", "{number} incidents", 0) == "0 incidents"


WRONG = {
    "a value that the English has not": (
        'msgid "Payable by {day}."\nmsgstr "Zahlbar bis {tag}."\n',
        ", line 6: the English text has no {tag}.",
    ),
    "a line that is none": ('msgid "Net"\nnonsense\n', ", line 7: a line is not valid."),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_in_a_catalogue_of_ones_own_is_told_with_its_file_and_line(tmp_path, fault):
    body, wanted = WRONG[fault]
    path = own_catalogue(tmp_path, "de", body)
    with pytest.raises(WrongUsage) as caught:
        render("invoice", "text", documents.speaking("de"), templates=tmp_path)
    assert str(caught.value) == f"The template {path}{wanted}"
    assert caught.value.hint == "Correct the template, or move it out of its folder."


def test_a_language_that_there_is_no_catalogue_of_is_named():
    with pytest.raises(WrongUsage) as caught, using_language("pt"):
        pass
    assert str(caught.value) == 'There are no texts in the language "pt". Languages: de, en, es, fr.'
    assert caught.value.hint == (
        "Put languages/pt.po into the folder of your templates, or use another language."
    )


def test_a_region_has_its_own_figures_and_the_words_of_its_language():
    assert catalogue("de-AT").text("Net") == catalogue("de").text("Net") == "Nettobetrag"
