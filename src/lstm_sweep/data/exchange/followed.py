"""A market that is read again and again: one client, the newest bars in memory, nothing written."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, final

import numpy as np
import pandas as pd

from lstm_sweep.config import BitcoinData
from lstm_sweep.config.checks import installed
from lstm_sweep.data.bars import Bars, check_features
from lstm_sweep.data.exchange.cache import Candle, Stretch, cache_file, load_stretch, make_stretch
from lstm_sweep.data.exchange.source import OTHERS, AskedSpan, asked_span, bars_of_span, market_name
from lstm_sweep.data.exchange.unreachable import UnreachableError

if TYPE_CHECKING:
    from lstm_sweep.data.exchange.client import ExchangeClient

_CORRECTED = 50
"""Newest bars that are asked for again each time, for exchanges correct them."""

_LATE = 1_500
"""Newest bars among which one that is missing is asked for again: a day of minutes, in two requests."""

_SAME_CLOCK = 2.0
"""Seconds up to which two clocks are taken for one: an exchange tells whole seconds, and its answer travels."""


@final
class FollowedMarket:
    """What `read_exchange` reads, for whoever reads it once a bar.

    Attributes:
        ahead: seconds by which the exchange's clock is ahead of ours, 0 until it has answered.
    """

    def __init__(self, config: BitcoinData, timeout: float, most: float, clock: Callable[[], float]) -> None:
        """Nothing is asked yet.

        Args:
            config: exchange, market, length of bars.
            timeout: seconds of silence after which a request has failed.
            most: seconds after which a read ends, once it has a page, though more are missing.
            clock: ours, seconds since 1970.
        """
        self.ahead = 0.0
        self._config = config
        self._timeout = timeout
        self._most = most
        self._clock = clock
        self._client: ExchangeClient | None = None
        self._kept: Stretch | None = None

    def read(self, config: BitcoinData, features: Sequence[str], grace: float) -> Bars:
        """The bars that are over, from `config.since` on, as the exchange tells them now.

        The newest ones and those that were missing are asked for again; what is older is known from earlier reads
        and the cache of downloads. What has come is kept when the exchange fails in the middle.

        Args:
            config: as in `__init__`, but for `since`, which only grows from read to read.
            features: any of open, high, low and volume.
            grace: seconds that the exchange has for publishing a bar.

        Raises:
            UserError: where a setting is wrong, or the exchange refuses.
            UnreachableError: where it does not answer.
        """
        check_features(market_name(config), features, OTHERS)
        span = asked_span(config, round(1000 * (self._clock() + self.ahead - grace)))
        self._kept = self._from(span.start)
        self._ask(span)
        return bars_of_span(config, features, self._kept, span)

    def _from(self, start: int) -> Stretch:
        """What is known from `start` on without a gap."""
        kept = self._kept or load_stretch(cache_file(self._config))
        if kept is None or not kept.start <= start < kept.stop:
            return make_stretch(start, start, [])
        if kept.start == start:
            return kept
        # A copy: a slice would keep the bars before it in memory.
        return Stretch(start, kept.stop, kept.table.loc[pd.Timestamp(start, unit="ms") :].copy())

    def _ask(self, span: AskedSpan) -> None:
        if self._client is None:
            # Only here: ccxt takes seconds to import.
            installed("ccxt", "exchange", "following an exchange")
            from lstm_sweep.data.exchange.client import ExchangeClient

            self._client = ExchangeClient(self._config, (), self._timeout)
        assert self._kept is not None
        begun = time.monotonic()
        for page in self._client.pages(_first_asked(self._kept, span), span.stop):
            self._take(page, span.step)
            if self._client.answered is not None:
                ahead = self._client.answered / 1000 + 0.5 - self._clock()
                self.ahead = ahead if abs(ahead) > _SAME_CLOCK else 0.0
            if time.monotonic() - begun > self._most and self._kept.stop < span.stop:
                until = f"{pd.Timestamp(self._kept.stop, unit='ms'):%Y-%m-%d %H:%M}"
                raise UnreachableError(f"its bars have come until {until} so far, and the rest is being asked for")

    def _take(self, page: list[Candle], step: int) -> None:
        """Keep a page; its bars replace those of the same times."""
        if not page or self._kept is None:
            return
        stop = max(self._kept.stop, int(page[-1][0]) + step)
        fresh = make_stretch(int(page[0][0]), stop, page).table
        table = pd.concat([self._kept.table, fresh])
        if fresh.index[0] <= self._kept.table.index.max():
            table = table[~table.index.duplicated(keep="last")].sort_index()
        self._kept = Stretch(self._kept.start, stop, table)


def _first_asked(kept: Stretch, span: AskedSpan) -> int:
    """Start of the first bar to ask for: of those that may be corrected, or the first of late that is missing."""
    latest = max(span.start, kept.stop - _LATE * span.step)
    latest += -(latest - kept.stop) % span.step  # on the grid that ends where the next bar begins
    due = np.arange(latest, kept.stop, span.step)
    there = kept.table.index.to_numpy().astype("datetime64[ms]").astype(np.int64)
    missing = due[~np.isin(due, there[there >= latest])]
    return int(min([max(span.start, kept.stop - _CORRECTED * span.step), *missing[:1]]))
