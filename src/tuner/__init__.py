"""The search: ask the oracle, train, tell the oracle, and put everything on disk on the way."""

from src.tuner.recorder import Recorder
from src.tuner.stopping import Stopping
from src.tuner.training import Training
from src.tuner.trial_fits import make_fits
from src.tuner.tuner import tune

__all__ = ["Recorder", "Stopping", "Training", "make_fits", "tune"]
