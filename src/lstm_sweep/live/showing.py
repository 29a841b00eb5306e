"""From the state of a live process to what people and programs are shown."""

import numpy as np

from lstm_sweep.live.coming_bars import coming_bars
from lstm_sweep.live.iso_times import iso
from lstm_sweep.live.judged import judged
from lstm_sweep.live.made import SHOWN, seen_until
from lstm_sweep.live.record.lines import (
    CHAMPION,
    ROLES,
    BarLine,
    CorrectionLine,
    EventLine,
    ForecastLine,
    VersionLine,
)
from lstm_sweep.live.record.points import point
from lstm_sweep.live.state import AtWork, LiveState
from lstm_sweep.live.view import ForecastView, LiveView, PointView, StepView, VersionView

_LATEST = 50
"""Forecasts of which it is said if most of them came late."""


def show(state: LiveState, number: int, feed: str, said: str, warnings: tuple[str, ...] = ()) -> LiveView:
    """Everything at this moment.

    Args:
        state: of the process.
        number: of the view.
        feed: one of `lstm_sweep.live.view.STATES`.
        said: a sentence on it.
        warnings: of the feed, beside those that the state gives.
    """
    begin = state.begin
    return LiveView(
        number=number,
        name=begin.name,
        series=begin.series,
        state=feed,
        said=said,
        step_seconds=begin.step / 1e9,
        bars=state.num_live,
        forecasts=state.num_forecasts,
        late=state.num_late,
        filled=state.num_filled,
        forecast=_forecast(state),
        points=tuple(
            _point(state, row) for row in range(max(state.bars.first + 1, len(state.bars) - SHOWN), len(state.bars))
        ),
        versions=tuple(_version(role, state.roles[role]) for role in ROLES if role in state.roles),
        judgements=judged(state),
        holes=tuple(
            f"{iso(hole.time)}: {hole.bars} bar{'' if hole.bars == 1 else 's'} did not come"
            for hole in reversed(state.holes)
        ),
        events=tuple(map(_event, reversed(state.events))),
        warnings=(*warnings, *_warnings(state)),
    )


def _point(state: LiveState, row: int) -> PointView:
    bars = state.bars
    (before, _), (price, filled) = (state.made.first_seen(each) for each in (row - 1, row))
    return point(BarLine(time=bars.time(row), values=(price,), filled=filled), before, state.made.after(row - 1))


def _forecast(state: LiveState) -> ForecastView | None:
    line = state.made.after(state.last).get(CHAMPION)
    if line is None:
        return None
    times = coming_bars(state.bars.series().timestamps, len(line.prices), state.begin.zone).times
    return ForecastView(
        origin=iso(line.origin),
        naive=state.bars.price(state.last),
        steps=tuple(_step(state, line, step, int(time)) for step, time in enumerate(times.astype(np.int64))),
        version=line.version,
        late=line.late,
        written=iso(line.written * 1_000_000),
    )


def _step(state: LiveState, line: ForecastLine, step: int, time: int) -> StepView:
    held, judged_so_far = state.held.get(step + 1, 0), state.judged.get(step + 1, 0)
    return StepView(iso(time), line.prices[step], line.low[step], line.high[step], held, judged_so_far)


def _version(role: str, at_work: AtWork) -> VersionView:
    facts, line = at_work.version.winner.facts, at_work.line
    return VersionView(
        role=role,
        version=line.version,
        label=line.label,
        settings=dict(facts.values),
        trained_until=iso(
            int(np.datetime64(facts.trained_until or facts.unseen_from).astype("datetime64[ns]").astype(np.int64))
        ),
        verdict=facts.verdict,
        since=iso(at_work.since),
    )


def _event(line: EventLine | VersionLine | CorrectionLine) -> str:
    if isinstance(line, EventLine):
        return f"{iso(line.timestamp * 1_000_000)}: {line.text}"
    if isinstance(line, CorrectionLine):
        return f"{iso(line.received * 1_000_000)}: the bar of {iso(line.time)} was corrected to {line.values[0]:.10g}"
    if not line.version:
        return f"{iso(line.timestamp * 1_000_000)}: no {line.role} any more ({line.why})"
    return f"{iso(line.timestamp * 1_000_000)}: {line.label} is the {line.role} ({line.why})"


def _warnings(state: LiveState) -> list[str]:
    found = [
        f"the {role}, version {each.line.version}, was trained on prices until {iso(until)}: what it forecasts before "
        "then is neither scored nor counted"
        for role, each in state.roles.items()
        if (until := seen_until(each.version.winner.facts)) >= state.bars.time(state.last)
    ]
    latest = [made for row in range(state.last - _LATEST, state.last) if (made := state.made.after(row).get(CHAMPION))]
    late = sum(each.late for each in latest)
    if late > len(latest) / 2:
        found.append(
            f"{late} of the latest {len(latest)} forecasts came too late to be scored: bars come faster than this "
            "machine forecasts, or it was away"
        )
    line = state.made.after(state.last).get(CHAMPION)
    if line is not None and line.unusual:
        found.append(
            f"{100 * line.unusual:.0f} % of what the model reads lies outside of what it saw in training, so that its "
            "forecast is an extrapolation"
        )
    return found
