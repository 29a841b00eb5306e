"""TensorBoard itself, served without TensorFlow."""

import sys
from pathlib import Path
from types import ModuleType

from tensorboard import default, program
from tensorboard.data import server_ingester

from lstm_sweep.errors import UserError


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
        return str(board.launch())
    except program.TensorBoardServerException as error:
        raise UserError(
            f"TensorBoard must have a port of its own, but says {error.msg.strip()!r}: choose another port=NUMBER or "
            "host=NAME."
        ) from None


def _load_fast() -> str:
    """Whether TensorBoard's server of data can run here; told by us, it has no need to call itself experimental."""
    try:
        server_ingester.get_server_binary()
    except server_ingester.NoDataServerError:
        return "false"
    return "true"
