"""A live process under whatever befalls it, against an author who reads its journal line by line."""

import contextlib
import functools
import math
import os
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lstm_sweep.data.series import Series
from lstm_sweep.live.follow.source import FeedError
from lstm_sweep.live.follower import Follower
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import CHALLENGER, JOURNAL
from lstm_sweep.live.replaying import replay
from lstm_sweep.live.version_files import load_version
from tests.live.by_hand import JournalByHand
from tests.live.worlds import BEGINS, Bars, at_work, make_winner, world

MOST = 40
"""Bars that may come."""

BTC = Path("live/btc")
HORIZONS = (1, 3)
Befalls = tuple[str, int]
WHAT = st.one_of(
    st.tuples(st.just("bars come"), st.integers(1, 6)),
    st.tuples(st.just("bars come"), st.just(1)),
    st.tuples(st.just("a bar is corrected"), st.integers(1, 12)),
    st.tuples(st.just("a bar comes after all"), st.integers(0, 5)),
    st.tuples(st.just("the next bar closes at"), st.sampled_from([0, 1, 2])),
    st.tuples(st.just("the source fails"), st.just(0)),
    st.tuples(st.just("it is stopped"), st.just(0)),
    st.tuples(st.just("it is killed"), st.integers(1, 700)),
    st.tuples(st.just("a challenger begins"), st.just(0)),
    st.tuples(st.just("the challenger ends"), st.just(0)),
)
HOLES = st.sets(st.integers(0, MOST - 1), max_size=12)


@pytest.fixture(autouse=True)
def versions_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling a network at every restart would take most of the time; a folder is named by its content."""
    monkeypatch.setattr("lstm_sweep.live.version_files.load_version", functools.cache(load_version))


@functools.cache
def winner(horizon: int, seed: int) -> object:
    return make_winner(world(), seed=seed, horizon=horizon)


class Life:
    """A process to which things happen."""

    def __init__(self, horizon: int, holes: set[int]) -> None:
        self.horizon = horizon
        self.source = Bars(world(filled=sorted(BEGINS + row for row in holes)))
        self.begun = 0

    def live(self, story: list[Befalls]) -> None:
        """Open it, and again after each stop, until the story ends."""
        left = iter(story)
        while self._session(left):
            pass

    def _session(self, left: Iterator[Befalls]) -> bool:
        killed = None
        with at_work(winner(self.horizon, 0), self.source) as follower:  # type: ignore[arg-type]
            self.begun = self.begun or (BTC / JOURNAL).stat().st_size
            for what, size in left:
                if what in ("it is stopped", "it is killed"):
                    killed = size
                    break
                self._befall(follower, what, size)
            else:
                self.source.fails = ""
                follower.step()
                follower.step()
        if killed:
            length = (BTC / JOURNAL).stat().st_size
            os.truncate(BTC / JOURNAL, max(self.begun, length - killed))
        return killed is not None

    def _befall(self, follower: Follower, what: str, size: int) -> None:
        source = self.source
        match what:
            case "bars come":
                source.shown = min(source.shown + size, BEGINS + MOST)
            case "a bar is corrected":
                source.series = changed(source.series, source.shown - size, factor=1.01)
            case "a bar comes after all":
                holes = np.flatnonzero(source.series.filled)
                if len(holes):
                    source.series = changed(source.series, int(holes[min(size, len(holes) - 1)]), factor=1.0)
            case "the next bar closes at":
                source.next_close = (math.inf, 1.0, 4e9)[size]
            case "a challenger begins":
                follower.begin_version(CHALLENGER, winner(self.horizon, 1), "2", "it is new")  # type: ignore[arg-type]
            case "the challenger ends":
                follower.end_version(CHALLENGER, "it is old")
            case "the source fails":
                source.fails = "the exchange does not answer"
        with contextlib.suppress(FeedError):
            follower.step()
        source.fails = ""


def changed(series: Series, row: int, factor: float) -> Series:
    """One bar is there, with its true value or another one."""
    values, filled = series.values.copy(), series.filled.copy()
    values[row] = factor * (world().values[row] if filled[row] else values[row])
    filled[row] = False
    return replace(series, values=values, filled=filled)


@settings(max_examples=settings().max_examples // 3)
@given(st.sampled_from(HORIZONS), HOLES, st.lists(WHAT, max_size=25))
@example(3, {1}, [("bars come", 1), ("bars come", 1), ("a bar comes after all", 0), ("bars come", 1), ("bars come", 1)])
@example(3, {1}, [("bars come", 1)] * 2 + [("a bar comes after all", 0)] + [("bars come", 1)] * 4)
@example(1, set(), [("bars come", 1), ("a bar is corrected", 1), ("bars come", 1)])
@example(1, set(), [("bars come", 5), ("it is killed", 400), ("bars come", 1), ("a challenger begins", 0)])
def test_every_bar_is_there_once_and_only_what_was_in_time_is_scored(
    horizon: int, holes: set[int], story: list[Befalls]
) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        life = Life(horizon, holes)
        life.live(story)
        read, again = JournalByHand().read(read_journal(BTC)), replay(BTC)
    times, rows = life.source.series.timestamps.astype(np.int64), slice(BEGINS, life.source.shown)
    assert read.bars == times[rows].tolist()
    known = [read.prices[time] for time in times[: life.source.shown].tolist()]
    assert known == life.source.series.values[: life.source.shown].tolist()
    assert read.scored == read.may_be_scored(horizon)
    assert (again.difference, again.bars, again.scores) == ("", len(read.bars), len(read.scored))
