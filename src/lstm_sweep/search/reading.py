"""Reads one setting of `search` into a dimension, and refuses what cannot be one."""

import json
import math
from types import NoneType
from typing import Any, get_args

from lstm_sweep.errors import UserError, require
from lstm_sweep.search.dimensions import Choices, Dimension, Range, Steps, decimal

RANGE_KEYS = ("low", "high", "step", "log")
_IN_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "whole numbers",
    float: "numbers",
    str: "names",
    list[str]: "lists of names",
    NoneType: "null",
}


def read_dimension(path: str, kind: Any, setting: Any) -> Dimension:
    """What `search.{path}` asks for.

    Whole numbers between two ends come in steps of 1 unless a step or log is given.

    Args:
        path: of the swept setting ('model.units').
        kind: its type in the schema (`int`, `float | None`, `list[str]`).
        setting: as it came from the config: a list, or a mapping with low, high and step or log.

    Raises:
        UserError: where it is neither, or its values do not fit the setting's type.
    """
    name = f"search.{path}"
    if isinstance(setting, dict):
        return _read_range(path, kind, setting)
    require(
        isinstance(setting, list),
        f"{name} must be a list of values or a range like {{low: 1, high: 8}}, but is {spell(setting)}: "
        f"write {name}=[{spell(setting)}], or set {path} without search.",
    )
    require(len(setting) > 0, f"{name} must hold at least one value, but is []: add values, or remove it.")
    values = [_cast(name, kind, value) for value in setting]
    for index, value in enumerate(values):
        require(value not in values[:index], f"{name} must hold no value twice, but does {spell(value)}: remove one.")
    return Choices(path, tuple(values))


def spell(value: Any) -> str:
    """A value as a user types it: true, null, 0.5, tanh, [open, volume]."""
    if isinstance(value, list):
        return f"[{', '.join(map(spell, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{spell(key)}: {spell(each)}' for key, each in value.items())}}}"
    if isinstance(value, str):
        return value if value.isprintable() else repr(value)
    return json.dumps(value, default=repr)


def _cast(name: str, kind: Any, value: Any) -> Any:
    """The value as the setting's type; nothing changes but a whole number given for a number."""
    allowed = get_args(kind) if NoneType in get_args(kind) else (kind,)
    if float in allowed and type(value) is int and abs(value) < 2**53:
        value = float(value)
    words = " or ".join(_IN_WORDS[one] for one in allowed)
    came = repr(value) if isinstance(value, str) else spell(value)
    advice = f"write [[{came[1:-1]}]]" if kind == list[str] and isinstance(value, str) else "correct it"
    require(any(_is_of(one, value) for one in allowed), f"{name} must hold {words}, but holds {came}: {advice}.")
    twice = kind == list[str] and len(set(value)) < len(value)
    require(not twice, f"{name} must name each column of a list once, but holds {came}: remove the repeated one.")
    return value


def _is_of(kind: Any, value: Any) -> bool:
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if kind is int:
        return type(value) is int and abs(value) < 2**53  # beyond, keras-tuner's floats skip whole numbers
    return type(value) is kind and (kind is not float or math.isfinite(value))


def _read_range(path: str, kind: Any, setting: dict[Any, Any]) -> Dimension:
    name = f"search.{path}"
    number = _number_kind(name, kind, setting)
    keys = ", ".join(RANGE_KEYS)
    for key in setting:
        require(key in RANGE_KEYS, f"{name} has the key {spell(key)}, but a range takes {keys}: correct the key.")
    for key in ("low", "high"):
        require(setting.get(key) is not None, f"{name} must have low and high, but has no {key}: add it.")
    low, high = (_cast(f"{name}.{key}", number, setting[key]) for key in ("low", "high"))
    require(low < high, f"{name} must have its low below its high, but they are {low} and {high}: change them.")
    step = setting.get("step")
    if _cast(f"{name}.log", bool | None, setting.get("log")):
        require(step is None, f"{name} must have step or log, but has both: remove one.")
        require(low > 0, f"{name} must have a low above 0 with log, but it is {low}: raise it, or remove log.")
        _require_width(name, high / low, low, high)
        return Range(path, low, high, log=True)
    _require_width(name, high - low, low, high)
    if step is None and number is float:
        return Range(path, low, high, log=False)
    return _steps(path, low, high, _cast(f"{name}.step", number, 1 if step is None else step))


def _require_width(name: str, width: float, low: float, high: float) -> None:
    require(math.isfinite(width), f"{name} is too wide, from {low} to {high}: bring its ends closer together.")


def _number_kind(name: str, kind: Any, setting: dict[Any, Any]) -> type:
    for number in (int, float):
        if kind is number or number in get_args(kind):
            return number
    raise UserError(f"{name} is no number and takes no range, but is {setting}: give a list of values.")


def _steps(path: str, low: float, high: float, step: float) -> Steps:
    span = decimal(high) - decimal(low)
    require(
        0 < decimal(step) <= span,
        f"search.{path}.step must be above 0 and at most high - low = {span}, but is {step}: change it.",
    )
    size = span / decimal(step)
    require(size < 2**53, f"search.{path}.step is too small for so wide a range, but is {step}: enlarge it.")
    return Steps(path, low, step, size=int(span // decimal(step)) + 1)
