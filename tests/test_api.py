"""The Python API, as a notebook uses it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lstm_sweep
from lstm_sweep import FinishedSweep, UserError, open_sweep
from lstm_sweep.cli.composition.compose import compose_settings
from lstm_sweep.cli.composition.typed import spell_settings
from tests.commands import REPOSITORY

FINISHED = Path(__file__).with_name("fixtures") / "version_0_1" / "sweeps"
SETTINGS: dict[str, Any] = {
    "experiment": "dropout",
    "data": "synthetic",
    "data.length": 300,
    "model": {"units": 4},
    "windows.lags": 5,
    "training.epochs": 1,
    "seeds": 2,
    "tracking": {"uri": None, "tensorboard": False},
    "search": {"model": {"dropout": {"low": 0.0, "high": 0.2, "step": 0.1}}},
}


def test_package_imports_nothing_heavy() -> None:
    code = "import sys, lstm_sweep; dir(lstm_sweep); lstm_sweep.UserError; print(sorted(set(sys.modules) & "
    code += "{'hydra', 'jax', 'keras', 'mlflow', 'numpy', 'pandas', 'tensorflow', 'yaml'}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY / "src", capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_every_public_name_is_there_with_a_docstring() -> None:
    names = set(lstm_sweep.__all__) - {"__version__"}
    assert names == {"FinishedSweep", "Forecaster", "UserError", "open_sweep", "run_sweep"}
    assert all(getattr(lstm_sweep, name).__doc__ for name in names)
    with pytest.raises(AttributeError, match="no attribute 'sweep_all'"):
        _ = lstm_sweep.sweep_all


@pytest.mark.parametrize(
    "text",
    [
        *("plain.csv", "a'b", "a\\'b", "x\\", "C:\\dir\\f.csv", "a b", "true", "1", "1e3", "[x]", "k: v", "a=b", "$x"),
        *("ü", "null", "nan", "", "a\\\\", "it''s", "a,b", "~/x", "{a}", "a#b", "%", "${now:%Y}", "a${b}", "$ {x}"),
    ],
)
def test_any_text_means_itself(text: str) -> None:
    config = compose_settings(spell_settings({"data": "csv", "data.path": text, "search.model.units": [1]}))
    assert config.data.path == text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("search.model.l2", [0.0, 1e-4]),
        ("search.model.activation", ["tanh", "relu"]),
        ("search.model.stateful", [True, False]),
        ("search.training.clipnorm", [None, 0.1]),
        ("search.data.features", [["high", "low"], []]),
        ("search.training.learning_rate", {"low": 1e-4, "high": 1e-2, "log": True}),
    ],
)
def test_any_sweep_means_itself(path: str, value: object) -> None:
    config = compose_settings(spell_settings({path: value}))
    _, section, name = path.split(".")
    assert getattr(getattr(config.search, section), name) == value


def test_nested_settings_are_those_by_path() -> None:
    nested = {"model": {"units": 3, "dropout": 0.1}, "search": {"model": {"l2": [0.0]}}}
    assert spell_settings(nested) == ["model.units=3", "model.dropout=0.1", "search.model.l2=[0.0]"]


def test_finished_sweep_is_read() -> None:
    sweep = open_sweep("finished", FINISHED)
    summary = json.loads((FINISHED / "finished" / "summary.json").read_text())
    assert sweep == FinishedSweep(FINISHED / "finished")
    assert (sweep.name, sweep.summary, sweep.verdict) == ("finished", summary, summary["verdict"]["sentence"])
    board = sweep.leaderboard()
    assert board["trial"][0] == summary["best"]["trial"], "ids are words"
    assert board["score"][0] == summary["best"]["score"]
    forecasts = sweep.forecasts()
    test = forecasts[forecasts["span"] == "test"]
    assert len(test) == summary["test"]["windows"]
    assert np.sqrt(np.mean((test["naive"] - test["actual"]) ** 2)) == pytest.approx(summary["naive"]["rmse"])


def test_best_forecaster_forecasts_what_the_sweep_did() -> None:
    sweep = open_sweep("finished", FINISHED)
    forecasts = sweep.forecasts()
    test = forecasts[forecasts["span"] == "test"]
    row = test.iloc[20]
    past = pd.DataFrame({"price": test["naive"].iloc[:21]})
    fit = sweep.summary["best"]["fit"]
    assert sweep.best_forecaster().forecast(past)[0] == pytest.approx(row[fit], rel=1e-6)


@pytest.mark.parametrize("name", ["nothing", "unfinished"])
def test_what_is_no_finished_sweep_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=rf"{name} must be a finished sweep, but has no summary.json"):
        open_sweep(name, FINISHED)


@pytest.mark.slow
def test_sweep_is_run_from_a_dict_and_is_the_one_that_its_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sweep = lstm_sweep.run_sweep(SETTINGS)
    assert (sweep.name, len(sweep.leaderboard())) == ("dropout", 3)
    again = lstm_sweep.run_sweep(SETTINGS | {"cache": False})
    assert again.name == "dropout-2"
    assert (again.folder / "leaderboard.csv").read_bytes() == (sweep.folder / "leaderboard.csv").read_bytes()
    command = sweep.summary["command"]
    assert command.startswith("lstm-sweep sweep +experiment=dropout data=synthetic data.length=300 model.units=4 ")
    with pytest.raises(UserError, match=r"model\.unit is not a setting: did you mean model\.units"):
        lstm_sweep.run_sweep(SETTINGS | {"model.unit": 3})
