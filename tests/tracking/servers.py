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
from typing import Any

START_LIMIT = 120.0  # seconds


@contextmanager
def running(command: Callable[[int], list[str]], ready: str, log: Path) -> Iterator[str]:
    """The address of a server that answers at `ready`.

    Args:
        command: words after `python -m`, given the port.
        ready: path that answers once the server has started.
        log: file for what it prints.
    """
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *command(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
            start_new_session=True,
        )
        try:
            _wait_until_ready(server, address + ready, log)
            yield address
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def ask(url: str, question: dict[str, Any] | None = None) -> Any:
    """The JSON that a server answers to a GET, or to a POST of `question`."""
    body = None if question is None else json.dumps(question).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def _free_port() -> int:
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
