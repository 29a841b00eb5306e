"""Bars of any exchange over the network, page by page, through ccxt.

ccxt takes seconds to import, so only a download imports this module.
"""

import difflib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import ccxt
import requests

from lstm_sweep.config import BitcoinData
from lstm_sweep.data.exchange.cache import Candle
from lstm_sweep.data.exchange.unreachable import UnreachableError
from lstm_sweep.errors import UserError, require
from lstm_sweep.redaction import redacted

_Answer = TypeVar("_Answer")
_LONGEST_PAUSE = 60.0
_TRY_LATER = (408, 418, 425, 429)  # timeouts and rate limits


class ExchangeClient:
    """One market of one exchange; every request is repeated with growing pauses (ccxt itself asks once).

    Attributes:
        name: of exchange, market and length of bars, for people.
        answered: the exchange's own time at its last answer with bars, milliseconds since 1970, None where it tells
            none. It is rounded down to a second.
    """

    def __init__(self, config: BitcoinData, pauses: Sequence[float], timeout: float = 10.0) -> None:
        """Connect to the exchange and find the market.

        Args:
            config: exchange, symbol, timeframe and address.
            pauses: seconds before each repetition of a request that failed.
            timeout: seconds of silence after which a request has failed.

        Raises:
            UserError: where the exchange, the market or the length of bars does not exist.
            UnreachableError: where the exchange does not answer.
        """
        self.name = f"{config.exchange} {config.symbol} {config.timeframe}"
        self._config = config
        self._pauses = pauses
        self._exchange = _open_exchange(config, timeout)
        self._length = int(self._exchange.parse_timeframe(config.timeframe)) * 1000
        self.answered: int | None = None
        self._ask(self._exchange.load_markets)
        _choose("data.symbol", config.symbol, self._exchange.markets, f"a market of {config.exchange}")
        limit = self._exchange.feature_value(config.symbol, "fetchOHLCV", "limit", 1000)
        self._page_size = min(int(limit or 1000), 1000)

    def pages(self, start: int, stop: int) -> Iterator[list[Candle]]:
        """Every bar that starts from `start` to before `stop` and is over, in the order of time.

        A bar is over once the exchange's own clock has passed its end: ours may be ahead of it.

        Yields:
            Bars as `[milliseconds, open, high, low, close, volume]`. A page may be empty: some exchanges answer by
            span, and nothing may have been traded in one.

        Raises:
            UserError: where the exchange refuses.
            UnreachableError: where it does not answer.
        """
        length = self._length
        while start < stop:
            size = min(self._page_size, -(-(stop - start) // length))
            candles = self._page(start, size)
            page = [candle for candle in candles if start <= candle[0] < stop]
            start = int(page[-1][0]) + length if page else start + size * length
            yield page

    def _page(self, start: int, size: int) -> list[Candle]:
        symbol, timeframe = self._config.symbol, self._config.timeframe
        candles: list[Candle] = self._ask(lambda: self._exchange.fetch_ohlcv(symbol, timeframe, start, size))
        self.answered = _told_time(self._exchange.last_response_headers)
        return [each for each in candles if self.answered is None or each[0] + self._length <= self.answered]

    def _ask(self, request: Callable[[], _Answer]) -> _Answer:
        for pause in (*self._pauses, None):
            try:
                return request()
            except ccxt.BaseError as error:
                answer = _http_answer(error)
                reason = _reason(error, answer)
                if not _may_pass(error, answer):
                    raise UserError(
                        f"{self.name}: the exchange must give bars, but refused ({reason}): "
                        "check the settings of data, or set another data.exchange."
                    ) from error
                if pause is None:
                    raise UnreachableError(reason, _asked_pause(answer)) from error
                time.sleep(max(pause, _asked_pause(answer)))
        raise AssertionError("the last attempt returns or raises")


def _http_answer(error: BaseException) -> requests.Response | None:
    """The answer that ccxt turned into its error, if there was one.

    ccxt's own classes do not tell: where a failing server explains itself in JSON, a rate limit (429) and an outage
    (503) become the same plain ExchangeError as a wrong request.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, requests.HTTPError):
        cause = cause.__context__
    return cause.response if cause is not None else None


def _may_pass(error: ccxt.BaseError, answer: requests.Response | None) -> bool:
    if answer is None:
        return isinstance(error, ccxt.OperationFailed)
    return answer.status_code in _TRY_LATER or answer.status_code >= 500


def _asked_pause(answer: requests.Response | None) -> float:
    """Seconds that the exchange asks to wait."""
    asked = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(asked), _LONGEST_PAUSE) if asked.isdecimal() else 0.0


def _told_time(headers: Mapping[str, str] | None) -> int | None:
    """When an answer was given, by the clock of who gave it: every server of HTTP says so (RFC 9110, 6.6.1)."""
    try:
        return int(parsedate_to_datetime((headers or {}).get("Date", "")).timestamp()) * 1000
    except ValueError:
        return None


def _reason(error: ccxt.BaseError, answer: requests.Response | None) -> str:
    title = type(error).__name__ if answer is None else f"HTTP {answer.status_code}"
    return f"{title}: {' '.join(redacted(str(error)).split())[:150]}"


def _open_exchange(config: BitcoinData, timeout: float) -> Any:
    _choose("data.exchange", config.exchange, ccxt.exchanges, "an exchange of ccxt")
    # A user's HTTPS_PROXY holds for the exchange, not for an address given in its place.
    exchange = getattr(ccxt, config.exchange)(
        {"requests_trust_env": config.url is None, "timeout": int(1000 * timeout)}
    )
    require(
        bool(exchange.has["fetchOHLCV"]),
        f"data.exchange must be an exchange with bars, but {config.exchange} offers none: set another.",
    )
    _choose("data.timeframe", config.timeframe, exchange.timeframes or {}, f"a length of {config.exchange}'s bars")
    if config.url is not None:
        exchange.urls["api"] = _readdressed(exchange.urls["api"], config.url.rstrip("/"))
    return exchange


def _readdressed(addresses: Any, url: str) -> Any:
    if isinstance(addresses, dict):
        return {name: _readdressed(address, url) for name, address in addresses.items()}
    return url


def _choose(setting: str, value: str, existing: Iterable[str], what: str) -> None:
    names = [str(name) for name in existing]
    alike = difflib.get_close_matches(value, names, n=5, cutoff=0.5)
    choice = ", ".join(names if len(names) <= 20 else alike)
    require(value in names, f"{setting} must be {what}, but is {value!r}: choose from {choice or 'those it lists'}.")
