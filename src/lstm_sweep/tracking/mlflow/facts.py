"""What is logged to MLflow about a sweep and its trials, as tags, params and metrics."""

import json
import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.tracking.context.registry import resolve_tags
from mlflow.utils.mlflow_tags import MLFLOW_GIT_COMMIT, MLFLOW_SOURCE_NAME, MLFLOW_SOURCE_TYPE, MLFLOW_USER

from lstm_sweep.storage.facts import DataFacts, SweepStart
from lstm_sweep.storage.lines import TrialEndLine
from lstm_sweep.trials.label import setting_text
from lstm_sweep.trials.spec import Trial

SWEEP, ONE_TRIAL, BASELINE, ENSEMBLE = "sweep", "trial", "baseline", "ensemble"
"""What a run is of, in its tag `kind`."""

OF_SWEEPS = ("name", "resume", "cache", "search.", "tracking.", "budget.")
"""Settings, or sections of them, that are of a whole sweep and say nothing about one of its trials."""


def origin_tags(start: SweepStart) -> dict[str, str]:
    """Tags of every run of a sweep: whose it is, and the code and the data that it came from.

    Args:
        start: of the sweep, as journalled; what MLflow itself finds out is about the process that delivers, which
            may be another one, later.
    """
    user = {name: text for name, text in resolve_tags().items() if name == MLFLOW_USER}
    source = {MLFLOW_SOURCE_NAME: "lstm-sweep sweep", MLFLOW_SOURCE_TYPE: "LOCAL"}
    data = {"sweep": start.name, "data": start.data.name, "data_digest": start.data.digest}
    return {**user, **source, **data, **_commit_tags(start.commit)}


def _commit_tags(commit: str | None) -> dict[str, str]:
    if commit is None:
        return {}
    return {MLFLOW_GIT_COMMIT: commit.removesuffix("-dirty"), "git_dirty": str("-dirty" in commit).lower()}


def environment_tags(start: SweepStart) -> dict[str, str]:
    """Tags of the parent run: the libraries and the machine."""
    return {f"environment.{path}": text for path, text in flat_settings(start.environment).items()}


def dataset_input(data: DataFacts) -> DatasetInput:
    """The prices, as MLflow shows data that a run used."""
    dataset = Dataset(
        name=data.name,
        digest=data.digest[:32],  # MLflow has room for 36 characters; the tag `data_digest` holds it whole
        source_type="local",
        source=json.dumps({"uri": data.name}),
        profile=json.dumps({"bars": data.bars, "first": data.first, "last": data.last}),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])


def trial_metrics(line: TrialEndLine) -> dict[str, float]:
    """Metrics of a trial that has ended: score and skill, and means over its fits; nan where one was not finite."""
    return {
        "score": line.score,
        "score_std": line.score_std,
        "skill": -math.expm1(line.score),
        "best_val_loss": line.val_loss,
        "best_epoch": line.best_epoch,
        "epochs": line.epochs,
        "spent/seconds": line.seconds,
    }


def trial_settings(trial: Trial, config: Mapping[str, Any]) -> dict[str, str]:
    """All settings of a trial by path: what is swept as it is in the trial, the rest as in the config of its sweep."""
    swept = {path: setting_text(value) for path, value in trial.values.items()}
    replaced = (*swept, *(f"{path}." for path in swept))
    rest = {
        path: text
        for path, text in flat_settings(config).items()
        if not _is_among(path, OF_SWEEPS) and not _is_among(path, replaced)
    }
    return {**rest, **swept}


def _is_among(path: str, places: Collection[str]) -> bool:
    """Whether a path is one of these, or below one that ends with a dot."""
    return any(path == place or (place.endswith(".") and path.startswith(place)) for place in places)


def flat_settings(config: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings by path ('model.dropout'); what is not searched is left out of `search`."""
    flat: dict[str, str] = {}
    for name, value in config.items():
        path = prefix + name
        if isinstance(value, Mapping):
            flat |= flat_settings(value, f"{path}.")
        elif not (value is None and path.startswith("search.")):
            flat[path] = setting_text(value)
    return flat


def allowed_name(name: str) -> str:
    """`name` with what MLflow refuses in names replaced."""
    return re.sub(r"[^\w\-. :/]", "_", name)
