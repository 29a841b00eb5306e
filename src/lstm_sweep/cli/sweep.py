"""`python -m src.sweep +experiment=NAME [setting=value ...]`: one sweep, from the command line."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lstm_sweep.errors import UserError

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from lstm_sweep.config import Config

_STARTED = time.perf_counter()
_CONF = Path(__file__).resolve().parents[3] / "conf"


def main() -> int:
    """Run the command.

    Returns:
        0, 2 after one sentence where the command or the data is wrong, 130 after Ctrl-C, 143 after SIGTERM.
    """
    if {"--help", "-h"} & set(sys.argv[1:]):
        from lstm_sweep.cli.composition.help import help_text

        print(help_text(_CONF))
        return 0
    try:
        arguments = _whole(sys.argv[1:])
        composed = _compose(arguments)
        return 0 if composed is None else _run(_typed(composed), arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: what has finished is kept, and resume=true goes on with it", file=sys.stderr)
        return 130


def _compose(arguments: list[str]) -> "DictConfig | None":
    """Let Hydra read conf/ and the command; None where it only printed something (--cfg, --info)."""
    import hydra
    from hydra.errors import HydraException
    from omegaconf import DictConfig
    from omegaconf.errors import OmegaConfBaseException

    from lstm_sweep.cli.composition.overrides import clear_before_search
    from lstm_sweep.cli.composition.schema import register_schema
    from lstm_sweep.cli.composition.sentences import sentence

    captured: list[DictConfig] = []
    register_schema()
    # Hydra would print the cause of an error and exit with 1; this makes it raise.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv[1:] = clear_before_search(arguments)
    try:
        # The sweep itself runs after Hydra has returned: inside, Hydra would report its errors a second time.
        hydra.main(config_path=str(_CONF), config_name="config", version_base="1.3")(captured.append)()
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise UserError(sentence(error, _CONF)) from error
    return captured[0] if captured else None


def _whole(arguments: list[str]) -> list[str]:
    if not any(argument.startswith("resume=") for argument in arguments):
        return arguments
    from lstm_sweep.cli.composition.command import whole_arguments

    return whole_arguments(arguments)


def _typed(composed: "DictConfig") -> "Config":
    from omegaconf import OmegaConf

    from lstm_sweep.cli.composition.sentences import refuse_unknown_and_missing

    refuse_unknown_and_missing(composed)
    return cast("Config", OmegaConf.to_object(composed))


def _run(config: "Config", arguments: list[str]) -> int:
    # Keras reads its backend once, at its first import; TensorFlow, where it is asked for, is told to be quiet.
    os.environ["KERAS_BACKEND"] = config.runner.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from lstm_sweep.cli.composition.command import written_command
    from lstm_sweep.sweep.pipeline import Interrupted, run_sweep

    try:
        run_sweep(config, written_command(arguments), _STARTED)
    except Interrupted as interrupted:
        print(f"interrupted: {interrupted}", file=sys.stderr)
        return 128 + interrupted.signal
    return 0


if __name__ == "__main__":
    sys.exit(main())
