import itertools
import math
from pathlib import Path
from typing import Any, get_args

import keras_tuner as kt
import numpy as np
import pytest

from lstm_sweep.search.dimensions import Choices, Range, Steps
from lstm_sweep.search.grid import draw_evenly
from lstm_sweep.search.oracles import Oracle, build_oracle
from lstm_sweep.search.space import SearchSpace
from tests.configs import compose_config
from tests.search.playing import number_of, oracle_of, play

KINDS = ("grid", "random", "bayesian", "hyperband")
FEW = ("search.model.units=[8,16,32]", "search.model.stateful=[false,true]")


def random_space(seed: int) -> SearchSpace:
    """Up to three settings with up to four values each."""
    draw = np.random.default_rng(seed).integers
    kinds: list[list[Any]] = [[0.1, 0.2, 0.5, 1.0], [None, 1, 2, 3], ["a", "b", "c", "d"], [[], ["x"], ["y"], ["z"]]]
    dimensions: list[Choices | Steps] = []
    for number in range(int(draw(1, 4))):
        if draw(4) == 0:
            dimensions.append(Steps(f"a.steps_{number}", 2, 3, size=int(draw(1, 5))))
        else:
            dimensions.append(Choices(f"a.choice_{number}", tuple(kinds[draw(4)][: draw(1, 5)])))
    return SearchSpace(tuple(dimensions))


def build(space: SearchSpace, folder: Path, *overrides: str, seed: int = 0) -> Oracle:
    return build_oracle(compose_config(*overrides).tuner, space, seed, max_epochs=9, folder=folder)


def points_of(space: SearchSpace) -> list[dict[str, Any]]:
    lists = [
        [dimension.value_at(index) for index in range(dimension.size)]
        for dimension in space.dimensions
        if not isinstance(dimension, Range)
    ]
    return [dict(zip(space.paths, point, strict=True)) for point in itertools.product(*lists)]


@pytest.mark.parametrize("seed", range(10))
def test_grid_is_the_product_in_order_with_the_last_setting_fastest(tmp_path: Path, seed: int) -> None:
    space = random_space(seed)
    oracle = build(space, tmp_path)
    assert oracle.num_trials == space.size
    values = [proposal.trial.values for proposal in play(oracle, number_of, batch=1 + seed)]
    assert values == points_of(space)
    assert [list(point) for point in values] == [list(space.paths)] * len(values)


