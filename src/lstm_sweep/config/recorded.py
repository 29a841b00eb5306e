"""Where bars of recorded order books and trades come from."""

import math
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from lstm_sweep.config.checks import one_of
from lstm_sweep.config.data import CsvData, DataConfig
from lstm_sweep.errors import require

BAR_KINDS = ("time", "volume", "trades")

BOOK_PRICES = ("mid", "microprice", "last")


@dataclass
class RecordedData(DataConfig):
    """What bars made of single events have in common: they end by time, by volume or by number of trades.

    Bars that do not end by time bear their end, whatever `stamp` says.

    Attributes:
        bars: what ends a bar: time (`every`), volume (`size` of what is traded) or trades (`size` of them).
        size: how much ends a bar that does not end by time, or null.
        since: of the first bar, ISO date or time, or null for the first that is recorded.
        until: of the last bar, inclusive, or null for the last that is recorded.
    """

    bars: str
    size: float | None
    since: str | None
    until: str | None

    makes_bars: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        one_of("data.bars", self.bars, BAR_KINDS)
        by_time = self.bars == "time"
        size = self.size if self.size is not None else math.nan
        sound = 0 < size < math.inf and (self.bars == "volume" or size == int(size))
        if not by_time:
            # Such a bar has no length by which its end would follow from its start.
            self.stamp = "end"
        require(
            by_time or sound,
            f"data.size must say how much ends a bar where data.bars={self.bars}, but is {self.size}: set a number "
            f"above 0{'' if self.bars == 'volume' else ', a whole one'}.",
        )
        require(
            not self.aggregate,
            f"data.aggregate must be empty where data={self.source}, whose variables say it themselves, but is "
            f"{self.aggregate}: leave it out.",
        )
        require(
            not by_time or self.every is not None,
            "data.every must be the length of a bar where data.bars=time, but is null: set one, such as 10s.",
        )
        require(
            by_time or self.every is None,
            f"data.every must be null where data.bars={self.bars}, for such bars have no length, but is "
            f"{self.every}: set data.every=null.",
        )
        require(
            not by_time or self.size is None,
            f"data.size must be null where data.bars=time, but is {self.size}: set data.bars to volume or trades.",
        )


@dataclass
class BookData(RecordedData):
    """The order book of one market of a store, as `src.record` fills it; covariates are the variables of the book.

    Attributes:
        store: folder of the store.
        exchange: of the market, or null where the store has one only.
        market: as the exchange spells it, or null where the store has one only.
        price: what is forecast: mid, microprice or last (price of the last trade).
    """

    store: str
    exchange: str | None
    market: str | None
    price: str

    def __post_init__(self) -> None:
        """Check the settings."""
        super().__post_init__()
        one_of("data.price", self.price, BOOK_PRICES)


@dataclass
class TradesData(RecordedData):
    """Single trades: a dump of them, or those of one market of a store; the price is that of the last trade.

    Attributes:
        path: files of trades, as `data=csv` takes them; null: the store's.
        price, time, time_unit, time_format, time_zone, decimal, where: of the files, as `data=csv` takes them.
        amount: column of how much was traded, or null to find it.
        side: column that says who came second (buy or sell, or whether the buyer rested), or null to find it.
        store, exchange, market: as `data=book` takes them.
    """

    path: Any
    price: str | None
    time: Any
    time_unit: str | None
    time_format: str | None
    time_zone: str | None
    decimal: str | None
    where: dict[Any, Any]
    amount: str | None
    side: str | None
    store: str
    exchange: str | None
    market: str | None

    def files(self) -> CsvData:
        """What reads the files: rows of one time are trades."""
        names = {field.name for field in fields(CsvData)} & {field.name for field in fields(self)}
        own = {name: getattr(self, name) for name in names - {"features", "join", "levels", "aggregate"}}
        return CsvData(**{**own, "source": "csv", "every": "1s", "features": []})

    def book(self) -> BookData:
        """What reads the store."""
        names = {field.name for field in fields(BookData)}
        own = {name: getattr(self, name) for name in names - {"source", "price"}}
        return BookData(**own, source="book", price="last")
