"""A verdict in words: what was found, what it rests on, and what it leaves open."""

import math

from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.formats import p_value, short_percent
from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED


def sentence_of(verdict: Verdict) -> str:
    """The verdict for people: the finding with its numbers, then whatever qualifies it."""
    parts = [f"{_finding(verdict)}; {_reach(verdict)}."]
    if verdict.has_signal and verdict.conclusion in (Conclusion.NOT_SHOWN, Conclusion.WORSE):
        parts.append("There is signal, but not enough to lower the error.")
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
            return f"Worse than naive: {_best(verdict)} has {skill}, {p_worse} (upper tail), {basis}"
        case Conclusion.TOO_FEW_WINDOWS:
            needed = WINDOWS_NEEDED * verdict.horizon
            return f"{verdict.num_windows} windows cannot support a verdict ({needed} needed); {skill}"


def _interval(verdict: Verdict) -> str:
    if not all(map(math.isfinite, verdict.interval)):
        return ""
    low, high = (short_percent(end).removesuffix(" %") for end in verdict.interval)
    return f" (approximate {100 * (1 - 2 * verdict.alpha):g} % interval {low} to {high})"


def _reach(verdict: Verdict) -> str:
    detectable = short_percent(verdict.detectable_skill)
    if verdict.beats_naive:
        return f"a skill of {detectable} would be found 4 times in 5"
    return f"skill below {detectable} could not be detected"


def _choice(verdict: Verdict) -> str:
    if verdict.num_configurations == 1:
        return "the only configuration"
    return f"chosen on validation from {verdict.num_configurations} configurations{_diverged(verdict)}"


def _best(verdict: Verdict) -> str:
    if verdict.num_configurations == 1:
        return verdict.trial
    return f"best of {verdict.num_configurations}{_diverged(verdict)}"


def _rival(verdict: Verdict) -> str:
    return "" if verdict.against_rival is None else f"; {verdict.against_rival} {verdict.rival}"


def _multiplied(verdict: Verdict) -> str:
    return "" if verdict.conclusion is Conclusion.TOO_FEW_WINDOWS else f"; p multiplied by {verdict.num_uses}"


def _diverged(verdict: Verdict) -> str:
    return f" ({verdict.num_diverged} diverged)" if verdict.num_diverged else ""
