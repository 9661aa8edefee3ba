"""Asks pip-audit whether an installed library has a known fault. Exit 1 where one has.

The data is on the network. Where it cannot be reached, or knows nothing of any library, that is said,
and is no failure: the last line always tells which of the two it was, and of how many libraries.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

SECONDS = 300


def verdict(code: int, printed: str, complaint: str) -> tuple[int, str]:
    """The exit code and the last line, from what pip-audit ended with, printed, and complained of."""
    try:
        found: list[dict[str, Any]] = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        why = (complaint.strip().splitlines() or ["it printed nothing"])[-1]
        return 0, f"known faults: NOT CHECKED: pip-audit ended with {code}: {why[:300]}"
    # suptime itself is on no index: it is left out of the count of what was not found there.
    libraries = [one for one in found if one["name"] != "suptime"]
    checked = [one for one in libraries if "vulns" in one]
    faulty = [one for one in checked if one["vulns"]]
    for one in faulty:
        for fault in one["vulns"]:
            fixed = ", ".join(fault.get("fix_versions", ())) or "no version"
            print(f"{one['name']} {one['version']}: {fault['id']}, fixed in {fixed}")
    if faulty:
        return 1, f"known faults: FOUND in {len(faulty)} of {len(checked)} libraries that were checked"
    if not checked:
        return (
            0,
            f"known faults: NOT CHECKED: the data of none of {len(libraries)} libraries could be reached",
        )
    left = len(libraries) - len(checked)
    return 0, f"known faults: none in {len(checked)} libraries" + (f"; {left} NOT CHECKED" if left else "")


def main(arguments: Sequence[str]) -> int:
    """Run pip-audit, the command in ARGUMENTS, and print what came of it.

    Returns:
        The exit code.
    """
    command = [*arguments, "--format", "json", "--progress-spinner", "off", "--timeout", "20"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except OSError as error:
        print(f"known faults: NOT CHECKED: pip-audit cannot be started: {error}")
        return 1
    except subprocess.TimeoutExpired:
        print(f"known faults: NOT CHECKED: the data could not be reached within {SECONDS} s")
        return 0
    code, line = verdict(done.returncode, done.stdout, done.stderr)
    print(line)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
