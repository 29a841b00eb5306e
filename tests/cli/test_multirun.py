"""Hydra's multirun is refused, and what the sentence says to type is what was meant."""

import itertools
import math
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.cli.composition.compose import compose_command, compose_settings
from lstm_sweep.cli.composition.multirun import MOST_COMMANDS, refuse_multirun
from lstm_sweep.errors import UserError
from lstm_sweep.search.dimensions import Dimension, Range
from lstm_sweep.search.space import build_space
from tests.commands import PYTHONPATH, run

SEARCHED: dict[str, tuple[str, list[Any]]] = {
    "-m model.units=8,16": ("model.units", [8, 16]),
    "--multirun model.units=8,16": ("model.units", [8, 16]),
    "--multi model.units=8,16": ("model.units", [8, 16]),
    "hydra.mode=MULTIRUN model.units=8,16": ("model.units", [8, 16]),
    "model.units=8,16": ("model.units", [8, 16]),
    "model.units=8,16,8": ("model.units", [8, 16]),
    "+experiment=dropout search.model.dropout=null model.units=8,16 -m": ("model.units", [8, 16]),
    "'model.units=choice(8,16)' -m": ("model.units", [8, 16]),
    "'model.units=range(4,8)'": ("model.units", [4, 5, 6, 7]),
    "'model.units=range(8,4,-2)'": ("model.units", [8, 6]),
    "'model.dropout=range(0.0,0.4,0.1)'": ("model.dropout", [0.0, 0.1, 0.2, 0.3]),
    "'model.units=range(1,41,2)'": ("model.units", list(range(1, 41, 2))),
    "'model.units=shuffle(range(1,41))'": ("model.units", list(range(1, 41))),
    "search.model.units=8,16": ("model.units", [8, 16]),
    "model.activation=tanh,relu": ("model.activation", ["tanh", "relu"]),
    "'model.activation=\"tanh\",relu'": ("model.activation", ["tanh", "relu"]),
    "'data.features=[open],[open,volume]'": ("data.features", [["open"], ["open", "volume"]]),
    "-m '+hydra.sweeper.params.model.units=\"8,16\"' hydra/launcher=joblib": ("model.units", [8, 16]),
}


def _told(line: str) -> str:
    with pytest.raises(UserError) as refused:
        refuse_multirun(shlex.split(line))
    told = str(refused.value)
    assert "\n" not in told
    return told


def _commands(told: str) -> list[list[str]]:
    """The arguments of the commands that a sentence shows."""
    shown = told[told.index("lstm-sweep sweep") :]
    return [shlex.split(each)[2:] for each in shown.split(" && ")]


@pytest.mark.parametrize("line", SEARCHED)
def test_values_of_a_setting_become_a_search_in_a_command_that_works(line: str) -> None:
    path, values = SEARCHED[line]
    (arguments,) = _commands(_told(line))
    (dimension,) = [each for each in build_space(compose_settings(arguments)).dimensions if each.path == path]
    assert (dimension.size, _values(dimension)) == (len(values), values)


def _values(dimension: Dimension) -> list[Any]:
    assert not isinstance(dimension, Range)
    return [dimension.value_at(index) for index in range(dimension.size)]


def test_an_interval_becomes_a_range_with_a_tuner_that_can_search_it() -> None:
    (arguments,) = _commands(_told("'model.dropout=interval(0,0.5)'"))
    config = compose_settings(arguments)
    (dimension,) = build_space(config).dimensions
    assert isinstance(dimension, Range)
    assert (dimension.low, dimension.high, config.tuner.oracle) == (0, 0.5, "random")
    assert "tuner=random" not in _told("'model.dropout=interval(0,0.5)' tuner=bayesian")


