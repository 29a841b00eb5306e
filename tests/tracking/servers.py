"""Starts the real servers on a free port of this machine, and stops them with all their children."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

START_LIMIT = 120.0  # seconds

Command = Callable[[int], list[str]]


class Server:
    """A server that can be killed and started again at the same address."""

    def __init__(self, command: Command, ready: str, log: Path) -> None:
        """Not started yet.

        Args:
            command: words after `python -m`, given the port.
            ready: path that answers once the server has started.
            log: file for what it prints.
        """
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", *command(port)]
        self._ready = ready
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        environment = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        with self._log.open("a") as output:
            self._process = subprocess.Popen(
                self._command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | environment,
                start_new_session=True,
            )
        _wait_until_ready(self._process, self.address + self._ready, self._log)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server and its children."""
        if self._process is not None:
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()


@contextmanager
def running(command: Command, ready: str, log: Path) -> Iterator[str]:
    """The address of a server that runs; arguments as for `Server`."""
    with Server(command, ready, log) as server:
        yield server.address


def mlflow_server(store: str, folder: Path) -> Server:
    """An MLflow server that keeps its files in `folder`."""

    def command(port: int) -> list[str]:
        kept = ["--backend-store-uri", store, "--artifacts-destination", str(folder / "kept")]
        return ["mlflow", "server", *kept, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]

    return Server(command, "/health", folder / "log")


def ask(url: str, question: dict[str, Any] | None = None) -> Any:
    """The JSON that a server answers to a GET, or to a POST of `question`."""
    body = None if question is None else json.dumps(question).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{log.read_text()}")
