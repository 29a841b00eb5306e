"""More seeds for the trials that cannot be told from the best: where seed noise decides, it is averaged out."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_sweep.config import Config
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.selection import LOOKS, find_tied, find_winner
from lstm_sweep.search.oracles import Proposal
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.trials.outcome import TrialResult


def add_seeds(search: EndedSearch, training: Training) -> EndedSearch:
    """Train the trials that are tied with the winner on twice and four times their seeds, as long as there are any.

    A look that `budget.fits` has no room for is not begun.

    Args:
        search: that has ended.
        training: that of the search.

    Returns:
        The search, its tied trials with more outcomes; a look that was asked to stop leaves them as they were.
    """
    for _ in range(LOOKS - 1):
        tied = _tied(search)
        if len(tied) < 2 or not _has_room(search, tied):
            break
        num_seeds = len(tied[0].seed_scores)  # all have as many as the winner
        grown = _grow(search.config, tied, training, range(num_seeds, 2 * num_seeds))
        if grown is None:
            break
        search = replace(search, results=[grown.get(each.trial.trial_id, each) for each in search.results])
    return search


def _tied(search: EndedSearch) -> list[TrialResult]:
    winner = find_winner(search.results)
    if winner is None:
        return []
    tied, _ = find_tied(search, winner)
    return [result for result in search.results if result.trial.trial_id in tied]


def _has_room(search: EndedSearch, tied: Sequence[TrialResult]) -> bool:
    """Whether the budget allows for as many fits of the tied trials again."""
    most_fits = search.config.budget.fits
    num_fits = sum(len(result.outcomes) for result in [*search.results, *tied])
    return most_fits is None or num_fits <= most_fits


def _grow(
    config: Config, tied: Sequence[TrialResult], training: Training, replicates: range
) -> dict[str, TrialResult] | None:
    fits = {
        result.trial.trial_id: make_fits(
            config, training.series, _proposal(result), training.recorder.outcomes, replicates
        )
        for result in tied
    }
    if not training.run([fit for each in fits.values() for fit in each]):
        return None
    outcomes = training.recorder.outcomes
    return {
        result.trial.trial_id: replace(
            result, outcomes=(*result.outcomes, *(outcomes[fit.fit_id] for fit in fits[result.trial.trial_id]))
        )
        for result in tied
    }


def _proposal(result: TrialResult) -> Proposal:
    """The trial as one without a parent: what continued another trial is trained from the beginning."""
    return Proposal(result.trial, result.outcomes[0].spec.training.epochs)
