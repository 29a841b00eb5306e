"""The settings that a winner was trained with, as plain values that go wherever its model goes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_sweep.storage.folder import read_config
from lstm_sweep.storage.history import History

_SECTIONS = ("seed", "seeds", "windows", "model", "training", "runner")


def settings_of(folder: Path, values: Mapping[str, Any], fit_id: str) -> dict[str, Any]:
    """What decides how a trial of a finished sweep was trained, by section; its data, which are known besides, are not.

    Args:
        folder: of the sweep.
        values: swept settings of the trial, by path.
        fit_id: of one of its fits; Hyperband chooses the epochs of each trial.
    """
    config = read_config(folder)
    # Dates are words in the end.
    found: dict[str, Any] = json.loads(json.dumps({name: config[name] for name in _SECTIONS}, default=str))
    for path, value in values.items():
        section, name = path.split(".")
        if section in found:
            found[section][name] = value
    if config["tuner"]["oracle"] == "hyperband":
        found["training"]["epochs"] = History.read(folder).fits[fit_id].training["epochs"]
    return found
