"""Any document as JSON: the document itself, its keys in the order they were given."""

import json
import re
from collections.abc import Mapping
from typing import Any

# Characters that a terminal or a reader could misinterpret. In JSON these are in
# strings only, so writing them as escapes changes the look and not the data.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def write(document: Mapping[str, Any]) -> bytes:
    """Return `document` as JSON, indented by two, characters beyond ASCII as they are, a newline at the end.

    Control characters, bidi overrides and lone surrogates are written as escapes.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return (_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n").encode()
