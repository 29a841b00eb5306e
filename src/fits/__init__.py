"""The unit of work, as frozen values, and the interface of what trains it.

A fit is one model trained once: trial x seed x fold. The tuner makes `FitSpec`s, a runner turns them into
`FitOutcome`s, and reports an `EpochRecord` after every epoch on the way.
"""

from src.fits.identity import derive_seed, fit_id
from src.fits.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from src.fits.runner import FitListener, Runner, Stopped
from src.fits.spec import FitSpec, Trial
from src.fits.training import Checkpoint, Kept, TrainingState, Weights

__all__ = [
    "Checkpoint",
    "EpochRecord",
    "FitListener",
    "FitOutcome",
    "FitSpec",
    "FitStatus",
    "Kept",
    "Runner",
    "Stopped",
    "TrainingState",
    "Trial",
    "TrialResult",
    "Weights",
    "derive_seed",
    "fit_id",
]
