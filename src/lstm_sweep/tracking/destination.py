"""Where in MLflow a sweep is logged: as told, else as it began, else as MLflow's own variables say, else here."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lstm_sweep.config import TrackingConfig
from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import require
from lstm_sweep.invocation import in_checkout, spelled
from lstm_sweep.redaction import redacted

LEFT = "default"
"""`tracking.uri` where nobody has set it."""

LOCAL = "sqlite:///mlruns/mlflow.db"
URI_VARIABLE, EXPERIMENT_VARIABLE = "MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"


@dataclass(frozen=True)
class Destination:
    """Where a sweep is logged.

    Attributes:
        config: with the address (null for no MLflow) and the experiment (null for one of the sweep's own name).
        text: the same for people, with who said so.
    """

    config: TrackingConfig
    text: str


def find_destination(config: TrackingConfig, began: Mapping[str, Any] | None) -> Destination:
    """Where a sweep is logged.

    Args:
        config: as composed.
        began: the settings that the sweep began with, as written down; None for a new one.

    Raises:
        UserError: where it began at an address with a secret, which is written nowhere, and nobody tells it now.
    """
    before = {} if began is None else began.get("tracking", {})
    uri, by = _address(config.uri, before)
    experiment, named_by = _experiment(config.experiment, before)
    name = f", experiment {experiment} ({named_by})" if experiment and uri else ""
    return Destination(
        replace(config, uri=uri, experiment=experiment),
        f"MLflow: {'none' if uri is None else redacted(uri)} ({by}){name}",
    )


def whole_address(written: str, sweep: str) -> str:
    """An address as it was written down, with its secrets, which the environment may know.

    Args:
        written: redacted.
        sweep: its name, for the sentence.

    Raises:
        UserError: where nobody tells it.
    """
    if "***" not in written:
        return written
    known = os.environ.get(URI_VARIABLE, "")
    require(
        redacted(known) == written,
        f"the address of {sweep} must be told with its password, which is written nowhere ({written}): add "
        f"tracking.uri=URI, or set {URI_VARIABLE}.",
    )
    return known


def while_served(uri: str) -> str:
    """What must run for a page of MLflow to answer where `uri` is a database, to be put behind its address."""
    if uri.startswith(("http:", "https:", "databricks")):
        return ""
    program = "python -m mlflow" if spelled("sweep").startswith("python -m ") else "mlflow"
    server = f"{program} server --backend-store-uri {shlex.quote(redacted(uri))}"
    return f" (while `{'make mlflow' if in_checkout() and uri == LOCAL else server}` runs)"


def _address(told: str | None, before: Mapping[str, Any]) -> tuple[str | None, str]:
    """The address, and who said so."""
    if told != LEFT:
        return told, typed("tracking.uri", None) if told is None else "tracking.uri"
    if "uri" in before:
        written = before["uri"]
        return None if written is None else whole_address(written, "this sweep"), "as the sweep began"
    variable = os.environ.get(URI_VARIABLE)
    return (variable, f"from {URI_VARIABLE}") if variable else (LOCAL, LEFT)


def _experiment(told: str | None, before: Mapping[str, Any]) -> tuple[str | None, str]:
    if told is not None:
        return told, "tracking.experiment"
    if before:
        return before.get("experiment"), "as the sweep began"
    return os.environ.get(EXPERIMENT_VARIABLE) or None, f"from {EXPERIMENT_VARIABLE}"
