"""Bar after bar: everything once and in order, scored by a slower author, and the same whatever interrupts it."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.live.follow.source import FeedError
from lstm_sweep.live.intervals import find_intervals
from lstm_sweep.live.opening import read_state
from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import BarLine, CorrectionLine, ForecastLine, Line, ScoreLine, encode
from lstm_sweep.live.replaying import replay
from lstm_sweep.live.showing import show
from lstm_sweep.live.state import LiveState
from lstm_sweep.metrics import relative_loss
from tests.live.worlds import BEGINS, LENGTH, Bars, at_work, make_winner, run, world

SERIES = world()
BTC = Path("live/btc")
Kind = TypeVar("Kind", bound=Line)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def of_kind(kind: type[Kind]) -> list[Kind]:
    return [line for line in read_journal(BTC) if isinstance(line, kind)]


def without_clock(lines: Iterator[Line]) -> list[Line]:
    """What must be equal whenever it was written."""
    found: list[Line] = []
    for line in lines:
        if isinstance(line, ForecastLine):
            found.append(replace(line, written=0))
        elif isinstance(line, BarLine) and line.received is not None:
            found.append(replace(line, received=0, closes=None))
        elif isinstance(line, BarLine | ScoreLine):
            found.append(line)
    return found


@pytest.mark.parametrize("changes", [{"horizon": 1}, {"horizon": 3}, {"stateful": True, "horizon": 2}])
def test_forecasts_are_those_of_the_winner_and_intervals_those_of_forecast(changes: dict[str, object]) -> None:
    """What `src.forecast` says after the same bar, from the whole past."""
    winner, source = make_winner(SERIES, **changes), Bars(SERIES)
    with at_work(winner, source) as follower:
        run(follower, source, 80)
    made = of_kind(ForecastLine)
    assert [line.origin for line in made] == SERIES.timestamps[BEGINS - 1 : BEGINS + 80].astype(np.int64).tolist()
    for line in made[::20]:
        until = replace(
            SERIES,
            **{
                name: getattr(SERIES, name)[: int(np.searchsorted(SERIES.timestamps.astype(np.int64), line.origin)) + 1]
                for name in ("timestamps", "values", "filled")
            },
        )
        assert line.prices == tuple(winner.forecast(until).tolist())
        intervals = find_intervals(winner, until, winner.horizon, 0.9)
        for step, known in enumerate(intervals.steps):
            assert known is not None
            high = line.high[step]
            assert high is not None
            # One forecast and those of many windows at once differ in their last bits, and in where a state begins.
            assert high - line.prices[step] == pytest.approx(known.quantile * intervals.unit, rel=1e-3)


@pytest.mark.parametrize("horizon", [1, 3])
def test_scores_are_the_losses_of_the_sweep_at_every_horizonth_origin(horizon: int) -> None:
    filled = (BEGINS + 10, BEGINS + 11)
    series = world(filled=filled)
    source = Bars(series)
    with at_work(make_winner(series, horizon=horizon), source) as follower:
        run(follower, source, 60)
        comparison = follower.state.against_naive
    made = {line.origin: line for line in of_kind(ForecastLine)}
    times = series.timestamps.astype(np.int64)
    free, expected = 0, []
    for origin in range(BEGINS - 1, BEGINS + 60 - horizon):
        rows = list(range(origin, origin + horizon + 1))
        if origin < free or any(row in filled for row in rows):
            continue
        free = origin + horizon
        last, actual = series.values[[origin]], series.values[None, rows[1:]]
        prices = np.array([made[int(times[origin])].prices])
        ours, naive = (
            float(relative_loss(each, actual, last, np.ones((1, horizon), bool))[0])
            for each in (prices, np.full((1, horizon), last[0]))
        )
        expected.append((int(times[origin]), pytest.approx(naive, rel=1e-12), pytest.approx(ours, rel=1e-12)))
    scores = of_kind(ScoreLine)
    assert [(line.origin, line.naive, line.champion) for line in scores] == expected
    assert len(scores) == comparison.scored
    assert follower.state.num_filled == 2
    assert [(hole.time, hole.bars) for hole in follower.state.holes] == [(int(times[filled[0]]), 2)]


def test_the_wealth_is_that_of_its_definition() -> None:
    """Bar by bar, as the paper has it."""
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 120)
        comparison = follower.state.against_naive
    differences = [line.naive - line.champion for line in of_kind(ScoreLine)]
    size, seen, wealth, highest = float(np.mean(np.abs(differences[:20]))), [], 1.0, 1.0
    for difference in differences[20:]:
        x = min(max(difference / size, -6.0), 6.0)
        share = min(max(sum(seen) / (1 + sum(each**2 for each in seen)), 0.0), 0.5 / 6)
        wealth *= 1 + share * x
        highest = max(highest, wealth)
        seen.append(x)
        size = 0.99 * size + 0.01 * abs(difference)
    assert comparison.p == pytest.approx(1 / highest, rel=1e-9)
    assert comparison.moments[-1].mean == pytest.approx(
        100 * np.mean(differences) / np.mean([line.naive for line in of_kind(ScoreLine)]), rel=1e-9
    )


def test_a_process_that_is_stopped_now_and_then_writes_what_one_that_is_not_does() -> None:
    winner, source = make_winner(SERIES, horizon=2), Bars(SERIES)
    with at_work(winner, source) as follower:
        run(follower, source, 90)
    whole = without_clock(read_journal(BTC))
    BTC.rename("live/whole")
    source = Bars(SERIES)
    for bars in (1, 0, 17, 72):
        with at_work(winner, source) as follower:
            run(follower, source, bars)
    assert without_clock(read_journal(BTC)) == whole
    assert replay(BTC).difference == ""
    assert replay(BTC).bars == 90


def test_a_journal_that_ends_anywhere_is_continued_to_the_same_end(tmp_path: Path) -> None:
    """What a kill leaves: any number of its bytes."""
    winner, source = make_winner(SERIES), Bars(SERIES)
    with at_work(winner, source) as follower:
        run(follower, source, 40)
    text, whole = (BTC / "journal.jsonl").read_bytes(), without_clock(read_journal(BTC))
    begins = text.index(b'"kind": "version"')
    for cut in np.random.default_rng(1).integers(0, len(text), 6).tolist():
        (BTC / "journal.jsonl").write_bytes(text[: max(cut, 0)])
        again = Bars(SERIES, BEGINS if cut < begins + 400 else BEGINS + 3)
        with at_work(winner, again) as follower:
            run(follower, again, BEGINS + 40 - again.shown)
        bars = [line.time for line in of_kind(BarLine) if line.received is not None]
        assert bars == SERIES.timestamps[BEGINS : BEGINS + 40].astype(np.int64).tolist()
        made = [(line.origin, line.prices, line.low) for line in of_kind(ForecastLine)]
        assert made == [(line.origin, line.prices, line.low) for line in whole if isinstance(line, ForecastLine)]
        assert replay(BTC).difference == ""


def test_what_comes_in_a_bunch_is_late_but_for_the_last_and_is_never_scored() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 10)
        run(follower, source, 30, at_once=30)
        run(follower, source, 10)
    late = [line.late for line in of_kind(ForecastLine)]
    assert late == [False] * 11 + [True] * 29 + [False] * 11
    assert follower.state.num_late == 29
    assert len(of_kind(ScoreLine)) == 50 - 29
    for line in of_kind(ScoreLine):
        assert not next(each for each in of_kind(ForecastLine) if each.origin == line.origin).late


def test_a_forecast_after_its_target_closed_is_late() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        source.next_close = 1.0  # long ago
        run(follower, source, 3)
        source.next_close = 4e9
        run(follower, source, 3)
    assert [line.late for line in of_kind(ForecastLine)][1:] == [True] * 3 + [False] * 3


def test_a_correction_holds_from_when_it_came() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 5)
        before = of_kind(ForecastLine)
        values = SERIES.values.copy()
        values[source.shown - 2] *= 1.05
        source.series = replace(SERIES, values=values)
        run(follower, source, 5)
        follower.step()
    assert of_kind(ForecastLine)[: len(before)] == before
    assert len(of_kind(CorrectionLine)) == 1
    until = replace(
        source.series,
        **{name: getattr(source.series, name)[: source.shown] for name in ("timestamps", "values", "filled")},
    )
    assert of_kind(ForecastLine)[-1].prices == tuple(make_winner(SERIES).forecast(until).tolist())
    assert replay(BTC).difference == ""


def test_a_bar_that_comes_after_it_was_filled_is_known_from_then_on() -> None:
    series = world(filled=(BEGINS + 2,))
    source = Bars(series)
    with at_work(make_winner(series), source) as follower:
        run(follower, source, 6)
        source.series = SERIES
        run(follower, source, 6)
        assert not follower.state.bars.is_filled(BEGINS + 2)
    assert replay(BTC).difference == ""


def test_the_source_may_fail_and_nothing_is_lost() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 3)
        source.fails, source.shown = "the exchange does not answer", source.shown + 2
        with pytest.raises(FeedError):
            follower.step()
        source.fails = ""
        assert follower.step() == 2


def test_the_journal_of_another_model_or_of_other_prices_is_refused() -> None:
    winner, source = make_winner(SERIES), Bars(SERIES)
    with at_work(winner, source) as follower:
        run(follower, source, 3)
        with pytest.raises(UserError, match="another process works there"), at_work(winner, Bars(SERIES)):
            pass
    with pytest.raises(UserError, match=r"of \d+ bars have others"), at_work(winner, Bars(world(seed=5))):
        pass
    two = make_winner(SERIES, seed=1)
    with at_work(two, Bars(SERIES, source.shown), version="2") as follower:
        assert follower.state.roles["champion"].line.version == "2"


@pytest.mark.parametrize("setting", ["live.coverage=0.8", "live.alpha=0.1"])
def test_what_the_judgement_rests_on_stays_as_it_began(setting: str) -> None:
    winner, source = make_winner(SERIES), Bars(SERIES)
    with at_work(winner, source) as follower:
        run(follower, source, 2)
    with (
        pytest.raises(UserError, match="must continue with what its judgement rests on"),
        at_work(winner, source, setting),
    ):
        pass


def test_a_version_in_both_roles_learns_once_from_a_bar() -> None:
    winner, source = make_winner(SERIES, horizon=3), Bars(SERIES)
    with at_work(winner, source) as follower:
        follower.begin_version("challenger", winner, "2", "it is the same")
        version = follower.state.roles["champion"].version
        assert follower.state.roles["challenger"].version is version
        before = [interval.num_errors for interval in version.intervals]
        run(follower, source, 5)
        assert [interval.num_errors for interval in version.intervals] == [number + 5 for number in before]


def test_what_is_refused_before_it_begins_leaves_nothing_behind() -> None:
    source = Bars(SERIES, 3)
    with pytest.raises(UserError, match="bring more"), at_work(make_winner(SERIES), source):
        pass
    assert not BTC.exists()


def test_what_expires_forecasts_no_more() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source, "live.expire=70d") as follower:
        run(follower, source, 30)
        assert follower.is_expired(follower.state.roles["champion"].version.winner)
    made = of_kind(ForecastLine)
    newest = pd.Timestamp(made[-1].origin)
    assert newest - pd.Timestamp(str(SERIES.timestamps[180])) == pd.Timedelta(days=70)


def planted_scaler(folder: Path) -> None:
    """As if it had been fitted again."""
    (path,) = folder.glob("versions/*/member_0/forecaster.json")
    plain = json.loads(path.read_text())
    plain["factor"][0] *= 1 + 1e-7
    path.write_text(json.dumps(plain))


def planted_transform(folder: Path) -> None:
    (path,) = folder.glob("versions/*/member_0/forecaster.json")
    plain = json.loads(path.read_text())
    plain["windows"]["transform"] = "difference"
    path.write_text(json.dumps(plain))


def planted_price(folder: Path) -> None:
    """One later price, changed by its last digit."""
    lines = list(read_journal(folder))
    place = next(number for number, line in enumerate(lines) if isinstance(line, BarLine) and line.received)
    bar = lines[place]
    assert isinstance(bar, BarLine)
    lines[place] = replace(bar, values=(math.nextafter(bar.values[0], math.inf),))
    (folder / "journal.jsonl").write_bytes(b"".join(map(encode, lines)))


def planted_state(folder: Path) -> None:
    """A forecast that knew the bar after it."""
    lines = list(read_journal(folder))
    made = [number for number, line in enumerate(lines) if isinstance(line, ForecastLine)]
    first, second = lines[made[3]], lines[made[4]]
    assert isinstance(first, ForecastLine)
    assert isinstance(second, ForecastLine)
    lines[made[3]] = replace(first, prices=second.prices)
    (folder / "journal.jsonl").write_bytes(b"".join(map(encode, lines)))


@pytest.mark.parametrize("plant", [planted_scaler, planted_transform, planted_price, planted_state])
def test_a_planted_difference_is_found(plant: object) -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 30)
    assert replay(BTC).difference == ""
    plant(BTC)  # type: ignore[operator]
    assert "when made again" in replay(BTC).difference


def test_a_state_is_read_from_its_journal() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES, horizon=2), source) as follower:
        run(follower, source, 50)
    again = read_state(BTC)
    assert isinstance(again, LiveState)
    assert (again.held, again.judged, again.against_naive.p) == (
        follower.state.held,
        follower.state.judged,
        follower.state.against_naive.p,
    )


def test_bars_beyond_those_at_hand_are_dropped_and_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lstm_sweep.live.opening.bars_kept", lambda winner: 40)
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, LENGTH - BEGINS)
        assert len(follower.state.bars) - follower.state.bars.first < 80
    assert replay(BTC).difference == ""


def test_what_a_version_was_trained_on_is_neither_scored_nor_counted() -> None:
    """It would know the answers."""
    winner, source = make_winner(SERIES), Bars(SERIES)
    seen = BEGINS + 24
    facts = replace(winner.facts, trained_until=str(SERIES.timestamps[seen]))
    with at_work(replace(winner, facts=facts), source) as follower:
        run(follower, source, 20)
        (warning,) = show(follower.state, 1, "live", "").warnings
        assert str(SERIES.timestamps[seen])[:10] in warning
        run(follower, source, 20)
        assert show(follower.state, 1, "live", "").warnings == ()
    times = SERIES.timestamps.astype(np.int64)
    assert [line.origin for line in of_kind(ScoreLine)] == times[seen : BEGINS + 39].tolist()
    assert follower.state.judged == {1: BEGINS + 39 - seen}
    assert replay(BTC).difference == ""


def damaged(text: bytes) -> bytes:
    """One digit of a bar is another."""
    lines = text.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if b'"received": 1' in line) + 3
    lines[place] = lines[place].replace(b'"values": [1', b'"values": [2').replace(b'"values": [9', b'"values": [8')
    return b"".join(lines)


def without_a_bar(text: bytes) -> bytes:
    lines = text.splitlines(keepends=True)
    place = [number for number, line in enumerate(lines) if b'"received": 1' in line][4]
    return b"".join(lines[:place] + lines[place + 1 :])


def doubled(text: bytes) -> bytes:
    lines = text.splitlines(keepends=True)
    place = [number for number, line in enumerate(lines) if b'"received": 1' in line][4]
    return b"".join([*lines[: place + 1], *lines[place:]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (damaged, "is damaged"),
        (without_a_bar, "by a bar that is not the newest one"),
        (doubled, "is a bar that is there already"),
        (lambda text: text.partition(b"\n")[2], "line 1 comes before the first line"),
        (lambda text: text + text, "begins anew"),
    ],
)
def test_a_journal_that_is_not_as_it_was_written_is_refused(change: Callable[[bytes], bytes], said: str) -> None:
    """To begin anew in the same file would be another draw of p."""
    winner, source = make_winner(SERIES), Bars(SERIES)
    with at_work(winner, source) as follower:
        run(follower, source, 12)
    text = (BTC / "journal.jsonl").read_bytes()
    (BTC / "journal.jsonl").write_bytes(change(text))
    assert change(text) != text
    with pytest.raises(UserError, match=said):
        replay(BTC)
    with pytest.raises(UserError, match=said), at_work(winner, source):
        pass
    assert (BTC / "journal.jsonl").read_bytes() == change(text)


def test_another_series_in_the_place_of_the_first_is_not_taken_for_corrections() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 5)
        source.series = replace(SERIES, values=2 * SERIES.values)
        with pytest.raises(FeedError, match="as if another series were there"):
            run(follower, source, 2)
        source.series = SERIES
        run(follower, source, 3)
    assert of_kind(CorrectionLine) == []


def test_a_correction_of_the_last_price_gives_naive_no_hindsight() -> None:
    """It comes after the forecast was made: naive has said the price of then, too."""
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 5)
        origin, values = source.shown - 1, SERIES.values.copy()
        values[origin] *= 1.01
        source.series = replace(SERIES, values=values)
        run(follower, source, 1)
    score = of_kind(ScoreLine)[-1]
    known, actual = SERIES.values[origin], SERIES.values[origin + 1]
    assert score.naive == pytest.approx((actual / known - 1) ** 2, rel=1e-12)


def test_most_forecasts_that_come_late_are_warned_of() -> None:
    source = Bars(SERIES)
    with at_work(make_winner(SERIES), source) as follower:
        run(follower, source, 40, at_once=4)
        assert "came too late to be scored" in " ".join(show(follower.state, 1, "live", "").warnings)
