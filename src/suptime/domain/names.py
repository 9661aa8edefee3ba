"""Patterns of codes, numbers, addresses and names: one place for all readers.

The patterns are compiled at first use, because the timer loads this module.
"""

import re

_CODE = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}"
_CONTRACT_CODE = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_CASE = r"(?=.*[0-9])[A-Za-z0-9_./#][A-Za-z0-9_./#-]{0,63}"
_ID = r"([UAPuap])([0-9]+)"
_EMAIL = r"[^\s@<>,;]+@[^\s@<>,;]+"
LONGEST_ID = 18
"""Digits of the longest id that is looked up in a store."""
LONGEST_COUNT = 9
"""Digits of the longest number that may be typed or imported for CASE-<n>, U<n> and serials."""
LONGEST_AGENT = 100


def is_code(text: str) -> bool:
    """Return whether `text` can be the code of a client or a project.

    >>> is_code("acme-2"), is_code("acme 2")
    (True, False)
    """
    return re.fullmatch(_CODE, text) is not None


def is_contract_code(text: str) -> bool:
    """Return whether `text` can be the code of a contract: it may contain dots, too.

    >>> is_contract_code("acme.ps-2026"), is_contract_code("-acme")
    (True, False)
    """
    return re.fullmatch(_CONTRACT_CODE, text) is not None


def id_in(text: str) -> tuple[str, str] | None:
    """Return the letter and the digits of `text` if it is the id of a work unit, an appointment or a purchase.

    >>> id_in("u7"), id_in("CASE-7")
    (('U', '7'), None)
    """
    found = re.fullmatch(_ID, text, re.ASCII)
    return (found[1].upper(), found[2]) if found else None


def is_case_number(text: str) -> bool:
    """Return whether `text` can be a case number: it has a digit, and is not the id of something else.

    >>> [is_case_number(text) for text in ("CASE-7", "ACME/2026#7", "CASE", "U7", "case-1234567890")]
    [True, True, False, False, False]
    """
    return re.fullmatch(_CASE, text) is not None and id_in(text) is None and not is_beyond_counting(text)


def is_beyond_counting(text: str) -> bool:
    """Return whether `text` is CASE-<n> in any letter case with more digits than suptime assigns.

    >>> [is_beyond_counting(text) for text in ("CASE-999999999", "Case-0000000001", "TICKET-1234567890")]
    [False, True, False]
    """
    return re.fullmatch(rf"CASE-[0-9]{{{LONGEST_COUNT + 1},}}", text, re.ASCII | re.IGNORECASE) is not None


def is_email(text: str) -> bool:
    r"""Return whether `text` has the shape of an e-mail address, without invisible characters.

    >>> is_email("ops@acme.example"), is_email("ops@"), is_email("ops@a\0cme.example")
    (True, False, False)
    """
    return re.fullmatch(_EMAIL, text) is not None and text.isprintable()


def is_agent(text: str) -> bool:
    """Return whether `text` can be an agent's name: one line, not empty, no invisible characters or outer blanks.

    >>> is_agent("Ana Sousa"), is_agent(" ana"), is_agent("")
    (True, False, False)
    """
    return text.strip() == text != "" and text.isprintable() and len(text) <= LONGEST_AGENT


def is_language(text: str) -> bool:
    """Return whether `text` looks like a language (BCP 47), with or without a region.

    >>> [is_language(text) for text in ("de", "fr-CH", "German", "DE", "../de")]
    [True, True, False, False, False]
    """
    return re.fullmatch("[a-z]{2,3}(-[A-Z]{2})?", text) is not None
