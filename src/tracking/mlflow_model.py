"""Logs the best forecaster of a sweep to its parent run, as one pyfunc model."""

import tempfile
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient, pyfunc
from mlflow.entities import LoggedModelOutput, LoggedModelStatus
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, Schema

from src.forecaster import Forecaster
from src.series.series import Series

MODEL_NAME = "forecaster"
SOURCES = Path(__file__).resolve().parents[1]
REQUIREMENTS = ("jax", "keras", "mlflow", "numpy", "pandas")


def log_forecaster(client: MlflowClient, run_id: str, folder: Path, series: Series) -> None:
    """Log a forecaster with its code, so that `mlflow.pyfunc.load_model` finds it as `runs:/<run id>/forecaster`.

    `pyfunc.log_model` does the same, but through the active run and the tracking address of the process.

    Args:
        client: of the store.
        run_id: run that the model came from.
        folder: what `Forecaster.save` wrote.
        series: prices that end in the example shown beside the model.
    """
    experiment = client.get_run(run_id).info.experiment_id
    logged = client.create_logged_model(experiment, MODEL_NAME, source_run_id=run_id)
    client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
    description = Model(logged.artifact_location, run_id, model_uuid=logged.model_id, model_id=logged.model_id)
    with tempfile.TemporaryDirectory() as parent:
        target = Path(parent, "model")
        _save(target, description, folder, series)
        client.log_model_artifacts(logged.model_id, str(target))
    client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)


def _save(target: Path, description: Model, folder: Path, series: Series) -> None:
    forecaster = Forecaster.load(folder)
    example = _past(series, forecaster)
    pyfunc.save_model(
        target,
        mlflow_model=description,
        python_model=str(SOURCES / "tracking" / "mlflow_pyfunc.py"),
        artifacts={"forecaster": str(folder)},
        code_paths=[str(SOURCES)],
        pip_requirements=[f"{library}=={version(library)}" for library in REQUIREMENTS],
        signature=_signature(list(example.columns), forecaster.windows.horizon),
        input_example=example,
    )


def _past(series: Series, forecaster: Forecaster) -> pd.DataFrame:
    """The last prices and covariates, as few as a forecast needs."""
    covariates = {name: series.covariates[name] for name in forecaster.features}
    return pd.DataFrame({"price": series.values, **covariates}).tail(forecaster.windows.lags + 1)


def _signature(columns: list[str], horizon: int) -> ModelSignature:
    steps = [f"step_{step + 1}" for step in range(horizon)]
    inputs, outputs = (Schema([ColSpec("double", name) for name in names]) for names in (columns, steps))
    return ModelSignature(inputs, outputs)
