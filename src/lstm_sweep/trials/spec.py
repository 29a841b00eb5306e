"""A trial, and the fits that it is made of."""

from dataclasses import dataclass, field
from typing import Any

from lstm_sweep.config import ModelConfig, TrainingConfig, WindowsConfig
from lstm_sweep.trials.checkpoint import Checkpoint, TrainingState
from lstm_sweep.trials.identity import fit_id


@dataclass(frozen=True)
class Trial:
    """One point of the search space.

    Attributes:
        trial_id: unique within the sweep, as the oracle names it, safe in file names.
        values: swept values by path ('model.dropout').
    """

    trial_id: str
    values: dict[str, Any]


@dataclass(frozen=True)
class FitSpec:
    """One fit, ready to train.

    Attributes:
        trial_id: of its trial.
        replicate: number of the seed, 0 .. seeds - 1.
        fold: number of the walk-forward split, or None where there is one chronological split.
        seed: `derive_seed(sweep_seed, replicate, fold or 0)`.
        windows: how the series becomes windows, with the spans of the fold.
        features: covariates that the model reads beside the price.
        model: the LSTM.
        training: how it is trained; `training.epochs` is the last epoch, counted from the very start.
        initial_epoch: epochs that `start` was trained for.
        parent_id: trial whose fit of the same replicate and fold is the source of `start` (warm start), or None.
        start: state to warm-start from, or None for fresh weights; without a parent it is what `training.init` names.
        checkpoint: of this very fit, to resume from after an interruption; it is past `initial_epoch` and replaces
            `start`.
    """

    trial_id: str
    replicate: int
    fold: int | None
    seed: int
    windows: WindowsConfig
    features: tuple[str, ...]
    model: ModelConfig
    training: TrainingConfig
    initial_epoch: int = 0
    parent_id: str | None = None
    start: TrainingState | None = field(default=None, compare=False, repr=False)
    checkpoint: Checkpoint | None = field(default=None, compare=False, repr=False)

    @property
    def fit_id(self) -> str:
        """Unique within the sweep and safe in file names once split at its slashes."""
        return fit_id(self.trial_id, self.replicate, self.fold)
