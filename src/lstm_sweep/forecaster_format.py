"""What stands in the file of a forecaster, and how it is read; nothing of it is run."""

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import ModelConfig, WindowsConfig
from lstm_sweep.windows.scaling import Scaler

Section = TypeVar("Section", WindowsConfig, ModelConfig)

FORMAT = 1
"""Of the file; a later one is refused."""


def described(plain: Any) -> dict[str, Any]:
    """What forecaster.json says, by the names of `Forecaster`'s attributes, without weights.

    Args:
        plain: its content.

    Raises:
        ValueError: or TypeError, KeyError, UserError, RecursionError: where it is not as it was saved.
    """
    features = tuple(_checked(str, name) for name in _checked(list, plain["features"]))
    if plain.get("format", FORMAT) != FORMAT:
        raise ValueError(f"format {plain['format']} of a later version of this program")
    offset, factor = (np.array(plain[name], np.float64) for name in ("offset", "factor"))
    sound = offset.shape == factor.shape == (1 + len(features),) and np.isfinite(offset).all() and (factor > 0).all()
    if not (sound and np.isfinite(factor).all()):
        raise ValueError(f"a scale of {plain['offset']} and {plain['factor']} for {1 + len(features)} features")
    return {
        "windows": _section(WindowsConfig, plain["windows"]),
        "features": features,
        "model": _section(ModelConfig, plain["model"]),
        "scaler": Scaler(offset, factor),
        "warmup": _checked(int, plain["warmup"]),
        "is_signed": _checked(bool, plain.get("is_signed", False)),  # older ones have no such entry
        "seen": _seen(plain.get("seen"), 1 + len(features)),
        "levels": _levels(plain.get("levels", []), features),
    }


def _levels(plain: Any, features: tuple[str, ...]) -> tuple[str, ...]:
    if not set(plain) <= set(features):
        raise ValueError(f"levels of {plain} among {list(features)}")
    return tuple(plain)


def _seen(plain: Any, num_features: int) -> NDArray[np.float64] | None:
    if plain is None:
        return None
    seen = np.array(plain, np.float64)
    if seen.shape != (2, num_features):
        raise ValueError(f"ranges of shape {seen.shape} for {num_features} features")
    return seen


def _section(schema: type[Section], plain: Any) -> Section:
    """A section of the config, whose values have the types that they were saved with.

    A setting that the version which saved it did not have takes its default.
    """
    saved = [item for item in fields(schema) if item.name in plain or not _has_default(item)]
    return schema(**{item.name: _checked(item.type, plain[item.name]) for item in saved})


def _has_default(item: "Field[Any]") -> bool:
    return item.default is not MISSING or item.default_factory is not MISSING


def _checked(kind: Any, value: Any) -> Any:
    if kind is not Any and type(value) is not kind and (kind, type(value)) != (float, int):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
