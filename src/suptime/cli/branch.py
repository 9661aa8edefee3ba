"""The case whose number is in the name of the current git branch."""

import re
import subprocess
from collections.abc import Iterable

from suptime.errors import NotPossible, WrongUsage

_HINT = "Give the case: suptime start CASE, or check out a git branch with the case number in its name."


def case_of_branch(known: Iterable[str]) -> str:
    """Return the one of the `known` case numbers that is in the name of the current git branch.

    Raises:
        WrongUsage: there is no branch, no number in its name, or several.
        NotPossible: the number there is not the number of a case.
    """
    branch = current_branch()
    if branch is None:
        raise WrongUsage("Which case?", "No case is given, and this folder is not on a git branch.", _HINT)
    numbers = [*known]
    found = numbers_in(branch, numbers)
    if len(found) > 1:
        raise WrongUsage(f"Which case? The git branch {branch} contains {' and '.join(found)}.", hint=_HINT)
    if found:
        return found[0]
    if like := re.search(r"(?<![A-Za-z0-9])[A-Za-z]+-[0-9]+(?![A-Za-z0-9])", branch):
        from suptime.app.units import unknown_case

        error = unknown_case(like[0], numbers)
        raise NotPossible(
            f'There is no case "{like[0]}" (from the name of the git branch {branch}).', error.why, error.hint
        )
    raise WrongUsage(f"Which case? The name of the git branch {branch} contains no case number.", hint=_HINT)


def numbers_in(branch: str, known: Iterable[str]) -> list[str]:
    """Return the `known` case numbers in the name of a branch, in any letter case.

    If one number is part of another, only the longest is returned.

    >>> numbers_in("fix/case-12-filter", ["CASE-1", "CASE-12", "CASE-2"])
    ['CASE-12']
    """
    folded = branch.casefold()
    spots = []
    for number in known:
        for match in re.finditer(re.escape(number.casefold()), folded):
            before, after = folded[: match.start()][-1:], folded[match.end() :][:1]
            if not (before.isalnum() or after.isalnum()):
                spots.append((match.start(), match.end(), number))
    return list(
        dict.fromkeys(
            number
            for start, end, number in sorted(spots)
            if not any((s, e) != (start, end) and s <= start and end <= e for s, e, _ in spots)
        )
    )


def current_branch() -> str | None:
    """Return the git branch of this folder, or None if there is no git, no repository or no branch."""
    try:
        done = subprocess.run(
            ["git", "symbolic-ref", "--quiet", "--short", "HEAD"],
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None
