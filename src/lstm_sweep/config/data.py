"""Where prices come from."""

from dataclasses import dataclass

from lstm_sweep.config.checks import at_least, one_of

PROCESSES = ("random_walk", "predictable")


@dataclass
class DataConfig:
    """What every source of prices has in common; `data=NAME` picks the source.

    Attributes:
        source: name of the source.
        every: length of a bar after resampling as a pandas offset ('10min', '1D', '7D'), or null to keep the bars.
        features: names of covariate columns that the model reads beside the price.
    """

    source: str
    every: str | None
    features: list[str]


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
    """Any CSV file, gzipped or not; columns and time unit are found unless they are named.

    Attributes:
        path: the file.
        price: name (or 0-based number, where the file has no header) of the price column, or null to find it.
        time: name (or number) of the time column, or null to find it.
        time_unit: s, ms, us or ns for numeric times, or null to tell by magnitude.
    """

    path: str
    price: str | None
    time: str | None
    time_unit: str | None

    def __post_init__(self) -> None:
        """Check the settings."""
        if self.time_unit is not None:
            one_of("data.time_unit", self.time_unit, ("s", "ms", "us", "ns"))


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
        one_of("data.process", self.process, PROCESSES)
        at_least("data.length", self.length, 10)
        at_least("data.data_seed", self.data_seed, 0)


SOURCES: dict[str, type[DataConfig]] = {
    "sp500": Sp500Data,
    "bitcoin": BitcoinData,
    "csv": CsvData,
    "synthetic": SyntheticData,
}
