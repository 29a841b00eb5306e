"""The test span, once: scores of every trial and baseline, marks that describe, and the verdict that decides."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.forecasts import Forecasts, forecast_test, last_fold
from lstm_sweep.evaluation.leakage import find_leak
from lstm_sweep.evaluation.references import Reference, best_reference, find_references
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.targets import Prices, Targets
from lstm_sweep.evaluation.verdict import Verdict, Winner, judge
from lstm_sweep.metrics import Scores, skill
from lstm_sweep.stats.confidence_set import find_confidence_set
from lstm_sweep.stats.copycat import CopyCat, find_copycat
from lstm_sweep.stats.interval import skill_interval
from lstm_sweep.stats.marks import Marks, mark_superior
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.label import trial_label
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec

Named = dict[str, Prices]


@dataclass(frozen=True)
class Evaluation:
    """What the test span said.

    Attributes:
        targets: what it asks for.
        scores: of every trial whose fits all completed, one per seed, by trial id.
        forecasts: by fit id, float64 `(window, horizon)`, price units.
        references: naive and the baselines; only naive where no trial completed.
        rival: the baseline that was best on validation, naive aside, or None.
        verdict: on the winner, or None where no trial completed.
        ensemble: scores of the winner's forecasts averaged over its seeds, or None.
        ensemble_forecast: those forecasts, float64 `(window, horizon)`, or None.
        marks: which trials beat naive when all are looked at together.
        superior: their ids.
        confidence_set: ids of trials and names of references among which the best is.
        copycats: by trial id, whether its forecasts repeat the last price.
        leak: what reached a forecast from its future, a sentence, or None.
    """

    targets: Targets
    scores: dict[str, list[Scores]]
    forecasts: Forecasts = field(repr=False)
    references: list[Reference]
    rival: Reference | None
    verdict: Verdict | None
    ensemble: Scores | None
    ensemble_forecast: Prices | None = field(repr=False)
    marks: Marks | None
    superior: frozenset[str]
    confidence_set: frozenset[str]
    copycats: dict[str, CopyCat]
    leak: str | None

    @property
    def naive(self) -> Scores:
        """Scores of naive."""
        return self.targets.scores(np.repeat(self.targets.last_price[:, None], self.targets.actual.shape[1], axis=1))

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


def evaluate(
    config: Config,
    series: Series,
    results: Sequence[TrialResult],
    files: FitFiles,
    selection: Selection,
    validation: Targets,
    test: Targets,
    num_uses: int,
) -> Evaluation:
    """Score everything on the test span, and judge the winner.

    Args:
        config: of the sweep.
        series: the prices.
        results: of the search.
        files: of the sweep.
        selection: from validation.
        validation: targets of the whole validation span.
        test: targets of the test span, the same whatever a trial changes.
        num_uses: different sweeps that the test span has judged, this one included.
    """
    forecasts = forecast_test(series, results, files)
    completed = [result for result in results if result.status is FitStatus.COMPLETED]
    by_seed = {each.trial.trial_id: [forecasts[fit.spec.fit_id] for fit in last_fold(each)] for each in completed}
    winner = selection.winner
    references = [] if winner is None else find_references(series, _folds(winner), validation, test)
    rival = best_reference(references)
    losses = {name: np.mean([test.loss(each) for each in seeds], axis=0) for name, seeds in by_seed.items()}
    leak = None if winner is None else _find_leak(series, winner, files)
    marks, superior, confidence_set = _mark(config, test, losses if leak is None else {}, references)
    copycats = {name: _find_copycat(config, test, seeds) for name, seeds in by_seed.items()}
    ensemble = None if winner is None else np.mean(by_seed[winner.trial.trial_id], axis=0)
    return Evaluation(
        targets=test,
        scores={name: [test.scores(each) for each in seeds] for name, seeds in by_seed.items()},
        forecasts=forecasts,
        references=references,
        rival=rival,
        verdict=None if winner is None else _judge(config, test, results, winner, by_seed, copycats, rival, num_uses),
        ensemble=None if ensemble is None else test.scores(ensemble),
        ensemble_forecast=ensemble,
        marks=marks,
        superior=superior,
        confidence_set=confidence_set,
        copycats=copycats,
        leak=leak,
    )


def median_fit(winner: TrialResult) -> FitOutcome:
    """The last fold's fit of the seed of median validation score, or of the better of the two in the middle.

    It neither flatters nor slanders.
    """
    by_score = sorted(winner.seed_scores, key=lambda replicate: winner.seed_scores[replicate])
    median = by_score[(len(by_score) - 1) // 2]
    return next(fit for fit in last_fold(winner) if fit.spec.replicate == median)


def _folds(result: TrialResult) -> list[FitSpec]:
    first = result.outcomes[0].spec.replicate
    return [fit.spec for fit in result.outcomes if fit.spec.replicate == first]


def _find_leak(series: Series, winner: TrialResult, files: FitFiles) -> str | None:
    spec = median_fit(winner).spec
    return find_leak(series, spec, files.load(spec.fit_id).weights)


def _find_copycat(config: Config, test: Targets, seeds: Sequence[Prices]) -> CopyCat:
    mean = np.mean(seeds, axis=0)
    return find_copycat(mean, test.actual, test.last_price, test.scored, config.evaluation.alpha)


def _mark(
    config: Config, test: Targets, losses: Named, references: Sequence[Reference]
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
    config: Config,
    test: Targets,
    results: Sequence[TrialResult],
    winner: TrialResult,
    by_seed: dict[str, list[Prices]],
    copycats: dict[str, CopyCat],
    rival: Reference | None,
    num_uses: int,
) -> Verdict:
    name = winner.trial.trial_id
    seeds, horizon, alpha = by_seed[name], config.windows.horizon, config.evaluation.alpha
    losses = np.stack([test.loss(each) for each in seeds])
    naive = np.repeat(test.last_price[:, None], horizon, axis=1)
    rmse_of_seeds = float(np.sqrt(np.mean([test.scores(each).mse for each in seeds])))
    interval = skill_interval(
        losses.mean(axis=0), test.naive_loss, horizon=horizon, alpha=alpha, seed=derive_seed(config.seed, "interval")
    )
    said = Winner(
        trial=trial_label(winner.trial),
        price_skill=skill(rmse_of_seeds, test.scores(naive).rmse),
        num_configurations=len(results),
        num_diverged=sum(result.status is not FitStatus.COMPLETED for result in results),
        interval=interval,
        has_signal=copycats[name].signal_p < alpha,
    )
    rival_loss = None if rival is None or rival.forecast is None else (rival.name, test.loss(rival.forecast))
    return judge(losses, test.naive_loss, said, horizon=horizon, alpha=alpha, num_uses=num_uses, rival=rival_loss)
