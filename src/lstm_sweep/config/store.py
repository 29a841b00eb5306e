"""What `src.store` reads of a store, and where to."""

from dataclasses import dataclass

import numpy as np

from lstm_sweep.config.checks import at_least, one_of
from lstm_sweep.config.windows import iso_time

EXPORTED = ("book", "orders", "quotes", "trades", "bars")


@dataclass
class StoreConfig:
    """One look at a store, or one file out of it.

    Attributes:
        store: folder of all that is recorded.
        exchange: of the market, or null.
        market: as the exchange spells it, or null for the only one.
        since: ISO date or time of the first row, UTC.
        until: ISO date or time of the last row; a day counts to its end.
        into: file that is written; its ending says the format.
        kind: of rows that are exported.
        every: length of a bar ('10s').
        anew: whether base bars are made again from the messages, and compared.
        replay: whether `verify` plays each part through its book.
        raw_days: age in days from which raw lines are removed, or null.
        keep_raw: whether parts that are found unsealed keep their raw lines.
    """

    store: str
    exchange: str | None
    market: str | None
    since: str | None
    until: str | None
    into: str | None
    kind: str
    every: str
    anew: bool
    replay: bool
    raw_days: float | None
    keep_raw: bool

    def __post_init__(self) -> None:
        """Check the settings."""
        one_of("kind", self.kind, EXPORTED)
        at_least("raw_days", self.raw_days, 0)
        for name in ("since", "until"):
            value = getattr(self, name)
            if value is not None:
                iso_time(name, value)

    @property
    def span(self) -> tuple[int | None, int | None]:
        """Nanoseconds since 1970 of the first time that is wanted, and of the first after the last one."""
        start = None if self.since is None else _nanoseconds(iso_time("since", self.since))
        if self.until is None:
            return start, None
        until = iso_time("until", self.until)
        is_day = np.datetime_data(until)[0] == "D"
        return start, _nanoseconds(until + 1 if is_day else until) + (not is_day)


def _nanoseconds(time: np.datetime64) -> int:
    return int(time.astype("datetime64[ns]").astype(np.int64))
