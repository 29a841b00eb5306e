"""The last lines of a sweep: where to look, what is best, whether it beats naive, how sure that is, what to do next."""

import math
import statistics
from collections.abc import Sequence

from lstm_sweep.config.spelling import typed
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.sentence import extra_seeds
from lstm_sweep.evaluation.verdict import Conclusion
from lstm_sweep.formats import short_percent, wrapped
from lstm_sweep.invocation import in_checkout, spelled
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.sweep.advice import advice
from lstm_sweep.sweep.conclusion import Concluded
from lstm_sweep.tracking.destination import while_served
from lstm_sweep.trials.label import full_label

_LUCK = "p: how often luck alone would look this good; below {alpha:g} counts as shown."
_BAD_LUCK = "p: how often luck alone would look this bad; below {alpha:g} counts as shown."

_INDENT = " " * len("Next: ")
_MOST_ROWS = 3
"""Rows of a terminal that a command may fill below what is best, which it would push out of sight."""


def last_lines(search: EndedSearch, concluded: Concluded, addresses: Sequence[str], width: int) -> list[str]:
    """What is printed when everything else is done; commands and addresses are in one line however long they are.

    Args:
        search: that has ended.
        concluded: what it came to.
        addresses: where people see its trials side by side, '' for nowhere.
        width: characters of a line.
    """
    found = [
        _best(search, concluded),
        concluded.end.tags["verdict"],
        _on_validation(search, concluded),
        _what_p_is(search, concluded),
    ]
    words, command = advice(search, concluded)
    is_long = len(_INDENT + command) > _MOST_ROWS * width
    if is_long:
        words = f"{words.removesuffix(':')}, with the command above."
    return [
        "",
        *_places(search, concluded.end, addresses),
        *([f"{'Command:':12} {command}"] if is_long else []),
        "",
        *(line for text in found for line in wrapped(text, width)),
        *wrapped(f"Next: {words}", width, indent=_INDENT),
        *([_INDENT + command] if command and not is_long else []),
    ]


def _places(search: EndedSearch, end: SweepEnd, addresses: Sequence[str]) -> list[str]:
    tracking, folder = search.config.tracking, search.folder
    places = {"Report": [str(folder / name) for name in end.files if name.endswith(".html")]}
    places["MLflow"] = [f"{address}{while_served(str(tracking.uri))}" for address in addresses if address]
    if tracking.tensorboard:
        by_command = f"{spelled('tensorboard')} {typed('sweep', folder.name)}"
        places["TensorBoard"] = [f"make tensorboard NAME={folder.name}" if in_checkout() else by_command]
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
    if verdict is None or verdict.conclusion is Conclusion.TOO_FEW_WINDOWS:
        return ""
    text = _BAD_LUCK if verdict.conclusion is Conclusion.WORSE else _LUCK
    return text.format(alpha=search.config.evaluation.alpha)


def _on_validation(search: EndedSearch, concluded: Concluded) -> str:
    """What stands in for a verdict where the test span stays unseen."""
    winner = concluded.selection.winner
    if winner is None or search.config.evaluation.test:
        return ""
    skill, seeds = -math.expm1(winner.score), [-math.expm1(score) for score in winner.seed_scores.values()]
    deviation = f" (± {short_percent(statistics.stdev(seeds))})" if len(seeds) > 1 else ""
    error = f"{short_percent(abs(skill))} {'below' if skill > 0 else 'above'} naive's"
    basis = f"averaged over {len(seeds)} seeds{deviation}" if len(seeds) > 1 else "from one seed"
    has_test = search.config.windows.test is not None
    unjudged = "the test span has not judged it" if has_test else "no span is kept to judge it"
    return f"On validation its error is {error}, {basis}: {unjudged}.{_grown(search, len(seeds))}"


def _grown(search: EndedSearch, most: int) -> str:
    asked = search.config.seeds
    num_grown = sum(len(result.seed_scores) > asked for result in search.results)
    return f" {extra_seeds(num_grown, len(search.results), most, asked)}" if num_grown else ""