@pytest.mark.parametrize("seed", range(10))
def test_grid_that_begins_elsewhere_tries_every_point_once(tmp_path: Path, seed: int) -> None:
    space = random_space(seed)
    whole = points_of(space)
    sizes = [dimension.size or 0 for dimension in space.dimensions]
    first = draw_evenly(sizes, len(whole) // 2, seed)
    oracle = build_oracle(compose_config().tuner, space, seed, max_epochs=9, folder=tmp_path, first=first)
    values = [proposal.trial.values for proposal in play(oracle, number_of, batch=3)]
    drawn = [
        {each.path: each.value_at(index) for each, index in zip(space.dimensions, point, strict=True)}  # type: ignore[union-attr]
        for point in first
    ]
    assert values == drawn + [point for point in whole if point not in drawn]


@pytest.mark.parametrize(("kind", "num_values"), [("random", 1), ("random", 12), ("bayesian", 3)])
def test_finite_space_is_drawn_whole_without_repeats_and_then_ends(tmp_path: Path, kind: str, num_values: int) -> None:
    values = tuple(range(num_values))
    space = SearchSpace((Choices("a.left", values), Choices("a.right", values)))
    oracle = build(space, tmp_path, f"tuner={kind}", "tuner.max_trials=null")
    points = [proposal.trial.values for proposal in play(oracle, lambda proposal: sum(proposal.trial.values.values()))]
    assert oracle.num_trials == num_values**2
    assert sorted(map(str, points)) == sorted(map(str, points_of(space)))
    assert oracle.ask(4) == []


@pytest.mark.parametrize("kind", KINDS)
def test_trial_ids_count_up(tmp_path: Path, kind: str) -> None:
    played = play(oracle_of(tmp_path, f"tuner={kind}", *FEW), number_of)
    assert [proposal.trial.trial_id for proposal in played] == [f"{number:04d}" for number in range(len(played))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_search_of_nothing_is_one_trial_of_the_longest_fits(tmp_path: Path, kind: str) -> None:
    (proposal,) = play(oracle_of(tmp_path, f"tuner={kind}"), number_of)
    assert proposal.trial.values == {}
    assert proposal.epochs == (compose_config().training.epochs if kind == "hyperband" else None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("most", [1, 2, 5])
def test_budget_is_kept(tmp_path: Path, kind: str, most: int) -> None:
    oracle = oracle_of(tmp_path, f"tuner={kind}", f"tuner.max_trials={most}", *FEW)
    assert len(play(oracle, number_of)) == oracle.num_trials <= most


@pytest.mark.parametrize("kind", ["grid", "random", "bayesian"])
def test_batches_have_the_size_asked_for(tmp_path: Path, kind: str) -> None:
    oracle = oracle_of(tmp_path, f"tuner={kind}", "tuner.max_trials=5", *FEW)
    sizes = []
    while proposals := oracle.ask(2):
        sizes.append(len(proposals))
        for proposal in proposals:
            oracle.tell(proposal.trial.trial_id, number_of(proposal))
    assert sizes == [2, 2, 1]


@pytest.mark.parametrize("kind", ["random", "bayesian", "hyperband"])
def test_equal_seeds_give_equal_trials_and_others_do_not(tmp_path: Path, kind: str) -> None:
    swept = ("search.training.learning_rate={low: 1e-4, high: 1e-1, log: true}", "tuner.max_trials=8")

    def rates(seed: int, folder: str) -> list[float]:
        played = play(oracle_of(tmp_path / folder, f"tuner={kind}", f"seed={seed}", *swept), number_of)
        return [proposal.trial.values["training.learning_rate"] for proposal in played]

    zero, one = rates(0, "a"), rates(1, "b")
    assert zero == rates(0, "c")
    assert not set(zero) & set(one)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("failure", [math.nan, math.inf])
def test_sweep_of_diverged_trials_ends_well(tmp_path: Path, kind: str, failure: float) -> None:
    oracle = oracle_of(tmp_path, f"tuner={kind}", *FEW)
    played = play(oracle, lambda _: failure)
    assert len(played) == 6
    assert all(proposal.parent_id is None for proposal in played)


@pytest.mark.parametrize("seed", range(4))
def test_values_are_of_the_settings_own_types(tmp_path: Path, seed: int) -> None:
    swept: dict[str, tuple[str, Any]] = {
        "data.features": ("[[],[volume]]", list),
        "windows.lags": ("{low: 2, high: 60, log: true}", int),
        "model.units": ("{low: 8, high: 64, step: 8}", int),
        "model.l2": ("[0,1e-4]", float),
        "model.stateful": ("[false,true]", bool),
        "model.dropout": ("{low: 0, high: 0.5, step: 0.1}", float),
        "training.learning_rate": ("{low: 1e-4, high: 1, log: true}", float),
        "training.clipnorm": ("[null,1]", float | None),
        "training.optimizer": ("[adam,sgd]", str),
    }
    overrides = [f"search.{path}={values}" for path, (values, _) in swept.items()]
    played = play(oracle_of(tmp_path, "tuner=random", f"seed={seed}", *overrides), number_of)
    for proposal in played:
        assert set(proposal.trial.values) == set(swept)
        for path, value in proposal.trial.values.items():
            kind = swept[path][1]
            assert type(value) in (get_args(kind) or (kind,))
        assert proposal.trial.values["model.dropout"] in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)


def test_state_is_kept_in_the_folder(tmp_path: Path) -> None:
    play(oracle_of(tmp_path, *FEW), number_of)
    assert {path.name for path in (tmp_path / "oracle").iterdir()} == {"oracle.json"} | {
        f"trial_{number:04d}" for number in range(6)
    }


def test_keras_tuner_alone_would_stop_at_three_failures_in_a_row(tmp_path: Path) -> None:
    """Why every trial is told as completed."""
    hyperparameters = kt.HyperParameters()
    hyperparameters.Int("a", 0, 9)
    alone = kt.oracles.RandomSearchOracle(kt.Objective("score", "min"), 9, hyperparameters=hyperparameters)
    alone.verbose = 0
    alone._set_project_dir(str(tmp_path), "alone")

    def fail() -> None:
        trial = alone.create_trial("slot")
        trial.status = "FAILED"
        alone.end_trial(trial)

    fail()
    fail()
    with pytest.raises(RuntimeError, match="consecutive failures"):
        fail()
