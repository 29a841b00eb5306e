"""The runner that a config names, and what it says of itself."""

from typing import Any

from lstm_sweep.config import FusedRunnerConfig, RunnerConfig
from lstm_sweep.training.runner import Runner


def build_runner(config: RunnerConfig) -> Runner:
    """Build a runner; its libraries are imported here and not before."""
    if isinstance(config, FusedRunnerConfig):
        from lstm_sweep.training.fused.runner import FusedRunner

        return FusedRunner(
            max_members=config.max_members, checkpoint_seconds=config.checkpoint_seconds, native=config.native
        )
    _devices(config)  # which refuses those that are not there
    from lstm_sweep.training.sequential import SequentialRunner

    return SequentialRunner(config.checkpoint_seconds)


def describe_runner(config: RunnerConfig) -> dict[str, Any]:
    """What a runner trains on, as far as bits depend on it.

    The runner must have been built before, as it settles the devices.

    Returns:
        `devices`, a name for each, and for the fused runner `lstm`, what compiled it: its own C code, or XLA's, rounds
        in its own way.
    """
    return {"devices": _devices(config), **_lstm(config)}


def _devices(config: RunnerConfig) -> list[str]:
    if config.backend == "tensorflow":
        import keras

        return list(keras.distribution.list_devices())
    from lstm_sweep.training.fused.devices import device_kinds

    return device_kinds()


def _lstm(config: RunnerConfig) -> dict[str, str]:
    if not isinstance(config, FusedRunnerConfig):
        return {}
    from lstm_sweep.training.fused.native.library import library_for

    library = library_for(config.native)
    return {"lstm": "XLA" if library is None else library.made_by}
