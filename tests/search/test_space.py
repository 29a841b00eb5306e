import itertools
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.config import FIXED, Config
from lstm_sweep.errors import UserError
from lstm_sweep.search.dimensions import Choices
from lstm_sweep.search.space import build_space, with_values
from tests.configs import CONF, compose_config, compose_experiment

EXPERIMENTS = sorted(path.stem for path in Path(CONF, "experiment").glob("*.yaml"))


def refusal(*overrides: str) -> str:
    with pytest.raises(UserError) as error:
        build_space(compose_config(*overrides))
    return str(error.value)


def test_space_holds_what_search_names_in_the_order_of_the_config() -> None:
    space = build_space(compose_config("search.training.epochs=[2,4]", "search.model.stateful=[false,true]"))
    assert space.dimensions == (Choices("model.stateful", (False, True)), Choices("training.epochs", (2, 4)))
    assert space.paths == ("model.stateful", "training.epochs")
    assert space.size == 4


def test_space_with_a_range_of_numbers_is_endless() -> None:
    endless = "search.training.learning_rate={low: 1e-4, high: 1e-2, log: true}"
    assert build_space(compose_config("tuner=random", "search.model.units=[8,16]", endless)).size is None


@pytest.mark.parametrize("experiment", EXPERIMENTS)
def test_every_experiment_has_a_search_space(experiment: str) -> None:
    assert build_space(compose_experiment(experiment)).dimensions


def test_lists_of_covariates_can_be_swept() -> None:
    space = build_space(compose_config("search.data.features=[[],[volume],[high,low]]"))
    assert space.dimensions == (Choices("data.features", ([], ["volume"], ["high", "low"])),)


@pytest.mark.parametrize("tuner", ["grid", "random", "bayesian", "hyperband"])
def test_a_search_of_nothing_is_one_configuration(tuner: str) -> None:
    space = build_space(compose_config(f"tuner={tuner}"))
    assert (space.paths, space.size) == ((), 1)


@pytest.mark.parametrize("path", FIXED)
def test_what_must_not_be_swept_is_refused_with_the_reason(path: str) -> None:
    assert refusal(f"search.{path}=[1,2]") == f"{path} cannot be swept: {FIXED[path]}."


@pytest.mark.parametrize(
    ("override", "named"),
    [
        ("search.model.dropout=[0.1,1.5]", "model.dropout=1.5"),
        ("search.model.units=[8,0]", "model.units=0"),
        ("search.training.learning_rate={low: 0.0, high: 0.1, step: 0.05}", "training.learning_rate=0.0"),
        ("search.model.recurrent_dropout={low: 0.5, high: 1.0, step: 0.1}", "model.recurrent_dropout=1.0"),
        ("search.windows.transform=[log_return,logreturn]", "windows.transform=logreturn"),
    ],
)
def test_value_out_of_range_is_refused_before_any_trial(override: str, named: str) -> None:
    assert refusal(override).startswith(f"search tries {named}: {named.split('=')[0]} must be ")


def test_values_that_do_not_go_together_are_refused_by_their_paths() -> None:
    sentence = refusal(
        "search.model.stateful=[false,true]",
        "search.windows.transform=[log_return,relative]",
        "search.model.units=[8,16]",
    )
    assert sentence.startswith("search tries windows.transform=relative with model.stateful=true: windows.transform=")


def test_values_that_do_not_go_together_are_found_in_a_space_of_many_combinations() -> None:
    many = [f"search.model.{name}={list(range(1, 30))}" for name in ("units", "layers")]
    many.append(f"search.training.batch_size={list(range(1, 30))}")
    assert build_space(compose_config(*many)).size == 29**3
    sentence = refusal(*many, "search.model.stateful=[false,true]", "search.windows.transform=[none,relative]")
    assert "windows.transform=relative with model.stateful=true" in sentence


def test_base_values_that_no_trial_uses_refuse_nothing() -> None:
    swept = ("search.windows.transform=[none,difference]", "search.model.stateful=[false,true]")
    assert build_space(compose_config("windows.transform=relative", *swept)).size == 4


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        (["search.training.learning_rate={low: 0.1, high: 0.2}"], "tuner=grid needs a list or a range with a step"),
        (["search.model.units={low: 1, high: 9, log: true}"], "tuner=grid needs a list or a range with a step"),
        (["tuner=hyperband", "search.training.epochs=[1,2]"], "tuner=hyperband chooses the epochs"),
        (
            ["tuner=random", "tuner.max_trials=null", "search.model.l2={low: 0, high: 1}"],
            "tuner=random needs an end in an endless search space, but tuner.max_trials is null",
        ),
        (["tuner.oracle=hyperband", "search.model.units=[1]"], "tuner.oracle=hyperband does not go with"),
        (["tuner=hyperband", "tuner.oracle=grid", "search.model.units=[1]"], "tuner.oracle=grid does not go with"),
    ],
)
def test_space_that_the_oracle_cannot_search_is_refused(overrides: list[str], sentence: str) -> None:
    assert sentence in refusal(*overrides)


def test_whole_numbers_between_two_ends_can_be_a_grid() -> None:
    assert build_space(compose_config("search.model.layers={low: 1, high: 3}")).size == 3


def test_values_replace_settings_and_nothing_else() -> None:
    config = compose_config()
    values = {"model.units": 7, "training.clipnorm": None, "data.features": ["volume"], "windows.lags": 3}
    changed = with_values(config, values)
    expected = asdict(config)
    for path, value in values.items():
        section, name = path.split(".")
        expected[section][name] = value
    assert asdict(changed) == expected
    assert config == compose_config()


def test_every_combination_of_a_small_space_is_checked() -> None:
    units, layers = [1, 2, 3], [1, 2]
    swept = compose_config(f"search.model.units={units}", f"search.model.layers={layers}")
    seen: list[Any] = []

    class Watched(Config):
        def __post_init__(self) -> None:
            seen.append((self.model.layers, self.model.units))

    build_space(Watched(**vars(swept)))
    assert set(seen) >= set(itertools.product(layers, units))


def test_values_are_checked_as_they_are_set() -> None:
    with pytest.raises(UserError, match="model.dropout must be"):
        with_values(compose_config(), {"model.dropout": 2.0})
    with pytest.raises(UserError, match="relative needs windows"):
        with_values(compose_config("windows.transform=relative"), {"model.stateful": True})
