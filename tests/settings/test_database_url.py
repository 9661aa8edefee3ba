"""A database's URL: what is one, and that nobody sees its secrets."""

from pathlib import Path

import pytest
from driving import Suptime

from suptime.errors import WrongUsage
from suptime.settings.database_url import is_server, is_url, redacted

SHOWN = {
    "postgresql://ana@db/team": "postgresql://ana@db/team",
    "postgresql://ana:PW@db:5432/team": "postgresql://ana:***@db:5432/team",
    "postgresql://ana:PW%40PW@db/team": "postgresql://ana:***@db/team",
    "postgresql://ana:PW/PW@PW@db/team": "postgresql://ana:***@db/team",
    "postgresql://ana:PW?PW@db/team": "postgresql://ana:***@db/team",
    "postgresql://:PW@db/team": "postgresql://:***@db/team",
    "postgresql://db/team?user=ana&password=PW": "postgresql://db/team?user=ana&password=***",
    "postgresql://db/team?PassWord=PW": "postgresql://db/team?PassWord=***",
    "postgresql://db/team?pass%77ord=PW": "postgresql://db/team?***",
    "postgresql://db/team?sslpassword=PW&sslmode=require": "postgresql://db/team?sslpassword=***&sslmode=require",
    "postgresql://db/team?passfile=/PW": "postgresql://db/team?passfile=***",
    "postgresql://db/team?options=-c%20a.b=PW": "postgresql://db/team?options=***",
    "postgresql://db/team?password=PW=PW;PW": "postgresql://db/team?password=***",
    "postgresql://db/team?PW": "postgresql://db/team?***",
    "postgresql://db/team&password=PW": "postgresql://db/team&password=***",
    "postgresql://db/team#password=PW": "postgresql://db/team#password=***",
    "postgresql:/ana:PW@db/team": "postgresql:/ana:***@db/team",
    "postgresql:ana:PW@db/team": "postgresql:***@db/team",
    "postgresq://ana:PW@db/team": "postgresq://ana:***@db/team",
    "ana:PW@db/team": "ana:***@db/team",
    "a:PW@db/team": "a:***@db/team",
    "//ana:PW@db/team": "***",
    "://ana:PW@db/team": "***",
    "host=db user=ana password=PW": "***",
    " password = 'PW PW' host=db": "***",
    "mysql+pymysql://ana:PW@db/team": "mysql+pymysql://ana:***@db/team",
    "sqlite:///team.db?key=PW": "sqlite:///team.db?key=***",
    "sqlite:///my team.db": "sqlite:///my team.db",
    "/srv/team.db": "/srv/team.db",
}


@pytest.mark.parametrize("url", SHOWN)
def test_a_url_is_shown_without_its_secrets(url: str):
    assert redacted(url) == SHOWN[url]
    assert "PW" not in SHOWN[url]


@pytest.mark.parametrize(
    "path",
    [
        "suptime.db",
        "./a:b.db",
        "../a:b.db",
        "/srv/a:b@c.db",
        "~/a:b.db",
        "C:/x.db",
        "C:\\x.db",
        "a=b.db",
        "é:b",
    ],
)
def test_a_path_is_a_path(path: str):
    assert not is_url(path)
    assert not is_server(path)
    assert redacted(path) == path


MISTYPED = [
    "postgresql:/u:PW@h/d",
    "postgres:u:PW@h",
    "postgresq://u:PW@h/d?password=PW",
    "http://u:PW@h",
    "mysql://u:PW@h/d",
    "sqlite:/x",
    "sqlite:x",
    "sqlite://x",
    "file:x.db",
    "x.db:y",
    "host=h password=PW",
    "u:PW@h/d",
]


def files(suptime: Suptime) -> set[Path]:
    """The files below the home."""
    return {path for path in suptime.home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("url", MISTYPED)
@pytest.mark.parametrize(
    "command",
    [
        "status",
        "start X-1",
        "list",
        "doctor",
        "backup b.db",
        "restore b.db",
        "team list",
        "copy {url} c.db",
        "copy c.db {url}",
        "backup {url}",
        "restore {url}",
        "config set database {url}",
        "config check",
        "config get database",
        "config --format json",
    ],
)
def test_a_mistyped_url_makes_no_file_and_shows_no_password(suptime: Suptime, url: str, command: str):
    words = [url if word == "{url}" else word for word in command.split()]
    if command == "config check":
        settings = suptime.home / ".config" / "suptime" / "config.toml"
        settings.parent.mkdir(parents=True)
        settings.write_text(f"database = '{url}'\n")
    if "{url}" not in command or words[0] == "config":
        suptime.set(SUPTIME_DB=None if command.startswith("config set") else url)
    before = files(suptime)
    done = suptime(words, code=None)
    assert "PW" not in done.out + done.err
    assert files(suptime) == before
    if words[0] != "config":
        assert done.code == 2


def test_a_url_in_the_settings_is_checked_without_showing_its_password(suptime: Suptime):
    settings = suptime.home / ".config" / "suptime" / "config.toml"
    settings.parent.mkdir(parents=True)
    for written in ("'mysql://u:PW@h/d'", "['postgresql://u:PW@h/d']", "{ url = 'postgresql://u:PW@h/d' }"):
        settings.write_text(f"database = {written}\n")
        done = suptime("config check", code=None)
        assert done.code != 0
        assert "database" in done.out + done.err
        assert "PW" not in done.out + done.err


def test_a_password_with_an_at_sign_is_not_taken_for_a_host(suptime: Suptime):
    suptime.set(SUPTIME_DB="postgresql://u:PW@PW@nowhere.invalid/d")
    assert suptime("status", code=2).err == (
        "Error: The database URL 'postgresql://u:***@nowhere.invalid/d' has more than one @.\n"
        "Write an @ in a password as %40.\n"
    )


@pytest.mark.postgres  # it needs the driver
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:PW@127.0.0.1:1/d?sslpassword=PW&connect_timeout=1",
        "postgres://127.0.0.1:1/d?user=u&password=PW",
        "postgresql://u:PW@127.0.0.1:1/d?passfile=/PW&nonsense=PW",
        "postgresql://u:PW@127.0.0.1:99999999999999999999/d",
        "POSTGRESQL://u:PW@nowhere.invalid/d",
    ],
)
def test_a_server_that_is_not_reached_is_named_without_secrets(suptime: Suptime, url: str):
    suptime.set(SUPTIME_DB=url)
    for command in ("status", "list", "doctor", "team list"):
        done = suptime(command, code=5)
        assert "PW" not in done.out + done.err
        assert "***" in done.err


def test_the_words_of_an_unsupported_url_say_what_is_supported():
    with pytest.raises(WrongUsage, match=r"Use a path, sqlite:///PATH, or postgresql://USER@HOST/DATABASE"):
        is_server("mysql://localhost/x")
