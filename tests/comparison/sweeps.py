"""Folders of sweeps to compare, written by hand: nothing is trained."""

import json
from pathlib import Path
from typing import Any

import yaml

from lstm_sweep.evaluation.ledger import LEDGER
from tests.report.folder import make_sweep

SPAN = ("2021-10-23T00:00:00", "2022-02-19T00:00:00")


def verdict(conclusion: str = "not_shown", **others: Any) -> dict[str, Any]:
    """An entry of summary.json."""
    numbers = {"skill": 0.0123, "p_value": 0.02, "interval": [-0.01, 0.03], "alpha": 0.05, "num_uses": 1}
    return {"conclusion": conclusion, "beats_naive": conclusion == "beats_naive", "sentence": "..."} | numbers | others


def add_sweep(sweeps: Path, name: str, *, settings: dict[str, Any] | None = None, **wanted: Any) -> Path:
    """A finished sweep of that name; what `settings` says stands in its config.yaml."""
    folder = make_sweep(sweeps / name, **wanted)
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | (settings or {})))
    (folder / "command.json").write_text(json.dumps(["+experiment=dropout", "seeds=2"]))
    (folder / "report.html").touch()
    return folder


def write_ledger(sweeps: Path, *uses: tuple[str, str], data: str = "ab" * 32) -> None:
    """The ledger beside sweeps: pairs of a sweep and its configuration."""
    lines = [
        {"series": "example", "data": data, "first_target": SPAN[0], "last_target": SPAN[1]}
        | {"config": config, "sweep": sweep}
        for sweep, config in uses
    ]
    (sweeps / LEDGER).write_text("".join(json.dumps(line) + "\n" for line in lines))
