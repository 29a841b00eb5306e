"""The fused runner alone, without trackers, on populations of growing size, each one twice: compiled now, and before.

Needs Keras, JAX, NumPy and pandas only, so that it runs on a GPU machine on which the rest is not installed.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.contenders.turns import Turns
from lstm_sweep.config import FusedRunnerConfig, ModelConfig, SyntheticData, TrainingConfig, WindowsConfig
from lstm_sweep.data.load import load_series
from lstm_sweep.training.build import build_runner
from lstm_sweep.training.runner import FitListener
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome
from lstm_sweep.trials.spec import FitSpec


class Deaf(FitListener):
    """Hears of nothing: only training is timed."""

    def on_epoch(self, record: EpochRecord) -> None:
        """An epoch has ended."""

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """A fit can go on from here."""

    def on_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended."""

    def must_stop(self) -> bool:
        """Never."""
        return False


def describe_fits(settings: dict[str, Any], num_fits: int) -> list[FitSpec]:
    """As many fits of one shape, with seeds and dropout rates of their own.

    Args:
        settings: sections `windows`, `model` and `training`.
        num_fits: how many.
    """
    windows, training = WindowsConfig(**settings["windows"]), TrainingConfig(**settings["training"])
    return [
        FitSpec(
            trial_id=f"{number:04}",
            replicate=0,
            fold=0,
            seed=derive_seed(0, number, 0),
            windows=windows,
            features=(),
            model=ModelConfig(**settings["model"] | {"dropout": 0.1 * (number % 4)}),
            training=training,
        )
        for number in range(num_fits)
    ]


def peak_memory() -> int | None:
    """Most memory of the first device that was in use so far, bytes; None where it does not tell."""
    import jax

    return (jax.local_devices()[0].memory_stats() or {}).get("peak_bytes_in_use")


def main() -> None:
    job, turns = json.loads(Path(sys.argv[1]).read_text()), Turns()
    series = load_series(SyntheticData(**job["data"]), ())
    turns.open()
    for size in job["sizes"]:
        runner = build_runner(FusedRunnerConfig("fused", "jax", checkpoint_seconds=60, max_members=size, native=False))
        for cache in ("cold", "warm"):
            turns.next()
            outcomes = runner.run(series, describe_fits(job["sections"], size), Deaf())
            failed = [asdict(outcome)["message"] for outcome in outcomes if outcome.status != "completed"]
            if failed:
                raise RuntimeError(failed[0])
            losses = [outcome.val_loss for outcome in outcomes]
            turns.end(size, cache=f"{size}, {cache}", val_losses=losses, details={"peak_memory": peak_memory()})
    turns.finish()


if __name__ == "__main__":
    main()
