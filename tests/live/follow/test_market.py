"""An exchange that is followed: the real client, a real server on this machine, and what goes wrong."""

import dataclasses
import os
import random
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.data.load import load_series
from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.reloaded import ReloadedSource
from lstm_sweep.live.follow.source import ClosedBars, FeedError, Source
from tests.configs import compose_config
from tests.data.exchange_server import ExchangeServer
from tests.live.follow.following import bars, csv, live_config, minutes
from tests.moving_market import HandClock, MovingMarket, serve_market

FIRST = 1_767_225_600  # 2026-01-01
SINCE = "data.since=2026-01-01"
KEEP = 30


class Follower:
    """Compares look by look what it knows with what is shown, as a live process does."""

    def __init__(self, market: MovingMarket, source: Source) -> None:
        self.market, self.source = market, source
        self.known: dict[int, float] = {}
        self.corrected: list[int] = []
        self.came_late: list[int] = []

    def look(self) -> ClosedBars:
        found = self.source.look()
        shown = bars(found.series)
        newest = max(self.known, default=0)
        for start, price in shown.items():
            number = (start - FIRST) // 60
            assert start + 60 <= self.market.now()  # never the open bar
            assert price in (self.market.true(number)[4], self.market.true(number)[4] + 0.5)
            if start not in self.known and start < newest:
                self.came_late.append(number)
            elif self.known.get(start, price) != price:
                self.corrected.append(number)
        self.known |= shown
        return found


def expected(market: MovingMarket, first: int) -> dict[int, float]:
    return {int(bar[0]): bar[4] for bar in market.in_the_end() if bar[0] >= first}


def failure(follower: Follower) -> str | None:
    try:
        follower.look()
    except FeedError as error:
        return str(error)
    return None


def requests(server: ExchangeServer) -> int:
    return len(server.asked("/ohlc/")) + len(server.asked("/candles/"))


@pytest.mark.parametrize("exchange", ["bitstamp", "bitfinex"])
def test_each_bar_comes_once_with_one_request_after_its_end(tmp_path: Path, exchange: str) -> None:
    clock = HandClock(FIRST + 3600.0)
    market = MovingMarket(clock, FIRST)
    with serve_market(market, exchange) as server:
        config = minutes(server.url, tmp_path, SINCE, f"data.exchange={exchange}")
        follower = Follower(market, ReloadedSource(config, (), False, live_config(), KEEP, clock))
        clock.now += 2
        assert follower.look().next_close == FIRST + 3660
        assert len(follower.known) == KEEP
        begun, loaded = requests(server), len(server.requests) - requests(server)
        for second in range(1, 601):
            clock.now = FIRST + 3602.0 + second
            newest = follower.look().series.timestamps[-1]
            # Bar 60 ends at 3660 and is asked for at 3662.
            assert newest == np.datetime64(FIRST, "s") + np.timedelta64(60 * (59 + second // 60), "s")
        assert requests(server) == begun + 10
        assert len(server.requests) - requests(server) == loaded
    assert follower.known == expected(market, FIRST + 30 * 60)
    assert (follower.corrected, follower.came_late) == ([], [])
    assert list(tmp_path.iterdir()) == []


def test_features_and_longer_bars_are_those_of_a_sweep(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3 * 86400.0 + 2)
    market = MovingMarket(clock, FIRST, never=frozenset(range(4000, 4030)))
    with serve_market(market) as server:
        config = minutes(server.url, tmp_path, SINCE, "data.every=10min")
        source = ReloadedSource(config, ("volume", "high"), False, live_config(), 20, clock)
        for _ in range(30):
            clock.now += 600
            found = source.look()
            assert found.next_close == clock.now - 2 + 600
        whole_config = dataclasses.replace(config, until="2026-01-04", cache=str(tmp_path / "whole"))
        whole = load_series(whole_config, ("volume", "high"))
        since = np.searchsorted(whole.timestamps, found.series.timestamps[0])
        stop = since + len(found.series)
        assert len(found.series) == 21
        assert found.series.values.tolist() == whole.values[since:stop].tolist()
        for name in ("volume", "high"):
            assert found.series.covariates[name].tolist() == whole.covariates[name][since:stop].tolist()


def test_bars_of_a_week_stay_where_they_are_however_few_are_kept(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 100 * 86400.0 + 2)
    market = MovingMarket(clock, FIRST, step=86400)
    with serve_market(market) as server:
        config = minutes(server.url, tmp_path, SINCE, "data.timeframe=1d", "data.every=7D")
        source = ReloadedSource(config, (), False, live_config(), 2, clock)
        for _ in range(40):
            clock.now += 86400
            starts = source.look().series.timestamps.astype("datetime64[D]")
            assert (((starts - np.datetime64("2026-01-01")).astype(int) % 7) == 0).all()
            assert starts[-1] == np.datetime64("2026-01-01") + 7 * (int(clock.now - FIRST) // (7 * 86400) - 1)


@pytest.mark.parametrize("fault", [503, 500, 429, "drop", "hang"])
def test_a_failing_exchange_is_asked_again_with_growing_pauses_and_nothing_is_lost(
    tmp_path: Path, fault: int | str
) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST)
    with serve_market(market) as server:
        live = live_config(poll=1.0) if fault == "hang" else live_config()
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live, KEEP, clock)
        follower = Follower(market, source)
        follower.look()
        server.faults = [fault] * 6
        asked = requests(server)
        tries: list[int] = []
        clock.now += 60
        for second in range(100):
            begun = time.monotonic()
            sentence = failure(follower)
            if sentence is None:
                break
            assert "The exchange must answer, but did not (" in sentence
            assert "; the next try is in " in sentence
            assert time.monotonic() - begun < 5
            if requests(server) > asked:
                asked, tries = requests(server), [*tries, second]
            clock.now += 1
        pauses = [1, 2, 4, 8, 16, 32] if fault != "hang" else [1] * 6
        assert np.diff([*tries, second]).tolist() == pauses
        clock.now = FIRST + 3602.0 + 240
        follower.look()
    assert follower.known == expected(market, FIRST + 30 * 60)


def test_an_exchange_that_asks_for_a_pause_gets_it(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST)
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(), KEEP, clock)
        source.look()
        server.faults, server.headers = [429], {"Retry-After": "25"}
        clock.now += 60
        with pytest.raises(FeedError, match=r"HTTP 429.*; the next try is in 25 s\."):
            source.look()
        asked = requests(server)
        clock.now += 24.9
        with pytest.raises(FeedError):
            source.look()
        assert requests(server) == asked
        clock.now += 0.2
        assert len(source.look().series) == KEEP + 1


