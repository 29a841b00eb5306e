"""The server as a process: told to end, it ends, whoever still listens."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.serving.serve import listen
from tests.commands import PYTHONPATH
from tests.serving.servers import Site
from tests.serving.streams import streaming

PROGRAM = """
from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.serving.app import build_app
from lstm_sweep.serving.serve import serve
from tests.serving.stepping import SteppingProcess

process = SteppingProcess()
process.step(60)
serve(build_app(process, compose_live([]), ("price",)), "127.0.0.1", 0)
print("and goes on", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_cleanly_while_streams_are_open(number: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM],
        env={"PYTHONPATH": PYTHONPATH, "PATH": ""},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = said.removeprefix("listening at ").removesuffix(" (Ctrl-C ends it)\n")
        site = Site(address)
        with streaming(site) as stream:
            stream.event()
            began = time.monotonic()
            process.send_signal(number)
            assert stream.has_ended()
        output, errors = process.communicate(timeout=20)
        assert time.monotonic() - began < 3
        assert (process.returncode, output, errors) == (0, "and goes on\n", "")
    finally:
        process.kill()


def test_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UserError) as raised:
            listen("127.0.0.1", port)
    assert str(raised.value) == (
        f"the server must have an address of its own, but 127.0.0.1:{port} cannot be it (Address already in use): "
        "choose another live.port or live.host, or live.port=0 for a free port."
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_host_that_is_not_this_machine_is_one_sentence(host: str) -> None:
    with pytest.raises(UserError, match="the server must have an address of its own, but .*:0 cannot be it"):
        listen(host, 0)
