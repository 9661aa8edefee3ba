"""The pager for output longer than the screen of a terminal."""

import os
import shlex
import shutil
import signal
import subprocess
import sys

USUAL = "less -FRX"
"""Options for less: leave short output as it is, and show colours."""


def show(text: str) -> bool:
    """Show `text` in a pager if it is longer than the screen. Return whether it was."""
    command = next((os.environ[name] for name in ("SUPTIME_PAGER", "PAGER") if name in os.environ), USUAL)
    if not command.strip() or not _is_longer(text):
        return False
    try:
        words = shlex.split(command)
        sys.stdout.flush()
        started = subprocess.Popen(words, stdin=subprocess.PIPE)
    except (OSError, ValueError):
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the pager.
    try:
        # The reader may quit early.
        started.communicate(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True


def _is_longer(text: str) -> bool:
    """Return whether `text` has more lines than the screen; long lines count as several."""
    size = shutil.get_terminal_size()
    lines = sum(max(1, -(-len(line) // size.columns)) for line in text.splitlines())
    return lines >= size.lines