def test_an_exchange_that_never_answered_is_a_matter_of_time_and_a_wrong_market_is_not(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST)
    with serve_market(market) as server:
        config = minutes(server.url, tmp_path, SINCE)
        server.faults = [503]
        source = ReloadedSource(config, (), False, live_config(), KEEP, clock)
        with pytest.raises(FeedError, match="HTTP 503"):
            source.look()
        clock.now += 1
        assert len(source.look().series) == KEEP
        wrong = dataclasses.replace(config, symbol="BTC/USDD")
        with pytest.raises(UserError, match="data.symbol must be a market of bitstamp"):
            ReloadedSource(wrong, (), False, live_config(), KEEP, clock).look()
        server.faults = [403]
        clock.now += 60
        with pytest.raises(FeedError, match="refused"):  # what has worked may work again
            source.look()


def test_a_bar_that_is_late_is_asked_for_with_growing_pauses(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST, late={60: 1})
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(poll=10), KEEP, clock)
        source.look()
        asked = requests(server)
        tries: list[int] = []
        for second in range(1, 121):
            clock.now = FIRST + 3602.0 + second
            source.look()
            if requests(server) > asked:
                asked, tries = requests(server), [*tries, second]
        # The bar is due at 60 and the one after it at 120, which comes without it.
        assert tries == [60, 62, 66, 74, 84, 94, 104, 114, 120]
        assert (source.look().series.timestamps[-1] - np.datetime64(FIRST, "s")).astype("timedelta64[m]") == 61


@pytest.mark.parametrize(
    ("late", "corrected"), [({65: 3}, {}), ({}, {64: 2, 70: 9}), ({62: 40, 63: 39, 64: 38}, {63: 50, 66: 1})]
)
def test_late_and_corrected_bars_show_their_value_in_a_later_look(
    tmp_path: Path, late: Mapping[int, int], corrected: Mapping[int, int]
) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST, late=late, corrected=corrected)
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(), 60, clock)
        follower = Follower(market, source)
        follower.look()
        for _ in range(120):
            clock.now += 60
            follower.look()
        assert follower.known == expected(market, FIRST)
    assert follower.came_late == [*late]
    # A bar that is late for longer than it is wrong comes right.
    assert sorted(follower.corrected) == sorted(
        set(corrected) - {bar for bar in late if late[bar] >= corrected.get(bar, 0)}
    )


@pytest.mark.parametrize("ahead", [-3600.0, -45.0, -1.0, 1.0, 45.0, 3600.0])
def test_a_clock_that_is_off_shows_no_open_bar_and_says_when_the_next_one_closes_by_ours(
    tmp_path: Path, ahead: float
) -> None:
    clock = HandClock(FIRST + 7202.0)
    market = MovingMarket(clock, FIRST, ahead=ahead)
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(), KEEP, clock)
        follower = Follower(market, source)
        follower.look()
        for _ in range(600):
            clock.now += 1
            found = follower.look()
            by_the_exchange = found.next_close + (ahead if abs(ahead) > 2 else 0)
            assert by_the_exchange % 60 == pytest.approx(0, abs=1) or by_the_exchange % 60 > 59
            assert clock.now <= found.next_close + 2 + 5  # grace, and pauses of 1, 2 and 4 s
    assert max(follower.known) >= market.now() - 60 - 60 - 7
    assert set(follower.known.items()) <= set(expected(market, FIRST).items())
    assert follower.corrected == []


