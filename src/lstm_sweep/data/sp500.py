"""Daily bars of the S&P 500, 1999-2018, that ship with the `arch` library: real prices without a network."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from lstm_sweep.data.bars import Bars, check_features
from lstm_sweep.errors import UserError

_COLUMNS = {"Open": "open", "High": "high", "Low": "low", "Close": "close", "Volume": "volume"}


def read_sp500(features: Sequence[str]) -> Bars:
    """The S&P 500 by trading day; the price is the close (an index pays no dividends: its adjusted close is equal).

    Args:
        features: any of open, high, low and volume.

    Raises:
        UserError: for another feature.
    """
    others = tuple(name for name in _COLUMNS.values() if name != "close")
    check_features("sp500", features, others)
    days = pd.read_csv(_file(), index_col="Date", parse_dates=True).rename(columns=_COLUMNS)
    days.index = pd.DatetimeIndex(days.index).as_unit("ns")
    return Bars("sp500", days[["close", *features]].astype("float64"), price="close", others=others)


def _file() -> Path:
    # What arch.data.sp500.load() reads; to import arch itself takes seconds, for statsmodels comes with it.
    library = find_spec("arch")
    if library is None or not library.submodule_search_locations:
        raise UserError("data=sp500 needs the library arch, which is not installed: install the requirements.")
    return Path(library.submodule_search_locations[0]) / "data" / "sp500" / "sp500.csv.gz"
