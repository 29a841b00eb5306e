"""A look at a series before anything is trained on it: what was understood, its first and last bars, its course."""

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.data.series import Series
from lstm_sweep.data.times import written_times

_BLOCKS = "▁▂▃▄▅▆▇█"
_NUM_SHOWN = 5


def preview(series: Series, width: int = 60) -> str:
    """A series as a page of text: its notes, its first and last five bars, and a sparkline of its price.

    Args:
        series: with the covariates that are to be shown.
        width: of the sparkline, in letters.
    """
    lines = [f"{series.name}: {len(series):,} bars", *(f"  {note}" for note in series.notes), ""]
    return "\n".join([*lines, *_bars(series), "", sparkline(series.values, width), ""])


def sparkline(values: NDArray[np.float64], width: int) -> str:
    """Numbers as a row of blocks, each the mean of its share of them.

    Args:
        values: float64 `(time,)`, finite.
        width: most blocks.
    """
    means = np.array([part.mean() for part in np.array_split(values, min(width, values.size))])
    low, high = means.min(), means.max()
    if low == high:
        return _BLOCKS[0] * means.size
    places = ((means - low) / (high - low) * (len(_BLOCKS) - 1)).round().astype(np.int64)
    return "".join(_BLOCKS[place] for place in places)


def _bars(series: Series) -> list[str]:
    shown = np.r_[0:_NUM_SHOWN, len(series) - _NUM_SHOWN : len(series)]
    shown = shown if len(series) > 2 * _NUM_SHOWN else np.arange(len(series))
    columns = {"time (UTC)": written_times(series.timestamps[shown])}
    for name, numbers in {"price": series.values, **series.covariates}.items():
        columns[name] = [f"{number:.10g}" for number in numbers[shown]]
    columns[""] = ["filled" if filled else "" for filled in series.filled[shown]]
    rows = [tuple(columns), *zip(*columns.values(), strict=True)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if len(shown) < len(series):
        lines.insert(1 + _NUM_SHOWN, "...".rjust(widths[0]))
    return lines
