"""Dataclasses as JSON: quick where it can be, right where it must be."""

import json
import math
from dataclasses import asdict, replace
from types import MappingProxyType

import numpy as np
import pytest

from lstm_sweep.serving.plain import as_json, plain
from tests.serving.stepping import SteppingProcess


def test_a_view_is_what_dataclasses_say(process: SteppingProcess) -> None:
    expected = json.loads(json.dumps(asdict(process.view)))
    assert json.loads(as_json(process.view)) == expected == plain(process.view)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_not_finite_is_null_however_deep(process: SteppingProcess, value: float) -> None:
    (judgement,) = process.view.judgements
    view = replace(process.view, judgements=(replace(judgement, wealth=(1.0, value), skill=value),))
    found = json.loads(as_json(view))["judgements"][0]
    assert (found["wealth"], found["skill"]) == ([1.0, None], None)
    assert found["mean"] == list(judgement.mean)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (MappingProxyType({"a": (1, None)}), {"a": [1, None]}),
        ({1: "x", (2, 3): "y"}, {"1": "x", "(2, 3)": "y"}),
        (np.array([1.5, np.nan]), [1.5, None]),
        (np.int64(7), 7),
        (np.bool_(True), True),
        ("grün\ud800", "grün?"),
    ],
    ids=str,
)
def test_settings_of_any_kind_are_written(value: object, expected: object) -> None:
    assert json.loads(as_json(value)) == expected
