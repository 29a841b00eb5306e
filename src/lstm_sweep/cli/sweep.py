"""One sweep, from its experiment to the verdict."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import STARTED, Command
from lstm_sweep.cli.environment import environment_explained
from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.sweep.asked import quit_if_interrupted

if TYPE_CHECKING:
    from lstm_sweep.config import Config

_UNTOUCHED = "nothing was trained, and nothing was changed"


CHECK = "--check"
"""Shows the data of a sweep, and trains nothing."""


def _help() -> str:
    from lstm_sweep.cli.composition.help import help_text

    return help_text()


def _run(arguments: Sequence[str]) -> int:
    """Returns 0, or 128 + the number of the signal that stopped the sweep."""
    quit_if_interrupted(_UNTOUCHED)
    from lstm_sweep.cli.composition.compose import compose_command
    from lstm_sweep.cli.composition.flags import refuse_flags
    from lstm_sweep.cli.composition.literal import quote_literal
    from lstm_sweep.cli.composition.typed import whole_arguments

    settings = [each for each in arguments if each != CHECK]
    require(
        bool(settings),
        f"a sweep must be told what to try, but nothing was typed: add +experiment=NAME, or name=one for a single "
        f"configuration, or see {spelled('sweep')} --help.",
    )
    refuse_flags(settings)
    whole = whole_arguments(settings)
    config = compose_command(quote_literal(whole))
    if config is None:
        return 0
    return _show_data(config) if CHECK in arguments else _sweep(config, whole)


def _show_data(config: "Config") -> int:
    from lstm_sweep.data.load import load_series
    from lstm_sweep.data.preview import preview
    from lstm_sweep.search.candidates import all_features, takes_any_sign
    from lstm_sweep.search.space import build_space

    space = build_space(config)
    print(preview(load_series(config.data, all_features(config, space), takes_any_sign(config, space))), end="")
    return 0


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
