"""What is refused before a sweep trains or logs anything."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.config import Config
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.search.candidates import all_features, candidates
from lstm_sweep.search.space import SearchSpace, build_space
from lstm_sweep.sweep.preflight import check_beginning, check_names, check_windows
from lstm_sweep.windows.scaling import Scaler
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


def standing_still(first: int, last: int) -> Series:
    """The example, whose price never moves between two bars."""
    series = make_series()
    values = series.values.copy()
    values[first:last] = values[first]
    return replace(series, values=values)


def test_a_price_that_never_moves_over_validation_is_refused() -> None:
    with pytest.raises(UserError, match="must move over windows.validation=0.15"):
        check_windows(*composed(), standing_still(200, 260))


def test_a_price_that_never_moves_over_the_test_span_is_refused_unless_that_stays_unseen() -> None:
    still = standing_still(250, 300)
    with pytest.raises(UserError, match=r"must move over windows.test=0.15, but .* unseen with evaluation.test=false"):
        check_windows(*composed(), still)
    check_windows(*composed("evaluation.test=false"), still)


def test_a_price_that_never_moves_over_one_fold_is_refused_and_fewer_folds_are_not() -> None:
    still = standing_still(222, 240)
    with pytest.raises(UserError, match=r"over fold 2 of evaluation.folds=3 \(2020-08-.* lower evaluation.folds"):
        check_windows(*composed("evaluation.folds=3"), still)
    check_windows(*composed("evaluation.folds=1"), still)


def test_a_price_that_does_not_move_at_one_step_of_the_horizon_alone_is_judged() -> None:
    series = make_series()
    pairs = replace(series, values=np.repeat(series.values[::2], 2))
    check_windows(*composed("windows.horizon=2"), pairs)


def test_the_shared_file_whose_price_stands_still_in_the_end_is_refused(shared_data: Path) -> None:
    config, space = composed("data=csv", f"data.path='{shared_data / 'reports2' / 'd22.csv'}'")
    with pytest.raises(UserError, match=r"the price of d22.csv must move over windows.test=0.15"):
        check_windows(config, space, load_series(config.data, ()))


@pytest.fixture
def begins(tmp_path: Path) -> str:
    """The folder of a forecaster with 4 units and the default settings else."""
    config, _ = composed("model.units=4")
    forecaster = Forecaster(config.windows, (), config.model, Scaler(np.zeros(1), np.ones(1)), 1, ())
    forecaster.save(tmp_path / "model")
    return f"training.init={tmp_path / 'model'}"


def test_networks_that_training_can_go_on_from_pass(begins: str) -> None:
    config = compose_config("model.units=4", "search.model.dropout=[0.0,0.5]", "windows.lags=9", begins)
    check_beginning(config, build_space(config))
    check_beginning(*composed())


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (("model.units=8",), "model.units=4, but the sweep has model.units=8"),
        (("search.model.units=[4,8]",), "but the sweep has model.units=8"),
        (("model.units=4", "windows.scale=minmax"), "windows.scale=standard"),
        (("model.units=4", "windows.transform=difference"), "windows.transform=log_return"),
        (("model.units=4", "data.features=[volume]"), "data.features="),
        (("model.units=4", "model.recurrent_dropout=0.1"), "model.recurrent_dropout=0.0"),
    ],
)
def test_networks_that_training_cannot_go_on_from_are_refused(
    begins: str, overrides: tuple[str, ...], said: str
) -> None:
    config = compose_config(*overrides, begins)
    with pytest.raises(UserError, match=re.escape(said)):
        check_beginning(config, build_space(config))


def test_a_folder_that_training_is_to_go_on_from_must_be_there() -> None:
    with pytest.raises(UserError, match=re.escape("nowhere/forecaster.json must describe a forecaster")):
        check_beginning(*composed("training.init=nowhere"))


def test_a_test_that_has_no_span_is_refused() -> None:
    with pytest.raises(UserError, match=re.escape("set evaluation.test=false")):
        compose_config("windows.test=null")
    assert compose_config("windows.test=null", "evaluation.test=false").windows.test is None
