"""Which bars are over, by the clock."""

from dataclasses import dataclass, replace
from typing import final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lstm_sweep.config import BitcoinData, CsvData, DataConfig
from lstm_sweep.data.bars import Bars, bar_length
from lstm_sweep.data.join import known_at
from lstm_sweep.data.series import Series
from lstm_sweep.data.spacing import spacing
from lstm_sweep.live.coming_bars import coming_bars


@final
@dataclass(frozen=True)
class BarEnds:
    """When the bars of a series are over.

    Attributes:
        seconds: float64 `(time + 1,)` since 1970, of each bar and of the one that comes after the last.
    """

    seconds: NDArray[np.float64]

    def closed(self, now: float) -> int:
        """How many bars are over at `now`, seconds since 1970."""
        return int(np.searchsorted(self.seconds[:-1], now, side="right"))


def bar_ends(series: Series, config: DataConfig) -> BarEnds:
    """When each bar ends: at its stamp where `data.stamp` says so, else its length after it, by the clock of its zone.

    Args:
        series: at least one bar, as `load_series` makes it of `config`.
        config: settings of its source.
    """
    index = pd.DatetimeIndex(series.timestamps)
    zone = config.time_zone if isinstance(config, CsvData) else None
    bars = Bars(
        series.name,
        pd.DataFrame(index=index),
        "",
        step=known_length(config),
        stamp=config.stamp,
        zone=zone if config.every is None else None,
    )
    if len(index) > 1:
        coming = pd.DatetimeIndex(coming_bars(series.timestamps, 1, zone).times)
    else:
        coming = index + spacing(bars).step
    ends = known_at(replace(bars, table=pd.DataFrame(index=pd.DatetimeIndex(index.append(coming)).as_unit("ns"))))
    return BarEnds(ends.asi8 / 1e9)


def known_length(config: DataConfig) -> pd.Timedelta | None:
    """How long bars are, where the settings say it."""
    if config.every is not None:
        return bar_length("data.every", config.every)
    return bar_length("data.timeframe", config.timeframe) if isinstance(config, BitcoinData) else None


def rows_of(series: Series, first: int, stop: int) -> Series:
    """The bars from row `first` to before row `stop`."""
    rows = slice(first, stop)
    return replace(
        series,
        timestamps=series.timestamps[rows],
        values=series.values[rows],
        filled=series.filled[rows],
        covariates={name: column[rows] for name, column in series.covariates.items()},
        beside={name: column[rows] for name, column in series.beside.items()},
    )
