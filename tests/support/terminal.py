"""A shell in a terminal of its own, typed into key by key, as tmux shows it."""

import os
import subprocess
import time
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Self

PATIENCE = 20
"""Seconds until what should be on the screen is given up."""


class Terminal:
    """A program in a terminal. What is on the screen is `screen`."""

    def __init__(
        self, command: str, environ: Mapping[str, str], *, width: int = 100, height: int = 30
    ) -> None:
        self._socket = f"suptime-{uuid.uuid4().hex[:12]}"
        self._environ = {
            **{name: value for name, value in environ.items() if not name.startswith("TMUX")},
            "TERM": "xterm-256color",
        }
        size = ("-x", str(width), "-y", str(height))
        self._tmux("-f", os.devnull, "new-session", "-d", *size, command)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tmux("kill-server")

    @property
    def screen(self) -> str:
        """What is on the screen, without blank lines at its end."""
        return self._tmux("capture-pane", "-p").rstrip()

    def type(self, text: str) -> None:
        """Type TEXT, letter by letter."""
        self._tmux("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press KEYS, such as Tab or Enter."""
        for key in keys:
            self._tmux("send-keys", key)

    def wait_for(self, *texts: str) -> str:
        """The screen, once all TEXTS are on it."""
        return self._wait(lambda screen: all(text in screen for text in texts), f"{texts} did not come")

    def wait_for_line(self, line: str) -> str:
        """The screen, once a line on it ends in LINE."""

        def there(screen: str) -> bool:
            return any(each.rstrip().endswith(line) for each in screen.splitlines())

        return self._wait(there, f"no line ends in {line!r}")

    def _wait(self, there, what: str) -> str:
        until = time.monotonic() + PATIENCE
        while True:
            screen = self.screen
            if there(screen):
                return screen
            assert time.monotonic() < until, f"{what}:\n{screen}"
            time.sleep(0.1)

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *words],
            env=self._environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"tmux {words}: {done.stderr}"
        return done.stdout
