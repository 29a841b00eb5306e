"""Naive, the forecaster to beat."""

import pytest

from lstm_sweep.metrics import score_forecast
from lstm_sweep.windows.naive import naive
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_series, make_windows


@pytest.mark.parametrize("horizon", [1, 3])
def test_naive_repeats_the_last_price(horizon: int) -> None:
    series = make_series()
    windows = build_windows(series, make_windows(horizon=horizon), ())
    origins = windows.scored_origins(windows.spans.test)
    forecast = naive(windows, origins)
    assert forecast.tolist() == [[series.values[origin]] * horizon for origin in origins]


def test_naive_has_no_skill_against_itself() -> None:
    windows = build_windows(make_series(filled=(250, 251)), make_windows(horizon=3), ())
    origins = windows.scored_origins(windows.spans.test)
    actual, last_price, scored = windows.actual(origins), windows.last_price(origins), windows.scored(origins)
    scores = score_forecast(naive(windows, origins), actual, last_price, scored)
    assert (scores.skill, scores.price_skill, scores.mae_ratio) == (0.0, 0.0, 1.0)
