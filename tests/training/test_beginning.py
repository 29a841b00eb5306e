"""Training that goes on from a forecaster: where it begins, on whose scale, and alike with every runner."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.forecaster import Forecaster, build_forecaster
from lstm_sweep.training.beginning import begun
from lstm_sweep.training.fused.runner import FusedRunner
from lstm_sweep.training.runner import Runner
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.outcome import FitOutcome
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_fit, make_series
from tests.listeners import Recorder

FEATURES = ("volume",)
CALM = make_series(300)
WILD = replace(CALM, values=100.0 * (CALM.values / 100.0) ** 3)
"""Of other volatility: a scaler that is fitted anew is another."""


def sequential() -> Runner:
    return SequentialRunner()


def fused() -> Runner:
    return FusedRunner()


def outcome_of(runner: Runner, series: Series, spec: FitSpec) -> FitOutcome:
    (outcome,) = runner.run(series, [spec], Recorder())
    assert outcome.weights is not None, outcome.message
    return outcome


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a forecaster of the calm series, with dropout."""
    spec = make_fit(features=FEATURES, dropout=0.3, epochs=3)
    outcome = outcome_of(sequential(), CALM, spec)
    assert outcome.weights is not None
    folder = tmp_path_factory.mktemp("trained") / "model"
    build_forecaster(spec, build_windows(CALM, spec.windows, FEATURES), outcome.weights).save(folder)
    return folder


def going_on(trained: Path, **changes: Any) -> FitSpec:
    return begun(make_fit(features=FEATURES, init=str(trained), **{"epochs": 1, **changes}))


@pytest.mark.parametrize("runner", [sequential, fused])
def test_training_that_takes_no_step_forecasts_as_the_forecaster_does_on_the_scale_of_that_one(
    trained: Path, runner: Any
) -> None:
    spec = going_on(trained, learning_rate=1e-30, optimizer="sgd")
    outcome = outcome_of(runner(), WILD, spec)
    windows = build_windows(WILD, spec.windows, FEATURES)
    origins = windows.scored_origins(windows.spans.validation)
    past = pd.DataFrame({"price": WILD.values, **WILD.covariates})
    known = Forecaster.load(trained)
    np.testing.assert_allclose(outcome.validation_forecast, known.forecast_at(past, origins), rtol=1e-6)
    fitted = build_windows(WILD, replace(spec.windows, scaler=None), FEATURES).scaler
    assert not np.allclose(fitted.factor, known.scaler.factor, rtol=0.1)
    np.testing.assert_array_equal(windows.scaler.factor, known.scaler.factor)


def test_both_runners_go_on_alike_and_learn(trained: Path) -> None:
    spec = going_on(trained, epochs=2, dropout=0.3)
    one, other = outcome_of(sequential(), WILD, spec), outcome_of(fused(), WILD, spec)
    assert one.weights is not None
    assert other.weights is not None
    for mine, yours in zip(one.weights, other.weights, strict=True):
        np.testing.assert_allclose(mine, yours, rtol=1e-3, atol=1e-4)
    known = Forecaster.load(trained).weights
    assert not np.allclose(one.weights[0], known[0], atol=1e-4)
    fresh = outcome_of(sequential(), WILD, replace(spec, start=None))
    assert fresh.weights is not None
    assert np.abs(fresh.weights[0] - one.weights[0]).max() > 0.05


def test_seeds_begin_alike_and_differ_by_their_batches_and_masks(trained: Path) -> None:
    first, second = (outcome_of(fused(), WILD, going_on(trained, seed=seed, dropout=0.3)) for seed in (1, 2))
    assert first.weights is not None
    assert second.weights is not None
    assert not np.array_equal(first.weights[0], second.weights[0])
    again = outcome_of(fused(), WILD, going_on(trained, seed=1, dropout=0.3))
    assert again.weights is not None
    assert all(np.array_equal(one, other) for one, other in zip(first.weights, again.weights, strict=True))


def test_without_anything_to_go_on_from_a_fit_stays_as_it_is() -> None:
    assert begun(make_fit()) == make_fit()


def test_a_folder_without_a_forecaster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must describe a forecaster"):
        begun(make_fit(init=str(tmp_path)))
