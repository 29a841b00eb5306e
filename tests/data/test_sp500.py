import numpy as np
import pytest
from arch.data import sp500

from lstm_sweep.config import DataConfig
from lstm_sweep.data.load import load_series
from tests.configs import compose_config
from tests.contracts.source_contract import SourceContract


class TestSp500(SourceContract):
    features = ("open", "high", "low", "volume")

    @pytest.fixture
    def config(self) -> DataConfig:
        return compose_config("data=sp500").data


def test_it_is_what_the_library_itself_loads() -> None:
    days = sp500.load()
    series = load_series(compose_config().data, ("open", "volume"))
    assert np.array_equal(series.values, days["Close"])
    assert np.array_equal(series.values, days["Adj Close"])
    assert np.array_equal(series.timestamps, days.index.to_numpy(dtype="datetime64[ns]"))
    assert np.array_equal(series.covariates["open"], days["Open"])
    assert np.array_equal(series.covariates["volume"], days["Volume"])


def test_weekends_and_holidays_are_no_gaps() -> None:
    series = load_series(compose_config().data, ())
    assert len(series) == 5031
    assert not series.filled.any()
    assert not load_series(compose_config("data.every=7D").data, ()).filled.any()
