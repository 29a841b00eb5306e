"""A small live process: the example series bar by bar, and forecasters that were never trained."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.data.series import Series
from lstm_sweep.forecaster import build_forecaster
from lstm_sweep.live.beginning import begin_champion
from lstm_sweep.live.follow.source import ClosedBars, FeedError
from lstm_sweep.live.follower import Follower
from lstm_sweep.live.opening import Asked, opened
from lstm_sweep.live.winner import SweepWinner, WinnerFacts
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.windows.windows import build_windows
from tests.examples import make_fit, make_series

LENGTH = 420
BEGINS = 240
"""Row of the first bar that comes while the process is at work; before it lies what the models were made of."""

UNSEEN = 180
"""Row of the first target that they have not seen."""


def world(seed: int = 0, filled: Sequence[int] = ()) -> Series:
    """The series, all of it, without covariates."""
    return replace(make_series(LENGTH, seed, filled), covariates={})


def make_winner(series: Series, seed: int = 0, **changes: Any) -> SweepWinner:
    """A winner whose weights are drawn."""
    spec = make_fit(**{"features": (), **changes})
    windows = build_windows(series, spec.windows, ())
    time = None if spec.model.stateful else spec.windows.lags
    shapes = Shapes(time, 1, spec.windows.horizon, every_step=spec.model.stateful)
    network = build_lstm(spec.model, shapes)
    set_initial_weights(network, seed)
    return SweepWinner(facts_of(series), (build_forecaster(spec, windows, get_weights(network)),))


def facts_of(series: Series) -> WinnerFacts:
    return WinnerFacts(
        sweep="small",
        trial="0000",
        fit="0000/seed_0",
        values={"model.units": 3},
        verdict="not shown to be better than naive",
        unseen_from=str(series.timestamps[UNSEEN]),
        shown_until=None,
        is_copy=False,
        data={},
        digest=series.digest,
        skill=0.01,
        last_target=str(series.timestamps[BEGINS]),
        last_price=float(series.values[BEGINS]),
    )


class Bars:
    """A source that shows as many bars as it is told."""

    def __init__(self, series: Series, shown: int = BEGINS) -> None:
        self.series, self.shown = series, shown
        self.next_close = float("inf")
        self.fails = ""

    def look(self) -> ClosedBars:
        if self.fails:
            raise FeedError(self.fails)
        rows = slice(0, self.shown)
        part = replace(
            self.series,
            timestamps=self.series.timestamps[rows],
            values=self.series.values[rows],
            filled=self.series.filled[rows],
        )
        return ClosedBars(part, self.next_close)

    def wait(self, seconds: float) -> bool:
        return not self.ended

    @property
    def ended(self) -> bool:
        return self.shown >= len(self.series)

    def close(self) -> None:
        self.shown = len(self.series)


@contextmanager
def at_work(winner: SweepWinner, source: Bars, *settings: str, version: str = "1") -> Iterator[Follower]:
    """A follower in live/btc/ below the working folder."""
    asked = Asked(compose_live(settings), "btc", winner, version)
    with opened(asked, source) as follower:
        begin_champion(follower, asked)
        yield follower


def run(follower: Follower, source: Bars, bars: int, at_once: int = 1) -> None:
    """So many bars come, some at a time."""
    until = source.shown + bars
    while source.shown < until:
        source.shown = min(source.shown + at_once, until)
        follower.step()
