"""Every forecast of a live process, made again and compared to the bit."""

import os
import sys
from collections.abc import Sequence

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.invocation import spelled

_OPTIONS = {"model": "NAME", "sweep": "NAME", "live.name": "NAME"}


def _help() -> str:
    command = spelled("replay")
    return f"""{command} model=NAME|sweep=NAME|live.name=NAME

Makes every forecast and every score of a live process again, from the bars and the versions that it wrote down in
live/<name>/, and compares them: equal to the bit, or the first that differs and exit status 1. It may be at work.

  {command} model=btc"""


def _run(arguments: Sequence[str]) -> int:
    """Returns 0 where all are equal, 1 where one differs."""
    options = read_options(arguments, "replay", _OPTIONS, needed=tuple(_OPTIONS))
    os.environ.setdefault("KERAS_BACKEND", "jax")
    from lstm_sweep.live.opening import find_folder
    from lstm_sweep.live.replaying import replay

    ((about, name),) = options.items()
    folder = find_folder(f"sweep {name}" if about == "sweep" else name)
    found = replay(folder)
    if found.difference:
        print(f"{folder}: {found.forecasts:,} forecasts are equal, then one differs: {found.difference}")
        return 1
    print(
        f"{folder}: {found.forecasts:,} forecasts and {found.scores:,} scores over {found.bars:,} bars are equal to "
        f"the bit when made again ({found.late:,} came late)"
    )
    return 0


COMMAND = Command(_help, _run, after_interrupt="nothing was changed")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
