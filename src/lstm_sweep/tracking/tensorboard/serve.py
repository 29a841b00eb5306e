"""TensorBoard itself, served without TensorFlow."""

import json
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from urllib.request import ProxyHandler, build_opener

from tensorboard import default, program
from tensorboard.data import server_ingester

from lstm_sweep.errors import UserError

_PATIENCE = 10.0


def serve(folder: Path, host: str, port: int | None) -> str:
    """Serve the runs below a folder from a thread, until the process ends.

    Args:
        folder: of runs; those that come later are found.
        host: name or number of the interface.
        port: None for 6006, or the next one that is free.

    Returns:
        The address, with a slash at its end.

    Raises:
        UserError: where nothing can be served there.
    """
    # TensorBoard's own switch: where this module is found, it leaves TensorFlow alone, whose import takes seconds and
    # speaks of processors and GPUs. It would need it for files in a cloud.
    sys.modules["tensorboard.compat.notf"] = ModuleType("tensorboard.compat.notf")
    board = program.TensorBoard(plugins=default.get_static_plugins())
    board.configure(logdir=str(folder), host=host, port=port, load_fast=_load_fast(), window_title="lstm-sweep")
    try:
        # Where nothing can listen, werkzeug would end the process with half a sentence.
        socket.create_server((host, port or 0)).close()
        return str(board.launch())
    except (program.TensorBoardServerException, OSError) as error:
        place = host if port is None else f"{host}:{port}"
        reason = str(error).partition(" (while")[0]
        raise UserError(
            f"TensorBoard must have an address of its own, but {place} cannot be it ({reason}): choose another "
            "port=NUMBER or host=NAME."
        ) from None


def wait_until_read(address: str, num_runs: int) -> None:
    """Return once TensorBoard lists so many runs, or after ten seconds: a page that is opened before stays empty."""
    direct = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError), direct.open(f"{address}data/runs", timeout=_PATIENCE) as answer:
            if len(json.load(answer)) >= num_runs:
                return
        time.sleep(0.1)


def _load_fast() -> str:
    """Whether TensorBoard's server of data can run here; told by us, it has no need to call itself experimental."""
    try:
        server_ingester.get_server_binary()
    except server_ingester.NoDataServerError:
        return "false"
    return "true"
