"""One sweep, from its experiment to the verdict."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import STARTED, Command
from lstm_sweep.cli.environment import environment_explained
from lstm_sweep.sweep.asked import quit_if_interrupted

if TYPE_CHECKING:
    from lstm_sweep.config import Config

_UNTOUCHED = "nothing was trained, and nothing was changed"


def _help() -> str:
    from lstm_sweep.cli.composition.help import help_text

    return help_text()


def _run(arguments: Sequence[str]) -> int:
    """Returns 0, or 128 + the number of the signal that stopped the sweep."""
    quit_if_interrupted(_UNTOUCHED)
    from lstm_sweep.cli.composition.compose import compose_command
    from lstm_sweep.cli.composition.flags import refuse_flags
    from lstm_sweep.cli.composition.overrides import quote_literal
    from lstm_sweep.cli.composition.typed import whole_arguments

    refuse_flags(arguments)
    whole = whole_arguments(arguments)
    config = compose_command(quote_literal(whole))
    return 0 if config is None else _sweep(config, whole)


def _sweep(config: "Config", arguments: Sequence[str]) -> int:
    from lstm_sweep.sweep.early import check_early

    check_early(config)
    wanted = os.environ.get("KERAS_BACKEND", config.runner.backend)
    if wanted != config.runner.backend:
        print(
            f"KERAS_BACKEND={wanted} is not followed: runner.backend={config.runner.backend} decides", file=sys.stderr
        )
    # Keras reads its backend once, at its first import; TensorFlow, where it is asked for, is told to be quiet.
    os.environ["KERAS_BACKEND"] = config.runner.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from lstm_sweep.cli.composition.typed import written_command

    with environment_explained():
        from lstm_sweep.sweep.pipeline import Interrupted, run_sweep

    try:
        run_sweep(config, written_command(arguments), STARTED)
    except Interrupted as interrupted:
        print(f"interrupted: {interrupted}", file=sys.stderr)
        return 128 + interrupted.signal
    return 0


COMMAND = Command(_help, _run, after_interrupt=_UNTOUCHED)

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
