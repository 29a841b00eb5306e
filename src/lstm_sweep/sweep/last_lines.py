"""The last lines of a sweep: where to look, what is best, whether it beats naive, how sure that is, what to do next."""

from collections.abc import Sequence

from lstm_sweep.config.spelling import typed
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.formats import wrapped
from lstm_sweep.invocation import in_checkout, spelled
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.sweep.conclusion import Concluded
from lstm_sweep.sweep.resuming import repeating_command
from lstm_sweep.tracking.destination import while_served
from lstm_sweep.trials.label import full_label

_LUCK = "p: how often luck alone would look this good; below {alpha:g} counts as shown."
_BAD_LUCK = "p: how often luck alone would look this bad; below {alpha:g} counts as shown."


def last_lines(search: EndedSearch, concluded: Concluded, addresses: Sequence[str], width: int) -> list[str]:
    """What is printed when everything else is done; commands and addresses are in one line however long they are.

    Args:
        search: that has ended.
        concluded: what it came to.
        addresses: where people see its trials side by side, '' for nowhere.
        width: characters of a line.
    """
    found = [_best(search, concluded), concluded.end.tags["verdict"], _what_p_is(search, concluded)]
    return [
        "",
        *_places(search, concluded.end, addresses),
        "",
        *(line for text in found for line in wrapped(text, width)),
        *_next(search, concluded, width),
    ]


def _places(search: EndedSearch, end: SweepEnd, addresses: Sequence[str]) -> list[str]:
    tracking, folder = search.config.tracking, search.folder
    places = {"Report": [str(folder / name) for name in end.files if name.endswith(".html")]}
    places["MLflow"] = [f"{address}{while_served(str(tracking.uri))}" for address in addresses if address]
    if tracking.tensorboard:
        by_make = f"make tensorboard NAME={folder.name}"
        command = f"{spelled('tensorboard')} {typed('sweep', folder.name)}"
        places["TensorBoard"] = [by_make if in_checkout() else command]
    return [f"{name + ':':12} {place}" for name, each in places.items() for place in each]


def _best(search: EndedSearch, concluded: Concluded) -> str:
    winner = concluded.selection.winner
    so_far = f" ({search.stopped})" if search.stopped else ""
    if winner is None:
        return f"Best{so_far}: none, for no trial completed."
    others = _others(len(concluded.selection.tied) - 1, len(search.results) - 1)
    return f"Best{so_far}: {full_label(winner)} (trial {winner.trial.trial_id}){others}."


def _others(num_tied: int, num_others: int) -> str:
    """How sure the choice is."""
    if num_tied < 0 or num_others == 0:
        return ""
    if num_tied == 0:
        return "; all others are shown to be worse on validation"
    some = f"{num_tied} of the {num_others} others {'is' if num_tied == 1 else 'are'} not"
    return f"; {'none of the others is' if num_tied == num_others else some} told apart from it on validation"


def _what_p_is(search: EndedSearch, concluded: Concluded) -> str:
    verdict = concluded.verdict
    if verdict is None or _has_too_few(verdict):
        return ""
    text = _BAD_LUCK if verdict.conclusion is Conclusion.WORSE else _LUCK
    return text.format(alpha=search.config.evaluation.alpha)


def _has_too_few(verdict: Verdict) -> bool:
    return verdict.conclusion is Conclusion.TOO_FEW_WINDOWS


def _next(search: EndedSearch, concluded: Concluded, width: int) -> list[str]:
    """What to do, in words, and what to type for it."""
    text, command = _advice(search, concluded)
    lines = wrapped(f"Next: {text}", width, indent="      ")
    return [*lines, *([f"      {command}"] if command else [])]


def _advice(search: EndedSearch, concluded: Concluded) -> tuple[str, str]:
    config, verdict = search.config, concluded.verdict
    unseen, unseen_typed = {"evaluation.test": False}, typed("evaluation.test", False)
    if concluded.selection.winner is None:
        clipped = typed("training.clipnorm", 1.0)
        return f"see why in the report; a lower training.learning_rate, or {clipped}, helps against divergence.", ""
    if not config.evaluation.test:
        ready = "explore on; once you have chosen, score the test span (what is trained already is not trained again):"
        return ready, repeating_command(search.folder, {"evaluation.test": True})
    if verdict is None:
        return f"do not use it; please report this with {search.folder / 'config.yaml'}.", ""
    if verdict.beats_naive:
        words = f"use it; this forecasts the next bars (explore on with {unseen_typed}):"
        return words, f"{spelled('forecast')} {typed('sweep', search.folder.name)}"
    if not search.swept:
        units = config.model.units
        several = {"search.model.units": [units, 2 * units, 4 * units]}
        return "nothing to use yet; sweep a setting, while the test span stays unseen:", repeating_command(
            search.folder, several | unseen
        )
    more = {"seeds": 2 * config.seeds}
    if config.budget.fits is not None:
        more["budget.fits"] = 2 * config.budget.fits
    lacking = "a verdict takes more data or a longer windows.test" if _has_too_few(verdict) else "nothing to use yet"
    words = f"{lacking}; try other settings, more data or more seeds, while the test span stays unseen:"
    return words, repeating_command(search.folder, more | unseen)
