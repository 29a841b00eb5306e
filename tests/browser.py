"""A headless Chromium, spoken to over two pipes in the DevTools protocol."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

OPTIONS = ("--headless", "--no-sandbox", "--remote-debugging-pipe", "--enable-unsafe-swiftshader", "--no-first-run")


@dataclass
class Page:
    """One open page.

    Attributes:
        complaints: errors of the console and exceptions, as they came.
        requests: addresses that were asked for.
    """

    pipes: tuple[int, int]
    session: str = ""
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    number: int = 0
    unread: bytes = b""

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; whatever else is heard until then is kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        message |= {"sessionId": self.session} if self.session else {}
        os.write(self.pipes[1], json.dumps(message).encode() + b"\0")
        while True:
            heard = self.receive()
            if heard.get("id") == self.number:
                assert "error" not in heard, heard
                return dict(heard["result"])
            self.note(heard)

    def receive(self) -> dict[str, Any]:
        while b"\0" not in self.unread:
            more = os.read(self.pipes[0], 1 << 20)
            assert more, "the browser is gone"
            self.unread += more
        text, _, self.unread = self.unread.partition(b"\0")
        return dict(json.loads(text))

    def note(self, heard: dict[str, Any]) -> None:
        params = heard.get("params", {})
        match heard.get("method"):
            case "Runtime.exceptionThrown":
                self.complaints.append(str(params["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if params["type"] in ("error", "warning", "assert"):
                self.complaints.append(str(params["args"]))
            case "Log.entryAdded" if params["entry"]["level"] == "error":
                self.complaints.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])

    def open(self, file: Path, width: int, height: int = 900, dark: bool = False) -> None:
        """Show a file in a window of that size, and wait until its plots are drawn."""
        self.visit(file.as_uri(), width, height, dark)
        self.wait("document.documentElement?.dataset.ready === 'true'")

    def visit(self, address: str, width: int, height: int = 900, dark: bool = False) -> None:
        """Go to an address in a window of that size."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Page.navigate", url=address)

    def screenshot(self, file: Path) -> None:
        """Keep what the window shows as a PNG."""
        file.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def wait(self, condition: str) -> None:
        deadline = time.monotonic() + 120
        while not self.ask(condition):
            assert time.monotonic() < deadline, condition
            time.sleep(0.1)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression."""
        answer = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A browser with one empty page."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("no chromium is installed")
    commands, to_browser = os.pipe()
    from_browser, answers = os.pipe()
    line = [
        "bash",
        "-c",
        f'exec "$@" 3<&{commands} 4>&{answers}',
        "bash",
        program,
        *OPTIONS,
        f"--user-data-dir={profile}",
    ]
    process = subprocess.Popen(line, pass_fds=(commands, answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(commands)
    os.close(answers)
    try:
        page = Page((from_browser, to_browser))
        target = page.send("Target.createTarget", url="about:blank")["targetId"]
        page.session = page.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Network", "Page"):
            page.send(f"{domain}.enable")
        yield page
        page.session = ""
        page.send("Browser.close")
    finally:
        process.terminate()
        process.wait(timeout=30)
        os.close(from_browser)
        os.close(to_browser)
