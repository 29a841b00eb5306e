"""The runner that a config names."""

from src.config import FusedRunnerConfig, RunnerConfig
from src.fits import Runner


def build_runner(config: RunnerConfig) -> Runner:
    """Build a runner; its libraries are imported here and not before."""
    if isinstance(config, FusedRunnerConfig):
        from src.runners.fused.runner import FusedRunner

        return FusedRunner(
            max_members=config.max_members, checkpoint_seconds=config.checkpoint_seconds, native=config.native
        )
    from src.runners.sequential import SequentialRunner

    return SequentialRunner(config.checkpoint_seconds)
