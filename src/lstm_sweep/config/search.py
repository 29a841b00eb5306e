"""What may be swept: a schema that mirrors the sections, and what it leaves out."""

from dataclasses import field, fields, make_dataclass
from typing import Any

from lstm_sweep.config.data import DataConfig
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
    "windows.horizon": _OTHER_TARGETS,
    "windows.train": _OTHER_TARGETS,
    "windows.validation": _OTHER_TARGETS,
    "windows.test": _OTHER_TARGETS,
}
"""Settings that cannot be swept, with the reason: '{path} cannot be swept: {reason}.'"""


def _optional_anything(names: list[str]) -> list[tuple[str, Any, Any]]:
    return [(name, Any, field(default=None)) for name in names]


def _search_schema() -> type:
    """A dataclass that mirrors the sections, every field optional, so that a misspelled key fails by name."""
    sections: list[tuple[str, Any, Any]] = []
    for section, schema in SWEPT_SECTIONS.items():
        names = [item.name for item in fields(schema)]
        mirror = make_dataclass(f"Search{section.capitalize()}", _optional_anything(names))
        sections.append((section, mirror, field(default_factory=mirror)))
    return make_dataclass("SearchConfig", sections + _optional_anything(["seed", "seeds"]))


SearchConfig = _search_schema()
