"""Fits that are invented: forecasts that know as much of the future as they are told to, and no training."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import numpy as np

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.forecasts import FitForecasts
from lstm_sweep.evaluation.selection import Selection, select
from lstm_sweep.evaluation.targets import Targets, targets_of
from lstm_sweep.search.oracles import Proposal
from lstm_sweep.storage.cache import FitCache
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.history import History
from lstm_sweep.storage.journal import Journal
from lstm_sweep.sweep.recorder import Recorder
from lstm_sweep.sweep.train_fits import Training
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.training.runner import FitListener, Runner, Stopped
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from lstm_sweep.windows.windows import build_windows

SPANS = ("windows.train=0.6", "windows.validation=0.2", "windows.test=0.2", "windows.lags=8")
UNITS = "model.units"

Known = Callable[[FitSpec], float]
"""Share of the coming change that a fit knows; nan where it diverges."""


@final
@dataclass
class Inventor(Runner):
    """A runner whose fits know a share of the coming change, and add noise of their own.

    Attributes:
        known: that share.
        noise: its deviation, relative to the price.
        batches: every batch that it was given.
    """

    known: Known
    noise: float = 0.002
    batches: list[list[FitSpec]] = field(default_factory=list)

    def run(self, series: Series, fits: Sequence[FitSpec], listener: FitListener) -> list[FitOutcome]:
        """One outcome per fit, in order."""
        self.batches.append(list(fits))
        outcomes = []
        for spec in fits:
            if listener.must_stop():
                raise Stopped
            outcomes.append(self._invent(series, spec))
            listener.on_fit(outcomes[-1])
        return outcomes

    def _invent(self, series: Series, spec: FitSpec) -> FitOutcome:
        share = self.known(spec)
        if math.isnan(share):
            return FitOutcome(spec, FitStatus.DIVERGED, 1, 1, math.nan, math.nan, 0.0, message="not finite")
        windows = build_windows(series, spec.windows, spec.features)
        targets = targets_of(series, windows, windows.spans.validation)
        last = targets.last_price[:, None]
        noise = np.random.default_rng(derive_seed(spec.fit_id)).normal(0.0, self.noise, targets.actual.shape)
        forecast = last + share * (targets.actual - last) + noise * last
        return FitOutcome(
            spec=spec,
            status=FitStatus.COMPLETED,
            epochs=1,
            best_epoch=1,
            score=targets.log_ratio(forecast),
            val_loss=1.0,
            seconds=0.0,
            validation_forecast=forecast,
            weights=(np.zeros(1),),
        )


class Invention:
    """A search that was invented: every trial of `values` with all its seeds and folds.

    Args:
        folder: of the sweep; what it holds already has happened.
        config: of the sweep.
        series: the prices.
        runner: what invents.
        values: swept values of each trial.
        asked_to_stop: told whether to stop before every fit.
    """

    def __init__(
        self,
        folder: Path,
        config: Config,
        series: Series,
        runner: Inventor,
        values: Sequence[dict[str, Any]],
        asked_to_stop: Callable[[], bool] = lambda: False,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.config, self.series, self.folder, self.files = config, series, folder, FitFiles(folder)
        self.journal = Journal(folder).__enter__()
        recorder = Recorder(
            journal=self.journal,
            files=self.files,
            history=History.read(folder),
            cache=FitCache(folder.parent, folder, {}, finds=False),
            trackers=(),
            asked_to_stop=asked_to_stop,
            keeps_states=False,
        )
        self.training = Training(series, runner, recorder)
        trials = [Trial(f"{number:04d}", each) for number, each in enumerate(values)]
        self.results = [self._result(trial) for trial in trials]

    def _result(self, trial: Trial) -> TrialResult:
        fits = make_fits(self.config, self.series, Proposal(trial), {}, range(self.config.seeds))
        self.training.run(fits)
        return TrialResult(trial, tuple(self.training.recorder.outcomes[fit.fit_id] for fit in fits))

    def ended(self, swept: Sequence[str] = (), results: Sequence[TrialResult] | None = None) -> EndedSearch:
        """The search, with these results or all."""
        return EndedSearch(self.config, self.series, self.folder, swept, results or self.results)

    @property
    def targets(self) -> Targets:
        """Of the whole validation span."""
        return self.ended().validation

    def answers(self) -> FitForecasts:
        """What the fits forecast on validation."""
        return self.ended().validation_forecasts

    def select(self, swept: Sequence[str] = (), results: Sequence[TrialResult] | None = None) -> Selection:
        """What validation says about these results, or all."""
        return select(self.ended(swept, results))
