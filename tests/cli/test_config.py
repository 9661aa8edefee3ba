"""suptime config: what counts and why, and changes that leave the rest of the file alone."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from driving import toml_fault

from suptime.settings.file import lines_of

FILE = """# Who we are
agent = "ana"    # me

[seller]          # on every invoice
name = "Nordtor"
address = \"\"\"
Mühlweg 4
10115 Berlin\"\"\"
payment_days = 14

[mail]
bcc = [
  "books@firm.example",
]
# the end
"""


@pytest.fixture
def config(suptime):
    """A settings file, which no variable of the environment goes before."""
    suptime.set(SUPTIME_CONFIG="config.toml", SUPTIME_AGENT=None, SUPTIME_DB=None, TZ=None)
    path = suptime.home / "config.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def rows(suptime, line="config --format json"):
    return {one["key"]: one for one in suptime(line).json["settings"]}


def test_each_setting_says_where_it_comes_from(suptime, config):
    suptime.set(TZ="Europe/Berlin")
    found = rows(suptime)
    told = {key: (one["value"], one["source"], one["where"], one["line"]) for key, one in found.items()}
    assert told["agent"] == ("ana", "file", "config.toml", 2)
    assert told["timezone"] == ("Europe/Berlin", "environment", "TZ", None)
    assert told["seller.address"] == ("Mühlweg 4\n10115 Berlin", "file", "config.toml", 6)
    assert told["seller.payment_days"] == (14, "file", "config.toml", 9)
    assert told["mail.bcc"] == (["books@firm.example"], "file", "config.toml", 12)
    assert told["mail.port"] == (587, "default", None, None)
    assert told["mail.host"] == (None, None, None, None)
    assert found["mail.host"]["meaning"].startswith("mail server")


def test_for_people_it_is_a_table_of_what_is_set(suptime, config):
    suptime.set(TZ="UTC", SUPTIME_DB="team.db", XDG_DATA_HOME="/data")
    lines = suptime("config").out.splitlines()
    assert [line.split() for line in lines if "\u2500" not in line][:10] == [
        ["Setting", "Value", "From"],
        ["agent", "ana", "config.toml:2"],
        ["timezone", "UTC", "TZ"],
        ["database", "team.db", "SUPTIME_DB"],
        ["outbox", "/data/suptime/outbox", "default"],
        ["seller.name", "Nordtor", "config.toml:5"],
        ["seller.address", "Mühlweg", "4", "10115", "Berlin", "config.toml:6"],
        ["seller.reference", "number", "default"],
        ["seller.payment_days", "14", "config.toml:9"],
        ["brand.accent", "#12506e", "default"],
    ]
    assert max(len(line) for line in lines) <= 80
    assert "mail.host" not in suptime("config").out
    assert "mail server for invoices" in " ".join(suptime("config --all").out.split())


def test_one_setting_is_printed_as_it_counts(suptime, config):
    assert suptime("config get agent").out == "ana\n"
    suptime.set(SUPTIME_AGENT="bob")
    assert suptime("config get agent").out == "bob\n"
    assert suptime("config get mail.attach").out == "pdf\n"
    assert suptime("config get seller.name --format json").json == {
        "key": "seller.name",
        "value": "Nordtor",
        "source": "file",
        "where": "config.toml",
        "line": 5,
        "meaning": "your name on invoices",
    }


def test_passwords_are_never_shown(suptime, config):
    config.write_text('database = "postgresql://ana:hunter2@db/team"\n')
    suptime.set(SUPTIME_SMTP_PASSWORD="hunter2")
    for line in ("config", "config --all", "config --format json", "config get database"):
        said = suptime(line)
        assert "hunter2" not in said.out + said.err
    found = rows(suptime)
    assert found["database"]["value"] == "postgresql://ana:***@db/team"
    assert found["mail.password"]["value"] == "(set, not shown)"
    assert suptime("config set database postgresql://ana:hunter3@db/team").out == (
        "Set database to postgresql://ana:***@db/team in config.toml.\n"
    )
    assert "hunter3" in config.read_text()


CHANGES = [
    ("agent bob", 'agent = "ana" ', 'agent = "bob" '),
    ("seller.payment_days 30", "payment_days = 14", "payment_days = 30"),
    ("seller.name 'Nord & Tor \"Süd\"'", 'name = "Nordtor"', 'name = "Nord & Tor \\"Süd\\""'),
    ("mail.host mail.example.com", "]\n# the end\n", ']\n# the end\nhost = "mail.example.com"\n'),
    ("mail.since 2026-11-01", "]\n# the end\n", "]\n# the end\nsince = 2026-11-01\n"),
    ("tax.kinds.fee 7", "# the end\n", '# the end\n\n[tax.kinds]\nfee = "7"\n'),
    ("timezone Europe/Berlin", "# me\n", '# me\ntimezone = "Europe/Berlin"\n'),
]


@pytest.mark.parametrize(("typed", "before", "after"), CHANGES, ids=[c[0] for c in CHANGES])
def test_a_change_leaves_every_other_byte_as_it_is(suptime, config, typed, before, after):
    assert FILE.count(before) == 1
    suptime(f"config set {typed}")
    assert config.read_text(encoding="utf-8") == FILE.replace(before, after)


def test_several_lines_and_lists_are_typed_on_one_line(suptime, config):
    suptime(["config", "set", "seller.legal", "HRB 1\\nA. Sousa"])
    assert suptime("config set mail.attach pdf,ubl").out == "Set mail.attach to pdf, ubl in config.toml.\n"
    read = tomllib.loads(config.read_text(encoding="utf-8"))
    assert read["seller"]["legal"] == "HRB 1\nA. Sousa"
    assert read["mail"]["attach"] == ["pdf", "ubl"]


def test_a_setting_is_taken_out(suptime, config):
    assert suptime("config unset seller.payment_days").out == (
        "Removed seller.payment_days from config.toml.\n"
    )
    assert config.read_text(encoding="utf-8") == FILE.replace("payment_days = 14\n", "")


def test_the_file_is_made_for_its_owner_alone_and_keeps_its_mode(suptime):
    suptime.set(SUPTIME_CONFIG="deep/er/config.toml")
    assert suptime("config path").out == "deep/er/config.toml\n"
    assert suptime("config check").out == "deep/er/config.toml: the file does not exist; defaults apply\n"
    suptime("config set seller.country DE")
    path = suptime.home / "deep" / "er" / "config.toml"
    assert path.read_text() == '[seller]\ncountry = "DE"\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    suptime("config set seller.country FR")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [one.name for one in path.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_a_link_and_line_ends_stay(suptime, config):
    real = suptime.home / "dotfiles.toml"
    real.write_bytes(b'\xef\xbb\xbfagent = "ana"\r\n[seller]\r\nname = "x"\r\n')
    config.unlink()
    config.symlink_to(real)
    suptime("config set agent bob")
    assert config.is_symlink()
    assert real.read_bytes() == b'\xef\xbb\xbfagent = "bob"\r\n[seller]\r\nname = "x"\r\n'


def test_what_goes_before_the_file_is_said(suptime, config):
    suptime.set(SUPTIME_AGENT="eve")
    assert suptime("config set agent bob").err == (
        "Warning: SUPTIME_AGENT is set in the environment and takes precedence.\n"
    )


def test_all_faults_are_named_at_once_with_their_lines(suptime, config):
    config.write_text(
        'agnet = "ana"\ntimezone = "Mars/Olympus"\n\n[seller]\ncountry = "Germany"\nlogo = "no.png"\n'
        '[documents]\nnumber = "X"\n[mail]\npassword = "hunter2"\nport = "587"\n'
    )
    done = suptime("config check", code=2)
    assert (done.out, done.err.splitlines()) == (
        "",
        [
            "config.toml:1: config.toml has an unknown setting agnet. Did you mean agent?",
            (
                "config.toml:2: timezone is 'Mars/Olympus'. "
                "Write an IANA name such as Europe/Berlin or America/Chicago."
            ),
            ("config.toml:5: seller.country is 'Germany'. Write two capital letters such as US or DE."),
            "config.toml:6: Cannot read the logo no.png: No such file or directory. Correct seller.logo.",
            (
                "config.toml:8: The number format X of the settings is not valid. Include {year} and {serial}, "
                "as in INV-{year}-{serial:04}, and no /, because numbers are file names."
            ),
            (
                "config.toml:10: mail.password is a secret, and must not be there. "
                "Remove it from the file, and set SUPTIME_SMTP_PASSWORD, or keep it in the keyring."
            ),
            (
                "config.toml:11: mail.port is '587'. "
                "Write a whole number from 1 to 65535 such as 587, without quotes."
            ),
        ],
    )
    faults = suptime("config check --format json", code=2).json["faults"]
    assert [(one["key"], one["line"]) for one in faults][:2] == [("agnet", 1), ("timezone", 2)]
    config.write_text("agent = ana\n")
    assert suptime("config check", code=2).err == (
        f"config.toml:1: The file is not valid TOML: {toml_fault('agent = ana')}. The rest of the file was not checked.\n"
    )
    config.write_text(FILE, encoding="utf-8")
    assert suptime("config check").out == "config.toml: no faults\n"


def test_a_file_with_a_fault_can_be_mended_setting_by_setting(suptime, config):
    config.write_text('agent = 7\n[seller]\ncountry = "Germany"\n')
    done = suptime("config set agent ana")
    assert done.err == ("Warning: seller.country is 'Germany'. Write two capital letters such as US or DE.\n")
    suptime("config set seller.country DE")
    assert config.read_text() == 'agent = "ana"\n[seller]\ncountry = "DE"\n'


def test_several_settings_are_set_together_or_not_at_all(suptime, config):
    before = config.read_text()
    assert "seller.country" in suptime("config set seller.name Northgate seller.country Germany", code=2).err
    assert config.read_text() == before
    done = suptime("config set seller.name Northgate seller.country GB --format json").json
    assert done["settings"] == [
        {"key": "seller.name", "value": "Northgate"},
        {"key": "seller.country", "value": "GB"},
    ]
    assert [rows(suptime)[key]["value"] for key in ("seller.name", "seller.country")] == ["Northgate", "GB"]


REFUSED = {
    "config set agent ana seller.name": (2, "seller.name has no value.\nGive a value after each setting."),
    "config set agent ana agent bob": (2, "agent is given twice.\nGive each setting once."),
    "config set seller.nmae x": (
        2,
        'Unknown setting "seller.nmae". Did you mean seller.name, seller.phone or seller.email?\nTry: suptime config --all',
    ),
    "config set seller x": (2, 'Unknown setting "seller".'),
    "config set seller.country Germany": (
        2,
        'seller.country cannot be "Germany".\nWrite two capital letters such as US or DE.',
    ),
    "config set seller.payment_days -5": (
        2,
        'seller.payment_days cannot be "-5".\nWrite a whole number of days such as 14.',
    ),
    "config set mail.port 99999": (
        2,
        'mail.port cannot be "99999".\nWrite a whole number from 1 to 65535 such as 587.',
    ),
    "config set mail.since yesterday": (
        2,
        'mail.since cannot be "yesterday".\nWrite a date such as 2026-10-05.',
    ),
    "config set mail.bcc nobody": (
        2,
        'mail.bcc cannot be "nobody".\nWrite a list of addresses such as ["books@firm.example"].',
    ),
    "config set documents.number {year}/{serial}": (
        2,
        (
            'documents.number cannot be "{year}/{serial}".\n'
            "Include {year} and {serial}, as in INV-{year}-{serial:04}, and no /, because numbers are file names."
        ),
    ),
    "config set documents.language xx": (
        2,
        (
            'documents.language cannot be "xx".\n'
            "Put languages/xx.po into the folder of your templates, or use another language."
        ),
    ),
    "config set timer.holidays XX": (2, 'timer.holidays cannot be "XX".\nExamples: DE, US-TX.'),
    "config set timezone Mars/Olympus": (
        2,
        'timezone cannot be "Mars/Olympus".\nWrite an IANA name such as Europe/Berlin or America/Chicago.',
    ),
    "config set agent ''": (2, 'agent cannot be "".\nWrite an agent\'s name such as ana or Ana Sousa.'),
    "config set mail.password hunter2": (
        2,
        "mail.password is a secret, and must not be in a file.\nSet SUPTIME_SMTP_PASSWORD, or use the keyring.",
    ),
    "config unset seller.iban": (
        3,
        "seller.iban is not in config.toml.\nTry: suptime config",
    ),
    "config unset tax.name": (
        3,
        "tax.name is not in config.toml.\nTry: suptime config",
    ),
    "config get seller.iban": (3, "seller.iban is not set.\nTry: suptime config set seller.iban VALUE"),
    "config get seller.nmae": (
        2,
        'Unknown setting "seller.nmae". Did you mean seller.name, seller.phone or seller.email?\nTry: suptime config --all',
    ),
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_changed(suptime, config, line):
    code, said = REFUSED[line]
    assert suptime(line, code=code).err.startswith(f"Error: {said}")
    assert config.read_text(encoding="utf-8") == FILE
    assert "hunter2" not in suptime(line, code=code).err


def test_a_file_that_is_no_toml_or_cannot_be_written_is_left_alone(suptime, config):
    config.write_text("agent = ana\n")
    assert suptime("config set agent bob", code=2).err == (
        f"Error: The settings file config.toml is not valid TOML: {toml_fault('agent = ana')}.\n"
        "Correct it by hand first.\n"
    )
    assert config.read_text() == "agent = ana\n"
    suptime.set(SUPTIME_CONFIG="file/config.toml")
    (suptime.home / "file").write_text("in the way")
    assert suptime("config set agent bob", code=2).err == (
        "Error: Cannot write the settings file file/config.toml: File exists.\n"
        "Get the right to write it, or use another file with SUPTIME_CONFIG.\n"
    )


def test_a_crash_while_writing_leaves_the_file_as_it_was(suptime, config, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert suptime("config set agent bob", code=2).err.startswith(
        "Error: Cannot write the settings file config.toml: No space left on device.\n"
    )
    assert config.read_text(encoding="utf-8") == FILE
    assert {path.name for path in Path.cwd().iterdir()} == {"config.toml", suptime.database.name}


def test_lines_are_known_whatever_the_layout():
    text = (
        "\n# c\na = 1\n'b c' = '''\n[not.a.table]\nx = 1\n'''\nd.e = 2 # f = 3\n"
        "[t]\n\nk = [\n 1,\n 2]\n[[list]]\nz = 1\n[t.u]\nv = { w = 1 }\n"
    )
    assert lines_of(text) == {
        "a": 3, "b c": 4, "d": 8, "d.e": 8, "t": 9, "t.k": 11, "list": 14, "t.u": 16, "t.u.v": 17, "t.u.v.w": 17,
    }  # fmt: skip
