"""What may be swept: a schema that mirrors the sections, and what it leaves out."""

from collections.abc import Iterable
from dataclasses import Field, field, fields, make_dataclass
from typing import Any

from lstm_sweep.config.data import DataConfig
from lstm_sweep.config.marks import ADDED
from lstm_sweep.config.model import ModelConfig, TrainingConfig
from lstm_sweep.config.windows import WindowsConfig

SWEPT_SECTIONS: dict[str, type] = {
    "data": DataConfig,
    "windows": WindowsConfig,
    "model": ModelConfig,
    "training": TrainingConfig,
}

_REPLICATE = "seeds are replicates of every trial, so that seed noise is not mistaken for skill; set seeds=5 instead"

_OTHER_SERIES = "scores on different series cannot be compared; run one sweep per series"

_OTHER_TARGETS = "it changes which targets are scored; run one sweep per value"

FIXED: dict[str, str] = {
    "seed": _REPLICATE,
    "seeds": _REPLICATE,
    "data.source": _OTHER_SERIES,
    "data.every": _OTHER_SERIES,
    "data.max_filled": _OTHER_SERIES,
    "data.aggregate": _OTHER_SERIES,
    "data.join": "sweep data.features instead, which names the joined series that a trial reads",
    "data.stamp": _OTHER_SERIES,
    "windows.horizon": _OTHER_TARGETS,
    "windows.train": _OTHER_TARGETS,
    "windows.validation": _OTHER_TARGETS,
    "windows.test": _OTHER_TARGETS,
    "windows.scaler": "it belongs to the weights that training.init goes on from",
    "training.init": "all trials begin alike; run one sweep per network that training goes on from",
}
"""Settings that cannot be swept, with the reason: '{path} cannot be swept: {reason}.'"""


def _optional_anything(items: Iterable[Field[Any]]) -> list[tuple[str, Any, Any]]:
    return [(item.name, Any, field(default=None, metadata=ADDED if "added" in item.metadata else {})) for item in items]


def _search_schema() -> type:
    """A dataclass that mirrors the sections, every field optional, so that a misspelled key fails by name."""
    sections: list[tuple[str, Any, Any]] = []
    for section, schema in SWEPT_SECTIONS.items():
        mirror = make_dataclass(f"Search{section.capitalize()}", _optional_anything(fields(schema)))
        sections.append((section, mirror, field(default_factory=mirror)))
    seeds: list[tuple[str, Any, Any]] = [(name, Any, field(default=None)) for name in ("seed", "seeds")]
    return make_dataclass("SearchConfig", sections + seeds)


SearchConfig = _search_schema()
