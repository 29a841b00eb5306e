"""What MLflow is told about a sweep and its trials, as tags, params and metrics."""

import json
import math
import re
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag

from src.fits import TrialResult
from src.series.series import Series
from src.tracking.labels import setting_text
from src.tracking.provenance import git_commit, library_versions
from src.tracking.tracker import SweepStart


def origin_tags(start: SweepStart) -> dict[str, str]:
    """Tags of the parent run: the code, the libraries and the data that the sweep came from."""
    tags = {f"version.{library}": number for library, number in library_versions().items()}
    commit = git_commit()
    if commit:
        tags |= {
            "mlflow.source.git.commit": commit.removesuffix("-dirty"),
            "git_dirty": str("-dirty" in commit).lower(),
        }
    return {**tags, "sweep": start.name, "data": start.series.name, "data_digest": start.series.digest}


def dataset_input(series: Series) -> DatasetInput:
    """The prices, as MLflow shows data that a run used."""
    profile = {"bars": len(series), "first": str(series.timestamps[0]), "last": str(series.timestamps[-1])}
    dataset = Dataset(
        name=series.name,
        digest=series.digest[:32],  # MLflow has room for 36 characters; the tag `data_digest` holds it whole
        source_type="local",
        source=json.dumps({"uri": series.name}),
        profile=json.dumps(profile),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])


def trial_metrics(result: TrialResult) -> dict[str, float]:
    """What a trial came to: score and skill, and means over its fits."""
    outcomes = result.outcomes
    return {
        "score": result.score,
        "score_std": result.score_std,
        "skill": -math.expm1(result.score),
        "best_val_loss": sum(outcome.val_loss for outcome in outcomes) / len(outcomes),
        "best_epoch": sum(outcome.best_epoch for outcome in outcomes) / len(outcomes),
        "epochs": sum(outcome.epochs for outcome in outcomes) / len(outcomes),
        "seconds": sum(outcome.seconds for outcome in outcomes),
    }


def flat_settings(config: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Nested settings by path ('model.dropout'); what is not searched is left out of `search`."""
    flat: dict[str, str] = {}
    for name, value in config.items():
        path = prefix + name
        if isinstance(value, dict):
            flat |= flat_settings(value, f"{path}.")
        elif not (value is None and path.startswith("search.")):
            flat[path] = setting_text(value)
    return flat


def allowed_name(name: str) -> str:
    """`name` with what MLflow refuses in names replaced."""
    return re.sub(r"[^\w\-. :/]", "_", name)
