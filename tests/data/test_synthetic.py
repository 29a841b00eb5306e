import math

import numpy as np
import pytest

from lstm_sweep.config import DataConfig, SyntheticData
from lstm_sweep.data.load import load_series
from lstm_sweep.data.synthetic import autoregressive
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.contracts.source_contract import SourceContract


class TestRandomWalk(SourceContract):
    @pytest.fixture
    def config(self) -> DataConfig:
        return compose_config("data=synthetic", "data.length=200").data


class TestPredictable(SourceContract):
    @pytest.fixture
    def config(self) -> DataConfig:
        return compose_config("data=synthetic", "data.process=predictable", "data.length=200").data


def _returns(process: str, length: int, data_seed: int = 0) -> np.ndarray:
    prices = load_series(SyntheticData("synthetic", None, [], process, length, data_seed), ()).values
    return prices[1:] / prices[:-1] - 1


def _explained(returns: np.ndarray) -> float:
    return float(np.corrcoef(returns[:-1], returns[1:])[0, 1] ** 2)


def test_the_next_price_of_a_random_walk_is_the_last_one_times_one_plus_a_return_of_mean_zero() -> None:
    shocks = np.random.default_rng(7).standard_normal(999)
    price, path = 100.0, [100.0]
    for shock in shocks:
        price = price * (1 + 0.01 * shock)
        path.append(price)
    series = load_series(SyntheticData("synthetic", None, [], "random_walk", 1000, 7), ())
    np.testing.assert_allclose(series.values, path, rtol=1e-12)


def test_a_random_walk_has_neither_drift_nor_memory() -> None:
    returns = _returns("random_walk", 90_000)
    assert abs(returns.mean()) < 3 * returns.std() / math.sqrt(returns.size)
    assert _explained(returns) < 1e-3


def test_the_return_before_explains_a_fifth_of_a_predictable_return() -> None:
    returns = _returns("predictable", 90_000)
    assert _explained(returns) == pytest.approx(0.2, abs=0.02)
    assert returns.std() == pytest.approx(0.01, rel=0.02)


def test_the_autoregression_is_stationary_from_its_first_value_on() -> None:
    shocks = np.random.default_rng(1).standard_normal((10_000, 4))
    paths = np.array([autoregressive(row, 0.2) for row in shocks])
    assert paths.var(axis=0) == pytest.approx(np.ones(4), abs=0.06)
    slopes = [np.polyfit(paths[:, time], paths[:, time + 1], 1)[0] for time in range(3)]
    assert slopes == pytest.approx([math.sqrt(0.2)] * 3, abs=0.04)


def test_the_data_seed_decides_the_path() -> None:
    assert np.array_equal(_returns("random_walk", 50, 3), _returns("random_walk", 50, 3))
    assert not np.array_equal(_returns("random_walk", 50, 3), _returns("random_walk", 50, 4))


def test_more_days_than_timestamps_can_count_are_refused() -> None:
    with pytest.raises(UserError, match="data.length must be at most 95000, .* but is 95001"):
        _returns("random_walk", 95_001)
    assert load_series(SyntheticData("synthetic", None, [], "random_walk", 95_000, 0), ()).values.min() > 0
