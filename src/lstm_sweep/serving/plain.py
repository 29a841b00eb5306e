"""Dataclasses as JSON that any program reads."""

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def plain(value: Any) -> Any:
    """Nested mappings, lists, numbers and texts; None for nan and the infinities, however deep."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    return plain(value.tolist()) if hasattr(value, "tolist") else str(value)  # NumPy's


def as_json(value: Any) -> bytes:
    """The same as JSON text on one line."""
    try:
        return _encoded(value)  # the encoder walks by itself, several times as fast
    except (ValueError, TypeError):  # it meets nan, or a key that is no text
        return _encoded(plain(value))


def _encoded(value: Any) -> bytes:
    text = json.dumps(value, default=_inside, allow_nan=False, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _inside(value: Any) -> Any:
    """One level of what the encoder does not know."""
    return vars(value) if is_dataclass(value) else plain(value)
