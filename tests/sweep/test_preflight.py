"""What is refused before a sweep trains or logs anything."""

from dataclasses import replace

import pytest

from lstm_sweep.config import Config
from lstm_sweep.errors import UserError
from lstm_sweep.search.candidates import all_features, candidates
from lstm_sweep.search.space import SearchSpace, build_space
from lstm_sweep.sweep.preflight import check_names, check_windows
from tests.configs import compose_config
from tests.examples import make_series


def composed(*overrides: str) -> tuple[Config, SearchSpace]:
    config = compose_config("search.model.units=[4,8]", *overrides)
    return config, build_space(config)


def test_default_names_are_known_to_keras() -> None:
    check_names(*composed())


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("model.activation=tahn", "model.activation must be a Keras activation, but is 'tahn'"),
        ("search.model.activation=[tanh,tahn]", "model.activation must be a Keras activation, but is 'tahn'"),
        ("model.recurrent_activation=sigmod", "model.recurrent_activation must be a Keras activation"),
        ("training.optimizer=adma", "training.optimizer must be a Keras optimizer, but is 'adma'"),
        ("search.training.optimizer=[adam,adma]", "training.optimizer must be a Keras optimizer, but is 'adma'"),
    ],
)
def test_unknown_names_are_refused_swept_or_not(override: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        check_names(*composed(override))


def test_a_name_that_is_swept_over_is_not_looked_at() -> None:
    check_names(*composed("model.activation=tahn", "search.model.activation=[tanh,relu]"))


def test_windows_that_every_trial_can_have_pass() -> None:
    check_windows(*composed("search.windows.lags=[5,60]", "search.windows.transform=[relative,none]"), make_series())


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        (["windows.lags=250"], "250 lags .* windows.train=0.7 leaves none in the 300 bars of example"),
        (["search.windows.lags=[5,250]"], "250 lags"),
        (["tuner=random", "tuner.max_trials=3", "search.windows.lags={low: 5, high: 250}"], "250 lags"),
        (["search.windows.lags={low: 10, high: 250, step: 120}"], "250 lags"),
        (["windows.horizon=46"], "46 steps of horizon, but windows.validation=0.15 leaves none"),
        (
            [
                "windows.train=[2020-01-01,2020-06-30]",
                "windows.validation=[2020-07-01,2020-08-31]",
                "windows.test=[2024-01-01,2024-12-31]",
            ],
            r"windows.test must hold bars of example, but \['2024-01-01', '2024-12-31'\] holds none of its 300",
        ),
    ],
)
def test_a_trial_without_windows_in_a_span_refuses_the_sweep(overrides: list[str], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        check_windows(*composed(*overrides), make_series())


def test_features_of_all_trials_are_loaded_once_each() -> None:
    assert all_features(*composed()) == []
    assert all_features(*composed("data.features=[volume,high]")) == ["volume", "high"]
    swept = composed("search.data.features=[[],[volume],[high,volume],[low]]")
    assert all_features(*swept) == ["volume", "high", "low"]


def test_candidates_are_the_swept_values_or_the_one_in_the_config() -> None:
    config, space = composed("model.layers=3")
    assert candidates(config, space, "model.units") == (4, 8)
    assert candidates(config, space, "model.layers") == (3,)


def test_a_price_that_never_moves_over_validation_is_refused() -> None:
    config, space = composed()
    series = make_series()
    values = series.values.copy()
    values[200:260] = values[200]
    with pytest.raises(UserError, match="must move over windows.validation=0.15"):
        check_windows(config, space, replace(series, values=values))
