"""Whose documents speak which language: the client's, the settings', or one that was asked for."""

import json
from pathlib import Path

import pytest
from driving import Suptime

from suptime.language.catalogue import catalogue


@pytest.fixture
def month(acme: Suptime) -> Suptime:
    """Acme, whose language is German, with an hour of October before a consent, looked at in November."""
    acme.at("2026-10-06T15:00:00Z")
    acme("case open CASE-300 --client acme --at '2026-10-05 08:00'")
    acme("case consent CASE-300 --by eve@acme.example --at '2026-10-05 09:30'")
    acme("log CASE-300 60m --from '2026-10-05 09:00'")
    acme("client edit acme --language de")
    acme.at("2026-11-02T15:00:00Z")
    return acme


def settings(month: Suptime, text: str) -> Path:
    config = month.home / "config.toml"
    config.write_text(text, encoding="utf-8")
    month.set(SUPTIME_CONFIG=str(config))
    return config


def test_a_clients_language_is_that_of_its_invoices(month: Suptime):
    made = month("invoice").out
    assert "RECHNUNGSENTWURF" in made
    assert "Vor der Freigabe durch den Kunden am 5. Oktober 2026 um 04:30 Uhr" in " ".join(made.split())
    assert "75,00" in made


def test_a_client_shows_its_language(month: Suptime):
    assert "  Language   de\n" in month("client show acme").out
    assert month("client show acme --format json").json["client"]["language"] == "de"
    assert month("client edit acme --language ''").out == "Changed acme: language none.\n"
    assert month("client show acme --format json").json["client"]["language"] is None


def test_a_client_is_added_with_its_language(month: Suptime):
    made = month(["client", "add", "b", "--name", "B", "--language", "fr-CH", "--format", "json"])
    assert made.json["client"]["language"] == "fr-CH"


@pytest.mark.parametrize("command", ["client edit acme", "invoice", "invoice show INV-2026-0001"])
def test_a_language_that_is_none_or_has_no_texts_is_refused(month: Suptime, command: str):
    assert month(f"{command} --language German", code=2).err == (
        'Error: "German" is not a language.\nExamples: en, de, fr-CH.\n'
    )
    assert month(f"{command} --language pt", code=2).err == (
        'Error: There are no texts in the language "pt". Languages: de, en, es, fr.\n'
        "Put languages/pt.po into the folder of your templates, or use another language.\n"
    )


def test_clients_without_a_language_have_that_of_the_settings(month: Suptime):
    month("client edit acme --language ''")
    assert "DRAFT INVOICE" in month("invoice").out
    settings(month, '[documents]\nlanguage = "es"\n')
    assert "BORRADOR DE FACTURA" in month("invoice").out


def test_a_setting_that_is_no_language_is_refused(month: Suptime):
    config = settings(month, '[documents]\nlanguage = "German"\n')
    assert month("invoice", code=2).err == (
        f"Error: documents.language in {config} is 'German'.\nWrite a language such as en, de or fr-CH.\n"
    )


def test_another_language_can_be_asked_for_once(month: Suptime):
    assert "PROJET DE FACTURE" in month("invoice --language fr").out
    assert "DRAFT INVOICE" in month("invoice --language en").out


def test_an_issued_invoice_keeps_its_language(month: Suptime):
    month("invoice --month 2026-10 --issue")
    before = month("invoice show INV-2026-0001").out
    assert "RECHNUNG INV-2026-0001" in before
    month("client edit acme --language fr")
    settings(month, '[documents]\nlanguage = "es"\n')
    assert month("invoice show INV-2026-0001").out == before
    assert "FACTURE INV-2026-0001" in month("invoice show INV-2026-0001 --language fr").out
    assert month("invoice show INV-2026-0001 --format json").json["invoices"][0]["language"] == "de"


def test_a_credit_note_speaks_the_language_of_its_invoice(month: Suptime):
    month("invoice --month 2026-10 --issue")
    month("client edit acme --language fr")
    month("invoice credit INV-2026-0001 --reason 'Falsche Adresse' --reopen")
    made = month("invoice show INV-2026-0002").out
    assert "RECHNUNGSKORREKTUR INV-2026-0002" in made
    assert "Gutgeschriebener Betrag" in made


