"""What `tensorboard --logdir sweeps` serves, where nobody describes what is shown."""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from lstm_sweep.config.whole import Config
from lstm_sweep.tracking.tensorboard.tracker import TensorBoardTracker
from lstm_sweep.trials.spec import Trial
from tests.configs import compose_config
from tests.contracts.tracker_contract import PATIENCE
from tests.tracking.scripted import (
    CONFIG,
    EPOCHS,
    ODD_WORD,
    TRIALS,
    make_tracked,
    play_fit,
    record_sweep,
    records_of,
    score_of,
)
from tests.tracking.servers import ask, running

pytestmark = pytest.mark.slow
SCRIPTED = "scripted-2/tensorboard"
NAMES = (
    "dropout=0.0, activation=tanh",
    "dropout=0.25, activation=naïve [x]=1_2, 50 _ _so_ _y_ (0001)",
    "dropout=0.5, activation=tanh",
)
HPARAMS = "/data/plugin/hparams"
OTHER = compose_config("search.training.clipnorm=[null,1.0]")
TYPES = {bool: "DATA_TYPE_BOOL", str: "DATA_TYPE_STRING"}
STATUSES = ["STATUS_UNKNOWN", "STATUS_SUCCESS", "STATUS_FAILURE", "STATUS_RUNNING"]


@pytest.fixture(scope="module")
def sweeps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two sweeps that searched different settings."""
    folder = tmp_path_factory.mktemp("sweeps")
    tracker = TensorBoardTracker(folder / "scripted-2" / "tensorboard")
    record_sweep(tracker, folder=folder)
    other = TensorBoardTracker(folder / "clipnorm" / "tensorboard")
    other.start_sweep(make_tracked(folder, "clipnorm", asdict(OTHER)), [])
    for trial in (Trial("0000", {"training.clipnorm": None}), Trial("0001", {"training.clipnorm": 1.0})):
        other.start_trial(trial)
        for replicate in range(2):
            play_fit(other, trial, replicate)
    other.close(failed=False)
    return folder


@pytest.fixture(scope="module")
def server(sweeps: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("log") / "tensorboard"

    def command(port: int) -> list[str]:
        return ["tensorboard.main", "--logdir", str(sweeps), "--host", "127.0.0.1", "--port", str(port)]

    with running(command, "/data/environment", log) as address:
        deadline = time.monotonic() + PATIENCE
        while len(ask(f"{address}/data/runs")) < 15 and time.monotonic() < deadline:
            time.sleep(0.2)
        yield address


def test_runs_are_named_by_sweep_trial_and_seed(server: str) -> None:
    scripted = {f"{SCRIPTED}/{name}/seed_{seed}" for name in NAMES for seed in range(2)}
    clipnorm = {f"clipnorm/tensorboard/clipnorm={value}/seed_{seed}" for value in ("null", "1.0") for seed in range(2)}
    evaluated = {f"{SCRIPTED}/{name}" for name in (f"{NAMES[0]}/test", "naive", "ets", "ensemble", "verdict")}
    assert set(ask(f"{server}/data/runs")) == scripted | clipnorm | evaluated


def test_curves_are_served_with_their_steps_and_times(server: str) -> None:
    question = urlencode({"run": f"{SCRIPTED}/{NAMES[1]}/seed_1", "tag": "loss/validation"})
    points = ask(f"{server}/data/plugin/scalars/scalars?{question}")
    records = list(records_of(TRIALS[1], 1))
    assert [point[:2] for point in points] == [[record.timestamp / 1000, record.epoch] for record in records]
    assert [point[2] for point in points] == pytest.approx([record.metrics["val_loss"] for record in records])
    assert len(points) == EPOCHS


def _groups(server: str) -> dict[str, Any]:
    everything = {"startIndex": 0, "sliceSize": 100, "colParams": [], "allowedStatuses": STATUSES}
    groups = ask(f"{server}{HPARAMS}/session_groups", everything)["sessionGroups"]
    return {group["name"]: group for group in groups}


def _sweepable(config: Config) -> dict[str, bool | float | str]:
    """What a sweep of these settings could sweep, as it is fixed there: numbers and truth values, else words."""
    searches = {section: each for section, each in asdict(config)["search"].items() if isinstance(each, dict)}
    fixed = {f"{section}.{key}": asdict(config)[section][key] for section, each in searches.items() for key in each}
    plain = (bool, int, float, str)
    return {path: value if isinstance(value, plain) else json.dumps(value) for path, value in fixed.items()}


def _metric(group: dict[str, Any], tag: str) -> Any:
    return {metric["name"]["tag"]: metric["value"] for metric in group["metricValues"]}[tag]


def test_the_table_has_a_row_per_trial_with_settings_and_the_mean_score(server: str) -> None:
    group = _groups(server)[f"{NAMES[1]} of scripted-2"]
    assert group["hparams"] == {**_sweepable(CONFIG), "model.dropout": 0.25, "model.activation": ODD_WORD}
    assert len(group["sessions"]) == 2
    assert {session["status"] for session in group["sessions"]} == {"STATUS_SUCCESS"}
    assert _metric(group, "score") == pytest.approx((score_of(TRIALS[1], 0) + score_of(TRIALS[1], 1)) / 2)


def test_the_table_has_the_score_on_the_test_span_and_the_verdict_is_a_text(server: str) -> None:
    group = _groups(server)[f"{NAMES[0]} of scripted-2"]
    assert len(group["sessions"]) == 3
    assert _metric(group, "test/rmse") == 3.5
    assert _metric(group, "score") == pytest.approx((score_of(TRIALS[0], 0) + score_of(TRIALS[0], 1)) / 2)
    question = urlencode({"run": f"{SCRIPTED}/verdict", "tag": "verdict"})
    (text,) = ask(f"{server}/data/plugin/text/text?{question}")
    assert "Nothing here is shown to beat naive." in text["text"]


def test_a_diverged_trial_has_no_score_in_the_table(server: str) -> None:
    group = _groups(server)[f"{NAMES[2]} of scripted-2"]
    assert _metric(group, "score") == "NaN"
    assert sorted(session["status"] for session in group["sessions"]) == ["STATUS_FAILURE", "STATUS_SUCCESS"]


def test_the_columns_are_those_of_both_sweeps_one_type_each(server: str) -> None:
    experiment = ask(f"{server}{HPARAMS}/experiment", {})
    types = {info["name"]: info["type"] for info in experiment["hparamInfos"]}
    assert types.items() >= {
        ("model.activation", "DATA_TYPE_STRING"),
        ("model.dropout", "DATA_TYPE_FLOAT64"),
        ("training.clipnorm", "DATA_TYPE_STRING"),
    }
    assert types == {path: TYPES.get(type(value), "DATA_TYPE_FLOAT64") for path, value in _sweepable(CONFIG).items()}
    tags = {info["name"]["tag"] for info in experiment["metricInfos"]}
    assert tags == {"loss/train", "loss/validation", "skill/validation", "score", "test/rmse", "test/skill"}
    settings = [group["hparams"] for name, group in sorted(_groups(server).items()) if name.endswith(" of clipnorm")]
    assert settings == [{**_sweepable(OTHER), "training.clipnorm": text} for text in ("1.0", "null")]
