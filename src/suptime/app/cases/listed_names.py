"""Causes and categories that a contract version lists, and checks of typed names."""

from dataclasses import dataclass

from suptime.contracts import causes_with_effect, classification, listed_categories
from suptime.domain.caution import Caution
from suptime.domain.contract import Version
from suptime.domain.spelling import nearest, slip_of
from suptime.domain.values import few, quoted
from suptime.errors import Doubtful, WrongUsage

NO_CAUSE = "unknown"

"""Cause of a case whose cause was not found: it takes the category's default."""


@dataclass(frozen=True, slots=True)
class NameList:
    """Names of one kind, `word`, that the contract `code` lists.

    A list that `is_closed` allows no other names. An open list only contains exclusions, so other names are allowed,
    except likely typing mistakes. `unlisted` is the consequence of a name that is not listed.
    """

    word: str
    code: str
    names: tuple[str, ...]
    is_closed: bool
    unlisted: str

    def listed(self, typed: str) -> str | None:
        """Return the name on the list that matches `typed` in any letter case, or None."""
        return next((name for name in self.names if name.casefold() == typed.casefold()), None)

    def refuses(self, name: str) -> bool:
        """Return whether `name` is only recorded if a person insists."""
        return self.listed(name) is None and (self.is_closed or slip_of(name, self.names) is not None)

    def accept(self, typed: str | None, *, unlisted: bool) -> tuple[str | None, bool]:
        """Return `typed` as it is recorded, and whether a person insisted with `unlisted`.

        Raises:
            WrongUsage: `unlisted` without a name, or a name that the list refuses; Doubtful if one name is likely.
        """
        if typed is None:
            if unlisted:
                raise WrongUsage(f"--unlisted requires --{self.word}.", hint=f"Add --{self.word} NAME.")
            return None, False
        name = self.listed(typed)
        if name is not None:
            return name, False
        if not self.refuses(typed):
            return typed, False
        if unlisted:
            return typed, True
        what = f"--{self.word}: {quoted(typed)} is not among the {self._plural} of {self.code}."
        why = self._nearest_and_others(typed)
        hint = "Correct the name, or record it as typed: --unlisted"
        if likely := slip_of(typed, self.names):
            raise Doubtful(what, why, hint, question=f"Did you mean {likely}?", likely=likely)
        raise WrongUsage(what, why, hint)

    def cautions(self, name: str | None, *, insisted: bool = False) -> tuple[Caution, ...]:
        """Return a warning if `name` is not listed, although the list is closed or somebody `insisted`."""
        if name is None or self.listed(name) is not None or not (self.is_closed or insisted):
            return ()
        said = f"{self.code} does not list the {self.word} {quoted(name)}{self.unlisted}. "
        close = slip_of(name, self.names)
        more = f"The nearest listed is {close}." if close else f"Listed are {few(self.names)}."
        return (Caution(f"{self.word}-unlisted", said + more),)

    @property
    def _plural(self) -> str:
        return "categories" if self.word == "category" else f"{self.word}s"

    def _nearest_and_others(self, typed: str) -> str:
        close = nearest(typed, self.names)
        others = [name for name in self.names if name != close]
        if close is None:
            return ""
        return f"The nearest is {close}." + (f" The others are {', '.join(others)}." if others else "")


def causes(version: Version) -> NameList:
    """Return the causes that `version` lists, and `unknown`, which every contract has."""
    names = tuple(dict.fromkeys((*causes_with_effect(version), NO_CAUSE)))
    return NameList(
        "cause", version.code, names, bool(classification(version).causes), ", so it has no effect"
    )


def categories(version: Version) -> NameList:
    """Return the categories that `version` lists."""
    terms = classification(version)
    names = tuple(listed_categories(version))
    return NameList(
        "category", version.code, names, bool(terms.categories), f"; it counts as {terms.default}"
    )
