"""The test span, once: scores of every trial and baseline, marks that describe, and the verdict that decides."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lstm_sweep.config import Config
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.forecasts import FitForecasts, forecast_test, last_fold
from lstm_sweep.evaluation.leakage import find_leak
from lstm_sweep.evaluation.references import Reference, best_reference, find_references, score_reference
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.steps import StepScores, scores_by_step
from lstm_sweep.evaluation.targets import Targets
from lstm_sweep.evaluation.verdict import Verdict, Winner, judge
from lstm_sweep.metrics import Losses, Prices, Scores, skill
from lstm_sweep.stats.confidence_set import find_confidence_set
from lstm_sweep.stats.copycat import CopyCat, find_copycat
from lstm_sweep.stats.interval import skill_interval
from lstm_sweep.stats.marks import Marks, mark_superior
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.label import result_label
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec


@dataclass(frozen=True)
class Evaluation:
    """What the test span said.

    Attributes:
        targets: what it asks for.
        scores: of every trial whose fits all completed, one per seed, by trial id.
        forecasts: of every completed fit.
        references: naive and the baselines; none where no trial completed.
        verdict: on the winner, or None where no trial completed.
        ensemble_forecast: the winner's forecasts averaged over its seeds, float64 `(window, horizon)` in price
            units, or None.
        marks: which trials beat naive when all are looked at together.
        superior: their ids.
        confidence_set: ids of trials and names of references among which the best is.
        copycats: by trial id, whether its forecasts repeat the last price.
        leak: what reached a forecast from its future, a sentence, or None.
    """

    targets: Targets
    scores: dict[str, list[Scores]]
    forecasts: FitForecasts = field(repr=False)
    references: list[Reference]
    verdict: Verdict | None
    ensemble_forecast: Prices | None = field(repr=False)
    marks: Marks | None
    superior: frozenset[str]
    confidence_set: frozenset[str]
    copycats: dict[str, CopyCat]
    leak: str | None

    @property
    def naive(self) -> Scores:
        """Scores of naive."""
        return score_reference(self.targets, self.targets.naive)

    @property
    def rival(self) -> Reference | None:
        """The baseline that was best on validation, naive aside, or None."""
        return best_reference(self.references)

    @property
    def ensemble(self) -> Scores | None:
        """Scores of the winner's forecasts averaged over its seeds, or None."""
        return None if self.ensemble_forecast is None else score_reference(self.targets, self.ensemble_forecast)

    @cached_property
    def steps(self) -> dict[str, list[StepScores]]:
        """Scores of each step ahead, by trial id, name of the reference, and 'ensemble'; none for a horizon of 1."""
        answers: dict[str, list[Prices]] = {name: [] for name in self.scores}
        for fit_id, forecast in self.forecasts.items():
            answers.get(fit_id.partition("/")[0], []).append(forecast)
        answers |= {each.name: [each.forecast] for each in self.references if each.forecast is not None}
        if self.ensemble_forecast is not None:
            answers["ensemble"] = [self.ensemble_forecast]
        found = {name: scores_by_step(self.targets, forecasts) for name, forecasts in answers.items()}
        return {name: steps for name, steps in found.items() if steps}

    @property
    def marks_by_trial(self) -> dict[str, dict[str, bool]]:
        """What is marked of every scored trial, by name of the mark."""
        return {
            trial_id: {
                "superior": trial_id in self.superior,
                "in_confidence_set": trial_id in self.confidence_set,
                "copycat": self.copycats[trial_id].is_copy,
            }
            for trial_id in self.scores
        }


def evaluate(search: EndedSearch, selection: Selection, num_uses: int) -> Evaluation:
    """Score everything on the test span, and judge the winner.

    Args:
        search: that has ended.
        selection: from validation.
        num_uses: different sweeps that the test span has judged, this one included.
    """
    test, winner = search.test, selection.winner
    forecasts = forecast_test(search.series, search.results, search.files)
    completed = [result for result in search.results if result.status is FitStatus.COMPLETED]
    by_seed = {each.trial.trial_id: [forecasts[fit.spec.fit_id] for fit in last_fold(each)] for each in completed}
    references = [] if winner is None else find_references(search.series, _folds(winner), search.validation, test)
    leak = None if winner is None else _find_leak(search, winner)
    losses = {name: np.mean([test.loss(each) for each in seeds], axis=0) for name, seeds in by_seed.items()}
    marks, superior, confidence_set = _mark(search.config, test, losses if leak is None else {}, references)
    copycats = {name: _find_copycat(search.config, test, seeds) for name, seeds in by_seed.items()}
    verdict, ensemble = None, None
    if winner is not None:
        name = winner.trial.trial_id
        verdict = _judge(search, winner, by_seed[name], copycats[name], best_reference(references), num_uses)
        ensemble = np.mean(by_seed[name], axis=0)
    return Evaluation(
        targets=test,
        scores={name: [test.scores(each) for each in seeds] for name, seeds in by_seed.items()},
        forecasts=forecasts,
        references=references,
        verdict=verdict,
        ensemble_forecast=ensemble,
        marks=marks,
        superior=superior,
        confidence_set=confidence_set,
        copycats=copycats,
        leak=leak,
    )


