"""Delivers to MLflow what it misses of a sweep."""

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled

if TYPE_CHECKING:
    from lstm_sweep.storage.facts import SweepStart
    from lstm_sweep.tracking.tracker import TrackedSweep


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
    tracked = _tracked(folder, journalled(folder).start)
    with lock_folder(folder):
        return _deliver(told or _address(tracked), ARTIFACTS, tracked)


def _tracked(folder: Path, start: "SweepStart | None") -> "TrackedSweep":
    from lstm_sweep.storage.folder import read_config
    from lstm_sweep.storage.lines import JOURNAL
    from lstm_sweep.tracking.tracker import TrackedSweep

    if start is None:
        raise UserError(
            f"{folder / JOURNAL} must begin with the start of a sweep, but that line is damaged: nothing can be "
            "delivered."
        )
    return TrackedSweep(start, folder, read_config(folder))


def _address(tracked: "TrackedSweep") -> str:
    from lstm_sweep.tracking.destination import whole_address

    name, uri = tracked.start.name, tracked.config["tracking"]["uri"]
    require(
        uri is not None,
        f"sweep {name} was run with tracking.uri=null, so the address must be told: add tracking.uri=URI.",
    )
    return whole_address(str(uri), f"sweep {name}")


def _deliver(uri: str, artifacts: Path, tracked: "TrackedSweep") -> int:
    from lstm_sweep.redaction import redacted
    from lstm_sweep.tracking.background import Background
    from lstm_sweep.tracking.destination import while_served
    from lstm_sweep.tracking.mlflow.delivery import Delivery
    from lstm_sweep.tracking.mlflow.errors import STORE_ERRORS, refusing
    from lstm_sweep.tracking.mlflow.tracker import undelivered

    delivery = Delivery(uri, artifacts, tracked)
    with contextlib.suppress(*STORE_ERRORS), refusing(uri):  # what is not refused may be well in a moment
        delivery.connect()
    num_missing = delivery.num_missing()
    background = Background(delivery.deliver)
    if not background.close(delivery.close, lambda: delivery.progress):
        print(f"error: {undelivered(uri, delivery, background)}: repeat this later.", file=sys.stderr)
        return 1
    missed = f"{num_missing:,} records of {tracked.start.name} were delivered to" if num_missing else ""
    print(f"{missed or f'Nothing of {tracked.start.name} was missing in'} MLflow at {redacted(uri)}")
    address = delivery.address()
    if address:
        print(f"Trials of {tracked.start.name}, best first: {address}{while_served(uri)}")
    return 0


COMMAND = Command(_help, _run, after_interrupt="the same command resumes it")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
