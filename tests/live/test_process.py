"""A process with its threads: bars, versions that come and go under requests, and what is shown."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.errors import UserError
from lstm_sweep.live.follower import Follower
from lstm_sweep.live.process import FollowingProcess
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import EventLine, VersionLine
from lstm_sweep.live.replaying import replay
from lstm_sweep.live.watching import Registry
from lstm_sweep.live.winner import SweepWinner
from tests.live.worlds import BEGINS, Bars, at_work, make_winner, world

SERIES = world()
BTC = Path("live/btc")
WINNERS = {str(number): make_winner(SERIES, seed=number) for number in (1, 2, 3)}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class Numbers(Registry):
    """A registry whose aliases a test moves."""

    def __init__(self) -> None:
        self.at_work = {"champion": "1"}
        self.fails = False

    def versions(self) -> dict[str, str]:
        if self.fails:
            raise UserError("MLflow must answer, but does not.")
        return dict(self.at_work)

    def load(self, number: str) -> SweepWinner:
        return replace(WINNERS[number], version=f"btc version {number}")

    def promote(self, number: str) -> None:
        self.at_work = {"champion": number}


@contextmanager
def working(
    source: Bars, registry: Registry | None = None, *settings: str
) -> Iterator[tuple[FollowingProcess, Follower]]:
    live = compose_live(["live.alias_seconds=0.02", *settings])
    with at_work(WINNERS["1"], source) as follower:
        process = FollowingProcess(follower, source, live, registry)
        process.start()
        try:
            yield process, follower
        finally:
            source.wait = lambda seconds: True  # type: ignore[method-assign]
            process.close()


class SlowBars(Bars):
    """A bar every 10 ms, up to `until`."""

    until = BEGINS

    def wait(self, seconds: float) -> bool:
        time.sleep(0.01)
        self.shown = min(self.shown + 1, self.until)
        return True


def until(condition: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to it in time"
        time.sleep(0.005)


def events() -> list[str]:
    return [line.text for line in read_journal(BTC) if isinstance(line, EventLine)]


def test_views_follow_the_bars_and_history_holds_them_all() -> None:
    source = SlowBars(SERIES)
    source.until = BEGINS + 60
    with working(source) as (process, follower):
        until(lambda: process.view.bars == 60)
        view = process.view
        waited = process.next_view(view.number - 1, 1.0)
        assert waited is not None
        assert waited.number >= view.number
        assert process.next_view(view.number + 5, 0.05) is None
        points = list(process.history())
    assert [point.actual for point in points] == SERIES.values[BEGINS : BEGINS + 60].tolist()
    assert [point.naive for point in points] == SERIES.values[BEGINS - 1 : BEGINS + 59].tolist()
    assert list(view.points[-60:]) == points
    assert view.forecast is not None
    assert view.forecast.naive == SERIES.values[BEGINS + 59]
    assert view.forecast.steps[0].time == f"{np.datetime_as_string(SERIES.timestamps[BEGINS + 60], unit='s')}Z"
    inside = [point.low <= point.actual <= point.high for point in points if point.low and point.high and point.actual]
    assert (view.forecast.steps[0].held, view.forecast.steps[0].judged) == (sum(inside), len(inside))
    assert view.judgements[0].scored == 60
    assert follower.state.num_live == 60


def test_no_request_fails_while_versions_change_and_each_is_answered_by_a_champion_of_its_time() -> None:
    registry, source = Numbers(), SlowBars(SERIES)
    source.until = BEGINS + 120
    past = pd.DataFrame({"price": SERIES.values[:BEGINS]})
    expected = {number: winner.forecast_after(past).tolist() for number, winner in WINNERS.items()}
    answers: list[tuple[list[float], str]] = []
    stop = threading.Event()
    with working(source, registry) as (process, _):

        def ask() -> None:
            while not stop.is_set():
                prices, version = process.forecast(past)
                answers.append((prices.tolist(), version))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in ("2", "3", "1", "3"):
            registry.at_work = {"champion": number}
            until(lambda number=number: process.view.versions[0].version == number)
        stop.set()
        for thread in threads:
            thread.join()
        assert process.view.versions[0].label == "btc version 3"
    assert {version for _, version in answers} == {"1", "2", "3"}
    assert all(prices == expected[version] for prices, version in answers)
    assert replay(BTC).difference == ""


def test_a_challenger_is_compared_and_promoted_only_where_it_is_shown_better(monkeypatch: pytest.MonkeyPatch) -> None:
    registry, source = Numbers(), SlowBars(SERIES)
    source.until = BEGINS + 150
    with working(source, registry, "live.promote=auto") as (process, follower):
        registry.at_work = {"champion": "1", "challenger": "2"}
        until(lambda: len(process.view.versions) == 2)
        until(lambda: process.view.bars == 150)
        assert [each.title for each in process.view.judgements] == [
            "the champion against naive",
            "challenger 2 against the champion, version 1",
        ]
        assert process.view.judgements[1].alpha == pytest.approx(6 * 0.05 / np.pi**2)
        assert registry.at_work == {"champion": "1", "challenger": "2"}
        comparison = follower.state.against_champion
        assert comparison is not None
        comparison.claimed_at = 1
        comparison._losses[:] = [2.0, 1.0]
        until(lambda: len(process.view.versions) == 1)
        until(lambda: len(process._watcher._at_work) == 1)  # type: ignore[union-attr]
        time.sleep(0.1)
    assert registry.at_work == {"champion": "2"}
    begun = [(line.role, line.version, line.why) for line in read_journal(BTC) if isinstance(line, VersionLine)]
    assert begun[2:] == [
        ("champion", "2", "shown to be better than the champion"),
        ("challenger", "", "it is the champion now"),
    ]
    assert replay(BTC).difference == ""


class Silent(Numbers):
    """A registry that does not answer until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = threading.Event(), threading.Event()

    def versions(self) -> dict[str, str]:
        self.asked.set()
        self.let_go.wait(60)
        return super().versions()


