"""What may be claimed of the versions at work, now, in sentences."""

import math

from lstm_sweep.formats import signed_percent
from lstm_sweep.live.comparison import MOST_CLIPPED, OngoingComparison, bars_to_claim
from lstm_sweep.live.iso_times import iso
from lstm_sweep.live.record.lines import CHAMPION
from lstm_sweep.live.state import LiveState
from lstm_sweep.live.view import JudgementView
from lstm_sweep.stats.betting import FIRST

_YEAR = 365.25 * 86400
_USUAL_SKILL = 0.005
"""Skill of which is said how long its claim would take, where the sweep has shown none."""


def judged(state: LiveState) -> tuple[JudgementView, ...]:
    """The champion against naive, then the challenger against the champion where there is one."""
    champion = state.roles.get(CHAMPION)
    horizon = champion.version.winner.horizon if champion is not None else 1
    seconds = _seconds_a_bar(state) * horizon
    skill = champion.version.winner.facts.skill if champion is not None else math.nan
    found = [_view(state.against_naive, seconds, skill)]
    if state.against_champion is not None:
        found.append(_view(state.against_champion, seconds, math.nan))
    return tuple(found)


def _seconds_a_bar(state: LiveState) -> float:
    """As the market has kept it, weekends included."""
    bars = state.bars
    return (bars.time(state.last) - bars.time(bars.first)) / 1e9 / max(1, state.last - bars.first)


def _view(comparison: OngoingComparison, seconds: float, skill: float) -> JudgementView:
    moments = comparison.moments
    return JudgementView(
        title=f"{comparison.better} against {comparison.other}",
        sentence=_sentence(comparison),
        needed="" if comparison.claimed_at is not None else _needed(comparison, seconds, skill),
        scored=comparison.scored,
        p=comparison.p,
        alpha=comparison.alpha,
        claimed=comparison.claimed_at is not None,
        skill=comparison.skill,
        clipped=comparison.clipped,
        times=tuple(iso(each.time) for each in moments),
        wealth=tuple(each.wealth for each in moments),
        mean=tuple(each.mean for each in moments),
        low=tuple(_finite(each.low) for each in moments),
        high=tuple(_finite(each.high) for each in moments),
    )


def _sentence(comparison: OngoingComparison) -> str:
    better, other = comparison.better, comparison.other
    if comparison.scored <= FIRST:
        return f"Forecasts that are scored: {comparison.scored}. Nothing can be said of {better} against {other} yet."
    skill = "" if comparison.skill is None else f" (skill {signed_percent(comparison.skill)} so far)"
    if comparison.claimed_at is None:
        luck = "luck alone may look this good" if (comparison.skill or 0.0) > 0 else "nothing speaks for it"
        return (
            f"After {comparison.scored:,} scored forecasts {better} is not shown to be better than {other}{skill}: "
            f"{luck} (p {comparison.p:.2g}; {comparison.alpha:.2g} would show it)."
        )
    after = comparison.since_claim / comparison.after_claim if comparison.after_claim else 0.0
    trend = "went on to be better" if after > 0 else "was not better any more"
    since = f"; in the {comparison.after_claim:,} after that it {trend}" if comparison.after_claim else ""
    clipped = (
        f", but {100 * comparison.clipped:.1f} % of the differences were so large that they were clipped"
        if comparison.clipped > MOST_CLIPPED
        else ""
    )
    claim = f"{better[0].upper()}{better[1:]} is shown to be better than {other}"
    return f"{claim}{skill}: p {comparison.p:.2g}{clipped}{since}."


def _needed(comparison: OngoingComparison, seconds: float, skill: float) -> str:
    source = "which this network had on the test span of its sweep" if skill > 0 else "which would be much for prices"
    assumed = skill if skill > 0 else _USUAL_SKILL
    bars = bars_to_claim(assumed)
    return (
        f"A skill of {signed_percent(assumed)}, {source}, would be shown after about {bars:,.0f} scored forecasts "
        f"({_duration(bars * seconds)}), half of the time; {comparison.scored:,} are there."
    )


def _duration(seconds: float) -> str:
    for name, length in (("years", _YEAR), ("days", 86400.0), ("hours", 3600.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.0f} {name}"
    return f"{seconds / 60:,.0f} minutes"


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
