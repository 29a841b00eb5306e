"""What validation says: which trial is chosen, which cannot be told from it, and what the settings did."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.forecasts import FitForecasts
from lstm_sweep.evaluation.targets import Targets
from lstm_sweep.stats.effects import Effect, find_effects, grouped
from lstm_sweep.stats.importance import Importance, find_importance
from lstm_sweep.stats.ties import find_ties
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitStatus, TrialResult

LOOKS = 3
"""Times that trials are compared under `evaluation.extra_seeds`, at twice the seeds each time; each look gets its
share of the level."""


@dataclass(frozen=True)
class Selection:
    """How the trials compare on validation.

    Attributes:
        winner: the completed trial of lowest score, or None.
        tied: ids of trials that are not shown to be worse than the winner, which is one of them; empty where trials
            or seeds are too few to tell.
        p_best: by trial id, share of resampled validation spans and seeds in which a trial is the best; of those only
            that are compared.
        effects: of each value of each swept setting, by path.
        importance: of the swept settings.
    """

    winner: TrialResult | None
    tied: frozenset[str] = frozenset()
    p_best: dict[str, float] = field(default_factory=dict)
    effects: dict[str, list[Effect]] = field(default_factory=dict)
    importance: Importance | None = None


def find_winner(results: Sequence[TrialResult]) -> TrialResult | None:
    """The completed trial of lowest score, the earlier one where two are equal, among those with most seeds.

    Trials that got extra seeds are those that could not be told from the best; the others were shown to be worse.
    """
    completed = [result for result in results if result.status is FitStatus.COMPLETED]
    most = max((len(result.seed_scores) for result in completed), default=0)
    contenders = [result for result in completed if len(result.seed_scores) == most]
    return min(contenders, key=lambda result: (result.score, result.trial.trial_id), default=None)


def select(search: EndedSearch) -> Selection:
    """Choose the winner on validation, and compare the other trials with it."""
    winner = find_winner(search.results)
    if winner is None:
        return Selection(None)
    tied, p_best = find_tied(search, winner)
    settings, scores = _settings_and_scores(search)
    alpha = search.config.evaluation.alpha
    return Selection(
        winner=winner,
        tied=tied,
        p_best=p_best,
        effects=find_effects({path: grouped(each) for path, each in settings.items()}, scores, alpha),
        importance=find_importance(settings, scores, alpha),
    )


def find_tied(search: EndedSearch, winner: TrialResult) -> tuple[frozenset[str], dict[str, float]]:
    """Trials that are not shown to be worse than the winner, and each trial's chance to be the best.

    Returns:
        `tied` and `p_best` of a `Selection`.
    """
    config, num_seeds = search.config, len(winner.seed_scores)
    contenders = [result for result in search.results if _has_completed(result, num_seeds)]
    if len(contenders) < 2:
        return frozenset(), {}
    losses, folds = validation_losses(contenders, search.validation, search.validation_forecasts)
    ties = find_ties(
        losses,
        folds,
        horizon=config.windows.horizon,
        alpha=config.evaluation.alpha / (LOOKS if config.evaluation.extra_seeds else 1),
        seed=derive_seed(config.seed, "ties"),
        leader=contenders.index(winner),
    )
    ids = [result.trial.trial_id for result in contenders]
    p_best = {name: p for name, p in zip(ids, ties.p_best.tolist(), strict=True) if not math.isnan(p)}
    tied = {name for name, separated in zip(ids, ties.separated, strict=True) if name in p_best and not separated}
    return frozenset(tied), p_best


def validation_losses(
    contenders: Sequence[TrialResult], targets: Targets, forecasts: FitForecasts
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Relative losses on validation, `(trial, seed, window)`, and the fold of each window, `(window,)`.

    Windows that reach over the end of a fold are answered by none, and left out.
    """
    answered = _fold_of_windows(contenders[0], forecasts)
    kept = np.flatnonzero(answered >= 0)
    losses = [
        [targets.loss(_whole(result, replicate, forecasts))[kept] for replicate in sorted(result.seed_scores)]
        for result in contenders
    ]
    return np.array(losses), answered[kept]


def _whole(result: TrialResult, replicate: int, forecasts: FitForecasts) -> NDArray[np.float64]:
    """The forecasts of all folds of one replicate, side by side; 0 where none answers."""
    parts = [forecasts[fit.spec.fit_id] for fit in result.outcomes if fit.spec.replicate == replicate]
    return np.nansum(parts, axis=0)


def _fold_of_windows(result: TrialResult, forecasts: FitForecasts) -> NDArray[np.int64]:
    first = [fit for fit in result.outcomes if fit.spec.replicate == result.outcomes[0].spec.replicate]
    folds = np.full(len(forecasts[first[0].spec.fit_id]), -1, np.int64)
    for fit in first:
        folds[~np.isnan(forecasts[fit.spec.fit_id][:, 0])] = fit.spec.fold or 0
    return folds


def _has_completed(result: TrialResult, num_seeds: int) -> bool:
    return result.status is FitStatus.COMPLETED and len(result.seed_scores) == num_seeds


def _settings_and_scores(search: EndedSearch) -> tuple[dict[str, list[object]], NDArray[np.float64]]:
    """Values of all completed trials by path, and their scores `(trial, seed)` without extra seeds."""
    completed = [result for result in search.results if result.status is FitStatus.COMPLETED]
    settings = {path: [result.trial.values[path] for result in completed] for path in search.swept}
    replicates = range(search.config.seeds)
    return settings, np.array([[result.seed_scores[each] for each in replicates] for result in completed])
