"""Opens TensorBoard on sweeps."""

import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled

if TYPE_CHECKING:
    from lstm_sweep.tracking.tensorboard.shown import ShownRuns

_OPTIONS = {"sweep": "NAME", "host": "NAME", "port": "NUMBER", "runs": "NUMBER"}
_PAUSE = 5.0
"""Seconds between looks for new runs."""


def _help() -> str:
    return f"""{spelled("tensorboard")} [sweep=NAME] [host=NAME] [port=NUMBER] [runs=NUMBER]

Opens TensorBoard on the latest sweep: learning curves of every fit, all trials beside naive in one table, the verdict.
Runs that come while it is open are found.

sweep=a,b     opens it on these sweeps, sweep=all on every one
host=0.0.0.0  lets everyone in who reaches this machine; unless told, only this machine (127.0.0.1)
port=6007     listens there; unless told, on 6006 or the next port that is free
runs=all      shows every run; unless told, those of the best trials where there are more than 500, beyond which
              TensorBoard draws no curve until you tick its run"""


def _run(arguments: Sequence[str]) -> int:
    """Returns once Ctrl-C ends it."""
    options = read_options(arguments, "tensorboard", _OPTIONS, needed=())
    port = _number(options, "port", 65535)
    from lstm_sweep.tracking.tensorboard.chosen import ALL, MOST_RUNS, chosen_sweeps

    most_runs = None if options.get("runs") == ALL else _number(options, "runs", 10**7, f"{ALL} or ") or MOST_RUNS

    sweeps = chosen_sweeps(options.get("sweep"))
    from lstm_sweep.tracking.tensorboard.serve import serve, wait_until_read
    from lstm_sweep.tracking.tensorboard.shown import ShownRuns

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the folder of links is removed
    with TemporaryDirectory(prefix="tensorboard-") as root:
        with suppress(KeyboardInterrupt):
            shown = ShownRuns(Path(root), sweeps, most_runs)
            shown.describe()
            shown.link()
            address = serve(Path(root), options.get("host", "127.0.0.1"), port)
            wait_until_read(address, shown.num_runs)
            print(_opened(sweeps, shown, address), flush=True)
            while True:
                time.sleep(_PAUSE)
                shown.link()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # `timeout` sends two, of which the second would spare the folder
    return 0


def _number(options: Mapping[str, str], name: str, highest: int, or_else: str = "") -> int | None:
    told = options.get(name)
    is_sound = told is None or bool(re.fullmatch(r"[0-9]{1,9}", told) and 1 <= int(told) <= highest)
    require(
        is_sound, f"{name} must be {or_else}a number from 1 to {highest}, but is {told!r}: change it, or leave it out."
    )
    return None if told is None else int(told)


def _opened(sweeps: Sequence[Path], shown: "ShownRuns", address: str) -> str:
    """What is shown, and the addresses of its pages."""
    names = sweeps[0].name if len(sweeps) == 1 else f"{len(sweeps)} sweeps"
    total = shown.num_runs + shown.num_left_out
    left_out = [
        f"  {shown.num_runs:,} of {total:,} runs are shown, the best trials first: runs=all shows every one, but "
        "TensorBoard then draws no curve until you tick its run"
    ]
    return "\n".join(
        [
            f"TensorBoard of {names} (Ctrl-C ends it)",
            f"  learning curves   {address}#timeseries",
            f"  trials and naive  {address}#hparams",
            f"  the verdict       {address}#text&regexInput={shown.run_of_verdict}",
            *(left_out if shown.num_left_out else []),
            *(f"  {remark}" for remark in shown.remarks),
        ]
    )


COMMAND = Command(_help, _run, after_interrupt="nothing was changed")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
