"""Registered models: versions of a sweep's winner under one name, and the aliases that say which is at work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import LoggedModel, LoggedModelStatus
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, RESOURCE_DOES_NOT_EXIST, ErrorCode

from lstm_sweep.errors import UserError, require
from lstm_sweep.tracking.mlflow.model import MODEL_NAME

CHAMPION, CHALLENGER = "champion", "challenger"
ALIASES = (CHAMPION, CHALLENGER)

RETRAINS = "retrains"
"""Tag of a version that was trained anew with the settings of another one, which it names."""


@dataclass(frozen=True)
class RegisteredVersion:
    """One version of a registered model.

    Attributes:
        name: of the model.
        version: its number.
        aliases: that point to it.
        tags: what is known of it.
        source: where its files are.
        run_id: of the parent run of its sweep.
    """

    name: str
    version: int
    aliases: tuple[str, ...]
    tags: Mapping[str, str]
    source: str
    run_id: str = ""


def register(
    client: MlflowClient, run_id: str, name: str, alias: str | None, tags: Mapping[str, str]
) -> RegisteredVersion:
    """Register the forecaster of a sweep's parent run, and point an alias to it; what is there is not made again.

    Args:
        client: of the store.
        run_id: of the parent run.
        name: of the registered model, made where there is none.
        alias: one of `ALIASES`, or None for `champion` where there is none yet and `challenger` else.
        tags: to keep with the version.

    Raises:
        UserError: where the run has no finished model, or the name cannot be one.
    """
    require(
        re.fullmatch(r"[^/:.@%\"'\s][^/:@%\"']*", name) is not None,
        f"a registered model must have a name without / : @ % and quotes, but it is {name!r}: choose another "
        "model=NAME.",
    )
    model = _logged_model(client, run_id)
    _make(client, name)
    # Of `models:/<id>` MLflow 3.17 would look for the place at the address of the process, not at the client's.
    version = _version_of(client, name, model.artifact_location) or client.create_model_version(
        name, model.artifact_location, run_id, dict(tags), model_id=model.model_id
    )
    is_retrained = RETRAINS in version.tags and RETRAINS not in tags  # its tags say more than its sweep knows
    for key, text in ({} if is_retrained else tags).items():
        if version.tags.get(key) != text:
            client.set_model_version_tag(name, version.version, key, text)
    move_alias(client, name, alias or _free_alias(client, name, str(version.version)), str(version.version))
    return find_version(client, f"{name}/{version.version}")


def find_version(client: MlflowClient, text: str) -> RegisteredVersion:
    """A version by what was typed: 'btc' (its champion), 'btc@challenger', 'btc/3'.

    Raises:
        UserError: where there is none, with those that there are.
    """
    name, at, alias = text.partition("@")
    name, slash, number = name.partition("/")
    try:
        if slash:
            found = client.get_model_version(name, number)
        else:
            found = client.get_model_version_by_alias(name, alias if at else CHAMPION)
    except MlflowException:
        raise UserError(f"there is no registered model {text}: {_choice(client, name)}.") from None
    return _registered(client, found)


def versions_by_alias(client: MlflowClient, name: str) -> dict[str, str]:
    """Numbers of the versions that aliases point to.

    Raises:
        UserError: where there is no such model.
    """
    try:
        return {alias: str(number) for alias, number in client.get_registered_model(name).aliases.items()}
    except MlflowException as error:
        if error.error_code != ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
            raise
        raise UserError(f"there is no registered model {name}: {_choice(client, name)}.") from None


def move_alias(client: MlflowClient, name: str, alias: str, number: str) -> None:
    """Point an alias to a version; a champion that was the challenger is no challenger any more."""
    client.set_registered_model_alias(name, alias, number)
    if alias == CHAMPION and versions_by_alias(client, name).get(CHALLENGER) == number:
        client.delete_registered_model_alias(name, CHALLENGER)


def version_with(client: MlflowClient, name: str, tag: str, text: str) -> RegisteredVersion | None:
    """The newest version of a model whose tag says `text`, or None."""
    versions = client.search_model_versions(f"name = '{name}'")
    found = [each for each in versions if each.tags.get(tag) == text]
    return _registered(client, max(found, key=lambda each: int(each.version))) if found else None


def experiment_of(client: MlflowClient, version: RegisteredVersion) -> str:
    """Name of the experiment that a version comes from; that of the model where its run is gone."""
    try:
        return str(client.get_experiment(client.get_run(version.run_id).info.experiment_id).name)
    except MlflowException:
        return version.name


def tag_run(client: MlflowClient, run_id: str, tags: Mapping[str, str]) -> None:
    """Say something of a run."""
    for name, text in tags.items():
        client.set_tag(run_id, name, text)


def download(client: MlflowClient, version: RegisteredVersion, folder: Path) -> Path:
    """The folder with the forecaster's files, below `folder`, as `Forecaster.save` wrote them."""
    place = download_artifacts(version.source, dst_path=str(folder), tracking_uri=client.tracking_uri)
    found = next(Path(place).rglob("forecaster.json"), None)
    require(
        found is not None,
        f"version {version.version} of {version.name} must hold a forecaster.json, but does not: promote it anew.",
    )
    assert found is not None
    return found.parent


def _logged_model(client: MlflowClient, run_id: str) -> LoggedModel:
    experiment = client.get_run(run_id).info.experiment_id
    found = client.search_logged_models([experiment], f"source_run_id = '{run_id}' AND name = '{MODEL_NAME}'")
    ready = sorted((each for each in found if each.status == LoggedModelStatus.READY), key=lambda each: each.model_id)
    require(
        bool(ready),
        f"run {run_id} must have a model {MODEL_NAME} in MLflow, but has none that is complete: deliver it first.",
    )
    return ready[0]


def _make(client: MlflowClient, name: str) -> None:
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
            raise


def _version_of(client: MlflowClient, name: str, source: str) -> ModelVersion | None:
    versions = client.search_model_versions(f"name = '{name}'")
    return next((each for each in versions if each.source == source), None)


def _free_alias(client: MlflowClient, name: str, number: str) -> str:
    aliases = client.get_registered_model(name).aliases
    return CHAMPION if str(aliases.get(CHAMPION, number)) == number else CHALLENGER


def _registered(client: MlflowClient, version: ModelVersion) -> RegisteredVersion:
    aliases = client.get_registered_model(version.name).aliases
    names = tuple(sorted(alias for alias, number in aliases.items() if str(number) == str(version.version)))
    return RegisteredVersion(
        version.name, int(version.version), names, dict(version.tags), str(version.source), str(version.run_id or "")
    )


def _choice(client: MlflowClient, name: str) -> str:
    models = {model.name: model for model in client.search_registered_models()}
    if name in models:
        aliases = [f"{name}@{alias}" for alias in sorted(models[name].aliases)]
        versions = [f"{name}/{each.version}" for each in client.search_model_versions(f"name = '{name}'")]
        return f"choose one of {', '.join([*aliases, *sorted(versions)][:8])}"
    return f"choose one of {', '.join(sorted(models)[:8])}" if models else "promote the winner of a sweep first"
