"""Logs the best forecaster of a sweep to its parent run, as one pyfunc model."""

import tempfile
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient, pyfunc
from mlflow.entities import LoggedModel, LoggedModelOutput, LoggedModelStatus, Run
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, Schema

from lstm_sweep.forecaster import Forecaster

MODEL_NAME = "forecaster"
EXAMPLE = "example.csv"
PACKAGE = Path(__file__).resolve().parents[2]
REQUIREMENTS = ("jax", "keras", "mlflow", "numpy", "pandas")


def log_forecaster(client: MlflowClient, run_id: str, folder: Path) -> None:
    """Log a forecaster with its code, so that `mlflow.pyfunc.load_model` finds it as `runs:/<run id>/forecaster`.

    `pyfunc.log_model` does the same, but through the active run and the tracking address of the process. Whatever
    an earlier call has done is not done again.

    Args:
        client: of the store.
        run_id: run that the model came from.
        folder: what `Forecaster.save` wrote, with the past prices and covariates in example.csv (columns `price`
            and the covariates) that are shown beside the model.
    """
    run = client.get_run(run_id)
    logged = _find(client, run) or client.create_logged_model(run.info.experiment_id, MODEL_NAME, run_id)
    outputs = run.outputs.model_outputs if run.outputs else []
    if logged.model_id not in {output.model_id for output in outputs}:
        client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
    if logged.status == LoggedModelStatus.READY:
        return
    description = Model(logged.artifact_location, run_id, model_uuid=logged.model_id, model_id=logged.model_id)
    with tempfile.TemporaryDirectory() as parent:
        target = Path(parent, "model")
        save_pyfunc(target, description, folder)
        client.log_model_artifacts(logged.model_id, str(target))
    client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)


def _find(client: MlflowClient, run: Run) -> LoggedModel | None:
    """What an earlier call created; one that is ready first."""
    filters = f"source_run_id = '{run.info.run_id}' AND name = '{MODEL_NAME}'"
    found = client.search_logged_models([run.info.experiment_id], filters)
    ready_first = sorted(found, key=lambda model: (model.status != LoggedModelStatus.READY, model.model_id))
    return ready_first[0] if ready_first else None


def save_pyfunc(target: Path, description: Model, folder: Path) -> None:
    """Write what `Forecaster.save` wrote as a pyfunc model into `target`, with the package as its code."""
    forecaster = Forecaster.load(folder)
    example = folder / EXAMPLE
    pyfunc.save_model(
        target,
        mlflow_model=description,
        python_model=str(Path(__file__).with_name("pyfunc_model.py")),
        artifacts={"forecaster": str(folder)},
        code_paths=[str(PACKAGE)],
        pip_requirements=[f"{library}=={version(library)}" for library in REQUIREMENTS],
        signature=_signature(["price", *forecaster.features], forecaster.windows.horizon),
        input_example=pd.read_csv(example, dtype="float64") if example.exists() else None,
    )


def _signature(columns: list[str], horizon: int) -> ModelSignature:
    steps = [f"step_{step + 1}" for step in range(horizon)]
    inputs, outputs = (Schema([ColSpec("double", name) for name in names]) for names in (columns, steps))
    return ModelSignature(inputs, outputs)