def test_a_days_outage_is_made_up_for(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST)
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(), KEEP, clock)
        follower = Follower(market, source)
        follower.look()
        server.faults = [503] * 10_000
        for _ in range(24):
            clock.now += 3600
            with pytest.raises(FeedError):
                follower.look()
        server.faults = []
        clock.now += 60
        assert len(follower.look().series) == KEEP + 1441
    assert follower.known == expected(market, FIRST + 30 * 60)


def test_bars_that_the_exchange_never_had_are_filled_and_marked(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3602.0)
    market = MovingMarket(clock, FIRST, never=frozenset(range(60, 1500)))
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(), KEEP, clock)
        source.look()
        clock.now += 1441 * 60
        series = source.look().series
        assert np.flatnonzero(series.filled).tolist() == list(range(KEEP, KEEP + 1440))
        assert not series.filled[-1]
        assert (series.values[series.filled] == market.true(59)[4]).all()
        # Few bars are kept, and the hole is longer than they are.
        again = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(), 5, clock)
        assert again.look().series.values.tolist() == series.values[-5:].tolist()


def test_days_until_are_left_aside_and_it_is_said(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 3602.0)
    with serve_market(MovingMarket(clock, FIRST)) as server:
        config = minutes(server.url, tmp_path, SINCE, "data.until=2026-01-01")
        clock.now += 2 * 86400
        series = ReloadedSource(config, (), False, live_config(), KEEP, clock).look().series
    assert series.timestamps[-1] == np.datetime64("2026-01-03T00:59")
    assert series.notes[0] == "data.until=2026-01-01 is left aside: the market is followed"


def test_what_a_sweep_has_downloaded_is_not_asked_for_again(tmp_path: Path) -> None:
    clock = HandClock(FIRST + 5000 * 60.0 + 2)
    market = MovingMarket(clock, FIRST)
    with serve_market(market) as server:
        config = minutes(server.url, tmp_path, SINCE)
        load_series(dataclasses.replace(config, until="2026-01-03"), ())
        server.requests.clear()
        source = ReloadedSource(config, (), False, live_config(), 4900, clock)
        assert bars(source.look().series) == expected(market, FIRST + 100 * 60)
        assert requests(server) == 1


def resident() -> float:
    """MiB of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
def test_a_day_of_minutes_with_every_fault_ends_as_the_exchange_has_it_in_flat_memory(tmp_path: Path) -> None:
    draw = random.Random(0)
    clock = HandClock(FIRST + 3602.0)
    numbers = range(70, 1400)
    faults: list[int | str] = [429, 503, "drop"]
    market = MovingMarket(
        clock,
        FIRST,
        late={number: draw.randint(1, 30) for number in draw.sample(numbers, 40)},
        corrected={number: draw.randint(1, 20) for number in draw.sample(numbers, 40)},
        never=frozenset(draw.sample(numbers, 20)),
    )
    memory, failed = [], 0
    with serve_market(market) as server:
        source = ReloadedSource(minutes(server.url, tmp_path, SINCE), (), False, live_config(poll=5), 100, clock)
        follower = Follower(market, source)
        follower.look()
        for minute in range(1440):
            clock.now += 60
            if minute % 40 == 0:
                server.faults = [draw.choice(faults) for _ in range(draw.randint(1, 3))]
            if minute in (300, 900):
                server.faults = ["hang"]
            if 600 <= minute < 660:
                server.faults = [503]
            market.ahead = draw.choice([-20.0, 0.0, 20.0]) if minute % 100 == 0 else market.ahead
            failed += failure(follower) is not None
            memory.append(resident())
        for market.ahead in (0.0, 0.0):
            clock.now += 60
            follower.look()
    assert failed > 60
    assert follower.known == expected(market, min(follower.known))
    assert len(follower.known) >= 1440
    assert {*follower.corrected} <= {*market.corrected}
    assert {*follower.came_late} <= {*market.late}
    assert max(memory[200:]) < 1.1 * memory[200]


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        (["data=sp500"], r"data must be a source that grows .* but is sp500: replay it with live.replay=1"),
        (["data=synthetic"], "but is synthetic: replay it"),
        (["data=bitcoin", "data.stamp=end"], "data.stamp must be start .* but is end: set data.stamp=start"),
    ],
)
def test_a_source_that_cannot_be_followed_is_refused(overrides: list[str], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        ReloadedSource(compose_config(*overrides).data, (), False, live_config(), KEEP)


def test_rows_without_times_cannot_be_followed(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match="data.time must name the column of times .* but is 'none': name one, or replay"
    ):
        ReloadedSource(csv(tmp_path / "a.csv", "data.time=none"), (), False, live_config(), KEEP)