def median_fit(winner: TrialResult) -> FitOutcome:
    """The last fold's fit of the seed of median validation score, or of the better of the two in the middle.

    The best seed would promise more than the trial holds, and the worst less.
    """
    by_score = sorted(winner.seed_scores, key=lambda replicate: winner.seed_scores[replicate])
    median = by_score[(len(by_score) - 1) // 2]
    return next(fit for fit in last_fold(winner) if fit.spec.replicate == median)


def _folds(result: TrialResult) -> list[FitSpec]:
    first = result.outcomes[0].spec.replicate
    return [fit.spec for fit in result.outcomes if fit.spec.replicate == first]


def _find_leak(search: EndedSearch, winner: TrialResult) -> str | None:
    spec = median_fit(winner).spec
    return find_leak(search.series, spec, search.files.load(spec.fit_id).weights)


def _find_copycat(config: Config, test: Targets, seeds: Sequence[Prices]) -> CopyCat:
    mean = np.mean(seeds, axis=0)
    return find_copycat(mean, test.actual, test.last_price, test.scored, config.evaluation.alpha, test.is_signed)


def _mark(
    config: Config, test: Targets, losses: dict[str, Losses], references: Sequence[Reference]
) -> tuple[Marks | None, frozenset[str], frozenset[str]]:
    if not losses:
        return None, frozenset(), frozenset()
    horizon, alpha = config.windows.horizon, config.evaluation.alpha
    seed = derive_seed(config.seed, "marks")
    trials, matrix = list(losses), np.array(list(losses.values()))
    marks = mark_superior(matrix, test.naive_loss, horizon=horizon, alpha=alpha, seed=seed)
    fitted = {each.name: test.loss(each.forecast) for each in references if each.forecast is not None}
    found = find_confidence_set(matrix, np.array(list(fitted.values())), horizon=horizon, alpha=alpha, seed=seed)
    named = [*zip(trials, found.trials, strict=True), *zip(fitted, found.references, strict=True)]
    return (
        marks,
        frozenset(name for name, is_superior in zip(trials, marks.superior, strict=True) if is_superior),
        frozenset(name for name, is_in in named if is_in),
    )


def _judge(
    search: EndedSearch,
    winner: TrialResult,
    seeds: Sequence[Prices],
    copycat: CopyCat,
    rival: Reference | None,
    num_uses: int,
) -> Verdict:
    """The verdict on the winner from its forecasts by seed, each float64 `(window, horizon)`."""
    config, test = search.config, search.test
    horizon, alpha = config.windows.horizon, config.evaluation.alpha
    losses = np.stack([test.loss(each) for each in seeds])
    rmse_of_seeds = float(np.sqrt(np.mean([test.scores(each).mse for each in seeds])))
    seed = derive_seed(config.seed, "interval")
    described = Winner(
        trial=result_label(winner),
        price_skill=skill(rmse_of_seeds, test.scores(test.naive).rmse),
        num_configurations=len(search.results),
        num_diverged=sum(result.status is not FitStatus.COMPLETED for result in search.results),
        interval=skill_interval(losses.mean(axis=0), test.naive_loss, horizon=horizon, alpha=alpha, seed=seed),
        has_signal=copycat.signal_p < alpha,
        is_signed=test.is_signed,
        num_grown=sum(len(result.seed_scores) > config.seeds for result in search.results),
        seeds_asked=config.seeds,
    )
    rival_loss = None if rival is None or rival.forecast is None else (rival.name, test.loss(rival.forecast))
    return judge(losses, test.naive_loss, described, horizon=horizon, alpha=alpha, num_uses=num_uses, rival=rival_loss)
