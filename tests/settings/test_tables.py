"""Tables among the settings: entries are set, shown and taken out one by one, and wrong ones are named (P75)."""

import pytest

from suptime.domain.values import Problem
from suptime.settings.keys import find, keys_of
from suptime.settings.settings import Settings
from suptime.settings.wording import Wording

ENTRIES = {
    "texts.de.terms": "Zahlbar\\nsofort",
    "labels.de-CH.bug-report": "Fehlermeldung",
    "agents.ana.b": "Ana B",
    "reminders.fees.EUR": "0,5,5",
}
WRONG = {
    "brand.accent": ["red", "#fff", "#66bbee"],
    "texts.de.termz": ["x"],
    "texts.german.terms": ["x"],
    "texts.terms": ["x"],
    "labels.de.a b": ["x"],
    "reminders.fees.EU": ["0,5"],
    "reminders.fees.EUR": ["1.234"],
    "texts": ["x"],
}


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_set_shown_and_taken_out(suptime, key):
    suptime(["config", "set", key, ENTRIES[key]])
    assert suptime(["config", "get", key]).out.strip()
    assert suptime("config check").code == 0
    suptime(["config", "unset", key])
    assert suptime(["config", "get", key], code=3)


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, many in WRONG.items() for value in many])
def test_a_wrong_entry_is_refused(suptime, key, value):
    suptime(["config", "set", key, value], code=2)


def test_a_light_accent_is_refused_with_a_darker_one(suptime):
    done = suptime(["config", "set", "brand.accent", "#66bbee"], code=2)
    assert "#227eae" in done.err
    suptime(["config", "set", "brand.accent", "#227eae"])


@pytest.mark.parametrize(
    "text", ["[texts.de]\ntermz = 'x'", "[labels]\nde = 1", "[agents]\nana = ''", "[brand]\naccent = '#eee'"]
)
def test_a_wrong_entry_in_the_file_stops_every_command(suptime, text):
    place = suptime.home / ".config" / "suptime" / "config.toml"
    place.parent.mkdir(parents=True)
    place.write_text(text)
    suptime("config", code=2)
    suptime("config check", code=2)


def test_an_entry_has_the_keys_of_its_table():
    assert keys_of("texts.de.terms") == ["texts", "de", "terms"]
    assert find("seller.nam") is None
    assert isinstance(find("texts.de.termz"), Problem)


def test_a_text_is_that_of_the_language_then_of_its_family_then_without_one():
    file = {
        "seller": {"footer": "old", "legal": "old legal"},
        "texts": {"de": {"footer": "deutsch", "terms": "Frist"}, "de-CH": {"footer": "schweizerisch"}},
        "labels": {"de": {"bug": "Fehler", "p1": "dringend"}, "de-CH": {"bug": "Störung"}},
    }
    wording = Wording.of(Settings("config.toml", file))
    assert wording.printed("de-CH") == {
        "language": "de-CH",
        "terms": "Frist",
        "footer": "schweizerisch",
        "legal": "old legal",
    }
    assert wording.text("footer", "fr") == "old"
    assert wording.label_table("de-CH") == {"bug": "Störung", "p1": "dringend"}
    assert list(wording.untranslated("de-AT", "en")) == ["legal"]
    assert list(wording.untranslated("en-US", "en")) == []
