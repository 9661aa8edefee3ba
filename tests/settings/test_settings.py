"""Settings: the file, the environment, and what they cannot be."""

from pathlib import Path

import pytest
from driving import Suptime, toml_fault

from suptime.errors import WrongUsage
from suptime.settings.settings import load


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_file_says_who_where_and_what(config: Path):
    config.write_text(
        'agent = "ana"\ntimezone = "Europe/Berlin"\ndatabase = "/srv/team.db"\n'
        '[seller]\nname = "Good Firm"\naddress = "1 High St\\nTown"\n'
    )
    settings = load({"SUPTIME_CONFIG": str(config)})
    assert (settings.agent, settings.zone.name, settings.database) == ("ana", "Europe/Berlin", "/srv/team.db")
    assert dict(settings.seller) == {"name": "Good Firm", "address": "1 High St\nTown"}


def test_the_environment_has_the_last_word(config: Path):
    config.write_text('agent = "ana"\ntimezone = "Europe/Berlin"\ndatabase = "/srv/team.db"\n')
    settings = load({"SUPTIME_AGENT": "bob", "TZ": ":Asia/Tokyo", "SUPTIME_DB": "sqlite:///x.db"}, config)
    assert (settings.agent, settings.zone.name, settings.database) == ("bob", "Asia/Tokyo", "sqlite:///x.db")


def test_an_empty_tz_is_utc_as_for_every_other_program(config: Path):
    config.write_text("")
    assert load({"TZ": ""}, config).zone.name == "UTC"


def test_without_a_file_the_login_name_and_the_data_folder_serve(tmp_path: Path):
    environ = {"XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "LOGNAME": "cy"}
    settings = load(environ)
    assert (settings.agent, settings.database) == ("cy", str(tmp_path / "data/suptime/suptime.db"))
    assert dict(settings.seller) == {}


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ('agnet = "ana"', "{path} has an unknown setting agnet.", "Did you mean agent?"),
        (
            'colour = "red"',
            "{path} has an unknown setting colour.",
            "Known settings: agent, timezone, database, outbox, texts, agents, labels, seller, brand, tax, invoice, documents, mail, reminders, timer, books, datev, hooks.",
        ),
        ('[seller]\nnmae = "x"', "{path} has an unknown setting seller.nmae.", "Did you mean seller.name?"),
        (
            "agent = 7",
            "agent in {path} is 7.",
            "Write an agent's name such as ana or Ana Sousa, in quotes.",
        ),
        ('seller = "x"', "seller in {path} must be a table: [seller].", ""),
        ("agent = ana", "The settings file {path} is not valid TOML: " + toml_fault("agent = ana") + ".", ""),
    ],
)
def test_a_wrong_file_is_named_with_its_key(config: Path, text: str, what: str, hint: str):
    config.write_text(text)
    with pytest.raises(WrongUsage) as wrong:
        load({}, config)
    assert (wrong.value.what, wrong.value.hint) == (what.format(path=config), hint)


def test_a_file_that_is_not_text_is_refused(config: Path):
    config.write_bytes(b'agent = "\xff"')
    with pytest.raises(WrongUsage, match=r"is not UTF-8 text\.$"):
        load({}, config)


def test_a_file_that_was_asked_for_must_be_there(suptime: Suptime):
    suptime.set(SUPTIME_CONFIG="nowhere.toml")
    assert suptime("list", code=2).err == (
        "Error: Settings file nowhere.toml does not exist.\nCorrect SUPTIME_CONFIG, or unset it.\n"
    )


def test_a_folder_is_no_settings_file(suptime: Suptime):
    suptime.set(SUPTIME_CONFIG=".")
    assert suptime("list", code=2).err == "Error: Cannot read the settings file .: Is a directory.\n"


@pytest.mark.parametrize("name", ["Mars/Olympus", "../../etc/passwd", "CET-1CEST", "/etc/localtime"])
def test_an_unknown_zone_is_refused(suptime: Suptime, name: str):
    suptime.set(TZ=name)
    said = suptime("list --from today", code=2).err
    assert said.startswith(f'Error: "{name}" is not a time zone (TZ).')


def test_a_zone_that_is_nearly_right_is_named(suptime: Suptime):
    suptime.set(TZ="America/Chicagoo")
    assert suptime("list --from today", code=2).err == (
        'Error: "America/Chicagoo" is not a time zone (TZ). Did you mean America/Chicago, America/Curacao or America/Bahia?\n'
        "Expected an IANA name such as Europe/Berlin or America/Chicago.\n"
    )


@pytest.mark.parametrize(
    "now",
    [
        "today",
        "2026-10-05",
        "2026-10-05T14:00:00",
        "2026-10-05T25:00:00Z",
        "9999-01-01T00:00:00Z",
        "2026-W41-1T14:00:00Z",
        "2026-10-05T14:00Z",
        "２０２６-10-05T14:00:00Z",
        "1",
    ],
)
def test_a_clock_that_is_none_is_refused(suptime: Suptime, now: str):
    suptime.at(now)
    assert suptime("status --format json", code=2 if suptime.database.exists() else None).code == 2
    assert suptime("list", code=2).err.startswith(f'Error: SUPTIME_NOW is "{now}", ')