def test_json_stays_english_and_says_how_its_sentences_were_made(month: Suptime):
    (case,) = [c for c in month("invoice --format json").json["invoices"][0]["cases"] if c["reasons"]]
    (reason,) = case["reasons"]
    assert reason["reason"] == "Before the client's consent on 5 October 2026 at 04:30."
    assert reason["reason_said"] == [
        {"text": "Before the client's consent on {when}.", "with": {"when": {"moment": "2026-10-05T04:30"}}}
    ]


def test_columns_of_csv_keep_their_names(month: Suptime):
    english, german = (month(f"invoice --format csv --language {one}").out for one in ("en", "de"))
    assert english.splitlines()[0] == german.splitlines()[0]
    assert "30 min worked." in english
    assert "30 min geleistet." in german


def test_nothing_is_issued_in_a_language_that_has_no_texts(month: Suptime):
    settings(month, "")
    own = month.home / "templates" / "languages"
    own.mkdir(parents=True)
    (own / "sv.po").write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n')
    month("client edit acme --language sv")
    (own / "sv.po").unlink()
    catalogue.cache_clear()
    left_out = month("invoice --month 2026-10 --issue", code=3).err
    assert left_out.startswith("Error document-fails:acme: Cannot make the invoice of acme.")
    assert 'There are no texts in the language "sv".' in left_out
    assert month("invoice list --format json").json == {"invoices": []}


def test_a_clients_language_goes_out_and_in(month: Suptime):
    file = month.home / "all.jsonl"
    month(f"export suptime --out {file}")
    records = [json.loads(line) for line in file.read_text().splitlines()]
    (client,) = [record for record in records if record["type"] == "client"]
    assert client["language"] == "de"
    month.on("other.db")
    month(f"import suptime {file}")
    assert month("client show acme --format json").json["client"]["language"] == "de"


def test_the_language_of_a_client_that_is_imported_must_look_like_one(month: Suptime):
    file = month.home / "bad.jsonl"
    file.write_text('{"type": "client", "code": "b", "name": "B", "language": "German"}\n')
    assert 'client.language: expected a language such as en, de or fr-CH, found "German"' in (
        month(f"import suptime {file}", code=2).err
    )


def test_a_statement_speaks_the_language_of_its_client(month: Suptime):
    made = " ".join(month("report statement --client acme").out.split())
    assert "KONTOAUSZUG 2. November 2026" in made
    assert "Arbeiten ohne Kategorie werden berechnet." in made
    assert "RELEVÉ" in month("report statement --client acme --language fr").out


def test_an_estimate_speaks_the_language_of_its_client(month: Suptime):
    month("case estimate CASE-300 4h")
    made = " ".join(month("case estimate CASE-300").out.split())
    assert made.startswith("KOSTENVORANSCHLAG 2. November 2026")
    assert "4 h 00 min zu 150,00 USD je Stunde." in made
    assert "Zeit über 4 h 00 min hinaus: Dies ist eine Schätzung, kein Festpreis." in made
    assert (
        "Antworten Sie mit CASE-300 im Betreff und geben Sie 4 h 00 min frei, oder wie viel Sie wünschen."
        in made
    )
    assert "PRESUPUESTO" in month("case estimate CASE-300 --language es").out
    told = month("case estimate CASE-300 --format json").json
    assert told["language"] == "de"
    assert told["not_included"][0] == "Tax."
    assert told["not_included_said"][0] == [{"text": "Tax.", "with": {}}]


@pytest.mark.parametrize(
    ("command", "heading"),
    [
        ("explain CASE-300", "Verlauf"),
        ("report hours", "VORAUSBEZAHLTE GUTHABEN"),
        ("report sla", "REAKTIONSZEITEN"),
        ("report guarantee", "GARANTIEN"),
    ],
)
def test_a_report_for_ourselves_is_english_unless_a_language_is_asked_for(month: Suptime, command, heading):
    assert heading not in month(command).out
    assert heading in month(f"{command} --language de").out
    assert "no texts in the language" in month(f"{command} --language pt", code=2).err
