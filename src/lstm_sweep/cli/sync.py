"""Delivers to MLflow what it misses of a sweep."""

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled

if TYPE_CHECKING:
    from lstm_sweep.tracking.tracker import SweepStart


def _help() -> str:
    return f"""{spelled("sync")} sweep=NAME [tracking.uri=URI]

Delivers to MLflow what it misses of a sweep. A sweep whose MLflow server was gone keeps everything in its journal. This
resumes the delivery where it stopped, once the server is back; or delivers the whole sweep to another address. Nothing
is there twice, however often it is run."""


def _run(arguments: Sequence[str]) -> int:
    """Returns 0 once MLflow has everything, 1 where it still misses something."""
    options = read_options(arguments, "sync", {"sweep": "NAME", "tracking.uri": "URI"})
    return _sync(options["sweep"], options.get("tracking.uri"))


def _sync(name: str, told: str | None) -> int:
    from lstm_sweep.storage.folder import SWEEPS, journalled, lock_folder
    from lstm_sweep.tracking.build import ARTIFACTS

    folder = Path(SWEEPS, name)
    start = _start_of(folder, journalled(folder).start)
    with lock_folder(folder):
        return _deliver(told or _address(start), ARTIFACTS, start)


def _start_of(folder: Path, line: "dict[str, object] | None") -> "SweepStart":
    from lstm_sweep.storage.folder import read_config
    from lstm_sweep.storage.lines import JOURNAL
    from lstm_sweep.tracking.tracker import SweepStart

    require(
        line is not None,
        f"{folder / JOURNAL} must begin with the start of a sweep, but that line is damaged: nothing can be delivered.",
    )
    assert line is not None
    return SweepStart.of(line, read_config(folder), folder)


def _address(start: "SweepStart") -> str:
    uri = start.config["tracking"]["uri"]
    require(
        uri is not None,
        f"sweep {start.name} was run with tracking.uri=null, so the address must be told: add tracking.uri=URI.",
    )
    require(
        "***" not in uri,
        f"the address of sweep {start.name} must be told with its password, which is written nowhere ({uri}): add "
        "tracking.uri=URI.",
    )
    return str(uri)


def _deliver(uri: str, artifacts: Path, start: "SweepStart") -> int:
    from lstm_sweep.redaction import masked
    from lstm_sweep.tracking.background import Background
    from lstm_sweep.tracking.mlflow.delivery import Delivery
    from lstm_sweep.tracking.mlflow.errors import STORE_ERRORS, refusing
    from lstm_sweep.tracking.mlflow.tracker import undelivered

    delivery = Delivery(uri, artifacts, start)
    with contextlib.suppress(*STORE_ERRORS), refusing(uri):  # what is not refused may be well in a moment
        delivery.connect()
    num_missing = delivery.num_missing()
    background = Background(delivery.deliver)
    if not background.close(delivery.close, lambda: delivery.progress):
        print(f"error: {undelivered(uri, delivery, background)}: repeat this later.", file=sys.stderr)
        return 1
    missed = f"{num_missing:,} records of {start.name} were delivered to" if num_missing else ""
    print(f"{missed or f'Nothing of {start.name} was missing in'} MLflow at {masked(uri)}")
    return 0


COMMAND = Command(_help, _run, after_interrupt="the same command resumes it")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
