"""What a reproduction comes to: a row for each way of scoring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.metrics import mape, rmse

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Errors:
    """Errors of one forecaster under one scoring.

    Attributes:
        measures: of each measure, one value for every seed.
    """

    measures: tuple[tuple[float, ...], ...]

    def __str__(self) -> str:
        """Mean and deviation over the seeds: '0.0447', '667 ± 12 / 5.3 ± 0.2'."""
        return " / ".join(map(_spell, self.measures))


@dataclass(frozen=True)
class Row:
    """One way of scoring; what was not published, or cannot be scored so, is None.

    Attributes:
        scored: which targets, and in which unit.
        published: as printed.
        theirs: the published procedure, trained again.
        naive_theirs: naive on the targets of `theirs`.
        ours: the forecasts of our sweep.
        naive_ours: naive on the targets of `ours`.
    """

    scored: str
    published: str | None
    theirs: Errors | None
    naive_theirs: Errors | None
    ours: Errors
    naive_ours: Errors

    def cells(self, experiment: str) -> dict[str, Any]:
        """The row by column."""
        return {
            "experiment": experiment,
            "scored": self.scored,
            "published": self.published,
            "their procedure, again": self.theirs,
            "naive there": self.naive_theirs,
            "ours": self.ours,
            "naive here": self.naive_ours,
        }


@dataclass(frozen=True)
class Comparison:
    """One reproduction.

    Attributes:
        rows: one for each way of scoring, the published one first.
        notes: what else was measured, one sentence each.
    """

    rows: Sequence[Row]
    notes: Sequence[str]


def errors_in_usd(forecasts: Sequence[Values], actual: Values) -> Errors:
    """RMSE in USD and MAPE in % of one forecast for every seed."""
    return Errors(tuple(tuple(measure(each, actual) for each in forecasts) for measure in (rmse, mape)))


def _spell(values: Sequence[float]) -> str:
    mean = float(np.mean(values))
    digits = 4 if abs(mean) < 1 else 2 if abs(mean) < 100 else 0
    deviation = f" ± {np.std(values, ddof=1):.{digits}f}" if len(values) > 1 else ""
    return f"{mean:.{digits}f}{deviation}"
