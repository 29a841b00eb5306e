"""A small search over the example series, trained once for all tests of the evaluation."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.forecasts import scored_windows, validation_forecasts
from lstm_sweep.evaluation.selection import select
from lstm_sweep.evaluation.targets import targets_of
from lstm_sweep.evaluation.test_span import Evaluation, evaluate
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.sweep.conclusion import Conclusion, conclude
from lstm_sweep.sweep.conclusion import Search as Ended
from lstm_sweep.timing import Clock
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.examples import make_fit, make_series
from tests.listeners import Recorder

HORIZON = 2
FILLED = (250, 251, 252, 260, 275)


@dataclass(frozen=True)
class Search:
    """What the evaluation is given.

    Attributes:
        config: of the sweep.
        series: with filled bars in the test span.
        results: a stateless trial, a stateful one, one of which a fit diverged.
        files: their arrays.
    """

    config: Config
    series: Series
    results: tuple[TrialResult, ...]
    files: FitFiles

    def evaluate(self, results: Sequence[TrialResult] | None = None, series: Series | None = None) -> Evaluation:
        """What the test span says about these results, or all."""
        prices, judged = series or self.series, self.results if results is None else results
        windows = scored_windows(prices, self.config.windows)
        validation = targets_of(prices, windows, windows.spans.validation)
        answers = validation_forecasts(prices, windows, judged, self.files)
        selection = select(self.config, judged, (), validation, answers)
        test = targets_of(prices, windows, windows.spans.test)
        return evaluate(self.config, prices, judged, self.files, selection, validation, test, num_uses=1)

    def only(self, trial_id: str) -> list[TrialResult]:
        """The results of one trial."""
        return [result for result in self.results if result.trial.trial_id == trial_id]


def conclude_in(
    folder: Path,
    search: Search,
    results: Sequence[TrialResult],
    test: bool = True,
    swept: Sequence[str] = ("windows.lags", "model.stateful"),
) -> Conclusion:
    """End a sweep of these results in a folder of its own."""
    folder.mkdir(exist_ok=True)
    for fit in (outcome for result in search.results for outcome in result.outcomes):
        FitFiles(folder).save(fit, with_state=False)
    config = replace(search.config, evaluation=replace(search.config.evaluation, test=test))
    clock = Clock(time.perf_counter(), {"search": 2.0})
    return conclude(Ended(config, search.series, folder, swept, results, command="python -m src.sweep"), clock)


def _seeds(**changes: object) -> list[FitSpec]:
    return [make_fit(horizon=HORIZON, epochs=1, replicate=number, seed=number, **changes) for number in (0, 1)]


def _diverged(outcome: FitOutcome) -> FitOutcome:
    nothing = {"weights": None, "state": None, "validation_forecast": None, "message": "the loss stopped being finite"}
    return replace(outcome, status=FitStatus.DIVERGED, score=float("nan"), val_loss=float("nan"), **nothing)


@pytest.fixture(scope="session")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    series = make_series(filled=FILLED)
    stateless = _seeds(trial_id="0000", features=("volume",), lags=8, batch_size=64)
    stateful = _seeds(trial_id="0001", stateful=True, lags=20, batch_size=64)
    outcomes = SequentialRunner().run(series, [*stateless, *stateful], Recorder())
    half = [replace(outcome, spec=replace(outcome.spec, trial_id="0002")) for outcome in outcomes[:2]]
    config = compose_config(
        f"windows.horizon={HORIZON}", "windows.train=0.6", "windows.validation=0.2", "windows.test=0.2", "seeds=2"
    )
    files = FitFiles(tmp_path_factory.mktemp("search"))
    for outcome in (*outcomes, half[0]):
        files.save(outcome, with_state=False)
    return Search(
        files=files,
        config=config,
        series=series,
        results=(
            TrialResult(Trial("0000", {"windows.lags": 8, "model.stateful": False}), tuple(outcomes[:2])),
            TrialResult(Trial("0001", {"windows.lags": 20, "model.stateful": True}), tuple(outcomes[2:])),
            TrialResult(Trial("0002", {"windows.lags": 5, "model.stateful": False}), (half[0], _diverged(half[1]))),
        ),
    )


@pytest.fixture(scope="session")
def evaluation(search: Search) -> Evaluation:
    """Of all results."""
    return search.evaluate()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all results are concluded."""
    return tmp_path_factory.mktemp("sweeps") / "sweep"


@pytest.fixture(scope="session")
def concluded(folder: Path, search: Search) -> Conclusion:
    return conclude_in(folder, search, search.results)
