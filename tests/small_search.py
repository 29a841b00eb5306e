"""A small search over the example series that has ended, and the end of a sweep of it.

The conftest.py of every room that evaluates it imports the fixtures that its tests ask for.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import pytest

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation, evaluate
from lstm_sweep.evaluation.selection import select
from lstm_sweep.redaction import redacted_settings
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.folder import write_config
from lstm_sweep.sweep import conclusion
from lstm_sweep.timing import Clock
from lstm_sweep.tracking.tracker import SweepEnd
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.examples import make_fit, make_series
from tests.listeners import Recorder

HORIZON = 2
FILLED = (250, 251, 252, 260, 275)
SERIES = make_series(filled=FILLED)
"""With filled bars in the test span."""

Concluded = tuple[dict[str, dict[str, float]], SweepEnd]
"""What trackers are told: scores by trial id, and the end of the sweep."""


@pytest.fixture(scope="session")
def search(tmp_path_factory: pytest.TempPathFactory) -> EndedSearch:
    """A stateless trial, a stateful one, one of which a fit diverged."""
    spans = ("windows.train=0.6", "windows.validation=0.2", "windows.test=0.2")
    config = compose_config(f"windows.horizon={HORIZON}", *spans, "seeds=2")
    swept = ("windows.lags", "model.stateful")
    ended = EndedSearch(config, SERIES, tmp_path_factory.mktemp("search"), swept, trained())
    save_fits(ended, ended.folder)
    return ended


@pytest.fixture(scope="session")
def evaluation(search: EndedSearch) -> Evaluation:
    """Of all results."""
    return evaluated(search)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all results are concluded."""
    return tmp_path_factory.mktemp("sweeps") / "sweep"


@pytest.fixture(scope="session")
def concluded(folder: Path, search: EndedSearch) -> Concluded:
    return conclude_in(folder, search)


def evaluated(search: EndedSearch) -> Evaluation:
    """What the test span says, looked at for the first time."""
    return evaluate(search, select(search), num_uses=1)


def only(search: EndedSearch, trial_id: str) -> EndedSearch:
    """The same search, had it had one trial."""
    return replace(search, results=[result for result in search.results if result.trial.trial_id == trial_id])


def conclude_in(folder: Path, search: EndedSearch, test: bool = True) -> Concluded:
    """End a sweep of this search in a folder of its own."""
    concluded = conclude_whole(folder, search, test)
    return concluded.scores, concluded.end


def conclude_whole(folder: Path, search: EndedSearch, test: bool = True) -> conclusion.Concluded:
    """The same, with all that it came to."""
    folder.mkdir(exist_ok=True)
    save_fits(search, folder)
    config = replace(search.config, evaluation=replace(search.config.evaluation, test=test))
    write_config(folder, redacted_settings(asdict(config)))
    ended = replace(search, config=config, folder=folder, command="python -m src.sweep")
    return conclusion.conclude(ended, Clock(time.perf_counter(), {"search": 2.0}))


def save_fits(search: EndedSearch, folder: Path) -> None:
    """Keep the arrays of all fits in `folder`."""
    for outcome in (each for result in search.results for each in result.outcomes):
        FitFiles(folder).save(outcome, with_state=False)


@cache
def trained() -> Sequence[TrialResult]:
    """Trained once for all rooms."""
    stateless = _seeds(trial_id="0000", features=("volume",), lags=8, batch_size=64)
    stateful = _seeds(trial_id="0001", stateful=True, lags=20, batch_size=64)
    outcomes = SequentialRunner().run(SERIES, [*stateless, *stateful], Recorder())
    half = [replace(outcome, spec=replace(outcome.spec, trial_id="0002")) for outcome in outcomes[:2]]
    return (
        TrialResult(Trial("0000", {"windows.lags": 8, "model.stateful": False}), tuple(outcomes[:2])),
        TrialResult(Trial("0001", {"windows.lags": 20, "model.stateful": True}), tuple(outcomes[2:])),
        TrialResult(Trial("0002", {"windows.lags": 5, "model.stateful": False}), (half[0], _diverged(half[1]))),
    )


def _seeds(**changes: object) -> list[FitSpec]:
    return [make_fit(horizon=HORIZON, epochs=1, replicate=number, seed=number, **changes) for number in (0, 1)]


def _diverged(outcome: FitOutcome) -> FitOutcome:
    nothing = {"weights": None, "state": None, "validation_forecast": None, "message": "the loss stopped being finite"}
    return replace(outcome, status=FitStatus.DIVERGED, score=float("nan"), val_loss=float("nan"), **nothing)
