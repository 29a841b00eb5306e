"""The winner of a finished sweep, ready to forecast: its networks, what it was judged, and where its past ends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyarrow.parquet import read_schema

from lstm_sweep.config.checks import one_of
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.storage.fit_files import FitFiles

MEMBERS = ("median", "ensemble")
"""Which networks forecast: that of the seed of median validation score, or all seeds, averaged."""


@final
@dataclass(frozen=True)
class SweepWinner:
    """What a sweep chose.

    Attributes:
        sweep: its name.
        trial: id of the trial.
        values: its swept settings by path.
        members: one network, or one for each seed; a forecast is their mean.
        verdict: the sentence that the sweep ended with.
        unseen_from: the first target that neither training nor the choice of the winner has seen.
        is_tested: whether that is the first target of the test span; of the validation span else, which the winner
            was chosen on.
        shown_until: the last target whose errors may be looked at: of the validation span where the test span was
            to stay unseen, else None.
        is_copy: whether its forecasts of the test span only repeat the last price.
    """

    sweep: str
    trial: str
    values: Mapping[str, Any]
    members: tuple[Forecaster, ...]
    verdict: str
    unseen_from: np.datetime64
    is_tested: bool
    shown_until: np.datetime64 | None
    is_copy: bool

    @property
    def horizon(self) -> int:
        """Steps ahead."""
        return self.members[0].windows.horizon

    @property
    def first_origin(self) -> int:
        """First row of a series with enough past before it."""
        return self.members[0].first_origin

    def forecast(self, series: Series) -> NDArray[np.float64]:
        """The steps after the last bar, float64 `(horizon,)`, price units."""
        past = past_of(series)
        return np.mean([member.forecast(past) for member in self.members], axis=0, dtype=np.float64)

    def forecast_at(self, series: Series, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        """The steps after each origin, float64 `(window, horizon)`, price units."""
        past = past_of(series)
        each = [member.forecast_at(past, origins) for member in self.members]
        return np.mean(each, axis=0, dtype=np.float64)


def past_of(series: Series) -> pd.DataFrame:
    """A series as forecasters read it: a row per bar, `price` and the covariates."""
    return pd.DataFrame({"price": series.values, **series.covariates}, index=pd.DatetimeIndex(series.timestamps))


def find_winner(folder: Path, members: str) -> SweepWinner:
    """The winner of a finished sweep.

    Args:
        folder: sweeps/<name>/, with a summary.json.
        members: one of `MEMBERS`.

    Raises:
        UserError: where no trial completed, or its files are gone.
    """
    one_of("members", members, MEMBERS)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    best = summary["best"]
    require(best is not None, f"{folder} must have a winner, but no trial of it completed: see its leaderboard.csv.")
    median = Forecaster.load(folder / "model")
    networks = (median,) if members == "median" else _seeds(folder, best["fit"], median)
    spans = pd.read_parquet(folder / "forecasts.parquet", columns=["span", "target"])
    is_tested = summary["test"] is not None
    targets = spans.loc[spans["span"] == ("test" if is_tested else "validation"), "target"]
    return SweepWinner(
        sweep=folder.name,
        trial=best["trial"],
        values=best["values"],
        members=networks,
        verdict=summary["verdict"]["sentence"],
        unseen_from=targets.min().to_datetime64(),
        is_tested=is_tested,
        shown_until=None if is_tested else targets.max().to_datetime64(),
        is_copy=bool(((summary["diagnostics"] or {}).get("copycat") or {}).get("fires")),
    )


def _seeds(folder: Path, median_id: str, median: Forecaster) -> tuple[Forecaster, ...]:
    """The forecaster of every seed of the trial, on the fold that the median is of."""
    fold, _, _ = median_id.rpartition("seed_")
    fits = [name for name in read_schema(folder / "forecasts.parquet").names if name.startswith(f"{fold}seed_")]
    return tuple(replace(median, weights=FitFiles(folder).load(fit_id).weights) for fit_id in fits)
