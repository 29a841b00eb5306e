"""The winner of a finished sweep, ready to forecast: its networks, what it was judged, and where its past ends."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self, final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyarrow.parquet import read_schema

from lstm_sweep.config.checks import one_of
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.live.settings import settings_of
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.storage.folder import read_config
from lstm_sweep.storage.strict_json import strict_json

MEMBERS = ("median", "ensemble")
"""Which networks forecast: that of the seed of median validation score, or all seeds, averaged."""


@final
@dataclass(frozen=True)
class WinnerFacts:
    """What is known of a winner besides its networks; plain values, which go wherever the model goes.

    Attributes:
        sweep: its name.
        trial: id of the trial.
        fit: id of the fit whose network is kept, that of the seed of median validation score.
        values: its swept settings by path.
        verdict: the sentence that the sweep ended with.
        unseen_from: ISO time of the first target that neither training nor the choice of the winner has seen: of the
            test span, or of the validation span where there is none, or it was to stay unseen.
        shown_until: ISO time of the last target whose errors may be looked at: of the validation span where the test
            span was to stay unseen, else None.
        is_copy: whether its forecasts of the test span only repeat the last price.
        data: the settings that its prices were read with.
        digest: of the prices.
        skill: of the one network that is kept, on the test span; nan where that was not scored. Its trial is judged by
            the mean over its seeds.
        last_target: ISO time of the last bar that the sweep forecast, and `last_price` what came: they tell whether
            other prices continue those of the sweep.
        settings: what else its trial was trained with, by section ({'seeds': 3, 'model': {'units': 32}}); none where an
            older version of this program promoted it.
        trained_until: ISO time of the newest price that it was trained or chosen on; empty likewise.
        retrains: the version whose settings were trained anew ('btc version 1'), or empty: `verdict`, `values` and
            `is_copy` are then of that one, and validation has nothing after it that was kept unseen.
    """

    sweep: str
    trial: str
    fit: str
    values: Mapping[str, Any]
    verdict: str
    unseen_from: str
    shown_until: str | None
    is_copy: bool
    data: Mapping[str, Any]
    digest: str
    skill: float
    last_target: str
    last_price: float
    settings: Mapping[str, Any] = field(default_factory=dict)
    trained_until: str = ""
    retrains: str = ""

    @classmethod
    def of_sweep(cls, folder: Path) -> Self:
        """Of a finished sweep.

        Raises:
            UserError: where no trial completed.
        """
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        best = summary["best"]
        require(
            best is not None, f"{folder} must have a winner, but no trial of it completed: see its leaderboard.csv."
        )
        columns = ["span", "origin", "target", "scored", "actual", "naive", best["fit"]]
        spans = pd.read_parquet(folder / "forecasts.parquet", columns=columns)
        last = int(spans["target"].argmax())
        is_tested = summary["test"] is not None
        validation, test = (spans.loc[spans["span"] == name, "target"] for name in ("validation", "test"))
        targets = test if is_tested else validation
        return cls(
            sweep=folder.name,
            trial=best["trial"],
            fit=best["fit"],
            values=best["values"],
            verdict=summary["verdict"]["sentence"],
            unseen_from=targets.min().isoformat(),
            shown_until=None if is_tested else targets.max().isoformat(),
            is_copy=bool(((summary["diagnostics"] or {}).get("copycat") or {}).get("fires")),
            data=read_config(folder)["data"],
            digest=summary["data"]["digest"],
            skill=_skill(spans[spans["span"] == "test"], best["fit"], summary["data"].get("is_signed", False)),
            last_target=spans["target"].max().isoformat(),
            last_price=float(spans["actual"].to_numpy()[last]),
            settings=settings_of(folder, best["values"], best["fit"]),
            trained_until=validation.max().isoformat(),
        )

    @classmethod
    def read(cls, text: str) -> Self:
        """From what `written` gave."""
        plain = json.loads(text)
        return cls(**plain | {"skill": math.nan if plain["skill"] is None else plain["skill"]})

    def written(self) -> str:
        """As one line of JSON."""
        return strict_json(asdict(self))


@final
@dataclass(frozen=True)
class SweepWinner:
    """A winner that forecasts.

    Attributes:
        facts: of it.
        members: one network, or one for each seed; a forecast is their mean.
        version: of a registered model that it was read from ('btc version 1 (champion)'), or empty.
    """

    facts: WinnerFacts
    members: tuple[Forecaster, ...]
    version: str = ""

    @property
    def horizon(self) -> int:
        """Steps ahead."""
        return self.members[0].windows.horizon

    @property
    def first_origin(self) -> int:
        """First row of a series with enough past before it."""
        return self.members[0].first_origin

    @property
    def rows_read(self) -> int:
        """Past rows that a forecast depends on."""
        return max(member.rows_read for member in self.members)

    def forecast(self, series: Series) -> NDArray[np.float64]:
        """The steps after the last bar, float64 `(horizon,)`, price units."""
        return self.forecast_after(past_of(series))

    def forecast_after(self, past: pd.DataFrame) -> NDArray[np.float64]:
        """The same from a row per bar with `price` and the covariates, oldest first."""
        return np.mean([member.forecast(past) for member in self.members], axis=0, dtype=np.float64)

    def forecast_at(self, series: Series, origins: NDArray[np.int64]) -> NDArray[np.float64]:
        """The steps after each origin, float64 `(window, horizon)`, price units."""
        past = past_of(series)
        each = [member.forecast_at(past, origins) for member in self.members]
        return np.mean(each, axis=0, dtype=np.float64)


def _skill(test: pd.DataFrame, fit_id: str, signed: bool) -> float:
    """1 - RMSE / RMSE of naive of one fit, errors relative to the last price unless the series is signed."""
    rows = test[test["scored"]]
    unit = 1.0 if signed else rows["naive"]  # naive is the last price
    squares = {name: ((rows[name] - rows["actual"]) / unit) ** 2 for name in (fit_id, "naive")}
    means = {name: each.groupby(rows["origin"]).mean().mean() for name, each in squares.items()}
    return 1.0 - math.sqrt(means[fit_id] / means["naive"]) if len(rows) and means["naive"] else math.nan


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
    facts, median = WinnerFacts.of_sweep(folder), Forecaster.load(folder / "model")
    return SweepWinner(facts, (median,) if members == "median" else _seeds(folder, facts.fit, median))


def _seeds(folder: Path, median_id: str, median: Forecaster) -> tuple[Forecaster, ...]:
    """The forecaster of every seed of the trial, on the fold that the median is of."""
    fold, _, _ = median_id.rpartition("seed_")
    fits = [name for name in read_schema(folder / "forecasts.parquet").names if name.startswith(f"{fold}seed_")]
    return tuple(replace(median, weights=FitFiles(folder).load(fit_id).weights) for fit_id in fits)
