"""What is known of a sweep when it starts, and when it ends well."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lstm_sweep.data.series import Series


@dataclass(frozen=True)
class DataFacts:
    """What is recorded of the prices.

    Attributes:
        name: of the series.
        digest: of its content.
        bars: number of them.
        first: time of the first, ISO 8601.
        last: time of the last, ISO 8601.
        features: covariates beside the price.
        notes: sentences about what loading did to it.
    """

    name: str
    digest: str
    bars: int
    first: str
    last: str
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, series: Series) -> Self:
        """The facts of a series."""
        first, last = (str(time) for time in (series.timestamps[0], series.timestamps[-1]))
        notes = tuple(series.notes)
        return cls(series.name, series.digest, len(series), first, last, tuple(series.covariates), notes)


@dataclass(frozen=True, kw_only=True)
class SweepStart:
    """What is known when a sweep starts.

    Attributes:
        sweep_id: tells this sweep from all others, whatever their names.
        name: of the sweep.
        data: the prices.
        swept: paths of the swept settings ('model.dropout').
        num_trials: most trials that will come.
        seeds: replicates of a trial.
        folds: walk-forward splits, or None where there is one chronological split.
        epochs: epochs of the longest fit.
        environment: what computes its numbers: libraries, devices, own sources; empty in the oldest journals.
        commit: of the code, '-dirty' where files had changed, or None where it is not known.
        num_drawn: points that were drawn evenly from a grid before the others come in order; 0 where all do, as in
            older journals.
        notes: sentences about the search.
    """

    sweep_id: str
    name: str
    data: DataFacts
    swept: tuple[str, ...]
    num_trials: int
    seeds: int
    folds: int | None
    epochs: int
    environment: Mapping[str, Any] = field(default_factory=dict)
    commit: str | None = None
    num_drawn: int = 0
    notes: tuple[str, ...] = ()

    @property
    def fits_per_trial(self) -> int:
        """Seeds times folds."""
        return self.seeds * (self.folds or 1)


@dataclass(frozen=True)
class SweepEnd:
    """What is known when a sweep ends well.

    Attributes:
        metrics: numbers about the whole sweep: scores of the best trial, named as trials' are ('score', 'test_rmse'),
            and 'verdict/p_value', 'spent/fits' ...
        tags: words about the whole sweep ('verdict', 'best_trial').
        files: names of small files in the sweep's folder to keep with the sweep ('leaderboard.csv').
        forecaster: whether the folder `model` beside them holds the best model, as `Forecaster.save` wrote it, with
            example.csv: past prices, and covariates, that it can forecast from.
        table: the leaderboard as it is printed, or an empty string.
        references: scores of naive, the baselines and the winner's ensemble by name ('naive'), each named as those
            of trials are ('score' on validation, 'test_rmse'); naive first; empty in older journals.
    """

    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    files: tuple[str, ...] = ()
    forecaster: bool = False
    table: str = field(default="", repr=False)
    references: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
