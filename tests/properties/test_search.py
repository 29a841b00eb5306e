"""Whatever `search` holds, it is a space whose every value can be set, or refused in one sentence."""

from dataclasses import fields
from functools import partial
from typing import Any

import keras_tuner as kt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstm_sweep.config import SWEPT_SECTIONS, Config, SearchConfig
from lstm_sweep.errors import UserError
from lstm_sweep.search.dimensions import Range
from lstm_sweep.search.reading import read_dimension
from lstm_sweep.search.space import SearchSpace, build_space, with_values
from lstm_sweep.search.translation import from_hyperparameters, to_hyperparameters
from tests.configs import compose_config
from tests.properties.attempt import attempt

KINDS = (int, float, bool, str, float | None, int | None, list[str])
PATHS = [
    f"{section}.{name}"
    for section, schema in SWEPT_SECTIONS.items()
    for name in (field.name for field in fields(schema))
]
SWEEPABLE = [path for path in PATHS if path not in ("windows.train", "windows.validation", "windows.test")]
NUMBERS = st.integers() | st.floats() | st.sampled_from([10**400, -(10**400), 2**63, 5e-324, 1.7e308])
WORDS = st.sampled_from(["tanh", "relu", "log_return", "minmax", "", "null", "\n", "volume"]) | st.text(max_size=5)
SCALARS = st.none() | st.booleans() | NUMBERS | WORDS | st.binary(max_size=3)
KEYS = st.sampled_from(["low", "high", "step", "log", "\n"]) | st.integers() | st.binary(max_size=2) | st.booleans()
GARBAGE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
RANGES = st.fixed_dictionaries(
    {"low": NUMBERS, "high": NUMBERS}, optional={"step": NUMBERS, "log": st.booleans() | st.none()}
)
SETTINGS = GARBAGE | RANGES | st.lists(NUMBERS, max_size=4) | st.lists(WORDS, max_size=4)


@pytest.fixture(scope="module")
def config() -> Config:
    return compose_config()


@given(st.sampled_from(KINDS), SETTINGS)
@example(float, [10**400])
@example(float, {"low": 0, "high": 1.7e308, "step": 5e-324})
@example(int, {"low": 0, "high": 10**30, "step": 1})
@example(int, [{b"": 1}])
def test_any_setting_is_a_dimension_of_the_settings_type_or_refused(kind: Any, setting: Any) -> None:
    dimension = attempt(lambda: read_dimension("model.units", kind, setting), "search.model.units")
    if dimension is None:
        return
    allowed = {int: (int,), float: (float,), bool: (bool,), str: (str,), list[str]: (list,)}
    types = allowed.get(kind) or (type(None), *(each for each in (int, float) if each in kind.__args__))
    assert dimension.size is None or dimension.size >= 1
    assert all(type(value) in types for value in dimension.candidates)


@given(st.dictionaries(st.sampled_from(SWEEPABLE), SETTINGS, max_size=3))
@example({"model.units": [10**400]})
@example({"windows.lags": {"low": 1, "high": 10**400, "log": True}})
@example({"training.learning_rate": {"low": 1e-300, "high": 1e300, "log": True}})
def test_any_search_is_a_space_of_settings_that_can_be_set_or_refused(config: Config, wanted: dict[str, Any]) -> None:
    search = SearchConfig()
    for path, setting in wanted.items():
        section, name = path.split(".")
        setattr(getattr(search, section), name, setting)
    swept = Config(**vars(config) | {"search": search})
    swept.tuner.oracle = "random"
    space = attempt(lambda: build_space(swept))
    if space is None:
        return
    assert set(space.paths) == {path for path, setting in wanted.items() if setting is not None}
    for dimension in space.dimensions:
        for candidate in dimension.candidates:
            section, name = dimension.path.split(".")
            # It may not go with the other settings of the config, where it does with those of the space.
            changed = attempt(partial(with_values, swept, {dimension.path: candidate}))
            assert changed is None or getattr(getattr(changed, section), name) == candidate
    check_translation(space)


def check_translation(space: SearchSpace) -> None:
    """Every value survives the way to keras-tuner and back, through its file format and its unit interval."""
    hyperparameters = kt.HyperParameters.from_config(to_hyperparameters(space).get_config())
    drawn = {item.name: item.random_sample(1) for item in hyperparameters.space}
    assert set(from_hyperparameters(space, drawn)) == set(space.paths)
    for dimension, item in zip(space.dimensions, hyperparameters.space, strict=True):
        one = SearchSpace((dimension,))
        if isinstance(dimension, Range):
            for end in (dimension.low, dimension.high):
                (back,) = from_hyperparameters(one, {item.name: end}).values()
                assert back == end
                assert type(back) is type(end)
            for share in (0.0, 0.3, 1.0):
                (value,) = from_hyperparameters(one, {item.name: item.prob_to_value(share)}).values()
                assert dimension.low <= value <= dimension.high
            continue
        for share, index in ((0.0, 0), (1 - 1e-15, dimension.size - 1)):
            (end,) = from_hyperparameters(one, {item.name: item.prob_to_value(share)}).values()
            assert repr(end) == repr(dimension.value_at(index))
        for index in {0, dimension.size // 2, dimension.size - 1}:
            for number in (index, float(index), item.prob_to_value(item.value_to_prob(index))):
                (back,) = from_hyperparameters(one, {item.name: number}).values()
                expected = dimension.value_at(index)
                assert repr(back) == repr(expected)


VALUES = st.one_of(
    *(
        st.lists(each, min_size=1, max_size=6, unique_by=repr)
        for each in (
            st.integers(-(10**6), 10**6),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
            st.text(max_size=4),
            st.none() | st.floats(0, 1),
            st.none() | st.integers(0, 9),
            st.lists(st.text(max_size=3), max_size=3),
        )
    )
)


@given(VALUES)
def test_every_value_of_a_list_survives_the_way_to_keras_tuner_and_back(values: list[Any]) -> None:
    for kind in KINDS:
        try:
            dimension = read_dimension("model.units", kind, values)
        except UserError:
            continue
        assert [dimension.value_at(index) for index in range(len(values))] == values  # type: ignore[union-attr]
        check_translation(SearchSpace((dimension,)))
        return


@given(st.integers(1, 200), st.integers(0, 3), st.integers(1, 30))
def test_steps_come_in_the_decimals_that_people_write(first: int, places: int, step: int) -> None:
    last = first + 7 * step
    low, high, apart = (float(f"{number}e-{places}") for number in (first, last, step))
    dimension = read_dimension("model.l2", float, {"low": low, "high": high, "step": apart})
    expected = [float(f"{first + number * step}e-{places}") for number in range(8)]
    assert [dimension.value_at(number) for number in range(dimension.size or 0)] == expected  # type: ignore[union-attr]
    check_translation(SearchSpace((dimension,)))
