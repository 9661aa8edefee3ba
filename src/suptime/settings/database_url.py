"""Database names: the path of a file, or a URL, which is shown without its secrets.

This module only uses a small part of the standard library, because the timer needs it.
"""

import re
import string

from suptime.errors import WrongUsage

SERVERS = ("postgresql://", "postgres://", "postgresql+psycopg://")
"""Prefixes of URLs of database servers."""

FILE = "sqlite:///"
"""Prefixes of URLs of files."""

HIDDEN = "***"

_SCHEME = frozenset(string.ascii_letters + string.digits + "+-._")
_LIBPQ = frozenset(
    (
        *("host", "hostaddr", "port", "dbname", "user", "password", "passfile", "service", "options"),
        *(
            "sslmode",
            "sslcert",
            "sslkey",
            "sslpassword",
            "sslrootcert",
            "connect_timeout",
            "application_name",
        ),
    )
)
_HARMLESS = frozenset(
    ("host", "hostaddr", "port", "dbname", "user", "sslmode", "connect_timeout", "application_name", "mode")
)
"""Parameters whose values are shown. A list of secret ones could miss some."""


def is_server(text: str) -> bool:
    """Return whether `text` is the URL of a database server, and not of a file.

    >>> is_server("postgresql://localhost/team"), is_server("/srv/team.db")
    (True, False)

    Raises:
        WrongUsage: suptime cannot use the URL or the parameters.
    """
    plain = text.lstrip().lower()
    if plain.startswith(SERVERS):
        return True
    if not plain.startswith(FILE) and is_url(text):
        raise unsupported(text)
    return False


def is_url(text: str) -> bool:
    """Return whether `text` is not a path: it has a scheme, or has parameters of a server, even mistyped ones.

    A scheme is a word of two letters or more before a colon, so `C:` is not one. To use such a path, write a
    folder before it.

    >>> [is_url(text) for text in ("sqlite:x", "postgres:u@h", "host=db user=ana", "u:pw@h/d")]
    [True, True, True, True]
    >>> [is_url(text) for text in ("x.db", "./a:b.db", "/srv/a:b.db", "C:/x.db", "a=b.db")]
    [False, False, False, False, False]
    """
    plain = text.lstrip()
    if plain.startswith(("/", "./", "../", "~")):
        return plain.startswith("//") and "@" in plain
    word, colon, rest = plain.partition(":")
    if colon and word and _SCHEME.issuperset(word):
        return len(word) > 1 or "@" in rest
    name, equals, _ = plain.partition("=")
    return "://" in plain or bool(equals and name.strip().lower() in _LIBPQ)


def refuse(text: str) -> None:
    """Refuse a URL instead of a path.

    Raises:
        WrongUsage: `text` is a URL.
    """
    if is_url(text):
        raise WrongUsage(
            f"'{redacted(text)}' is a URL, not a file.",
            hint="Give a file. For a file of that name, write ./NAME.",
        )


def unsupported(text: str) -> WrongUsage:
    """Return the error of a URL that suptime cannot use."""
    return WrongUsage(
        f"Unsupported database URL '{redacted(text)}'.",
        "Use a path, sqlite:///PATH, or postgresql://USER@HOST/DATABASE.",
        "Check SUPTIME_DB, or `database` in the settings. For a file of that name, write ./NAME.",
    )


def redacted(text: str) -> str:
    """Return the path or URL `text` for display: with *** for passwords and possible passwords.

    Even in a mistyped URL, nothing is shown that could be part of a password.

    >>> redacted("postgresql://ana:secret@db/team?sslmode=require&password=secret")
    'postgresql://ana:***@db/team?sslmode=require&password=***'
    >>> redacted("postgresql:/ana:secret@db/team"), redacted("/srv/team.db")
    ('postgresql:/ana:***@db/team', '/srv/team.db')
    """
    if not is_url(text):
        return text
    scheme, _, rest = text.partition(":")
    if not scheme.strip() or not _SCHEME.issuperset(scheme.strip()):
        return HIDDEN  # Parameters of a server, or no scheme at all: any part may be a password.
    slashes = rest[: len(rest) - len(rest.lstrip("/"))]
    login, at, place = rest[len(slashes) :].rpartition("@")
    if at:
        user, secret, _ = login.partition(":")
        # Without slashes, the scheme may be the login, followed by a password.
        named = slashes and _SCHEME.issuperset(user)
        login = f"{user}:{HIDDEN}" if named and secret else user if named else HIDDEN
    cut = re.search(r"\?" if scheme.strip().lower() == "sqlite" else r"[?&;#\s]", place)
    if cut:
        pairs = place[cut.end() :].split("&")
        place = place[: cut.end()] + "&".join(map(_parameter, pairs))
    return f"{scheme}:{slashes}{login}{at}{place}"


def _parameter(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals:
        return HIDDEN if pair else ""
    harmless = name.lower() in _HARMLESS and not re.search(r"[?;#\s]", value)
    return pair if harmless else f"{name}={HIDDEN}" if _SCHEME.issuperset(name) else HIDDEN
