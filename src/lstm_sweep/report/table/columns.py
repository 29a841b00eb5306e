"""The columns of the printed table, and which of them stand where there is not room for all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from lstm_sweep.formats import decimals_for, fixed, fixed_spread, setting_within
from lstm_sweep.metrics import Scores
from lstm_sweep.trials.outcome import FitStatus

GAP = "  "
DEVIATIONS = "deviations"
NARROW = "narrow names"
LEAVING = ("mse", "mape", "direction", "seeds", NARROW, DEVIATIONS, "rmse", "skill")
"""What gives way to swept settings, the least needed first; `NARROW` breaks names of settings into two lines."""

_WIDEST_SETTING = 20
_MOST_DECIMALS = 10


@dataclass(frozen=True)
class ReferenceRow:
    """A forecaster that is no trial.

    Attributes:
        name: shown in the place of the trial.
        score: on validation, nan where it has none.
        test: scores on the test span, None where that is not scored.
    """

    name: str
    score: float
    test: Scores | None = None


@dataclass(frozen=True)
class Column:
    """One column of the table.

    Attributes:
        key: the path of a swept setting, or one of `LEAVING`, 'trial', 'epochs', 'score', 'marks'.
        header: two lines, the upper one often empty.
        cells: one for each row above the trials, one for each trial.
        is_number: flush right.
    """

    key: str
    header: tuple[str, str]
    cells: Sequence[str]
    is_number: bool = False

    @property
    def title(self) -> str:
        """The header in one line."""
        return " ".join(part for part in self.header if part)

    @property
    def width(self) -> int:
        """In characters."""
        return max(map(len, (*self.header, *self.cells)))

    def lines(self) -> list[str]:
        """Header and cells, all of one width."""
        justify = str.rjust if self.is_number else str.ljust
        return [justify(text, self.width) for text in (*self.header, *self.cells)]


def total_width(columns: Sequence[Column], gap: str = GAP) -> int:
    """Characters of a line."""
    return sum(column.width for column in columns) + len(gap) * (len(columns) - 1)


def setting_columns(top: pd.DataFrame, swept: Sequence[str], num_above: int, *, narrow: bool) -> list[Column]:
    """The swept settings as they would be typed, under the last part of their paths where that is enough."""
    names = [_short(path, swept) for path in swept]
    values = ([setting_within(value, _WIDEST_SETTING) for value in top[path]] for path in swept)
    return [
        Column(path, _broken(name) if narrow else ("", name), [*[""] * num_above, *cells])
        for path, name, cells in zip(swept, names, values, strict=True)
    ]


def number_columns(
    top: pd.DataFrame, above: Sequence[ReferenceRow], gone: Iterable[str], *, signed: bool
) -> list[Column]:
    """Score, seeds where trials differ in them, and the scores on the test span, but for those that are `gone`."""
    spread = _mean if DEVIATIONS in gone else fixed_spread
    columns = [*_epochs_column(top, len(above)), *_seeds_column(top, len(above)), _score_column(top, above, spread)]
    naive = above[0].test if above else None
    if naive is not None:
        columns += [
            _test_column(("test", "MSE"), "mse", top, above, spread, decimals_for(naive.mse, 5, _MOST_DECIMALS)),
            _test_column(("test", "RMSE"), "rmse", top, above, spread, decimals_for(naive.rmse, 5, _MOST_DECIMALS)),
            _test_column(("test", "MAPE %"), "mape", top, above, spread, decimals_for(naive.mape, 4, _MOST_DECIMALS)),
            _direction_column(top, above),
            _test_column(("test", "skill %"), "skill", top, above, spread, 2, factor=100.0),
        ]
    return [column for column in columns if column.key not in gone and not (signed and column.key == "mape")]


_Spread = Callable[[float, float, int | None], str]


def _mean(mean: float, deviation: float, decimals: int | None) -> str:
    return fixed(mean, decimals)


def _epochs_column(top: pd.DataFrame, num_above: int) -> list[Column]:
    """What tells trials of equal settings apart; where there are none, no column."""
    if "epochs" not in top:
        return []
    return [Column("epochs", ("", "epochs"), [*[""] * num_above, *map(str, top["epochs"])], is_number=True)]


def _seeds_column(top: pd.DataFrame, num_above: int) -> list[Column]:
    if top["seeds"].nunique() < 2:
        return []
    return [Column("seeds", ("", "seeds"), [*[""] * num_above, *map(str, top["seeds"])], is_number=True)]


def _score_column(top: pd.DataFrame, above: Sequence[ReferenceRow], spread: _Spread) -> Column:
    cells = [
        spread(score, deviation, 4) if status == FitStatus.COMPLETED else status
        for score, deviation, status in zip(top["score"], top["score_std"], top["status"], strict=True)
    ]
    return Column("score", ("", "score"), [*(fixed(row.score, 4) for row in above), *cells], is_number=True)


def _direction_column(top: pd.DataFrame, above: Sequence[ReferenceRow]) -> Column:
    """Without deviations, by which nobody chooses; naive, which forecasts no change, has no direction."""
    header, name = ("right", "sign %"), "direction_accuracy"
    column = _test_column(header, name, top, above, _mean, 1, factor=100.0)
    return Column("direction", header, ["-", *column.cells[1:]], is_number=True)


def _test_column(
    header: tuple[str, str],
    name: str,
    top: pd.DataFrame,
    above: Sequence[ReferenceRow],
    spread: _Spread,
    decimals: int | None,
    factor: float = 1.0,
) -> Column:
    scores = factor * top.reindex(columns=[f"test_{name}", f"test_{name}_std"]).astype(float)
    references = ["-" if row.test is None else fixed(getattr(row.test, name) * factor, decimals) for row in above]
    cells = [spread(mean, deviation, decimals) for mean, deviation in scores.itertuples(index=False)]
    return Column(name, header, [*references, *cells], is_number=True)


def has_deviations(columns: Sequence[Column]) -> bool:
    """Whether any number stands with its deviation over the seeds."""
    return any("±" in cell for column in columns if column.is_number for cell in column.cells)


def _short(path: str, swept: Sequence[str]) -> str:
    name = path.rpartition(".")[2]
    return name if sum(other.rpartition(".")[2] == name for other in swept) == 1 else path


def _broken(name: str) -> tuple[str, str]:
    """A name in two lines where it has a place to break: ('learning_', 'rate')."""
    places = [place for place, letter in enumerate(name, start=1) if letter in "._"]
    place = min(places, key=lambda each: max(each, len(name) - each), default=0)
    return name[:place], name[place:]
