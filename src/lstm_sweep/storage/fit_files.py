"""The arrays of fits, a file for each: what a finished one came to, and the checkpoint of an unfinished one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.errors import require
from lstm_sweep.storage.files import load_arrays, save_arrays
from lstm_sweep.trials.checkpoint import Checkpoint, Kept, TrainingState, Weights
from lstm_sweep.trials.outcome import FitOutcome

Arrays = Mapping[str, NDArray[Any]]

_STATE = ("weight", "optimizer")
_NUMBERS = ("epoch", "score", "val_loss", "seconds")


@dataclass(frozen=True)
class StoredFit:
    """What a completed fit left.

    Attributes:
        weights: that count, in Keras' order.
        validation_forecast: float64 `(window, horizon)`, price units.
    """

    weights: Weights = field(repr=False)
    validation_forecast: NDArray[np.float64] = field(repr=False)


@final
class FitFiles:
    """The arrays in the folder of one sweep, by fit id; every file is whole or not there, nothing is unpickled.

    `fits/` is kept. `states/` holds what a later rung may resume from, `checkpoints/` what an interrupted fit resumes
    from; both are removed as soon as nothing needs them.
    """

    def __init__(self, folder: Path) -> None:
        """Read and write below `folder`, sweeps/<name>/."""
        self._folder = folder

    def save(self, outcome: FitOutcome, with_state: bool) -> None:
        """Keep what a completed fit came to, and its last state where a later rung may resume from it."""
        if outcome.weights is None or outcome.validation_forecast is None:
            return
        if with_state and outcome.state is not None:
            save_arrays(self._path("states", outcome.spec.fit_id), _state_arrays(outcome.state))
        arrays = _named("weight", outcome.weights) | {"validation_forecast": outcome.validation_forecast}
        save_arrays(self._path("fits", outcome.spec.fit_id), arrays)

    def load(self, fit_id: str) -> StoredFit:
        """What a completed fit came to.

        Raises:
            UserError: where the file is damaged or gone.
        """
        arrays = _load(self._path("fits", fit_id), ["weight"], ["validation_forecast"])
        return StoredFit(_numbered("weight", arrays), arrays["validation_forecast"])

    def load_state(self, fit_id: str) -> TrainingState:
        """The last state of a completed fit that is promotable.

        Raises:
            UserError: where the file is damaged or gone.
        """
        return _state(_load(self._path("states", fit_id), _STATE))

    def remove_state(self, fit_id: str) -> None:
        """No later rung resumes from this fit."""
        self._path("states", fit_id).unlink(missing_ok=True)

    def save_checkpoint(self, fit_id: str, checkpoint: Checkpoint) -> None:
        """Keep a checkpoint of a fit, in place of the one before."""
        kept = checkpoint.kept
        numbers = {"epoch": kept.epoch, "score": kept.score, "val_loss": kept.val_loss, "seconds": checkpoint.seconds}
        arrays = {
            **_state_arrays(checkpoint.state),
            **_named("kept", kept.weights),
            "val_losses": np.array(checkpoint.val_losses, np.float64),
            "validation_forecast": kept.validation_forecast,
            **{name: np.array(number) for name, number in numbers.items()},
        }
        save_arrays(self._path("checkpoints", fit_id), arrays)

    def load_checkpoint(self, fit_id: str) -> Checkpoint | None:
        """The checkpoint to resume a fit from, or None where it starts afresh.

        Raises:
            UserError: where the file is damaged.
        """
        path = self._path("checkpoints", fit_id)
        if not path.exists():
            return None
        arrays = _load(path, [*_STATE, "kept"], ["val_losses", "validation_forecast", *_NUMBERS])
        kept = Kept(
            epoch=int(arrays["epoch"]),
            score=float(arrays["score"]),
            val_loss=float(arrays["val_loss"]),
            validation_forecast=arrays["validation_forecast"],
            weights=_numbered("kept", arrays),
        )
        return Checkpoint(_state(arrays), tuple(arrays["val_losses"].tolist()), kept, float(arrays["seconds"]))

    def remove_checkpoint(self, fit_id: str) -> None:
        """The fit has ended."""
        self._path("checkpoints", fit_id).unlink(missing_ok=True)

    def _path(self, kind: str, fit_id: str) -> Path:
        return self._folder / kind / f"{fit_id}.npz"


def _load(path: Path, numbered: Sequence[str], alone: Sequence[str] = ()) -> Arrays:
    """The arrays `weight_0`, `weight_1` ... of each kind, and those that stand alone: none missing, no others."""
    arrays = load_arrays(path)
    counted = {f"{kind}_{number}" for kind in numbered for number in range(_count(kind, arrays))}
    require(
        counted | set(alone) == set(arrays),
        f"{path} must hold {', '.join([*numbered, *alone])}, but holds {', '.join(sorted(arrays)[:9])}: restore it.",
    )
    return arrays


def _state_arrays(state: TrainingState) -> dict[str, NDArray[Any]]:
    return _named("weight", state.weights) | _named("optimizer", state.optimizer)


def _state(arrays: Arrays) -> TrainingState:
    return TrainingState(_numbered("weight", arrays), _numbered("optimizer", arrays))


def _named(kind: str, arrays: Weights) -> dict[str, NDArray[Any]]:
    return {f"{kind}_{number}": array for number, array in enumerate(arrays)}


def _numbered(kind: str, arrays: Arrays) -> Weights:
    return tuple(arrays[f"{kind}_{number}"] for number in range(_count(kind, arrays)))


def _count(kind: str, arrays: Arrays) -> int:
    return sum(name.startswith(f"{kind}_") for name in arrays)
