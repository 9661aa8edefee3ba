"""The pages of the documentation, and the conventions by which a test runs them.

A `console` block shows commands and what they print:

    ```console
    $ suptime stop
    Stopped U1: 35m on CASE-1, 09:00-09:35.
    ```

A page's blocks are run from top to bottom, in a home of the page's own. Lines that begin
with `$ ` are commands, `> ` goes on with the line before, what follows is the output, with
messages and data as a terminal shows them. A line `...` stands for any lines. Comments,
which readers do not see, set the stage:

    <!-- console: now=2026-10-05T14:00:00Z tz=America/Chicago agent=ana -->   from here on
    <!-- file: acme.toml -->                                     the next block is this file
    <!-- run: suptime client add ... -->                    done silently, one command a line
"""

import os
import re
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from calling import call, words_of

ROOT = Path(__file__).resolve().parents[2]
ALIKE = 0.6
"""How like two lines are, from 0 to 1, if one is the other as it is now."""

HOME = "/home/ana"
"""What a page calls the home in which it is run."""

_BLOCK = re.compile(r"^```(?P<kind>[a-z]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!-- (?P<word>console|file|run): (?P<rest>.*?) ?-->", re.DOTALL)


def pages() -> list[Path]:
    """README, CHANGELOG and every page under docs/."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def with_commands() -> list[Path]:
    """The pages that have a console block."""
    return [page for page in pages() if "```console\n" in page.read_text(encoding="utf-8")]


@dataclass(frozen=True)
class Setting:
    """`console:`, `file:` or `run:`, and what it says."""

    word: str
    rest: str


@dataclass(frozen=True)
class Block:
    """A fenced block: what kind, its text, and where in the page its text is."""

    kind: str
    body: str
    start: int
    end: int


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, with the output that follows."""

    typed: str
    command: str
    output: str


def parts(text: str) -> Iterator[Setting | Block]:
    """What of a page's TEXT is to be run, in order."""
    found: list[tuple[int, Setting | Block]] = [
        (block.start(), Block(block["kind"], block["body"], block.start("body"), block.end("body")))
        for block in _BLOCK.finditer(text)
    ]
    within = [(place, part.end) for place, part in found if isinstance(part, Block)]
    found += [
        (comment.start(), Setting(comment["word"], comment["rest"]))
        for comment in _COMMENT.finditer(text)
        if not any(start < comment.start() < end for start, end in within)
    ]
    return (part for _, part in sorted(found, key=lambda pair: pair[0]))


def commands(body: str) -> list[Shown]:
    """The commands in the BODY of a console block."""
    shown: list[Shown] = []
    for line in body.splitlines(keepends=True):
        if line.startswith("$ "):
            shown.append(Shown(line, line[2:], ""))
        elif line.startswith("> ") and shown and not shown[-1].output:
            last = shown[-1]
            shown[-1] = Shown(last.typed + line, last.command + line[2:], "")
        else:
            assert shown, f"a console block begins with a command, not with {line!r}"
            last = shown[-1]
            shown[-1] = Shown(last.typed, last.command, last.output + line)
    return shown


def matches(expected: str, got: str) -> bool:
    """Whether GOT is what EXPECTED says, where a line `...` stands for any lines.

    >>> matches("a\\n...\\nd\\n", "a\\nb\\nc\\nd\\n"), matches("a\\n", "b\\n")
    (True, False)
    """
    pattern = "".join(
        r"(?:.*\n)*?" if line == "...\n" else re.escape(line) for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, got) is not None


def refreshed(shown: str, got: str) -> str:
    """Return GOT without the lines that SHOWN leaves out by `...`, as far as their neighbours are still there."""
    expected, lines = shown.splitlines(keepends=True), got.splitlines(keepends=True)
    made: list[str] = []
    for _, i, j, k, m in SequenceMatcher(None, expected, lines, autojunk=False).get_opcodes():
        made += _elided(expected[i:j], lines[k:m])
    text = "".join(made)
    return text if matches(text, got) else got


def _elided(old: list[str], new: list[str]) -> list[str]:
    """Return the lines of NEW that are like those of OLD, with the `...` of OLD between them; NEW if OLD has none."""
    if "...\n" not in old:
        return new
    made: list[str] = []
    at = 0
    for line in old:
        if line == "...\n":
            made += [line] * (made[-1:] != [line])
            continue
        likeness = [SequenceMatcher(None, line, one).ratio() for one in new[at:]]
        if likeness and max(likeness) > ALIKE:
            found = at + likeness.index(max(likeness))
            made += [*(new[at:found] if made[-1:] != ["...\n"] else []), new[found]]
            at = found + 1
    return made + (new[at:] if old[-1] != "...\n" else [])


class Stage:
    """The home in which one page's commands are run."""

    def __init__(self, folder: Path) -> None:
        self._home = folder
        scripts = sysconfig.get_path("scripts")
        self._environ = {
            key: value for key, value in os.environ.items() if not key.startswith(("SUPTIME_", "XDG_"))
        } | {
            "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOME": str(folder),
            "SUPTIME_FORCE_TTY": "80",
            "NO_COLOR": "1",
            "PYTHONUNBUFFERED": "1",  # messages and data in the order in which a terminal shows them
            "TZ": "UTC",
            "SUPTIME_AGENT": "ana",
            "SUPTIME_NOW": "2026-10-05T14:00:00Z",
        }

    def set(self, words: str) -> None:
        """Take the clock, zone and agent from WORDS: `now=... tz=... agent=...`."""
        names = {"now": "SUPTIME_NOW", "tz": "TZ", "agent": "SUPTIME_AGENT"}
        for word in words.split():
            key, _, value = word.partition("=")
            self._environ[names[key]] = value

    def write(self, name: str, text: str) -> None:
        """Write TEXT into the file NAME."""
        place = self._home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def run(self, command: str) -> tuple[int, str]:
        """Run COMMAND as a shell does: its exit code, and what it printed.

        A plain call of suptime runs in this process, which takes a tenth of the time.
        """
        words = words_of(command, self._environ)
        if words is None:
            code, output = self._in_shell(command)
        else:
            code, output, _ = call(words, self._home, self._environ, as_terminal=True)
        # CSV and calendars end lines as their standards want; on a page nobody sees it.
        return code, output.replace(str(self._home), HOME).replace("\r\n", "\n")

    def _in_shell(self, command: str) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self._home,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout.decode()


def play(text: str, stage: Stage) -> tuple[str, list[str]]:
    """Run a page's TEXT on STAGE: the text with the outputs as they are now, and what differed."""
    made, place, problems = "", 0, []
    named: str | None = None
    for part in parts(text):
        if isinstance(part, Setting):
            if part.word == "console":
                stage.set(part.rest)
            elif part.word == "file":
                named = part.rest.strip()
            else:
                for line in part.rest.strip().splitlines():
                    code, output = stage.run(line)
                    if code:
                        problems.append(f"{line}\n{output}")
        elif named is not None:
            stage.write(named, part.body)
            named = None
        elif part.kind == "console":
            made += text[place : part.start]
            place = part.end
            for shown in commands(part.body):
                code, output = stage.run(shown.command)
                assert code != 1, output  # the program's own fault is nothing to show
                if matches(shown.output, output):
                    made += shown.typed + shown.output
                else:
                    problems.append(f"$ {shown.command}expected:\n{shown.output}found:\n{output}")
                    made += shown.typed + refreshed(shown.output, output)
    return made + text[place:], problems
