"""What no TOML that a person wrote is like: looked for before Python's reader, which such a text takes minutes."""

import re

LARGEST = 64 * 1024
"""Letters that a contract file or a settings file may have: ten times as many as the longest that was seen."""
_DEEPEST = 50
# Keys within keys: the reader goes over all of them once more for each.
_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"\n]*\"|'[^'\n]*')[ \t]*\.[ \t]*"


def too_much(text: str) -> str:
    """What TEXT has too much of for a TOML file, or nothing.

    >>> too_much("a.b = 1"), too_much("a." * 60 + "b = 1")
    ('', 'it is nested too deeply')
    """
    if len(text) > LARGEST:
        return f"it has {len(text)} characters, and at most {LARGEST} are read"
    if text.count(".") >= _DEEPEST and re.search(rf"(?<![A-Za-z0-9_-])(?:{_PART}){{{_DEEPEST}}}", text):
        return "it is nested too deeply"
    return ""
