"""Minute bars of an exchange that fails in every way, around the day of an outage: what is written holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.data.series import Series
from lstm_sweep.live.beginning import begin_champion
from lstm_sweep.live.follow.reloaded import ReloadedSource
from lstm_sweep.live.follow.source import FeedError
from lstm_sweep.live.follower import Follower
from lstm_sweep.live.opening import Asked, bars_kept, opened
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.replaying import replay
from lstm_sweep.live.state import Hole
from tests.data.exchange_server import ExchangeServer
from tests.live.by_hand import JournalByHand
from tests.live.follow.following import live_config, minutes
from tests.live.worlds import make_winner
from tests.moving_market import HandClock, MovingMarket, serve_market

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

FIRST = 1_767_225_600  # 2026-01-01
HISTORY = 600
"""Bars before the process begins."""

BLOCK, BLOCKS = 360, 4
"""Minutes in which everything goes wrong once, and how often that is gone through: 24 hours."""

OUTAGE = 1440
"""Minutes without an answer, in the middle."""

STARTS = [HISTORY + BLOCK * block + (OUTAGE if block >= BLOCKS // 2 else 0) for block in range(BLOCKS)]
"""First bar of each block."""

LATE = {130: 1, 131: 3, 140: 8, 141: 7}
CORRECTED = {170: 2, 175: 9, 180: 1}
NEVER = range(290, 307)
"""By minute of the block."""

FAULTS: dict[int, tuple[int | str, int]] = {10: (503, 6), 40: (429, 3), 70: ("drop", 3), 100: ("hang", 2)}
"""By minute of the block: what goes wrong with how many requests."""

OURS = {200: 45.0, 230: -45.0, 260: 0.0}
"""Seconds by which our clock is ahead, from a minute of the block on."""

RESTART = 330


@dataclass
class Day:
    """The exchange, and a process that follows it.

    Attributes:
        moments: true time by what our clock showed, milliseconds.
        memory: resident bytes, hour by hour.
    """

    folder: Path
    clock: HandClock
    market: MovingMarket
    server: ExchangeServer
    moments: dict[int, float] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)
    failed: int = 0

    @contextmanager
    def at_work(self) -> Iterator[Follower]:
        """From where its journal ends."""
        winner, live = make_winner(history(self.market)), live_config(poll=15.0)
        source = ReloadedSource(
            minutes(self.server.url, self.folder, "data.since=2026-01-01"),
            (),
            False,
            live,
            bars_kept(winner),
            self.clock,
        )
        asked = Asked(live, "btc", winner, "1")
        self.at(self.market.now())
        with opened(asked, source, self.clock) as follower:
            begin_champion(follower, asked)
            yield follower

    def at(self, now: float) -> None:
        """Set both clocks by the true time."""
        self.clock.now = now - self.market.ahead
        self.moments[int(self.clock.now * 1000)] = now

    def minute(self, follower: Follower, number: int, looks: int = 3) -> None:
        """So many looks while bar `number` is open."""
        for second in np.linspace(2, 62, looks, endpoint=False):
            self.at(FIRST + 60.0 * number + second)
            try:
                follower.step()
            except FeedError:
                self.failed += 1
        if number % 60 == 59:
            self.memory.append(resident())

    def block(self, follower: Follower, start: int, minutes: range) -> None:
        """Some minutes of the block that begins at bar `start`."""
        for minute in minutes:
            if minute in FAULTS:
                fault, requests = FAULTS[minute]
                self.server.faults, self.server.headers = [fault] * requests, {"Retry-After": "25"}
            now = self.market.now()
            self.market.ahead = -OURS.get(minute, -self.market.ahead)
            self.at(now)
            self.minute(follower, start + minute)

    def outage(self, follower: Follower, start: int) -> None:
        """A day without an answer."""
        self.server.faults = [503] * 100_000
        for number in range(start, start + OUTAGE, 20):
            self.minute(follower, number, looks=1)
        self.server.faults = []


def history(market: MovingMarket) -> Series:
    """The bars before."""
    times = np.datetime64(FIRST, "s") + 60 * np.arange(HISTORY)
    values = np.array([market.true(number)[4] for number in range(HISTORY)])
    return Series("minutes", times.astype("datetime64[ns]"), values, np.zeros(HISTORY, bool))


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


def in_every_block(minutes: dict[int, int]) -> dict[int, int]:
    return {start + minute: bars for start in STARTS for minute, bars in minutes.items()}


def live(day: Day) -> list[Hole]:
    """All of it; the holes that are known in the end."""
    holes: list[Hole] = []
    with day.at_work() as follower:
        day.block(follower, STARTS[0], range(RESTART))
    for start, following in zip(STARTS, [*STARTS[1:], None], strict=True):
        with day.at_work() as follower:
            day.block(follower, start, range(RESTART, BLOCK))
            if following is not None:
                if following > start + BLOCK:
                    day.outage(follower, start + BLOCK)
                day.block(follower, following, range(RESTART))
            holes = list(follower.state.holes)
    return holes


def seconds(times: object) -> list[int]:
    return [time // 1_000_000_000 for time in times]  # type: ignore[attr-defined]


def test_a_day_of_minutes_with_every_fault_is_written_down_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    never = frozenset(start + minute for start in STARTS for minute in NEVER)
    clock = HandClock(FIRST + 60.0 * HISTORY + 2)
    market = MovingMarket(clock, FIRST, 0.0, in_every_block(LATE), in_every_block(CORRECTED), never)
    with serve_market(market) as server:
        day = Day(tmp_path / "cache", clock, market, server)
        holes = live(day)
    folder, last = Path("live/btc"), STARTS[-1] + BLOCK
    read, again = JournalByHand().read(read_journal(folder)), replay(folder)
    assert seconds(read.bars) == [FIRST + 60 * number for number in range(HISTORY, last - 1)]
    absent = never | {number for number, bars in market.late.items() if bars > 1}
    assert seconds(sorted(read.absent)) == [FIRST + 60 * number for number in sorted(absent)]
    runs = [(131, 1), (140, 2), (NEVER[0], len(NEVER))]
    assert [(hole.time // 1_000_000_000, hole.bars) for hole in holes] == [
        (FIRST + 60 * (start + minute), bars) for start in STARTS for minute, bars in runs
    ]
    for number in set(range(last - 1)) - never:
        assert read.prices[(FIRST + 60 * number) * 1_000_000_000] == market.true(number)[4]
    came_late = {
        origin
        for (origin, _), line in read.forecasts.items()
        if day.moments[line.written] >= origin / 1e9 + 120  # its target begins at 60 and ends at 120
    }
    assert read.late == came_late
    assert read.scored == read.may_be_scored(1)
    assert len(read.scored) > 0.85 * BLOCK * BLOCKS
    assert (again.difference, again.bars, again.late) == ("", len(read.bars), len(read.late))
    assert day.failed > 50
    assert max(day.memory[1:]) < 1.1 * day.memory[1], day.memory
