"""What people must know to read a forecast right, a sentence each."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.series import Series
from lstm_sweep.data.times import written_times
from lstm_sweep.formats import signed_percent
from lstm_sweep.live.coming_bars import ComingBars
from lstm_sweep.live.intervals import Intervals
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.stats.conformal import FEWEST, Calibrated

_SAME = 1e-6
"""Largest relative difference of a price that was read twice."""


def named_times(times: NDArray[np.datetime64], *, timed: bool) -> list[str]:
    """Times for people, or 'bar 600' where bars have none."""
    return written_times(times) if timed else [f"bar {number}" for number in times.astype("datetime64[s]").astype(int)]


def remarks(
    winner: SweepWinner, series: Series, coming: ComingBars, intervals: Intervals, coverage: float, *, timed: bool
) -> tuple[str, ...]:
    """The remarks on one forecast, in the order of what they cost who does not know them."""
    found = [*_on_other_prices(winner, series), *_on_copying(winner), *_on_one_seed(winner)]
    if timed:
        found += [*_on_age(series, coming), f"times: {coming.note}"]
    return (*found, *_on_intervals(winner, intervals, coverage, timed=timed))


def _on_other_prices(winner: SweepWinner, series: Series) -> list[str]:
    facts = winner.facts
    row = int(np.searchsorted(series.timestamps, np.datetime64(facts.last_target)))
    is_there = row < len(series) and series.timestamps[row] == np.datetime64(facts.last_target)
    if is_there and abs(series.values[row] - facts.last_price) <= _SAME * abs(facts.last_price):
        return []
    return [
        f"these prices do not continue those of sweep {facts.sweep}, which ended with {facts.last_price:.10g} at "
        f"{facts.last_target}: its verdict is not about them"
    ]


def _on_copying(winner: SweepWinner) -> list[str]:
    if not winner.facts.is_copy:
        return []
    model = f"{winner.facts.retrains}, which this one retrains," if winner.facts.retrains else "the model"
    return [f"on the test span {model} did little else than copy the last price, as naive does"]


def _on_one_seed(winner: SweepWinner) -> list[str]:
    """The verdict is about the mean over the seeds, and one of them forecasts."""
    if len(winner.members) > 1 or not winner.facts.skill < 0:
        return []
    return [
        f"this network, of the median seed, had a skill of {signed_percent(winner.facts.skill)} on the test span, "
        f"below naive's 0: sweep={winner.facts.sweep} members=ensemble averages all seeds"
    ]


def _on_age(series: Series, coming: ComingBars) -> list[str]:
    now = np.datetime64(time.time_ns(), "ns")
    step = np.median(np.diff(series.timestamps))
    day = np.timedelta64(1, "D")
    if coming.times[0] + step <= now:
        days = (now - series.timestamps[-1]) / day
        return [f"the newest bar is {days:,.1f} days old: what is forecast has already come; bring newer prices"]
    if series.timestamps[-1] > now + day:
        days = (series.timestamps[-1] - now) / day
        return [f"the newest bar lies {days:,.1f} days in the future: are its times read right?"]
    return []


def _on_intervals(winner: SweepWinner, intervals: Intervals, coverage: float, *, timed: bool) -> list[str]:
    known = [each for each in intervals.steps if each is not None]
    if not known or intervals.since is None:
        after = named_times(np.array([winner.facts.unseen_from], "datetime64[ns]"), timed=timed)[0]
        return [
            f"no interval: it takes {FEWEST} errors on prices that the model has not seen, which begin at {after}, and "
            "that moved"
        ]
    since = named_times(np.array([intervals.since]), timed=timed)[0]
    span = (
        " on validation, where the model was chosen, so that they are narrow"
        if _is_chosen_on(winner, intervals)
        else ""
    )
    return [
        f"intervals: {100 * coverage:g} % wanted, from the model's own errors since {since}{span}; held says how many "
        "of those made in the same way before did",
        *_on_missing(intervals.steps),
        *_on_reach(known, coverage),
    ]


def _is_chosen_on(winner: SweepWinner, intervals: Intervals) -> bool:
    """Whether errors begin where training stopped by them and the network was chosen by them."""
    facts = winner.facts
    begins_there = intervals.since is not None and intervals.since <= np.datetime64(facts.trained_until or "NaT")
    return facts.shown_until is not None or bool(facts.retrains and begins_there)


def _on_missing(steps: Sequence[Calibrated | None]) -> list[str]:
    missing = [number for number, each in enumerate(steps, start=1) if each is None]
    return [f"no interval from step {missing[0]} on: fewer than {FEWEST} errors are known there"] if missing else []


def _on_reach(known: Sequence[Calibrated], coverage: float) -> list[str]:
    """A quantile beyond the largest of n errors is not in them."""
    fewest = min(each.num_errors for each in known)
    most = fewest / (fewest + 1)
    if coverage <= most:
        return []
    return [f"{fewest} errors say nothing beyond {100 * most:.1f} %: the largest of them stands for more"]
