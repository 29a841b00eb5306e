"""A small search over the example series, trained once for all tests of the evaluation."""

from dataclasses import dataclass, replace

import pytest

from src.config import Config
from src.fits import FitOutcome, FitSpec, FitStatus, Trial, TrialResult
from src.runners.sequential import SequentialRunner
from src.series.series import Series
from tests.configs import compose_config
from tests.examples import make_fit, make_series

HORIZON = 2
FILLED = (250, 251, 252, 260, 275)


@dataclass(frozen=True)
class Search:
    """What the evaluation is given.

    Attributes:
        config: of the sweep.
        series: with filled bars in the test span.
        results: a stateless trial, a stateful one, one of which a fit diverged.
    """

    config: Config
    series: Series
    results: tuple[TrialResult, ...]

    def only(self, trial_id: str) -> list[TrialResult]:
        """The results of one trial."""
        return [result for result in self.results if result.trial.trial_id == trial_id]


def _seeds(**changes: object) -> list[FitSpec]:
    return [make_fit(horizon=HORIZON, epochs=1, replicate=number, seed=number, **changes) for number in (0, 1)]


def _diverged(outcome: FitOutcome) -> FitOutcome:
    nothing = {"weights": None, "state": None, "validation_forecast": None, "message": "the loss stopped being finite"}
    return replace(outcome, status=FitStatus.DIVERGED, score=float("nan"), val_loss=float("nan"), **nothing)


@pytest.fixture(scope="session")
def search() -> Search:
    series = make_series(filled=FILLED)
    stateless = _seeds(trial_id="0000", features=("volume",), lags=8, batch_size=64)
    stateful = _seeds(trial_id="0001", stateful=True, lags=20, batch_size=64)
    outcomes = SequentialRunner().run(series, [*stateless, *stateful], lambda record: None, lambda outcome: None)
    half = [replace(outcome, spec=replace(outcome.spec, trial_id="0002")) for outcome in outcomes[:2]]
    config = compose_config(
        f"windows.horizon={HORIZON}", "windows.train=0.6", "windows.validation=0.2", "windows.test=0.2", "seeds=2"
    )
    return Search(
        config=config,
        series=series,
        results=(
            TrialResult(Trial("0000", {"windows.lags": 8, "model.stateful": False}), tuple(outcomes[:2])),
            TrialResult(Trial("0001", {"windows.lags": 20, "model.stateful": True}), tuple(outcomes[2:])),
            TrialResult(Trial("0002", {"windows.lags": 5, "model.stateful": False}), (half[0], _diverged(half[1]))),
        ),
    )
