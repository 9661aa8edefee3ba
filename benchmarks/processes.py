"""One process, measured: how long on the clock, how much memory at most, how it ended."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

MIB = 1024
"""In the unit of ru_maxrss on Linux: KiB."""


class Run(NamedTuple):
    """What one process cost: seconds on the clock and of the processor, MiB at its peak, its exit code.

    `code` is None for one that was ended because it took too long. The peak of a process is not
    seen where it is below that of the benchmark itself, some 20 MiB: the kernel counts what a
    process was before it became the command.
    """

    seconds: float
    cpu: float
    peak: float
    code: int | None


def apart(make: Callable[..., object], *values: object) -> None:
    """Call MAKE with VALUES in a process of its own: what it needs of memory is not counted with any command's."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            make(*values)
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    if os.waitpid(process, 0)[1]:
        raise SystemExit(f"{make.__name__} failed.")


def run(command: Sequence[str], folder: Path, environ: Mapping[str, str], *, longest: float) -> Run:
    """Run COMMAND, whatever it prints left unread, for LONGEST seconds at most."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, nowhere, stream) for stream in (0, 1, 2)]
    here = Path.cwd()
    os.chdir(folder)
    try:
        began = time.perf_counter()
        process = os.posix_spawn(command[0], command, environ, file_actions=actions)
    finally:
        os.chdir(here)
        os.close(nowhere)
    signal.signal(signal.SIGALRM, lambda _number, _frame: os.kill(process, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, longest)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    signal.setitimer(signal.ITIMER_REAL, 0)
    code = os.waitstatus_to_exitcode(status)
    return Run(
        seconds,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / MIB,
        None if code == -signal.SIGKILL else code,
    )
