"""What the tests of followed sources share."""

import dataclasses
from pathlib import Path
from typing import Any

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.config import BitcoinData, CsvData
from lstm_sweep.config.live import LiveConfig
from lstm_sweep.data.series import Series
from tests.configs import compose_config


def live_config(**changes: Any) -> LiveConfig:
    """As conf/live/default.yaml has it, but for `changes`."""
    return dataclasses.replace(compose_live([]), **changes)


def minutes(url: str, cache: Path, *overrides: str) -> BitcoinData:
    """Minute bars of a market at `url`."""
    shared = ("data.timeframe=1m", f"data.url={url}", f"data.cache={cache}")
    config = compose_config("data=bitcoin", *shared, *overrides).data
    assert isinstance(config, BitcoinData)
    return config


def csv(path: Path, *overrides: str) -> CsvData:
    """A file."""
    config = compose_config("data=csv", f"data.path={path}", *overrides).data
    assert isinstance(config, CsvData)
    return config


def bars(series: Series) -> dict[int, float]:
    """Prices by seconds since 1970, without filled ones."""
    times = series.timestamps.astype("datetime64[s]").astype(int).tolist()
    return {
        time: price
        for time, price, filled in zip(times, series.values.tolist(), series.filled, strict=True)
        if not filled
    }
