"""Composes the settings of a sweep from conf/ and from what was typed, by Hydra."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

import hydra
import yaml
from hydra.core.global_hydra import GlobalHydra
from hydra.core.singleton import Singleton
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from lstm_sweep.cli.composition.conf import check_experiment, own_conf, shipped_conf
from lstm_sweep.cli.composition.multirun import refuse_multirun
from lstm_sweep.cli.composition.overrides import repaired, restored
from lstm_sweep.cli.composition.schema import register_schema
from lstm_sweep.cli.composition.sentences import (
    OF_A_LIVE_PROCESS,
    OF_A_RECORDER,
    OF_A_STORE,
    OF_A_SWEEP,
    KnownSettings,
    refuse_unknown_and_missing,
    sentence,
)
from lstm_sweep.config import Config, LiveConfig, LiveSettings, RecordConfig, StoreConfig
from lstm_sweep.config.spelling import spell_value
from lstm_sweep.errors import UserError, require

_CONFIG_DIR = ("--config-dir", "-cd")


def compose_command(arguments: Sequence[str]) -> Config | None:
    """The settings that a command line stands for, or None where Hydra only printed something (--cfg, --info).

    Args:
        arguments: as typed, Hydra's own flags included.

    Raises:
        UserError: where they cannot be read, name what does not exist, or have values that do not go together.
    """
    captured: list[DictConfig] = []
    refuse_multirun(arguments)
    check_experiment(arguments)
    own = own_conf()
    named = any(each.split("=")[0] in _CONFIG_DIR for each in arguments)
    search = [] if own is None or named else ["--config-dir", str(own)]
    sys.argv[1:] = [*search, *repaired(arguments)]
    run: Callable[[], None] = hydra.main(config_path=str(shipped_conf()), config_name="config", version_base="1.3")(
        captured.append
    )
    with _explained(OF_A_SWEEP):
        # The sweep itself runs after Hydra has returned: inside, Hydra would report its errors a second time.
        run()
    require(
        len(captured) < 2,
        f"a command must be one sweep, but a file of conf/ asks for {len(captured)} runs (hydra.mode, hydra.sweeper): "
        "remove that there, and write what is to be tried below search.",
    )
    return _typed(captured[0]) if captured else None


def compose_settings(overrides: Sequence[str]) -> Config:
    """The settings that `overrides` stand for, without a command line.

    Args:
        overrides: as they would be typed ('+experiment=dropout', 'model.units=8').

    Raises:
        UserError: as `compose_command`.
    """
    check_experiment(overrides)
    return _typed(_composed("config", overrides, OF_A_SWEEP))


def compose_live(overrides: Sequence[str]) -> LiveConfig:
    """The settings of a live process ('live.replay=1'), from conf/live.yaml.

    Args:
        overrides: as they would be typed.

    Raises:
        UserError: where they name what does not exist, or have values that do not go together.
    """
    return cast(LiveSettings, _object("live", overrides, OF_A_LIVE_PROCESS)).live


def compose_record(overrides: Sequence[str]) -> RecordConfig:
    """The settings of a recorder ('exchange=binance'), from conf/record.yaml.

    Args:
        overrides: as they would be typed.

    Raises:
        UserError: as `compose_live`.
    """
    return cast(RecordConfig, _object("record", overrides, OF_A_RECORDER))


def compose_store(overrides: Sequence[str]) -> StoreConfig:
    """What is asked of a store ('store=market'), from conf/store.yaml.

    Args:
        overrides: as they would be typed.

    Raises:
        UserError: as `compose_live`.
    """
    return cast(StoreConfig, _object("store", overrides, OF_A_STORE))


def _object(name: str, overrides: Sequence[str], settings: KnownSettings) -> object:
    """What conf/<name>.yaml and `overrides` come to, typed and checked."""
    composed = _composed(name, overrides, settings)
    refuse_unknown_and_missing(composed, settings)
    try:
        return OmegaConf.to_object(composed)
    except OmegaConfBaseException as error:
        raise UserError(sentence(error, settings)) from error


def _composed(name: str, overrides: Sequence[str], settings: KnownSettings) -> DictConfig:
    """What conf/<name>.yaml and `overrides` come to."""
    own = own_conf()
    search = [] if own is None else [f"hydra.searchpath={spell_value([f'file://{own}'])}"]
    with _explained(settings), _own_hydra(), hydra.initialize_config_dir(str(shipped_conf()), version_base="1.3"):
        return hydra.compose(name, overrides=[*search, *repaired(overrides)])


@contextmanager
def _own_hydra() -> Iterator[None]:
    """Set the process's Hydra aside, which the caller may be an application of."""
    before = Singleton.get_state()
    GlobalHydra.instance().clear()
    try:
        yield
    finally:
        Singleton.set_state(before)


@contextmanager
def _explained(settings: KnownSettings) -> Iterator[None]:
    register_schema()
    # Hydra would print the cause of an error and exit with 1; this makes it raise.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    try:
        yield
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise UserError(sentence(error, settings)) from error
    except yaml.YAMLError as error:
        raise UserError(
            f"a file of conf/ must be YAML, but is not ({' '.join(str(error).split())}): mend it."
        ) from error


def _typed(composed: DictConfig) -> Config:
    try:
        refuse_unknown_and_missing(composed)
        return restored(cast(Config, OmegaConf.to_object(composed)))
    except OmegaConfBaseException as error:
        raise UserError(sentence(error)) from error
