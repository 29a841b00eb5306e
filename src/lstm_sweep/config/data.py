"""Where prices come from."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lstm_sweep.config.checks import at_least, one_of
from lstm_sweep.config.marks import ADDED, NO_RESULTS
from lstm_sweep.errors import require

PROCESSES = ("random_walk", "predictable")

AGGREGATIONS = ("first", "max", "min", "sum", "mean", "last")

STAMPS = ("start", "end")


@dataclass
class DataConfig:
    """What every source of prices has in common; `data=NAME` picks the source.

    A default in this module is what sweeps of versions without the setting did; that of a new sweep is in conf/data.

    Attributes:
        source: name of the source.
        every: length of a bar after resampling as a pandas offset ('10min', '1D', '7D'), or null to keep the bars.
        features: names of covariate columns that the model reads beside the price.
        max_filled: largest share of bars that may be made up where a regular grid misses them, 0 to 1.
        aggregate: how covariates become longer bars, by name (first, max, min, sum, mean, last), where the name of
            the column does not tell it.
        join: other series that become covariates, by name: a path, or a mapping with `path` and the settings of
            `data=csv` for it (price, time, stamp, ...).
        stamp: whether the time of a bar is its start or its end.
        levels: covariates that mean something as they stand (an imbalance, a rate) and are read so, whatever
            `windows.transform` does to the price.
    """

    source: str
    every: str | None
    features: list[str]
    max_filled: float = field(default=1.0, kw_only=True, metadata=ADDED | NO_RESULTS)
    aggregate: dict[Any, str] = field(default_factory=dict, kw_only=True, metadata=ADDED)
    join: dict[Any, Any] = field(default_factory=dict, kw_only=True, metadata=ADDED)
    stamp: str = field(default="start", kw_only=True, metadata=ADDED)
    levels: list[str] = field(default_factory=list, kw_only=True, metadata=ADDED)

    makes_bars: ClassVar[bool] = False
    """Whether the source itself makes bars of the length `every`."""

    def __post_init__(self) -> None:
        """Check the settings."""
        require(
            0 <= self.max_filled <= 1,
            f"data.max_filled must be a share between 0 and 1, but is {self.max_filled}: set one, such as 0.25.",
        )
        # A column without a name is typed as its number.
        self.aggregate = {str(name): how for name, how in self.aggregate.items()}
        for name, how in self.aggregate.items():
            one_of(f"data.aggregate.{name}", how, AGGREGATIONS)
        one_of("data.stamp", self.stamp, STAMPS)


@dataclass
class Sp500Data(DataConfig):
    """Daily S&P 500 bars 1999-2018, shipped with the `arch` library: real prices without a network."""


@dataclass
class BitcoinData(DataConfig):
    """Bars of one market of one exchange, fetched through ccxt and cached.

    Attributes:
        exchange: ccxt's id of the exchange.
        symbol: ccxt's name of the market.
        timeframe: length of the bars asked for, as the exchange names it ('1d', '1h', '1m').
        since: first day, ISO date.
        until: last day (inclusive), ISO date, or null for the last complete bar.
        url: replaces the exchange's API address (a proxy, a local server), or null.
        cache: folder for downloaded bars, or null for the user's cache folder.
    """

    exchange: str
    symbol: str
    timeframe: str
    since: str
    until: str | None
    url: str | None
    cache: str | None


@dataclass
class CsvData(DataConfig):
    """Files of one series: text with separated columns, Parquet, Feather or JSON, compressed or not.

    Attributes:
        path: a file, a folder, a pattern such as 'btc-*.csv', 'archive.zip:member.csv', or a list of them.
        price: name (or 0-based number, where the file has no header) of the price column, or null to find it.
        time: name (or number) of the time column, a list of them (day and clock), 'none' where rows are steps, or
            null to find it.
        time_unit: of times that are counts (s, ms, us, ns, excel, ticks, ...), or null to tell it.
        time_format: of times that are text, as in strftime ('%d/%m/%Y %H:%M'), or null to tell it.
        time_zone: of times without one ('Europe/Berlin'), or null for UTC.
        decimal: decimal sign of numbers, '.' or ',', or null to tell it.
        thousands: sign that groups the thousands of numbers, or null to tell it.
        missing: words that stand for an empty cell ('NaN', 'null', '.').
        where: values of columns that choose the rows (or second headers that choose the columns) of one series.
    """

    path: Any
    price: str | None
    time: Any
    time_unit: str | None
    time_format: str | None = field(default=None, metadata=ADDED)
    time_zone: str | None = field(default=None, metadata=ADDED)
    decimal: str | None = field(default=None, metadata=ADDED)
    thousands: str | None = field(default=None, metadata=ADDED)
    missing: list[str] = field(default_factory=list, metadata=ADDED)
    where: dict[Any, Any] = field(default_factory=dict, metadata=ADDED)


@dataclass
class SyntheticData(DataConfig):
    """Simulated daily prices with a known answer: the controls of the evaluation.

    Attributes:
        process: random_walk (naive cannot be beaten) or predictable (AR(1) returns with R2 = 20 %).
        length: number of bars.
        data_seed: seed of the simulated path; not the seed of the models.
    """

    process: str
    length: int
    data_seed: int

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        one_of("data.process", self.process, PROCESSES)
        at_least("data.length", self.length, 10)
        at_least("data.data_seed", self.data_seed, 0)
