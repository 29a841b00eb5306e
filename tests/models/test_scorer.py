"""What a scorer answers, against NumPy over windows and streams made by hand."""

from typing import Any

import numpy as np
import pytest

import lstm_sweep.models.scorer
from lstm_sweep.config import ModelConfig
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.windows.windows import Rows, Windows, build_windows
from tests.examples import make_fit, make_series
from tests.models.by_hand import lstm_by_hand

FILLED = (190, 200, 201, 202, 239)
FEATURES = ("volume",)


def make_weights(model: ModelConfig, horizon: int, seed: int = 0) -> Weights:
    network = build_lstm(model, Shapes(time=None, num_features=2, horizon=horizon))
    set_initial_weights(network, seed)
    return get_weights(network)


def make_windows(**changes: Any) -> tuple[Windows, ModelConfig]:
    spec = make_fit(layers=2, **changes)
    return build_windows(make_series(filled=FILLED), spec.windows, FEATURES), spec.model


def validation_origins(windows: Windows) -> Rows:
    return windows.scored_origins(windows.spans.validation)


@pytest.mark.parametrize("transform", ["log_return", "relative"])
@pytest.mark.parametrize("at_once", [1, 7, 64])
def test_stateless_model_answers_every_window_whatever_is_scored_at_once(
    transform: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows, model = make_windows(transform=transform, horizon=3)
    weights, origins = make_weights(model, horizon=3), validation_origins(windows)
    monkeypatch.setattr(lstm_sweep.models.scorer, "_WINDOWS_AT_ONCE", at_once)
    outputs = Scorer(windows, model, warmup=1).outputs(weights, origins)
    by_hand = lstm_by_hand(model, weights, windows.inputs(origins))[:, -1]
    assert outputs.shape == (len(origins), 3)
    np.testing.assert_allclose(outputs, by_hand, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_stateful_model_answers_every_window_after_reading_as_much_as_a_stream(batch_size: int) -> None:
    windows, model = make_windows(stateful=True, batch_size=batch_size)
    weights, origins = make_weights(model, horizon=1), validation_origins(windows)
    num_training_rows = 179 - 8
    warmup = -(-num_training_rows // batch_size)
    assert windows.stream_length(batch_size) == warmup
    outputs = Scorer(windows, model, warmup).outputs(weights, origins)
    first = 179 - (warmup - 1)
    by_hand = lstm_by_hand(model, weights, windows.stream[None, first : origins[-1] + 1])[0]
    expected = [by_hand[origin - first] for origin in origins.tolist()]
    assert outputs.shape == (len(origins), 1)
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-6)


def test_every_real_bar_is_answered_once() -> None:
    windows, model = make_windows()
    origins = validation_origins(windows)
    assert (origins + 1).tolist() == [row for row in range(180, 240) if row not in FILLED]
    assert len(Scorer(windows, model, 1).forecast(make_weights(model, horizon=1), origins)) == len(origins)


def test_warmup_ends_where_the_series_begins() -> None:
    windows, model = make_windows(stateful=True)
    weights, origins = make_weights(model, horizon=1), np.array([3, 5])
    outputs = Scorer(windows, model, warmup=100).outputs(weights, origins)
    by_hand = lstm_by_hand(model, weights, windows.stream[None, 1:6])[0]
    np.testing.assert_allclose(outputs, by_hand[[2, 4]], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("stateful", [False, True])
def test_an_answer_does_not_depend_on_the_answers_after_it(stateful: bool) -> None:
    windows, model = make_windows(stateful=stateful)
    scorer, weights, origins = Scorer(windows, model, 20), make_weights(model, horizon=1), validation_origins(windows)
    all_of_them, first_ten = scorer.outputs(weights, origins), scorer.outputs(weights, origins[:10])
    np.testing.assert_allclose(first_ten, all_of_them[:10], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("stateful", [False, True])
def test_nothing_is_left_over_from_other_weights(stateful: bool) -> None:
    windows, model = make_windows(stateful=stateful)
    scorer, origins = Scorer(windows, model, warmup=20), validation_origins(windows)
    one, other = (make_weights(model, horizon=1, seed=seed) for seed in (1, 2))
    first, second, again = (scorer.outputs(weights, origins) for weights in (one, other, one))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, second)


def test_dropout_is_off() -> None:
    windows, model = make_windows(dropout=0.5, recurrent_dropout=0.5)
    weights, origins = make_weights(model, horizon=1), validation_origins(windows)
    by_hand = lstm_by_hand(model, weights, windows.inputs(origins))[:, -1]
    np.testing.assert_allclose(Scorer(windows, model, 1).outputs(weights, origins), by_hand, rtol=1e-4, atol=1e-6)


def test_forecasts_are_outputs_in_price_units() -> None:
    windows, model = make_windows(horizon=3)
    scorer, weights, origins = Scorer(windows, model, 1), make_weights(model, horizon=3), validation_origins(windows)
    returns = scorer.outputs(weights, origins).astype(float) * windows.scaler.factor[0] + windows.scaler.offset[0]
    prices = windows.columns[origins, 0]
    for step in range(3):
        prices = prices * np.exp(returns[:, step])
        np.testing.assert_allclose(scorer.forecast(weights, origins)[:, step], prices, rtol=1e-12)
