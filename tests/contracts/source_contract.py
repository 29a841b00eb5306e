"""What every source of prices must satisfy; subclass it and give the fixtures."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from lstm_sweep.config import DataConfig
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError


def resampled_by_hand(series: Series, length: np.timedelta64) -> dict[Any, float | None]:
    """Last unfilled price of every longer bar that is complete, None where all are filled; a loop over bars."""
    origin = series.timestamps[0].astype("datetime64[D]").astype("datetime64[ns]")
    prices: dict[Any, float | None] = {}
    for time, price, filled in zip(series.timestamps, series.values, series.filled, strict=True):
        start = origin + (time - origin) // length * length
        prices[start] = price if not filled else prices.get(start)
    return prices


class SourceContract:
    """Subclasses give `config`, the settings of the source, and may override the class attributes."""

    features: tuple[str, ...] = ()
    longer = ("7D", np.timedelta64(7, "D"))
    shorter = "1h"

    @pytest.fixture
    def config(self) -> DataConfig:
        raise NotImplementedError

    @pytest.fixture
    def series(self, config: DataConfig) -> Series:
        return load_series(config, self.features)

    def test_times_are_nanoseconds_that_strictly_increase(self, series: Series) -> None:
        assert series.timestamps.dtype == np.dtype("datetime64[ns]")
        assert len(series) > 1
        assert (np.diff(series.timestamps) > np.timedelta64(0, "ns")).all()

    def test_prices_are_one_positive_number_per_bar(self, series: Series) -> None:
        assert series.values.dtype == np.float64
        assert series.values.shape == series.timestamps.shape == series.filled.shape
        assert (np.isfinite(series.values) & (series.values > 0)).all()

    def test_filled_bars_are_flagged_carry_the_price_before_and_are_counted_in_a_note(self, series: Series) -> None:
        assert series.filled.dtype == np.bool_
        for bar in np.flatnonzero(series.filled):
            assert series.values[bar] == series.values[bar - 1]
        counted = [note.partition(" (")[0] for note in series.notes if "filled forward, never scored" in note]
        expected = f"{series.filled.sum():,} of {len(series):,} bars were empty: filled forward, never scored"
        assert counted == ([expected] if series.filled.any() else [])

    def test_equal_settings_give_equal_content(self, config: DataConfig, series: Series) -> None:
        assert load_series(config, self.features).digest == series.digest

    def test_only_the_features_asked_for_are_there_and_finite(self, config: DataConfig, series: Series) -> None:
        assert tuple(series.covariates) == self.features
        assert load_series(config, ()).covariates == {}
        for column in series.covariates.values():
            assert column.shape == series.values.shape
            assert np.isfinite(column).all()

    def test_features_do_not_change_the_prices(self, config: DataConfig, series: Series) -> None:
        alone = load_series(config, ())
        assert np.array_equal(alone.values, series.values)
        assert np.array_equal(alone.timestamps, series.timestamps)

    def test_an_unknown_feature_is_refused_with_the_columns_that_exist(self, config: DataConfig) -> None:
        with pytest.raises(UserError, match="'sentiment' is none: choose from") as caught:
            load_series(config, ("sentiment",))
        assert all(feature in str(caught.value) for feature in self.features)
        with pytest.raises(UserError, match="data.features must name each column once"):
            load_series(config, ("volume", "volume"))

    def test_resampling_agrees_with_a_loop_over_bars(self, config: DataConfig, series: Series) -> None:
        every, length = self.longer
        longer = load_series(dataclasses.replace(config, every=every), ())
        by_hand = resampled_by_hand(series, length)
        assert len(by_hand) - len(longer) in (0, 1), "only the last bar may be left out, where it is incomplete"
        for time, price, filled in zip(longer.timestamps, longer.values, longer.filled, strict=True):
            last_price = by_hand.get(time)
            assert filled == (last_price is None)
            assert filled or price == last_price

    def test_bars_shorter_than_the_source_has_are_refused(self, config: DataConfig) -> None:
        with pytest.raises(UserError, match=f"data.every must be a multiple of the bars .* is '{self.shorter}'"):
            load_series(dataclasses.replace(config, every=self.shorter), ())
