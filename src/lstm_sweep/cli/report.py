"""`python -m src.report sweep=NAME`: makes sweeps/NAME/report.html again, from what is on disk.

One file that needs no network: the verdict, every trial beside naive, forecasts, errors, learning curves, what each
setting did, and how to repeat it. Nothing is trained or scored.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import UserError


def main(arguments: Sequence[str]) -> int:
    """Run the command.

    Returns:
        0, or 2 after one sentence where the command or the folder is wrong.
    """
    if {"--help", "-h"} & set(arguments):
        print(__doc__)
        return 0
    try:
        options = read_options(arguments, "src.report", {"sweep": "NAME"})
        from lstm_sweep.report.page.build import write_report
        from lstm_sweep.storage.folder import SWEEPS

        print(write_report(Path(SWEEPS, options["sweep"])))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
