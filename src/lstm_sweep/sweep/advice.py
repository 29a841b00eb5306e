"""What to do once a sweep has ended: words, and what to type for it."""

import math
from contextlib import suppress
from dataclasses import replace
from typing import Any

from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.forecasts import scored_windows
from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.invocation import spelled
from lstm_sweep.search.space import build_space
from lstm_sweep.stats.diebold_mariano import WINDOWS_NEEDED
from lstm_sweep.sweep.conclusion import Concluded
from lstm_sweep.sweep.preflight import check_windows
from lstm_sweep.sweep.resuming import repeating_command
from lstm_sweep.trials.outcome import TrialResult

Advice = tuple[str, str]
"""Words, and the command that they end with, or ''."""

_UNSEEN = {"evaluation.test": False}
_RATE = "training.learning_rate"
_FAR_WORSE = -1.0
"""Skill, a fraction: an error of more than twice naive's is no matter of seeds."""


def advice(search: EndedSearch, concluded: Concluded) -> Advice:
    """What to do next, by what a sweep came to."""
    verdict, winner = concluded.verdict, concluded.selection.winner
    tested = search.config.evaluation.test
    if winner is None:
        return _after_nothing(search)
    if tested and verdict is None:
        return f"do not use it; please report this with {search.folder / 'config.yaml'}.", ""
    if (-math.expm1(winner.score) if verdict is None else verdict.skill) < _FAR_WORSE:
        return _lower_rate(search, winner)
    if search.config.windows.test is None:
        return "nothing is kept that could judge it; this forecasts the next bars:", _forecast(search)
    if verdict is None:
        ready = "explore on; once you have chosen, score the test span (what is trained is not trained again):"
        return ready, repeating_command(search.folder, {"evaluation.test": True})
    return _after_verdict(search, verdict)


def _after_verdict(search: EndedSearch, verdict: Verdict) -> Advice:
    config = search.config
    if verdict.beats_naive:
        words = f"use it; this forecasts the next bars (explore on with {typed('evaluation.test', False)}):"
        return words, _forecast(search)
    if verdict.conclusion is Conclusion.TOO_FEW_WINDOWS:
        return _more_windows(search, verdict)
    if not search.swept:
        several = {"search.model.units": [factor * config.model.units for factor in (1, 2, 4)]}
        words = "nothing to use yet; sweep a setting, while the test span stays unseen:"
        return words, repeating_command(search.folder, several | _UNSEEN)
    more: dict[str, Any] = {"seeds": 2 * config.seeds}
    if config.budget.fits is not None:
        more["budget.fits"] = 2 * config.budget.fits
    words = "nothing to use yet; try other settings, more data or more seeds, while the test span stays unseen:"
    return words, repeating_command(search.folder, more | _UNSEEN)


def _forecast(search: EndedSearch) -> str:
    return f"{spelled('forecast')} {typed('sweep', search.folder.name)}"


def _after_nothing(search: EndedSearch) -> Advice:
    limits = ("budget.seconds", "budget.usd")
    spent = {path: None for path in limits if getattr(search.config.budget, path.rpartition(".")[2]) is not None}
    if search.stopped and not search.results and spent:
        return "the budget ended before any trial did; give it more, or no limit:", repeating_command(
            search.folder, spent
        )
    clipped = typed("training.clipnorm", 1.0)
    return f"see why in the report; a lower {_RATE}, or {clipped}, helps against divergence.", ""


def _lower_rate(search: EndedSearch, winner: TrialResult) -> Advice:
    rate = winner.outcomes[0].spec.training.learning_rate
    lower = [float(f"{rate / factor:.3g}") for factor in (10, 100)]
    changes = {f"search.{_RATE}": lower} if _RATE in search.swept else {_RATE: lower[0]}
    words = f"its error is more than twice naive's; try a lower {_RATE} (or more epochs, if its loss still falls):"
    return words, repeating_command(search.folder, changes | _UNSEEN)


def _more_windows(search: EndedSearch, verdict: Verdict) -> Advice:
    needed, windows = WINDOWS_NEEDED * verdict.horizon, search.config.windows
    few = f"a verdict takes {needed} windows of the test span, which has {verdict.num_windows}"
    changes = _longer_test(search, needed)
    if changes:
        return f"{few}; this has enough, and less to train on:", repeating_command(search.folder, changes)
    by_dates = " or a longer windows.test" if isinstance(windows.test, list) else ""
    return f"{few}: bring more data{by_dates}.", ""


def _longer_test(search: EndedSearch, needed: int) -> dict[str, float]:
    """Fractions of a split whose test span has as many windows as `needed`, trained on half as much at least.

    Empty where there is none, where such a sweep would be refused, and where spans are dates.
    """
    config, windows = search.config, search.config.windows
    if isinstance(windows.test, list):
        return {}
    with suppress(UserError):
        for hundredths in range(1, math.ceil(50 * windows.train) + 1):
            train, test = (
                round(each, 4) for each in (windows.train - hundredths / 100, windows.test + hundredths / 100)
            )
            longer = replace(config, windows=replace(windows, train=train, test=test))
            found = scored_windows(search.series, longer.windows)
            if train >= windows.train / 2 and len(found.scored_origins(found.spans.test)) >= needed:
                check_windows(longer, build_space(longer), search.series)
                return {"windows.train": train, "windows.test": test}
    return {}
