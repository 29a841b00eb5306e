"""What must be as it was for a sweep to go on, and what may differ."""

import functools
import json
import operator
import shlex
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.storage.facts import DataFacts, SweepStart
from lstm_sweep.storage.folder import read_config, write_config
from lstm_sweep.storage.history import History
from lstm_sweep.sweep.resuming import changes, refuse_changes, repeating_command
from tests.configs import compose_config
from tests.examples import make_series

SERIES = make_series()
BEGAN = (
    "+experiment=dropout",
    "data.features=[volume]",
    "windows.train=[2011-01-01,2012-01-01]",
    "windows.validation=[2013-01-01,2013-02-01]",
    "windows.test=[2014-01-01,2014-02-01]",
)
ENVIRONMENT = {"code": "ab" * 32, "libraries": {"jax": "0.10.2"}, "devices": ["cpu cpu", "cpu cpu"], "lstm": "XLA"}
HISTORY = History(
    start=SweepStart(
        sweep_id="1f",
        name="dropout",
        data=DataFacts.of(SERIES),
        swept=("model.dropout",),
        num_trials=6,
        seeds=3,
        folds=None,
        epochs=20,
        environment=ENVIRONMENT,
    )
)


def config_of(*overrides: str) -> Config:
    return compose_config(*BEGAN, *overrides)


def plain(*overrides: str) -> dict[str, Any]:
    return asdict(config_of(*overrides))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path, plain())
    return tmp_path


def test_equal_settings_go_on(folder: Path) -> None:
    refuse_changes(folder, HISTORY, config_of(), SERIES)
    assert read_config(folder)["model"] == plain()["model"]


@pytest.mark.parametrize(
    "change",
    [
        *("name=other", "resume=true", "cache=false", "tracking.uri=null", "tracking.tensorboard=false"),
        *("budget.seconds=60", "budget.fits=3", "runner.checkpoint_seconds=5"),
    ],
)
def test_settings_that_no_number_follows_from_may_differ(folder: Path, change: str) -> None:
    began = read_config(folder)
    refuse_changes(folder, HISTORY, config_of(change), SERIES)
    assert plain(change) != plain(), "nothing was changed"
    assert read_config(folder) == began


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("model.units=64", "model.units=32, with which it began, but is told 64"),
        ("seeds=5", "seeds=3, with which it began, but is told 5"),
        ("search.model.dropout=[0.1]", r"search.model.dropout=\[0.0, 0.1, 0.2, 0.3, 0.4, 0.5\], .* told \[0.1\]"),
        ("search.model.units={low: 8, high: 9}", "search.model.units=null, .* is told {high: 9, low: 8}"),
        ("search.model.units=[8]", r"search.model.units=null, with which it began, but is told \[8\]"),
        ("tuner.max_trials=3", "tuner.max_trials=null, with which it began, but is told 3"),
        ("evaluation.folds=2", "evaluation.folds=1, with which it began, but is told 2"),
        ("windows.test=[2014-01-01,2014-03-01]", "windows.test="),
        ("tuner=hyperband", "tuner.batch=4, with which it began, but is told 8"),
    ],
)
def test_any_other_is_refused_with_both_values(folder: Path, change: str, difference: str) -> None:
    with pytest.raises(UserError, match=difference):
        refuse_changes(folder, HISTORY, config_of(change), SERIES)


def test_data_that_changed_by_a_bit_is_refused(folder: Path) -> None:
    with pytest.raises(UserError, match="must be resumed with the data that it began with"):
        refuse_changes(folder, HISTORY, config_of(), other_series())


def other_series() -> Series:
    values = SERIES.values.copy()
    values[7] = np.nextafter(values[7], np.inf)
    return replace(SERIES, values=values)


def forget(folder: Path, *sections: str, setting: str) -> None:
    """Leave the settings of a sweep as a version left them that did not have this one."""
    older = read_config(folder)
    del functools.reduce(operator.getitem, sections, older)[setting]
    write_config(folder, older)


def test_sweep_that_began_before_a_setting_existed_goes_on(folder: Path) -> None:
    forget(folder, "runner", setting="native")
    forget(folder, "search", "model", setting="l2")
    refuse_changes(folder, HISTORY, config_of(), SERIES)
    assert "runner.native=true instead of nothing" in changes(folder, HISTORY, config_of(), SERIES, ENVIRONMENT)


def test_setting_that_the_sweep_began_without_is_not_swept_now(folder: Path) -> None:
    forget(folder, "search", "model", setting="l2")
    with pytest.raises(UserError, match=r"search.model.l2=nothing, with which it began, but is told \[0.1\]"):
        refuse_changes(folder, HISTORY, config_of("search.model.l2=[0.1]"), SERIES)


def test_nothing_has_changed_where_all_is_as_it_was(folder: Path) -> None:
    assert changes(folder, HISTORY, config_of("cache=false", "budget.fits=3"), SERIES, ENVIRONMENT) == []


def test_all_that_numbers_follow_from_is_told_where_it_has_changed(folder: Path) -> None:
    now = {**ENVIRONMENT, "code": "cd" * 32, "libraries": {"jax": "0.10.3"}, "devices": ["cpu cpu"]}
    assert changes(folder, HISTORY, config_of("model.units=5", "cache=false"), other_series(), now) == [
        "model.units=5 instead of 32",
        "code=cdcdcdcdcdcd instead of abababababab",
        f"data={other_series().digest[:12]} instead of {SERIES.digest[:12]}",
        "devices=[cpu cpu] instead of [cpu cpu, cpu cpu]",
        "libraries.jax=0.10.3 instead of 0.10.2",
    ]


def test_command_that_repeats_a_sweep_can_be_pasted(tmp_path: Path) -> None:
    assert repeating_command(tmp_path) == "lstm-sweep sweep"
    (tmp_path / "command.json").write_text('["+experiment=dropout", "search.model.l2={low: 0, high: 1}"]')
    assert repeating_command(tmp_path) == "lstm-sweep sweep +experiment=dropout 'search.model.l2={low: 0, high: 1}'"


@pytest.mark.parametrize(
    ("arguments", "once"),
    [
        (
            ["training.epochs=2", "name=rnd", "training.epochs=6", "name=rnd-best"],
            ["training.epochs=6", "name=rnd-best"],
        ),
        (["seeds=2", "seeds=2"], ["seeds=2"]),
        (["search.model.l2={low: 0}", "search.model.l2={high: 1}"], None),
        (["search.model.l2=[0, 1]", "search.model.l2={low: 0, high: 1}"], None),
        (["search.model.l2={low: 0, high: 1}", "search.model.l2=[0, 1]"], ["search.model.l2=[0, 1]"]),
        (["seeds=2", "data.length=300"], None),
    ],
)
def test_what_was_typed_twice_is_repeated_once(arguments: list[str], once: list[str] | None, tmp_path: Path) -> None:
    """A mapping is merged into what stands before it: both are needed."""
    (tmp_path / "command.json").write_text(json.dumps(arguments))
    assert shlex.split(repeating_command(tmp_path)) == ["lstm-sweep", "sweep", *(arguments if once is None else once)]
