"""Variables of a market over time as a picture, one panel each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from lstm_sweep.orderbook.catalogue import VARIABLES

DRAWN: Final = ("mid", "spread", "imbalance_1", "ofi_1", "signed_volume", "trades")
_UNITS: Final = {"price": "price", "size": "size", "bp": "bp", "1": ""}
_PANEL: Final = 1.35
"""Height in inches."""


def draw_variables(table: pd.DataFrame, title: str, file: Path, names: Sequence[str] = DRAWN) -> None:
    """Write a PNG.

    Args:
        table: a row per bar, by its time; bars that are not whole are NaN, and the line breaks there.
        title: of the picture.
        file: to write.
        names: variables, from top to bottom.
    """
    known = {each.name: each for each in VARIABLES}
    figure = Figure(figsize=(9.6, 1 + _PANEL * len(names)), dpi=150, layout="constrained")
    panels = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(panels, names, strict=True):
        variable = known[name]
        if variable.over_bars == "sum":
            axes.fill_between(table.index, 0, table[name], step="mid", color="#2f55c7", alpha=0.7, linewidth=0)
        else:
            axes.plot(table.index, table[name], color="#1b1f27", linewidth=1)
        axes.set_ylabel(_UNITS[variable.unit], fontsize=8)
        axes.set_title(f"{name}: {variable.meaning}", loc="left", fontsize=8)
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    panels[-1].set_xlabel("time (UTC)", fontsize=8)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    figure.savefig(file, format="png")
