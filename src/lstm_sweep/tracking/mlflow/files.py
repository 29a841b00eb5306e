"""Files of a sweep that has ended: those it keeps, a table and a picture for MLflow's page, and its best model."""

import json
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient

from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.tracking.mlflow.line_chart import line_chart
from lstm_sweep.tracking.mlflow.model import log_forecaster

TABLE, PICTURE = "leaderboard.json", "figures/forecast.svg"
TABLES_TAG = "mlflow.loggedArtifacts"
MOST_POINTS = 120
"""Forecasts in the picture: of hundreds, the lines would lie on each other."""


def log_files(client: MlflowClient, run_id: str, folder: Path, end: SweepEnd) -> None:
    """Log the files that a sweep keeps, a table, a picture and the best model to its run; again, it changes nothing.

    Args:
        client: of the store.
        run_id: of the parent run.
        folder: of the sweep; what is no longer there is left out.
        end: of the sweep.
    """
    for file in filter(lambda path: path.exists(), (folder / name for name in end.files)):
        client.log_artifact(run_id, str(file))
    if (folder / "leaderboard.csv").exists():
        # `MlflowClient.log_table` would append to the rows of an earlier call.
        client.log_text(run_id, _table(folder / "leaderboard.csv"), TABLE)
        client.set_tag(run_id, TABLES_TAG, json.dumps([{"path": TABLE, "type": "table"}]))
    picture = _picture_if_readable(folder)
    if picture is not None:
        client.log_text(run_id, picture, PICTURE)
    if end.forecaster and (folder / "model").exists():
        log_forecaster(client, run_id, folder / "model")


def forecast_picture(folder: Path) -> str | None:
    """Price, naive and the best trial's forecast as SVG; None where the sweep left no forecasts of it.

    Args:
        folder: of a sweep that has ended, with summary.json and forecasts.parquet.
    """
    if not all((folder / name).exists() for name in ("summary.json", "forecasts.parquet")):
        return None
    best = json.loads((folder / "summary.json").read_text())["best"]
    frame = pd.read_parquet(folder / "forecasts.parquet")
    if best is None or best["fit"] not in frame:
        return None
    span = frame["span"].iloc[-1]
    frame = frame[(frame["span"] == span) & (frame["step"] == 1)]
    shown = frame.tail(MOST_POINTS)
    lines = {
        "price": shown["actual"],
        f"LSTM, fit {best['fit']}": shown[best["fit"]],
        "naive, the last price": shown["naive"],
    }
    title = f"One step ahead, the last {len(shown):,} of {len(frame):,} targets of the {span} span"
    return line_chart(title, shown["target"].tolist(), {name: line.tolist() for name, line in lines.items()})


def _picture_if_readable(folder: Path) -> str | None:
    try:
        return forecast_picture(folder)
    except (OSError, ValueError):  # a damaged file costs the picture, not the delivery
        return None


def _table(leaderboard: Path) -> str:
    frame = pd.read_csv(leaderboard, dtype={"trial": str})
    # MLflow's page takes a dot in the name of a column for a way into its cells, and finds nothing there.
    frame.columns = frame.columns.str.replace(".", "/")
    return str(frame.to_json(orient="split", index=False))
