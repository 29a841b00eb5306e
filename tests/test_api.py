"""The Python API, as a notebook uses it."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lstm_sweep
from lstm_sweep import FinishedSweep, UserError, open_sweep
from lstm_sweep.cli.composition.compose import compose_settings
from lstm_sweep.config.spelling import spell_settings
from tests.commands import PYTHONPATH, REPOSITORY

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


APPLICATION = """
import hydra
from hydra.core.hydra_config import HydraConfig
from lstm_sweep.cli.composition.compose import compose_settings

@hydra.main(config_path="conf", config_name="config", version_base="1.3")
def main(config):
    print(compose_settings(["+experiment=dropout"]).name, config.port, HydraConfig.get().job.name)

main()
"""


def test_caller_may_be_an_application_of_hydra_itself(tmp_path: Path) -> None:
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "config.yaml").write_text("port: 80\n")
    (tmp_path / "application.py").write_text(APPLICATION)
    environment = os.environ | {"PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "application.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout == "dropout 80 application\n", done.stderr


def test_nested_settings_are_those_by_path() -> None:
    nested = {"model": {"units": 3, "dropout": 0.1}, "search": {"model": {"l2": [0.0]}}}
    assert spell_settings(nested) == ["model.units=3", "model.dropout=0.1", "search.model.l2=[0.0]"]


def test_finished_sweep_is_read() -> None:
    sweep = open_sweep("finished", FINISHED)
    summary = json.loads((FINISHED / "finished" / "summary.json").read_text())
    assert sweep == FinishedSweep(FINISHED / "finished")
    assert sweep.folder.is_absolute(), "it is found from any folder"
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


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (np.array([0.0, 0.3]), "[0.0, 0.3]"),
        (np.float64(0.5), "0.5"),
        ((1, 2), "[1, 2]"),
        (Path("no such, é.csv"), "'no such, é.csv'"),
        (date(2020, 1, 2), "2020-01-02"),
        ([date(2020, 1, 2), None, True], "[2020-01-02, null, true]"),
    ],
)
def test_values_of_python_are_spelt_as_they_would_be_typed(value: object, typed: str) -> None:
    assert spell_settings({"a.b": value}) == [f"a.b={typed}"]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"model.units": {1, 2}}, "a setting must be a number, a word, a list or a range, but is {1, 2}"),
        ({"data.path": b"x"}, "a setting must be a number, a word, a list or a range, but is b'x'"),
        ({"model": {"units": 4}, "model.units": 8}, "model.units must be set once, but is 4 and 8"),
        (None, "settings must be a mapping by name, but are None: write a dict."),
    ],
)
def test_what_is_no_setting_is_refused(settings: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=re.escape(sentence)):
        lstm_sweep.run_sweep(settings)
