"""`python -m src.audit sweep=NAME [trial=ID]`: does plain Keras on TensorFlow find the numbers of a sweep?

Retrains the fits of one trial of a finished sweep (the winner's, unless told) with `keras.Model.fit` on TensorFlow,
and prints how far every metric and forecast is from what the sweep recorded. Exit status 1 beyond tolerance.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.cli.options import read_options
from lstm_sweep.config.checks import installed
from lstm_sweep.errors import UserError

TOLERANCE = 1e-3
"""Largest deviation that passes, relative to the larger of the two numbers and, for a skill, to 1."""


def main(arguments: Sequence[str]) -> int:
    """Run the command.

    Returns:
        0 within tolerance, 1 beyond it, 2 after one sentence where the command is wrong.
    """
    if {"--help", "-h"} & set(arguments):
        print(__doc__)
        return 0
    try:
        options = read_options(arguments, "src.audit", {"sweep": "NAME", "trial": "ID"})
        installed("tensorflow", "tensorflow", "an audit")
        # Another backend than the one that trained, so that agreement means something.
        os.environ["KERAS_BACKEND"] = "tensorflow"
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        from lstm_sweep.evaluation.audit import retrain
        from lstm_sweep.storage.folder import SWEEPS

        report = retrain(Path(SWEEPS, options["sweep"]), options.get("trial"))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name, deviation in report.items():
        print(f"{name:<24}{deviation:.2e}")
    worst = max(report.values())
    print(f"{'within' if worst <= TOLERANCE else 'BEYOND'} the tolerance of {TOLERANCE:g}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
