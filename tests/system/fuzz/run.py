"""Throws inputs at the readers, the long form: `make fuzz`, or python tests/system/fuzz/run.py --help.

Each input is made from the seed, the reader's name and its own number alone, so one that breaks a
reader is made again by `--reader NAME --only NUMBER`. Exit 1 where any reader was broken.
"""

import argparse
import resource
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent))

from mutation import made
from readers import READ, READERS
from sizes import grown

SIZE = 400_000
"""Letters of an input of one piece repeated: beyond the limits that some readers have, and much for the others."""
LONGEST_OF_SIZE = 20.0
LONGEST = 2.0
"""Seconds of the processor that one input of at most 32 KiB may take. Most take a thousandth."""

MEMORY = 2 * 1024**3
"""Bytes that this program may take: an input that is a bomb breaks its reader, and not the machine."""


@dataclass
class Tally:
    """What became of the inputs of one reader."""

    reader: str
    tried: int = 0
    read: int = 0
    refused: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)

    def row(self) -> str:
        """A row of the table in docs/concepts/reliability.md."""
        counts = f"{self.tried:,} | {self.read:,} | {self.refused:,} | {len(self.broken)}"
        return f"| {self.reader} | {counts} | {self.slowest * 1000:.0f} ms |"


def input_of(seed: str, reader: str, number: int) -> bytes:
    """The input NUMBER of READER."""
    return made(Random(f"{seed}:{reader}:{number}"), READERS[reader].seeds)


def attempt(tally: Tally, seed: str, number: int) -> None:
    """Give the reader its input NUMBER, and note in TALLY what became of it."""
    raw = input_of(seed, tally.reader, number)
    begun = time.process_time()
    try:
        outcome = READERS[tally.reader].read(raw)
    except Exception as error:  # noqa: BLE001 - whatever a reader raises that it should not is what is looked for
        where = traceback.extract_tb(error.__traceback__)[-1]
        tally.broken.append(
            f"--reader {tally.reader!r} --only {number}: {type(error).__name__}: {str(error)[:200]}"
            f" ({Path(where.filename).name}:{where.lineno})"
        )
    else:
        tally.read += outcome == READ
        tally.refused += outcome != READ
    taken = time.process_time() - begun
    tally.tried += 1
    tally.slowest = max(tally.slowest, taken)
    if taken > LONGEST:
        tally.broken.append(f"--reader {tally.reader!r} --only {number}: took {taken:.1f} s")


def grow(tally: Tally) -> None:
    """Give the reader small pieces repeated to `SIZE`, and note in TALLY what took it long."""
    for made_so, taken in grown(tally.reader, SIZE):
        tally.slowest = max(tally.slowest, taken)
        if taken > LONGEST_OF_SIZE:
            tally.broken.append(f"{tally.reader}: {made_so}: took {taken:.1f} s")


def main() -> int:
    """Run what was asked for.

    Returns:
        The exit code: 1 where a reader was broken.
    """
    parser = argparse.ArgumentParser(description="Throw changed and random inputs at every reader.")
    parser.add_argument("--count", type=int, default=100_000, help="inputs for each reader [100000]")
    parser.add_argument("--reader", action="append", choices=list(READERS), help="this reader alone")
    parser.add_argument("--only", type=int, help="the input of this number alone, and show it")
    parser.add_argument("--sizes", action="store_true", help="and pieces repeated to 400,000 letters")
    parser.add_argument("--seed", default="suptime", help="another seed makes other inputs")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print("| reader | inputs | read | refused in words | broken | slowest |")
    print("|---|---|---|---|---|---|", flush=True)
    broken: list[str] = []
    for reader in arguments.reader or READERS:
        tally = Tally(reader)
        if arguments.only is not None:
            print(repr(input_of(arguments.seed, reader, arguments.only)))
            print(READERS[reader].read(input_of(arguments.seed, reader, arguments.only)))
            continue
        for number in range(arguments.count):
            attempt(tally, arguments.seed, number)
        if arguments.sizes:
            grow(tally)
        print(tally.row(), flush=True)
        for one in tally.broken:
            print(one, file=sys.stderr, flush=True)
        broken += tally.broken
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
