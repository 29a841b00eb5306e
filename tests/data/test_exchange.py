"""The real ccxt client against a real server on this machine."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.config import BitcoinData, DataConfig
from lstm_sweep.data.exchange.cache import cache_file
from lstm_sweep.data.exchange.source import read_exchange
from lstm_sweep.data.load import load_series
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.contracts.source_contract import SourceContract
from tests.data.exchange_server import ExchangeServer, bitfinex, bitstamp, serve

DAY = 86400
FIRST = int(datetime(2011, 8, 18, tzinfo=UTC).timestamp())
NUM_DAYS = 2500
MISSING = (100, 101, 1700)


def candle(day: int) -> list[float]:
    price = 10 + day % 37 + day / 100
    return [FIRST + day * DAY, price - 1, price + 2, price - 2, price, 5 + day % 3]


CANDLES = [candle(day) for day in range(NUM_DAYS) if day not in MISSING]


@pytest.fixture
def exchange() -> Iterator[ExchangeServer]:
    with serve(bitstamp(CANDLES)) as server:
        yield server


@pytest.fixture
def config(exchange: ExchangeServer, tmp_path: Path) -> BitcoinData:
    return bitcoin(exchange.url, tmp_path)


def bitcoin(url: str, cache: Path, *overrides: str) -> BitcoinData:
    config = compose_config("data=bitcoin", f"data.url={url}", f"data.cache={cache}", *overrides).data
    assert isinstance(config, BitcoinData)
    return config


def noon(day: int) -> int:
    """Milliseconds since 1970 at noon of a day, counted from the first one."""
    return (FIRST + day * DAY + DAY // 2) * 1000


def read(config: BitcoinData, now: int, *features: str) -> tuple[list[float], list[int]]:
    """Prices that are there and the days that they are of; no pauses."""
    bars = read_exchange(config, features, now=now, pauses=(0, 0, 0))
    days = (bars.table.index.to_numpy().astype("datetime64[s]").astype(int) - FIRST) // DAY
    return bars.table["close"].tolist(), days.tolist()


def spans(exchange: ExchangeServer) -> list[tuple[int, int]]:
    """First and last day of every request for bars."""
    queries = exchange.asked("/v2/ohlc/btcusd/")
    return [((int(query["start"]) - FIRST) // DAY, (int(query["end"]) - FIRST) // DAY) for query in queries]


class TestExchangeContract(SourceContract):
    features = ("open", "high", "low", "volume")

    @pytest.fixture
    def config(self, exchange: ExchangeServer, tmp_path: Path) -> DataConfig:  # type: ignore[override]
        return bitcoin(exchange.url, tmp_path, "data.until=2013-01-10")


def test_the_history_comes_page_by_page_up_to_the_last_complete_bar(
    exchange: ExchangeServer, config: BitcoinData
) -> None:
    prices, days = read(config, noon(2400))
    assert days == [day for day in range(2400) if day not in MISSING]
    assert prices == [candle(day)[4] for day in days]
    assert exchange.requests[0][0] == "/v2/markets/"
    assert spans(exchange) == [(0, 999), (1000, 1999), (2000, 2399)]


def test_missing_bars_are_filled_counted_and_flagged(config: BitcoinData) -> None:
    series = load_series(dataclasses.replace(config, until="2011-12-31"), ("volume", "open"))
    assert np.flatnonzero(series.filled).tolist() == [100, 101]
    assert [note.partition(" (")[0] for note in series.notes[:-1]] == [
        "2 of 136 bars were empty: filled forward, never scored"
    ]
    assert series.covariates["volume"][[99, 100, 101]].tolist() == [candle(99)[5], 0, 0]
    assert series.covariates["open"][[99, 100]].tolist() == [candle(99)[1], candle(99)[4]]
    assert series.name == "bitstamp BTC/USD 1d"


def test_a_second_run_asks_nothing(exchange: ExchangeServer, config: BitcoinData) -> None:
    first = read(config, noon(2400))
    exchange.requests.clear()
    assert read(config, noon(2400)) == first
    assert exchange.requests == []


def test_a_refresh_asks_only_for_what_is_missing(exchange: ExchangeServer, config: BitcoinData) -> None:
    read(config, noon(2400))
    exchange.requests.clear()
    prices, days = read(config, noon(2403))
    assert spans(exchange) == [(2400, 2402)]
    assert days[-1] == 2402
    assert prices == [candle(day)[4] for day in days]

    earlier = dataclasses.replace(config, since="2011-08-10")
    exchange.requests.clear()
    assert read(earlier, noon(2403)) == (prices, days)
    assert spans(exchange) == [(-8, -1)]


def test_the_bar_that_is_not_over_is_neither_returned_nor_kept(exchange: ExchangeServer, config: BitcoinData) -> None:
    assert read(config, noon(300))[1][-1] == 299
    exchange.requests.clear()
    assert read(config, noon(301))[1][-1] == 300
    assert spans(exchange) == [(300, 300)]


def test_the_open_bar_is_not_taken_where_our_clock_is_ahead_of_the_exchanges(
    exchange: ExchangeServer, config: BitcoinData
) -> None:
    exchange.clock = lambda: noon(300) / 1000
    assert read(config, noon(301))[1][-1] == 299
    until = dataclasses.replace(config, until="2012-06-15")  # day 302, over by a clock that is five days ahead
    assert read(until, noon(305))[1][-1] == 299
    exchange.clock = lambda: noon(306) / 1000
    assert read(until, noon(306))[1][-1] == 302


def test_a_bar_that_the_exchange_has_not_published_yet_is_asked_for_again(config: BitcoinData) -> None:
    now = noon(NUM_DAYS + 1)  # the server's last bar is NUM_DAYS - 1, yet NUM_DAYS is over
    assert read(config, now)[1][-1] == NUM_DAYS - 1
    with serve(bitstamp([*CANDLES, candle(NUM_DAYS)])) as later:
        # The address is part of the cache's name, so what is kept moves with it.
        moved = dataclasses.replace(config, url=later.url)
        cache_file(config).rename(cache_file(moved))
        assert read(moved, now)[1][-1] == NUM_DAYS
        assert spans(later) == [(NUM_DAYS, NUM_DAYS)]


def test_days_within_what_is_kept_need_no_exchange(exchange: ExchangeServer, config: BitcoinData) -> None:
    read(config, noon(2400))
    exchange.requests.clear()
    within = dataclasses.replace(config, since="2012-01-01", until="2012-12-31")
    prices, days = read(within, noon(99_999))
    assert (days[0], days[-1]) == (136, 501)
    assert prices[0] == candle(136)[4]
    assert exchange.requests == []


def test_missing_bars_at_the_end_of_days_long_over_are_not_asked_for_again(
    exchange: ExchangeServer, config: BitcoinData
) -> None:
    until_a_gap = dataclasses.replace(config, until="2011-11-27")
    assert read(until_a_gap, noon(2400))[1] == list(range(100))
    exchange.requests.clear()
    assert read(until_a_gap, noon(2400))[1] == list(range(100))
    assert exchange.requests == []


def test_bars_beyond_the_days_asked_for_are_left_to_the_next_request(tmp_path: Path) -> None:
    bars = [[1000 * time, opened, closed, high, low, volume] for time, opened, high, low, closed, volume in CANDLES]
    with serve(bitfinex(bars)) as exchange:  # gives as many bars as asked for, however many are missing between
        config = bitcoin(exchange.url, tmp_path, "data.exchange=bitfinex", "data.until=2011-12-31")
        assert read(config, noon(2400))[1] == [day for day in range(136) if day not in MISSING]
        longer = dataclasses.replace(config, until="2012-01-31")
        prices, days = read(longer, noon(2400))
    assert days == [day for day in range(167) if day not in MISSING]
    assert prices == [candle(day)[4] for day in days]


@pytest.mark.parametrize("fault", [429, 500, 503, 504, "drop"])
def test_a_failing_request_is_repeated(exchange: ExchangeServer, config: BitcoinData, fault: int | str) -> None:
    exchange.faults = [fault, None, None, fault, fault, fault]  # markets twice, a page, the next page four times
    prices, days = read(config, noon(2400))
    assert days == [day for day in range(2400) if day not in MISSING]
    assert prices == [candle(day)[4] for day in days]
    assert spans(exchange) == [(0, 999)] + 4 * [(1000, 1999)] + [(2000, 2399)]


def test_an_exchange_may_say_how_long_to_wait(
    exchange: ExchangeServer, config: BitcoinData, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("lstm_sweep.data.exchange.client.time.sleep", waited.append)
    exchange.faults, exchange.headers = [429, 503, 429], {"Retry-After": "3"}
    read_exchange(config, (), now=noon(50), pauses=(1, 5, 2))
    assert [seconds for seconds in waited if seconds >= 1] == [3, 5, 3]


def test_a_request_that_is_refused_is_not_repeated(exchange: ExchangeServer, config: BitcoinData) -> None:
    exchange.faults = [None, 403]
    with pytest.raises(UserError, match=r"must give bars, but refused \(HTTP 403: .*\): check the settings of data"):
        read(config, noon(2400))
    assert len(spans(exchange)) == 1


@pytest.mark.parametrize("until", [None, "2018-03-13"])
def test_an_exchange_that_keeps_failing_ends_in_one_sentence_and_what_came_is_kept(
    exchange: ExchangeServer, config: BitcoinData, until: str | None
) -> None:
    config = dataclasses.replace(config, until=until)
    now = noon(2400 if until is None else 2450)
    exchange.faults = [None, None, 503, 503, 503, 503]
    with pytest.raises(UserError, match=r"bitstamp must answer, .* \(HTTP 503: .*try again") as caught:
        read(config, now)
    assert str(caught.value).endswith("check the network.")
    exchange.requests.clear()
    assert read(config, now)[1] == [day for day in range(2400) if day not in MISSING]
    assert spans(exchange) == [(1000, 1999), (2000, 2399)]


def test_an_unreachable_exchange_says_which_days_need_no_network(exchange: ExchangeServer, config: BitcoinData) -> None:
    read(config, noon(500))
    exchange.faults = [503] * 100
    with pytest.raises(UserError, match=r"set data.until=2012-12-29 to use the bars that are kept\.$"):
        read(config, noon(510))
    assert read(dataclasses.replace(config, until="2012-12-29"), noon(510))[1][-1] == 499


def test_a_server_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with serve(bitstamp([])) as gone:
        config = bitcoin(gone.url, tmp_path)
    with pytest.raises(UserError, match=r"bitstamp must answer, .* \(NetworkError: .*\): check the network\.$"):
        read(config, noon(10))
    assert list(tmp_path.iterdir()) == []


def test_an_empty_answer_is_not_kept(exchange: ExchangeServer, config: BitcoinData) -> None:
    before = dataclasses.replace(config, since="2010-01-01", until="2010-12-31")
    for _ in range(2):
        exchange.requests.clear()
        with pytest.raises(UserError, match="must have bars from 2010-01-01 to 2010-12-31, but has none"):
            read(before, noon(2400))
        assert len(spans(exchange)) == 1


def test_a_market_younger_than_asked_for_says_so(config: BitcoinData) -> None:
    early = dataclasses.replace(config, since="2008-01-01", until="2012-01-31")
    assert load_series(early, ()).notes[0] == "bitstamp BTC/USD 1d starts on 2011-08-18, not on data.since=2008-01-01"


def test_a_damaged_cache_is_downloaded_again(exchange: ExchangeServer, config: BitcoinData) -> None:
    expected = read(config, noon(300))
    cache_file(config).write_bytes(b"PAR1 cut off")
    exchange.requests.clear()
    assert read(config, noon(300)) == expected
    assert spans(exchange) == [(0, 299)]
    assert [path.suffix for path in cache_file(config).parent.iterdir()] == [".parquet"]


def test_markets_lengths_and_addresses_are_kept_apart() -> None:
    config = compose_config("data=bitcoin").data
    assert isinstance(config, BitcoinData)
    others = [
        dataclasses.replace(config, **changes)
        for changes in ({"exchange": "kraken"}, {"symbol": "BTC/EUR"}, {"timeframe": "1h"}, {"url": "http://localhost"})
    ]
    assert len({cache_file(each) for each in [config, *others]}) == 5
    assert cache_file(config).parent.name == "lstm-sweep"


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("data.exchange=bitstmap", "data.exchange must be an exchange of ccxt, but is 'bitstmap': choose .*bitstamp"),
        ("data.symbol=BTC/USDD", "data.symbol must be a market of bitstamp, but is 'BTC/USDD': choose from BTC/USD"),
        ("data.timeframe=7m", "data.timeframe must be a length of bitstamp's bars, but is '7m': choose from 1m, 3m"),
        ("data.timeframe=1M", "data.timeframe must be a length such as .* but is '1M'"),
        ("data.since=yesterday", "data.since must be an ISO date, but is 'yesterday': write it like"),
        ("data.until=2024-13-01", "data.until must be an ISO date, but is '2024-13-01'"),
        ("data.until=2011-01-01", "data.since must be before data.until"),
        ("data.since=2999-01-01", "data.since must be before data.until and before today"),
    ],
)
def test_wrong_settings_end_in_one_sentence(
    exchange: ExchangeServer, tmp_path: Path, override: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        load_series(bitcoin(exchange.url, tmp_path, override), ())


def test_a_cache_that_cannot_be_written_is_refused(exchange: ExchangeServer, tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    with pytest.raises(UserError, match="data.cache must be a folder for downloaded bars, but .*file cannot be"):
        read(bitcoin(exchange.url, occupied), noon(50))


def test_another_exchange_gives_its_real_minutes(shared_data: Path, tmp_path: Path) -> None:
    pages = sorted((shared_data / "rest_json" / "bitfinex_2017-06-01").glob("*.json"))
    candles = sorted({minute[0]: minute for page in pages for minute in json.loads(page.read_text())}.values())
    assert len(candles) > 1000
    overrides = ["data.exchange=bitfinex", "data.timeframe=1m", "data.since=2017-06-01", "data.until=2017-06-01"]
    with serve(bitfinex(candles)) as exchange:
        config = bitcoin(exchange.url, tmp_path, *overrides)
        exchange.faults = [None, None, "drop", 429]
        series = load_series(config, ("high", "volume"))
        assert len(exchange.asked("/candles/")) == 4
        exchange.requests.clear()
        assert load_series(config, ("high", "volume")).digest == series.digest
        assert exchange.requests == []
    times = series.timestamps[~series.filled].astype("datetime64[ms]").astype(int).tolist()
    assert times == [minute[0] for minute in candles]
    assert series.values[~series.filled].tolist() == [minute[2] for minute in candles]
    assert series.covariates["high"][~series.filled].tolist() == [minute[3] for minute in candles]
    assert series.covariates["volume"][series.filled].max() == 0


def test_ccxt_is_imported_only_for_a_download(exchange: ExchangeServer, config: BitcoinData) -> None:
    fixed = dataclasses.replace(config, until="2012-01-31")
    load_series(fixed, ())
    program = (
        "import sys; from lstm_sweep.config import BitcoinData; from lstm_sweep.data.load import load_series;"
        f"load_series({fixed!r}, ()); print('ccxt' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
