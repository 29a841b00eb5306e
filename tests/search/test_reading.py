import re
from typing import Any

import numpy as np
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.search.dimensions import Choices, Range, Steps
from lstm_sweep.search.reading import read_dimension, spell


def test_list_keeps_its_order_and_takes_the_type_of_the_setting() -> None:
    dimension = read_dimension("model.l2", float, [0, 1e-4, 1e-2])
    assert dimension == Choices("model.l2", (0.0, 1e-4, 1e-2))
    assert [type(value) for value in dimension.candidates] == [float, float, float]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (int, [16, 32]),
        (str, ["tanh", "relu"]),
        (bool, [False, True]),
        (float | None, [None, 1.0]),
        (int | None, [None, 3]),
        (list[str], [[], ["volume"], ["volume", "high"]]),
    ],
)
def test_values_of_the_settings_own_type_pass_unchanged(kind: Any, values: list[Any]) -> None:
    dimension = read_dimension("some.setting", kind, values)
    assert isinstance(dimension, Choices)
    assert list(dimension.values) == values
    assert [type(value) for value in dimension.values] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ({"low": 0.0, "high": 0.5, "step": 0.1}, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        ({"low": 0, "high": 1, "step": 0.25}, [0.0, 0.25, 0.5, 0.75, 1.0]),
        ({"low": 1e-4, "high": 1e-3, "step": 3e-4}, [1e-4, 4e-4, 7e-4, 1e-3]),
        ({"low": -1.0, "high": 0.4, "step": 0.5}, [-1.0, -0.5, 0.0]),
    ],
)
def test_steps_of_numbers_are_the_decimals_that_people_write(setting: dict[str, Any], expected: list[float]) -> None:
    assert values_of(read_dimension("model.dropout", float, setting)) == expected


def test_steps_of_whole_numbers_equal_a_plain_loop() -> None:
    draw = np.random.default_rng(0).integers
    for _ in range(200):
        low = int(draw(-20, 20))
        high, step = low + int(draw(1, 50)), int(draw(1, 10))
        if step > high - low:
            continue
        expected, value = [], low
        while value <= high:
            expected.append(value)
            value += step
        values = values_of(read_dimension("model.units", int, {"low": low, "high": high, "step": step}))
        assert values == expected
        assert all(type(value) is int for value in values)


def test_whole_numbers_without_a_step_are_all_whole_numbers_between() -> None:
    assert values_of(read_dimension("model.layers", int, {"low": 1, "high": 4})) == [1, 2, 3, 4]


def test_ranges_without_a_step_are_endless_unless_whole() -> None:
    rate = read_dimension("training.learning_rate", float, {"low": 1e-4, "high": 1, "log": True})
    assert rate == Range("training.learning_rate", 1e-4, 1.0, log=True)
    assert rate.size is None
    units = read_dimension("model.units", int, {"low": 8, "high": 128, "log": True})
    assert units == Range("model.units", 8, 128, log=True)
    assert units.size == 121
    assert read_dimension("training.clipnorm", float | None, {"low": 1, "high": 2, "log": False}).size is None


