"""`python -m src.sweep +experiment=NAME [setting=value ...]`: one sweep, from the command line."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from src.errors import UserError

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from src.config import Config

_STARTED = time.perf_counter()
_CONF = Path(__file__).resolve().parents[1] / "conf"


def main() -> int:
    """Run the command.

    Returns:
        0, 2 after one sentence where the command or the data is wrong, 130 after Ctrl-C.
    """
    if {"--help", "-h"} & set(sys.argv[1:]):
        from src.command_line.help import help_text

        print(help_text(_CONF))
        return 0
    try:
        composed = _compose()
        if composed is not None:
            _run(_typed(composed))
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted: what has finished lies in the folder of the sweep", file=sys.stderr)
        return 130
    return 0


def _compose() -> "DictConfig | None":
    """Let Hydra read conf/ and the command; None where it only printed something (--cfg, --info)."""
    import hydra
    from hydra.errors import HydraException
    from omegaconf import DictConfig
    from omegaconf.errors import OmegaConfBaseException

    from src.command_line.overrides import clear_before_search
    from src.command_line.schema import register_schema
    from src.command_line.sentences import sentence

    captured: list[DictConfig] = []
    register_schema()
    # Hydra would print the cause of an error and exit with 1; this makes it raise.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv[1:] = clear_before_search(sys.argv[1:])
    try:
        # The sweep itself runs after Hydra has returned: inside, Hydra would report its errors a second time.
        hydra.main(config_path=str(_CONF), config_name="config", version_base="1.3")(captured.append)()
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise UserError(sentence(error, _CONF)) from error
    return captured[0] if captured else None


def _typed(composed: "DictConfig") -> "Config":
    from omegaconf import OmegaConf

    from src.command_line.sentences import refuse_unknown_and_missing

    refuse_unknown_and_missing(composed)
    return cast("Config", OmegaConf.to_object(composed))


def _run(config: "Config") -> None:
    # Keras reads its backend once, at its first import; TensorFlow, where it is asked for, is told to be quiet.
    os.environ["KERAS_BACKEND"] = config.runner.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from src.pipeline import run_sweep

    run_sweep(config, _STARTED)


if __name__ == "__main__":
    sys.exit(main())
