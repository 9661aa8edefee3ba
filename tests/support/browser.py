"""Chromium without a screen, told what to do over its own pipe: what a page looks like to somebody who reads it."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --remote-debugging-pipe"
).split()


class Browser:
    """One page of Chromium. `said` is all that it wrote into its console, `asked` every address it wanted."""

    def __init__(self, reading: int, writing: int) -> None:
        self._in, self._out = os.fdopen(reading, "rb"), os.fdopen(writing, "wb")
        self._number = 0
        self._session = None
        self.said: list[str] = []
        self.asked: list[str] = []
        self._loaded = False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method, **params):
        """The answer to METHOD; what happens until then is noted."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._out.write(json.dumps(message).encode() + b"\0")
        self._out.flush()
        while (answer := self._next()).get("id") != self._number:
            pass
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def _next(self):
        raw = bytearray()
        while (byte := self._in.read(1)) != b"\0":
            assert byte, "Chromium has ended"
            raw += byte
        message = json.loads(raw)
        match message.get("method"):
            case "Runtime.consoleAPICalled":
                self.said.append(str([a.get("value") for a in message["params"]["args"]]))
            case "Runtime.exceptionThrown":
                self.said.append(message["params"]["exceptionDetails"]["text"])
            case "Log.entryAdded":
                self.said.append(message["params"]["entry"]["text"])
            case "Network.requestWillBeSent" if not (url := message["params"]["request"]["url"]).startswith(
                "data:"
            ):  # a font inside the page is asked of nobody
                self.asked.append(url)
            case "Page.loadEventFired":
                self._loaded = True
        return message

    def open(self, page: Path, width: int, *, dark: bool = False, height: int = 900) -> None:
        """Show PAGE, so many pixels wide, in the light or in the dark."""
        media = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media="screen", features=media)
        mobile = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        self._loaded = False
        self.call("Page.navigate", url=page.as_uri())
        while not self._loaded:
            self._next()

    def value(self, expression: str):
        """What the JavaScript EXPRESSION gives on the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """What is seen, or the WHOLE page, as PNG."""
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(taken["data"]))

    def printed(self, file: Path) -> None:
        """The page as it prints, whatever the screen is set to."""
        self.call("Emulation.setEmulatedMedia", media="", features=[])
        made = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=False)
        file.write_bytes(base64.b64decode(made["data"]))


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser that keeps what it keeps in FOLDER, ended at the end."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is needed: apt-get install chromium"
    to_read, from_browser = os.pipe()
    to_browser, to_write = os.pipe()
    # Chromium reads from descriptor 3 and writes to 4: these are not ours to take in this process, so in its own.
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_browser, from_browser)]

    def hand_over() -> None:
        for number, end in enumerate(ends, 3):
            os.dup2(end, number)

    process = subprocess.Popen(
        [program, *QUIET, f"--user-data-dir={folder / 'profile'}"],
        preexec_fn=hand_over,  # noqa: PLW1509 - there are no threads here
        pass_fds=(3, 4),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for end in ends:
        os.close(end)
    os.close(to_browser)
    os.close(from_browser)
    browser = Browser(to_read, to_write)
    try:
        yield browser
    finally:
        process.terminate()
        process.wait(timeout=30)
        browser._in.close()
        browser._out.close()
