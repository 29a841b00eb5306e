"""JSON that any program reads: it has no numbers that are not finite, so these become null."""

import json
import math
from typing import Any


def strict_json(value: Any, indent: int | None = None) -> str:
    """JSON text of nested plain values, null for nan and the infinities, however deep."""
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
