"""More seeds for the trials that cannot be told from the best: where luck decides, luck is averaged."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_sweep.config import Config
from lstm_sweep.evaluation.forecasts import scored_windows, validation_forecasts
from lstm_sweep.evaluation.selection import LOOKS, select
from lstm_sweep.evaluation.targets import targets_of
from lstm_sweep.search.oracles import Proposal
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.trials.outcome import TrialResult


def add_seeds(config: Config, results: Sequence[TrialResult], training: Training) -> list[TrialResult]:
    """Train the trials that are tied with the winner on twice and four times their seeds, as long as there are any.

    A look that `budget.fits` has no room for is not begun.

    Args:
        config: of the sweep.
        results: of the search.
        training: that of the search.

    Returns:
        The results, those of tied trials with more outcomes; a look that was asked to stop leaves them as they were.
    """
    found = list(results)
    for _ in range(LOOKS - 1):
        tied = _tied(config, found, training)
        if len(tied) < 2 or not _has_room(config, found, tied):
            break
        num_seeds = len(tied[0].seed_scores)  # all have as many as the winner
        grown = _grow(config, tied, training, range(num_seeds, 2 * num_seeds))
        if grown is None:
            break
        found = [grown.get(result.trial.trial_id, result) for result in found]
    return found


def _tied(config: Config, results: Sequence[TrialResult], training: Training) -> list[TrialResult]:
    windows = scored_windows(training.series, config.windows)
    targets = targets_of(training.series, windows, windows.spans.validation)
    answers = validation_forecasts(training.series, windows, results, training.recorder.files)
    tied = select(config, results, (), targets, answers).tied
    return [result for result in results if result.trial.trial_id in tied]


def _has_room(config: Config, results: Sequence[TrialResult], tied: Sequence[TrialResult]) -> bool:
    """Whether the budget allows for as many fits of the tied trials again."""
    num_fits = sum(len(result.outcomes) for result in [*results, *tied])
    return config.budget.fits is None or num_fits <= config.budget.fits


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
    """The trial as one that starts afresh: what went on from another is trained from the beginning."""
    return Proposal(result.trial, result.outcomes[0].spec.training.epochs)
