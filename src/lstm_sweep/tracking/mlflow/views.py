"""Saved views of sweeps in an MLflow experiment, and the addresses that open them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from mlflow import MlflowClient

from lstm_sweep.storage.facts import SweepEnd, SweepStart
from lstm_sweep.tracking.mlflow.facts import SWEEP
from lstm_sweep.tracking.mlflow.view import ALL, FEW, OURS, PREFIX, View, view_key, view_page

MOST_LISTED = 20
"""Views of sweeps in the menu 'Views' of an experiment: of 40 in all, people are to have room for their own."""

SEARCH_COLUMNS = ("skill", "best_val_loss")
TEST_COLUMNS = ("test_skill", "test_rmse", "test_mape", "test_mse")
"""Columns beside the score, of validation where the test span was not scored."""

LOCAL_SERVER = "http://127.0.0.1:5000"
"""Where a server that was told nothing shows a SQLite database."""


def save_views(client: MlflowClient, experiment: str, sweep_id: str, view: View) -> None:
    """Write the view of a sweep, as often as one likes; the oldest of many sweeps leave the menu, not their address.

    Beside it stands one of all sweeps of the experiment, with the columns of the newest.
    """
    client.set_experiment_tag(experiment, PREFIX + view_key(sweep_id), view.text())
    tags = client.get_experiment(experiment).tags
    listed = sorted(_listed(tags.items()), key=lambda each: -each[1]["createdAt"])
    if listed and listed[0][1]["createdAt"] == view.created:
        everything = replace(
            view, name="all sweeps", condition=f"tags.kind != '{SWEEP}'", tags=("sweep", "data"), rows=FEW + 1
        )
        client.set_experiment_tag(experiment, PREFIX + ALL, everything.text())
    for name, value in listed[MOST_LISTED:]:
        client.set_experiment_tag(experiment, name, value["state"])


def view_of(start: SweepStart, end: SweepEnd | None, parent: str, created: int) -> View:
    """The view of a sweep that runs (`end` is None) or has ended; its run is `parent`, `created` in milliseconds."""
    is_scored = end is not None and any("test_" in name for name in end.metrics)
    seeds = [f"seed_{replicate}" for replicate in range(start.seeds)]
    folds = [""] if start.folds is None else [f"fold_{fold}/" for fold in range(start.folds)]
    return View(
        name=start.name,
        created=created,
        condition=f"tags.`mlflow.parentRunId` = '{parent}'",
        settings=start.swept,
        metrics=("score", *(TEST_COLUMNS if is_scored else SEARCH_COLUMNS)),
        curve="val_loss",
        folded=[*(f"{fold}{seed}" for fold in folds for seed in seeds), "spent"],
        rows=start.num_trials + (len(end.references) if end is not None else 0),
    )


def page_address(uri: str, experiment: str, key: str) -> str:
    """The page that shows a view, without secrets; empty where `uri` tells nothing of a page (a database's server)."""
    if uri.startswith("sqlite"):
        return view_page(LOCAL_SERVER, experiment, key)
    if not uri.startswith(("http://", "https://")):
        return ""
    parts = urlsplit(uri)
    server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
    return view_page(server, experiment, key)


def _listed(tags: Iterable[tuple[str, str]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, text in tags:
        if name.startswith(PREFIX + OURS) and text.startswith("{"):
            yield name, json.loads(text)
