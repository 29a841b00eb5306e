"""A verdict in words: what was found, what it rests on, and what it leaves open."""

import math

from lstm_sweep.config.spelling import typed
from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.formats import counted, p_value, short_percent
from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED

_PLAUSIBLE = 0.2
"""Skill, a fraction, above which nobody forecasts prices: what only finds more than that finds nothing."""


def sentence_of(verdict: Verdict) -> str:
    """The verdict for people: the finding with its numbers, then whatever qualifies it."""
    parts = [f"{_finding(verdict)}; {_reach(verdict)}."]
    if verdict.has_signal and verdict.conclusion in (Conclusion.NOT_SHOWN, Conclusion.WORSE):
        sure = "be sure of a lower error" if verdict.skill > 0 else "lower the error"
        parts.append(f"There is signal, but not enough to {sure}.")
    if verdict.num_grown:
        parts.append(extra_seeds(verdict.num_grown, verdict.num_configurations, verdict.num_seeds, verdict.seeds_asked))
    if verdict.num_uses > 1:
        parts.append(f"Test span used by {verdict.num_uses} sweeps{_multiplied(verdict)}.")
    if verdict.skill * verdict.price_skill < 0:
        parts.append("In price units the sign is reversed.")
    if verdict.is_signed:
        parts.append("Errors are in units of the series, which has values at or below zero.")
    if verdict.beats_naive:
        parts.append("Statistical accuracy, not trading profit.")
    return " ".join(parts)


def _finding(verdict: Verdict) -> str:
    skill = f"skill {short_percent(verdict.skill, sign='+')}{_interval(verdict)}"
    basis = f"{verdict.num_windows} windows, {verdict.num_seeds_above} of {verdict.num_seeds} seeds above naive"
    p = p_value(verdict.p_value)
    match verdict.conclusion:
        case Conclusion.BEATS_NAIVE:
            return f"{verdict.trial} beats naive: {skill}, {p}, {basis}, {_choice(verdict)}{_rival(verdict)}"
        case Conclusion.NOT_SHOWN:
            return f"Nothing here is shown to beat naive: {_best(verdict)} has {skill}, {p}, {basis}"
        case Conclusion.WORSE:
            p_worse = p_value(verdict.p_worse)
            return f"Worse than naive: {_best(verdict)} has {skill}, {p_worse} for being worse, {basis}"
        case Conclusion.TOO_FEW_WINDOWS:
            needed = WINDOWS_NEEDED * verdict.horizon
            few = f"{verdict.num_windows} windows cannot support a verdict ({needed} needed)"
            return f"{few}; {_best(verdict)} has {skill}"


def _interval(verdict: Verdict) -> str:
    if not all(map(math.isfinite, verdict.interval)):
        return ""
    low, high = (short_percent(end).removesuffix(" %") for end in verdict.interval)
    return f" (approximate {100 * (1 - 2 * verdict.alpha):g} % interval {low} to {high})"


def _reach(verdict: Verdict) -> str:
    detectable = short_percent(verdict.detectable_skill)
    if verdict.beats_naive:
        return f"a skill of {detectable} would be found 4 times in 5"
    if verdict.detectable_skill > _PLAUSIBLE:
        return "too few windows to detect any plausible skill"
    return f"a skill below {detectable} would usually be missed"


def _choice(verdict: Verdict) -> str:
    if verdict.num_configurations == 1:
        return "the only configuration"
    diverged = f" ({verdict.num_diverged} diverged)" if verdict.num_diverged else ""
    return f"chosen on validation from {verdict.num_configurations} configurations{diverged}"


def _best(verdict: Verdict) -> str:
    if verdict.num_configurations == 1:
        return f"the only configuration ({verdict.trial})"
    diverged = f"; {verdict.num_diverged} diverged" if verdict.num_diverged else ""
    return f"best of {verdict.num_configurations} ({verdict.trial}{diverged})"


def _rival(verdict: Verdict) -> str:
    return "" if verdict.against_rival is None else f"; {verdict.against_rival} {verdict.rival}"


def extra_seeds(num_grown: int, num_trials: int, most: int, asked: int) -> str:
    """Who got extra seeds, for people.

    Args:
        num_grown: trials that did, at least one.
        num_trials: all trials.
        most: seeds of those that got most.
        asked: seeds of those that got none.
    """
    others = f", the others {asked}" if num_grown < num_trials else ""
    return (
        f"{counted(num_grown, 'trial')} that could not be told apart had up to {most} seeds{others} "
        f"({typed('evaluation.extra_seeds', True)})."
    )


def _multiplied(verdict: Verdict) -> str:
    if verdict.conclusion is Conclusion.TOO_FEW_WINDOWS:
        return ""
    unseen = typed("evaluation.test", False)
    return f"; p multiplied by {verdict.num_uses}, which {unseen} while exploring, or a test span of new data, avoids"