@pytest.mark.parametrize(
    ("kind", "setting", "sentence"),
    [
        (int, 16, "search.a.b must be a list of values or a range .* but is 16: write search.a.b="),
        (str, "tanh", "but is tanh: write search.a.b=.tanh.,"),
        (int, [], "must hold at least one value, but is .."),
        (int, [8, 16, 8], "must hold no value twice, but does 8"),
        (float, [0, 0.0], "must hold no value twice, but does 0.0"),
        (int, [16.0], "must hold whole numbers, but holds 16.0"),
        (int, ["16"], "must hold whole numbers, but holds '16'"),
        (int, [True], "must hold whole numbers, but holds true"),
        (float, [True], "must hold numbers, but holds true"),
        (float, [None], "must hold numbers, but holds null"),
        (float, [float("nan")], "must hold numbers, but holds NaN"),
        (float | None, ["none"], "must hold numbers or null, but holds 'none'"),
        (bool, [0, 1], "must hold true or false, but holds 0"),
        (str, [1], "must hold names, but holds 1"),
        (list[str], ["volume"], r"must hold lists of names, but holds 'volume': write \[\[volume\]\]"),
        (
            list[str],
            [["volume", "high", "volume"]],
            "must name each column of a list once, but holds .volume, high, vol",
        ),
        (list[str], [["volume", 1]], "must hold lists of names, but holds .volume, 1."),
        (int, {"low": 1, "hihg": 2}, "has the key hihg, but a range takes low, high, step, log"),
        (int, {"low": 1, "high": 2, 3: 4}, "has the key 3, but"),
        (int, {}, "must have low and high, but has no low"),
        (int, {"low": 1}, "must have low and high, but has no high"),
        (int, {"low": 1.5, "high": 2}, "search.a.b.low must hold whole numbers, but holds 1.5"),
        (float, {"low": "a", "high": 2}, "search.a.b.low must hold numbers, but holds 'a'"),
        (float, {"low": 0, "high": float("inf")}, "search.a.b.high must hold numbers, but holds Infinity"),
        (float, {"low": 1, "high": 1}, "must have its low below its high, but they are 1.0 and 1.0"),
        (float, {"low": 0, "high": 1, "log": True}, "must have a low above 0 with log, but it is 0.0"),
        (float, {"low": 0, "high": 1, "log": "yes"}, "search.a.b.log must hold true or false or null"),
        (float, {"low": 1, "high": 9, "log": True, "step": 2}, "must have step or log, but has both"),
        (float, {"low": 0, "high": 1, "step": 0}, "step must be above 0 and at most high - low = 1.0, but is 0.0"),
        (float, {"low": 0, "high": 1, "step": -0.1}, "step must be above 0"),
        (int, {"low": 0, "high": 8, "step": 9}, "step must be above 0 and at most high - low = 8, but is 9"),
        (int, {"low": 0, "high": 8, "step": 0.5}, "search.a.b.step must hold whole numbers, but holds 0.5"),
        (str, {"low": 0, "high": 8}, "is no number and takes no range"),
        (int, [2**53], "must hold whole numbers, but holds 9007199254740992"),
        (float, [10**400], "must hold numbers, but holds 1000000"),
        (int, {"low": 1, "high": 10**400, "log": True}, "search.a.b.high must hold whole numbers, but holds 10000"),
        (float, {"low": 1e-300, "high": 1e300, "log": True}, "is too wide, from 1e-300 to 1e.300: bring its ends"),
        (float, {"low": -1.7e308, "high": 1.7e308}, "is too wide"),
        (float, {"low": 0, "high": 1, "step": 1e-300}, "step is too small for so wide a range, but is 1e-300: enlarge"),
        (int, {"\n": 1}, r"has the key '\\n', but a range takes"),
        (int, [{b"": [1, None]}], r'must hold whole numbers, but holds {"b\'\'": .1, null.}'),
        (int, "\x1b[2J", r"but is '\\x1b\[2J': write"),
        (bool, {"low": 0, "high": 1}, "is no number and takes no range"),
        (list[str], {"low": 0, "high": 1}, "is no number and takes no range"),
    ],
)
def test_what_cannot_be_swept_over_is_refused_in_one_sentence(kind: Any, setting: Any, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        read_dimension("a.b", kind, setting)
    assert re.search(sentence, str(error.value)), error.value
    assert str(error.value).startswith("search.a.b")


def test_values_are_spelled_as_users_type_them() -> None:
    assert [spell(value) for value in (True, None, 0.5, 3, "tanh", ["open", "volume"], [])] == [
        "true",
        "null",
        "0.5",
        "3",
        "tanh",
        "[open, volume]",
        "[]",
    ]


def values_of(dimension: Any) -> list[float]:
    assert isinstance(dimension, Steps)
    return [dimension.value_at(index) for index in range(dimension.size)]
