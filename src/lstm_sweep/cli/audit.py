"""Does plain Keras on TensorFlow find the numbers of a sweep?"""

import os
import sys
from collections.abc import Sequence

from lstm_sweep.cli.command import Command
from lstm_sweep.cli.options import read_options
from lstm_sweep.config.checks import installed
from lstm_sweep.invocation import spelled

TOLERANCE = 1e-3
"""Largest deviation that passes, relative to the larger of the two numbers and, for a skill, to 1."""


def _help() -> str:
    return f"""{spelled("audit")} sweep=NAME [trial=ID]

Does plain Keras on TensorFlow find the numbers of a sweep? Retrains the fits of one trial of a finished sweep (the
winner's, unless told) with keras.Model.fit on TensorFlow, and prints how far every metric and forecast is from what
the sweep recorded. Exit status 1 beyond tolerance."""


def _run(arguments: Sequence[str]) -> int:
    """Returns 0 within tolerance, 1 beyond it."""
    options = read_options(arguments, "audit", {"sweep": "NAME", "trial": "ID"})
    from lstm_sweep.storage.folder import finished

    folder = finished(options["sweep"])
    installed("tensorflow", "tensorflow", "an audit")
    # Another backend than the one that trained, so that agreement means something.
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from lstm_sweep.evaluation.audit import retrain

    report = retrain(folder, options.get("trial"))
    for name, deviation in report.items():
        print(f"{name:<24}{deviation:.2e}")
    worst = max(report.values())
    print(f"{'within' if worst <= TOLERANCE else 'BEYOND'} the tolerance of {TOLERANCE:g}")
    return 0 if worst <= TOLERANCE else 1


COMMAND = Command(_help, _run, after_interrupt="nothing was changed")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
