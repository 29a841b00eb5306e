"""Downloaded bars as a Parquet file: which span is complete, and what is in it."""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lstm_sweep.config import BitcoinData
from lstm_sweep.errors import UserError

Candle = list[float]
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True)
class Stretch:
    """All complete bars that an exchange has from `start` to before `stop`.

    Attributes:
        start: milliseconds since 1970, UTC.
        stop: likewise; the start of the first bar that is not known.
        table: float64 open, high, low, close, volume; the index holds datetime64[ns], the start of each bar.
    """

    start: int
    stop: int
    table: pd.DataFrame

    def covers(self, start: int, stop: int) -> bool:
        """Whether every complete bar from `start` to before `stop` is in the table."""
        return self.start <= start and stop <= self.stop

    def before(self, later: "Stretch") -> "Stretch":
        """Both stretches as one; the later one starts where this one stops."""
        return Stretch(self.start, later.stop, pd.concat([self.table, later.table]))


def make_stretch(start: int, stop: int, candles: Sequence[Candle]) -> Stretch:
    """A stretch from candles `[milliseconds, open, high, low, close, volume]` in the order of time."""
    table = pd.DataFrame([candle[1:6] for candle in candles], columns=list(COLUMNS), dtype="float64")
    table.index = pd.DatetimeIndex(np.array([int(candle[0]) for candle in candles], dtype="datetime64[ms]")).as_unit(
        "ns"
    )
    return Stretch(start, stop, table[~table.index.duplicated(keep="last")])


def cache_file(config: BitcoinData) -> Path:
    """Where the bars of a market are kept: one file per exchange, market, length of bars and replaced address."""
    folder = Path(config.cache).expanduser() if config.cache else _user_cache_folder()
    market = re.sub(r"[^A-Za-z0-9]+", "-", f"{config.exchange} {config.symbol}").strip("-")
    elsewhere = f"-{hashlib.sha256(config.url.encode()).hexdigest()[:8]}" if config.url else ""
    return folder / f"{market}-{config.timeframe}{elsewhere}.parquet"


def load_stretch(path: Path) -> Stretch | None:
    """What an earlier run has kept, or None where there is nothing readable."""
    try:
        table = pd.read_parquet(path)
        start, stop = table.attrs["start"], table.attrs["stop"]
        return Stretch(start, stop, table[list(COLUMNS)].set_axis(pd.DatetimeIndex(table.index).as_unit("ns")))
    except (OSError, ValueError, KeyError):  # absent, or damaged: it can be downloaded again
        return None


def save_stretch(path: Path, stretch: Stretch) -> None:
    """Replace what is kept, in one step: a run that is killed leaves the old file or the new one.

    Raises:
        UserError: where the folder cannot be written.
    """
    table = stretch.table.copy()
    table.attrs = {"start": stretch.start, "stop": stretch.stop}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".tmp", delete=False) as file:
            table.to_parquet(file)
        os.replace(file.name, path)
    except OSError as error:
        raise UserError(
            f"data.cache must be a folder for downloaded bars, but {path.parent} cannot be written "
            f"({error.strerror}): set another, as in data.cache=bars."
        ) from None


def _user_cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("lstm-sweep")
