"""One sweep as users run it, without its files: LSTMs by the fused runner, chosen on validation, judged on test."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import FusedRunnerConfig, ModelConfig, TrainingConfig, WindowsConfig
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.selection import find_winner
from lstm_sweep.evaluation.verdict import Verdict, Winner, judge
from lstm_sweep.metrics import relative_loss, rmse, skill
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.training.build import build_runner
from lstm_sweep.training.runner import FitListener
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from lstm_sweep.windows.windows import Windows, build_windows

ALPHA = 0.05
SEEDS = 3
SEARCH: dict[str, tuple[Any, ...]] = {"windows.lags": (2, 5), "training.learning_rate": (0.01, 0.03)}
WORDS = "2 lags x 2 learning rates x 3 seeds of LSTM(4), 10 epochs, batch 128"


class Unheard(FitListener):
    """Hears of nothing."""

    def on_epoch(self, record: EpochRecord) -> None:
        """An epoch has ended."""

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        """A fit can go on from here."""

    def on_fit(self, outcome: FitOutcome) -> None:
        """A fit has ended."""

    def must_stop(self) -> bool:
        """Never."""
        return False


@dataclass(frozen=True)
class Judged:
    """What a simulated sweep came to.

    Attributes:
        winner: verdict on the trial chosen on validation, from the losses averaged over its seeds.
        ensemble: the same test of the mean forecast of its seeds.
    """

    winner: Verdict
    ensemble: Verdict


class SimulatedSweep:
    """Trains and judges one series after another; programs are compiled for the first."""

    def __init__(self) -> None:
        config = FusedRunnerConfig(kind="fused", backend="jax", checkpoint_seconds=3600, max_members=None, native=True)
        self._runner = build_runner(config)

    def judge(self, series: Series, number: int) -> Judged:
        """Sweep over a series; `number` is the seed of the sweep."""
        known = tuple(series.covariates)
        search = SEARCH | ({"data.features": ((), known[:1], known)} if known else {})
        trials = [
            Trial(f"{place:04d}", dict(zip(search, values, strict=True)))
            for place, values in enumerate(itertools.product(*search.values()))
        ]
        fits = [_fit(trial, replicate, number) for trial in trials for replicate in range(SEEDS)]
        outcomes = iter(self._runner.run(series, fits, Unheard()))
        return _judge(series, [TrialResult(trial, tuple(itertools.islice(outcomes, SEEDS))) for trial in trials])


def _fit(trial: Trial, replicate: int, number: int) -> FitSpec:
    return FitSpec(
        trial_id=trial.trial_id,
        replicate=replicate,
        fold=None,
        seed=derive_seed(number, replicate, 0),
        windows=WindowsConfig(trial.values["windows.lags"], 1, "log_return", "standard", 0.5, 0.25, 0.25),
        features=trial.values.get("data.features", ()),
        model=ModelConfig(1, 4, "tanh", "sigmoid", 0.0, 0.0, 0.0, stateful=False),
        training=TrainingConfig(10, 128, trial.values["training.learning_rate"], "adam", None, None),
    )


def _judge(series: Series, results: list[TrialResult]) -> Judged:
    winner = find_winner(results)
    if winner is None:
        raise RuntimeError(f"No trial completed: {results[0].outcomes[0].message}")
    spec = winner.outcomes[0].spec
    windows = build_windows(series, spec.windows, spec.features)
    forecasts = _forecast_test(windows, winner)
    ensemble = forecasts.mean(axis=0, keepdims=True)
    return Judged(_verdict(windows, forecasts, results), _verdict(windows, ensemble, results))


def _forecast_test(windows: Windows, winner: TrialResult) -> NDArray[np.float64]:
    """Forecasts of every seed, float64 `(seed, window, horizon)`."""
    scorer = Scorer(windows, winner.outcomes[0].spec.model, warmup=0)
    origins = windows.scored_origins(windows.spans.test)
    return np.stack([scorer.forecast(fit.weights, origins) for fit in winner.outcomes if fit.weights is not None])


def _verdict(windows: Windows, forecasts: NDArray[np.float64], results: list[TrialResult]) -> Verdict:
    origins = windows.scored_origins(windows.spans.test)
    actual, last_price, scored = windows.actual(origins), windows.last_price(origins), windows.scored(origins)
    naive = np.repeat(last_price[:, None], actual.shape[1], axis=1)
    losses = np.stack([relative_loss(forecast, actual, last_price, scored) for forecast in forecasts])
    winner = Winner(
        trial="the winner",
        price_skill=skill(float(np.sqrt(np.mean(np.square(forecasts - actual)))), rmse(naive, actual)),
        num_configurations=len(results),
        num_diverged=sum(result.status is not FitStatus.COMPLETED for result in results),
    )
    return judge(losses, relative_loss(naive, actual, last_price, scored), winner, horizon=1, alpha=ALPHA)
