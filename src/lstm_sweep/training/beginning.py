"""Training that goes on from a forecaster: with its weights, and with its scaler, which they cannot be read without."""

from dataclasses import replace
from pathlib import Path

from lstm_sweep.forecaster import Forecaster
from lstm_sweep.trials.checkpoint import TrainingState
from lstm_sweep.trials.spec import FitSpec


def begun(spec: FitSpec) -> FitSpec:
    """The fit with what `training.init` stands for; as it is where that is null.

    The optimizer begins anew, and so do the masks of dropout: all fits begin alike, and differ by their seed as ever.

    Raises:
        UserError: where the folder holds no forecaster.
    """
    if spec.training.init is None:
        return spec
    forecaster = Forecaster.load(Path(spec.training.init))
    scaler = {"offset": forecaster.scaler.offset.tolist(), "factor": forecaster.scaler.factor.tolist()}
    return replace(
        spec, windows=replace(spec.windows, scaler=scaler), start=TrainingState(tuple(forecaster.weights), ())
    )
