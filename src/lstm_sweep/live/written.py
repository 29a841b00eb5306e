"""A forecast as a table for a terminal, as CSV or JSON for programs, and as a picture."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError, require
from lstm_sweep.formats import decimals_for, fixed, wrapped
from lstm_sweep.live.path import ForecastPath, Step
from lstm_sweep.live.remarks import named_times
from lstm_sweep.live.winner import SweepWinner
from lstm_sweep.storage.files import replacing
from lstm_sweep.storage.strict_json import strict_json
from lstm_sweep.trials.label import trial_label
from lstm_sweep.trials.spec import Trial

_WIDTH = 100
"""Characters of a line."""

FORMS = (".csv", ".json", ".png")
"""Endings of files that a forecast is written to."""


def printed(path: ForecastPath, winner: SweepWinner) -> str:
    """The forecast for people: a line per step, what they should know, and the verdict on the model."""
    facts = winner.facts
    (time,), label = named_times(np.array([path.origin]), timed=path.timed), _label(winner)
    networks = f", mean of {len(winner.members)} seeds" if len(winner.members) > 1 else ""
    version = f", {winner.version}" if winner.version else ""
    notes = (*path.notes, f"verdict of the sweep: {facts.verdict}")
    return "\n".join(
        [
            f"{path.series} after {time} ({path.naive:.10g}), by {label} (trial {facts.trial} of sweep {facts.sweep})"
            f"{networks}{version}",
            "",
            *_table(path),
            "",
            *(line for note in notes for line in wrapped(f"  {note}", _WIDTH, indent="    ")),
        ]
    )


def _label(winner: SweepWinner) -> str:
    if not winner.facts.values:
        return "the only configuration"
    return trial_label(Trial(winner.facts.trial, dict(winner.facts.values)))


def _table(path: ForecastPath) -> list[str]:
    decimals = decimals_for(path.naive, 6)
    times = np.array([step.time for step in path.steps])
    columns = [
        ["time (UTC)" if path.timed else "", *named_times(times, timed=path.timed)],
        ["step", *(str(step.number) for step in path.steps)],
        *([name, *(fixed(getattr(step, of), decimals) for step in path.steps)] for name, of in _PRICES.items()),
        ["held", *(_held(step) for step in path.steps)],
        ["naive", *(fixed(path.naive, decimals) for _ in path.steps)],
    ]
    widths = [max(map(len, column)) for column in columns]
    rows = zip(*columns, strict=True)
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


_PRICES = {"forecast": "price", "low": "low", "high": "high"}


def _held(step: Step) -> str:
    return f"{100 * step.held / step.judged:.0f} % of {step.judged:,}" if step.judged else "-"


def check_out(out: Path) -> None:
    """Refuse a file that no forecast is written to.

    Raises:
        UserError: where its ending is not one of `FORMS`, or its folder is not there.
    """
    require(
        out.suffix.lower() in FORMS,
        f"out must be a file that ends in {' or '.join(FORMS)}, but is {out}: choose out=forecast.csv.",
    )
    require(not out.is_dir(), f"out must be a file, but {out} is a folder: choose another.")
    require(out.parent.is_dir(), f"out must lie in a folder that is there, but {out.parent} is not: make it first.")


def write(path: ForecastPath, winner: SweepWinner, past: Series, out: Path) -> None:
    """Write the forecast, as the ending of `out` says; a reader never sees half a file, and a link stays one.

    Args:
        path: the forecast.
        winner: that made it.
        past: the series up to its origin.
        out: a file that `check_out` has let pass.

    Raises:
        UserError: where it cannot be written.
    """
    try:
        with replacing(out.resolve()) as unfinished:
            match out.suffix.lower():
                case ".csv":
                    _frame(path).to_csv(unfinished, index=False, lineterminator="\n")
                case ".json":
                    unfinished.write_text(strict_json(_plain(path, winner), indent=2) + "\n", encoding="utf-8")
                case _:
                    from lstm_sweep.live.picture import draw  # matplotlib takes a while to import

                    draw(path, past, _label(winner), winner.facts.verdict, unfinished)
    except OSError as error:
        raise UserError(f"{out} must be a file that can be written, but cannot ({error.strerror}).") from None


def _frame(path: ForecastPath) -> pd.DataFrame:
    """A row per step: time (ISO 8601, UTC; empty where bars have none), then what `Step` and naive say."""
    rows = [asdict(step) | {"time": _iso(step.time, path), "naive": path.naive} for step in path.steps]
    frame = pd.DataFrame(rows).rename(columns={"number": "step", "price": "forecast"})
    return frame[["time", "step", "forecast", "low", "high", "held", "judged", "naive"]]


def _plain(path: ForecastPath, winner: SweepWinner) -> dict[str, Any]:
    facts = winner.facts
    return {
        "series": path.series,
        "origin": _iso(path.origin, path),
        "naive": path.naive,
        "coverage": path.coverage,
        "steps": _frame(path).drop(columns="naive").to_dict("records"),
        "notes": list(path.notes),
        "sweep": facts.sweep,
        "trial": facts.trial,
        "settings": dict(facts.values),
        "members": len(winner.members),
        "version": winner.version or None,
        "verdict": facts.verdict,
    }


def _iso(time: np.datetime64, path: ForecastPath) -> str | None:
    return f"{np.datetime_as_string(time, unit='s')}Z" if path.timed else None