def test_the_end_does_not_wait_for_a_registry_that_does_not_answer() -> None:
    registry = Silent()
    with working(SlowBars(SERIES), registry):
        assert registry.asked.wait(60)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    registry.let_go.set()


def test_a_champion_that_changes_begins_another_comparison() -> None:
    registry, source = Numbers(), SlowBars(SERIES)
    source.until = BEGINS + 30
    with working(source, registry) as (process, _):
        registry.at_work = {"champion": "1", "challenger": "2"}
        until(lambda: len(process.view.versions) == 2)
        registry.at_work = {"champion": "3", "challenger": "2"}
        until(lambda: process.view.versions[0].version == "3")
        assert process.view.judgements[1].title == "challenger 2 against the champion, version 3"
        assert process.view.judgements[1].alpha == pytest.approx(6 * 0.05 / (4 * np.pi**2))
    assert replay(BTC).difference == ""


def test_what_cannot_be_done_now_is_said_and_done_later() -> None:
    registry, source = Numbers(), SlowBars(SERIES)
    source.until = BEGINS + 5
    with working(source, registry) as (process, _):
        registry.fails = True
        until(lambda: any("registry cannot be read" in event for event in process.view.events))
        source.fails = "The exchange must answer, but did not."
        until(lambda: process.view.state == "stale")
        assert process.view.said == source.fails
        source.fails, registry.fails = "", False
        source.until = BEGINS + 10
        until(lambda: process.view.bars == 10 and process.view.state == "live")
        registry.at_work = {"champion": "2"}
        until(lambda: process.view.versions[0].version == "2")
    assert len([text for text in events() if "registry cannot" in text]) == 1


def test_a_challenger_that_is_made_champion_elsewhere_works_on_and_nothing_is_written_twice() -> None:
    registry, source = Numbers(), SlowBars(SERIES)
    source.until = BEGINS + 60
    with working(source, registry) as (process, follower):
        registry.at_work = {"champion": "1", "challenger": "2"}
        until(lambda: process.view.bars == 60 and len(process.view.versions) == 2)
        challenger = follower.state.roles["challenger"].version
        registry.at_work = {"champion": "2"}
        until(lambda: len(process.view.versions) == 1)
        assert follower.state.roles["champion"].version is challenger
        registry.at_work = {"champion": "1"}
        until(lambda: process.view.versions[0].version == "1")
    begun = [(line.role, line.version) for line in read_journal(BTC) if isinstance(line, VersionLine)]
    assert begun == [("champion", "1"), ("challenger", "2"), ("champion", "2"), ("challenger", ""), ("champion", "1")]
    assert replay(BTC).difference == ""


def test_what_nobody_expects_is_shown_and_nothing_is_lost(capfd: pytest.CaptureFixture[str]) -> None:
    source = SlowBars(SERIES)
    source.until = BEGINS + 5
    with working(source) as (process, _):
        until(lambda: process.view.bars == 5)
        look = source.look
        source.look = lambda: 1 // 0  # type: ignore[assignment,return-value]
        until(lambda: process.view.state == "stale")
        assert process.view.said.startswith("the process broke off (")
        source.look = look  # type: ignore[method-assign]
    assert "Traceback" in capfd.readouterr().err
    assert replay(BTC).bars == 5
