"""What a use case hands back to the command that called it."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Done(Generic[Value]):
    """The thing as it is now, the same as a JSON document, and what the person should be told besides.

    `notes` are warnings, `told` what is good to know. `changed` is False where all was as asked
    for already.
    """

    value: Value
    document: dict[str, Any]
    notes: tuple[str, ...] = ()
    changed: bool = True
    told: tuple[str, ...] = ()
