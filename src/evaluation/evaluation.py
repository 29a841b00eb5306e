"""The test span, once: scores of every trial and of naive, and the verdict on the winner."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from src.baselines import naive
from src.config import Config
from src.evaluation.forecasts import Forecasts, forecast_test, scored_windows
from src.evaluation.verdict import Verdict, judge
from src.fits import FitStatus, TrialResult
from src.metrics import Scores, relative_loss, score_forecast, skill
from src.series.series import Series
from src.tracking.labels import trial_label
from src.windows.windows import Windows


@dataclass(frozen=True)
class Targets:
    """What the test span asks for.

    Attributes:
        actual: float64 `(window, horizon)`, price units.
        last_price: float64 `(window,)`, price at the origin.
        scored: bool `(window, horizon)`, real bars.
        first_day: ISO date of the first target.
        last_day: ISO date of the last target.
    """

    actual: NDArray[np.float64]
    last_price: NDArray[np.float64]
    scored: NDArray[np.bool_]
    first_day: str
    last_day: str

    def scores(self, forecast: NDArray[np.float64]) -> Scores:
        """Score a forecast `(window, horizon)`."""
        return score_forecast(forecast, self.actual, self.last_price, self.scored)

    def loss(self, forecast: NDArray[np.float64]) -> NDArray[np.float64]:
        """Relative loss per window of a forecast `(window, horizon)`."""
        return relative_loss(forecast, self.actual, self.last_price, self.scored)


@dataclass(frozen=True)
class Evaluation:
    """What the test span said.

    Attributes:
        targets: what it asks for.
        naive: scores of naive.
        scores: of every trial whose fits all completed, one per seed, by trial id.
        forecasts: by fit id, float64 `(window, horizon)`, price units.
        verdict: on the winner, or None where no trial completed.
    """

    targets: Targets
    naive: Scores
    scores: dict[str, list[Scores]]
    forecasts: Forecasts
    verdict: Verdict | None


def find_winner(results: Sequence[TrialResult]) -> TrialResult | None:
    """The completed trial of lowest score on validation, the earlier one where two are equal."""
    completed = [result for result in results if result.status is FitStatus.COMPLETED]
    return min(completed, key=lambda result: (result.score, result.trial.trial_id), default=None)


def evaluate(series: Series, config: Config, results: Sequence[TrialResult]) -> Evaluation:
    """Score every trial on the test span.

    Args:
        series: the prices.
        config: of the sweep; whatever a trial changes, the targets stay the same.
        results: of the search.
    """
    windows = scored_windows(series, config.windows)
    targets = _targets(series, windows)
    forecasts = forecast_test(series, results)
    completed = [result for result in results if result.status is FitStatus.COMPLETED]
    scores = {result.trial.trial_id: [targets.scores(each) for each in _of(result, forecasts)] for result in completed}
    naive_forecast = naive(windows, windows.scored_origins(windows.spans.test))
    verdict = _judge(config, targets, results, forecasts, naive_forecast)
    return Evaluation(targets, targets.scores(naive_forecast), scores, forecasts, verdict)


def _targets(series: Series, windows: Windows) -> Targets:
    origins = windows.scored_origins(windows.spans.test)
    first, last = int(origins[0]) + 1, int(origins[-1]) + windows.config.horizon
    return Targets(
        actual=windows.actual(origins),
        last_price=windows.last_price(origins),
        scored=windows.scored(origins),
        first_day=str(np.datetime_as_string(series.timestamps[first], unit="s")),
        last_day=str(np.datetime_as_string(series.timestamps[last], unit="s")),
    )


def _of(result: TrialResult, forecasts: Forecasts) -> list[NDArray[np.float64]]:
    return [forecasts[outcome.spec.fit_id] for outcome in result.outcomes]


def _judge(
    config: Config,
    targets: Targets,
    results: Sequence[TrialResult],
    forecasts: Forecasts,
    naive_forecast: NDArray[np.float64],
) -> Verdict | None:
    winner = find_winner(results)
    if winner is None:
        return None
    by_seed = _of(winner, forecasts)
    rmse_of_seeds = float(np.sqrt(np.mean([targets.scores(each).mse for each in by_seed])))
    return judge(
        np.stack([targets.loss(each) for each in by_seed]),
        targets.loss(naive_forecast),
        horizon=config.windows.horizon,
        alpha=config.evaluation.alpha,
        trial=trial_label(winner.trial),
        price_skill=skill(rmse_of_seeds, targets.scores(naive_forecast).rmse),
        num_configurations=len(results),
        num_diverged=sum(result.status is not FitStatus.COMPLETED for result in results),
    )
