"""`python -m src.report sweep=NAME`: makes sweeps/NAME/report.html again, from what is on disk.

One file that needs no network: the verdict, every trial beside naive, forecasts, errors, learning curves, what each
setting did, and how to repeat it. Nothing is trained or scored.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from src.errors import UserError, require


def main(arguments: Sequence[str]) -> int:
    """Run the command.

    Returns:
        0, or 2 after one sentence where the command or the folder is wrong.
    """
    if {"--help", "-h"} & set(arguments):
        print(__doc__)
        return 0
    try:
        sweep = _sweep(arguments)
        from src.report.build import write_report
        from src.sweep_folder import SWEEPS

        print(write_report(Path(SWEEPS, sweep)))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _sweep(arguments: Sequence[str]) -> str:
    found = None
    for argument in arguments:
        name, _, value = argument.partition("=")
        require(
            name == "sweep" and bool(value),
            f"an argument must be sweep=NAME, but is {argument!r}: see python -m src.report --help.",
        )
        found = value
    require(found is not None, "the sweep must be named, but is not: add sweep=NAME.")
    return str(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
