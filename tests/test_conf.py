import dataclasses

import pytest
import yaml

from lstm_sweep.cli.composition.compose import compose_live
from lstm_sweep.cli.composition.conf import choices
from lstm_sweep.search.space import build_space
from tests.configs import CONF, NEED_A_FILE, NEED_A_STORE, compose_config, compose_experiment

EXPERIMENTS = list(choices("experiment"))


def test_all_experiments_are_there():
    wanted = "layers units epochs activation dropout l2 lags stateful learning_rate batch_size joint bayesian hyperband"
    assert sorted([*wanted.split(), *NEED_A_FILE, *NEED_A_STORE]) == EXPERIMENTS


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_composes_into_a_search_space(name):
    config = compose_experiment(name)
    space = build_space(config)
    assert config.name == name
    assert len(space.dimensions) == (1 if name not in ("joint", "bayesian", "hyperband") else len(space.dimensions))
    assert len(space.dimensions) >= 1


PUBLISHED = {
    "workshop_v0": (1, 10, "tanh", 0.0),
    "workshop_v1": (2, 100, "tanh", 0.0),
    "workshop_v2": (2, 300, "tanh", 0.0),
    "workshop_v3": (2, 100, "relu", 0.0),
    "workshop_v4": (2, 600, "relu", 0.4),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_version_of_the_workshop_differs_from_the_first_in_what_was_published(name):
    config, first = compose_experiment(name), compose_experiment("workshop_v0")
    model, training = config.model, config.training
    assert (model.layers, training.epochs, model.activation, model.dropout) == PUBLISHED[name]
    assert config.windows == first.windows
    assert dataclasses.replace(training, epochs=first.training.epochs) == first.training
    assert config.search.model.units == [7]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_every_experiment_says_its_command_and_its_question(name):
    package, command, *_ = (CONF / "experiment" / f"{name}.yaml").read_text().splitlines()
    assert package == "# @package _global_"
    assert command.startswith(f"# python -m src.sweep +experiment={name} ")
    assert command.endswith("?")


CHOICES = sorted(path for path in CONF.glob("*/*.yaml") if path.parent.name != "experiment")


@pytest.mark.parametrize("path", CHOICES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_choice_of_a_group_composes(path):
    extra = ("data.path=prices.csv",) if path.stem == "csv" else ()
    composed = f"{path.parent.name}={path.stem}"
    if path.parent.name == "live":
        section = dataclasses.asdict(compose_live([composed]))
    else:
        section = dataclasses.asdict(getattr(compose_config(composed, *extra), path.parent.name))
    settings = {name: value for name, value in yaml.safe_load(path.read_text()).items() if name != "defaults"}
    assert settings.keys() == section.keys()
