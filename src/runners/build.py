"""The runner that a config names."""

from src.config import RunnerConfig
from src.fits import Runner


def build_runner(config: RunnerConfig) -> Runner:
    """Build a runner; its libraries are imported here and not before."""
    if config.kind == "fused":
        from src.runners.fused.runner import FusedRunner

        return FusedRunner(max_members=config.max_members)
    from src.runners.sequential import SequentialRunner

    return SequentialRunner()