SEPARATE = {
    "+experiment=dropout,lags -m": [["+experiment=dropout"], ["+experiment=lags"]],
    "'+experiment=glob(l*,exclude=la*)'": [["+experiment=l2"], ["+experiment=learning_rate"]],
    "+experiment=dropout data=sp500,synthetic seeds=5 -m": [
        ["+experiment=dropout", f"data={name}", "seeds=5"] for name in ("sp500", "synthetic")
    ],
    "+experiment=dropout windows.horizon=1,2": [["+experiment=dropout", f"windows.horizon={each}"] for each in (1, 2)],
    "+experiment=dropout,lags model.units=8,16 -m": [
        [f"+experiment={name}", "search.model.units=[8, 16]"] for name in ("dropout", "lags")
    ],
    "search.model.units=[8],[4,2]": [["search.model.units=[8]"], ["search.model.units=[4, 2]"]],
}


@pytest.mark.parametrize("line", SEPARATE)
def test_what_cannot_be_searched_becomes_a_command_each_that_works(line: str) -> None:
    commands = _commands(_told(line))
    assert commands == SEPARATE[line]
    for arguments in commands:
        build_space(compose_settings(arguments))


def test_of_many_commands_the_first_is_shown_and_their_number() -> None:
    told = _told("+experiment=dropout 'seed=range(100000)' 'seeds=range(1,100001)' -m")
    assert f"for each of the {100_000**2:,}, the first of them" in told
    assert _commands(told) == [["+experiment=dropout", "seed=0", "seeds=1"]]
    assert len(_commands(_told(f"'seed=range({MOST_COMMANDS})'"))) == MOST_COMMANDS


@pytest.mark.parametrize("asking", ["-m", "--multirun", "hydra.mode=MULTIRUN", "++hydra.mode=multirun"])
def test_without_several_values_it_is_to_be_left_out(asking: str) -> None:
    told = _told(f"+experiment=dropout {asking} 'search.model.l2={{low: 0, high: 1e-4, log: true}}'")
    assert f"but {asking} asks for several runs: leave it out" in told
    assert _commands(told) == [["+experiment=dropout", "search.model.l2={low: 0, high: 1e-4, log: true}"]]


@pytest.mark.parametrize(
    "argument",
    [
        "model.units=[8,16]",
        "search.model.l2={low: 0, high: 1}",
        "data.path='a,b.csv'",
        "hydra.mode=RUN",
        "model{",
        "-c",
    ],
)
def test_one_value_is_no_multirun(argument: str) -> None:
    refuse_multirun([argument])


def test_every_combination_that_was_typed_is_tried() -> None:
    (arguments,) = _commands(_told("-m model.units=8,16 model.dropout=0.0,0.1,0.2"))
    space = build_space(compose_settings(arguments))
    assert space.size == math.prod((2, 3))
    asked = itertools.product([8, 16], [0.0, 0.1, 0.2])
    tried = itertools.product(*(each.candidates for each in space.dimensions))
    assert sorted(tried) == sorted(asked)


def test_a_secret_in_an_address_is_not_shown() -> None:
    assert "s3cret" not in _told("tracking.uri=http://me:s3cret@host model.units=8,16")


def test_the_sentence_of_a_shell_is_followed_as_it_is_written(tmp_path: Path) -> None:
    done = run(tmp_path, "src.sweep", "-m", "+experiment=dropout", "model.units=8,16")
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())
    line = done.stderr[done.stderr.index("python -m src.sweep") :].strip().removeprefix("python")
    again = subprocess.run(
        f"{sys.executable}{line} --cfg job",
        shell=True,
        cwd=tmp_path,
        env={"PYTHONPATH": PYTHONPATH, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    assert "    units:\n    - 8\n    - 16\n" in again.stdout


def test_a_file_that_asks_for_several_runs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["lstm-sweep sweep"])
    own = Path("conf", "experiment", "mine.yaml")
    own.parent.mkdir(parents=True)
    own.write_text(
        "# @package _global_\nhydra:\n  mode: MULTIRUN\n  sweeper:\n    params:\n      model.units: 8,16\n"
        "search:\n  model:\n    dropout: [0.0, 0.1]\n"
    )
    with pytest.raises(UserError, match="a file of conf/ asks for 2 runs"):
        compose_command(["+experiment=mine"])
