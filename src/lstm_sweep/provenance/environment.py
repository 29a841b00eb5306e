"""What the numbers of a fit follow from besides its settings and data: the code, the libraries, the machine."""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from src.config import FusedRunnerConfig, RunnerConfig
from src.runners.processor import processor

_SOURCES = Path(__file__).resolve().parents[1]
_ROOMS = ("baselines", "config", "fits", "metrics.py", "models", "runners", "windows")
_LIBRARIES = {"jax": ("jax", "jaxlib", "keras", "numpy"), "tensorflow": ("tensorflow", "keras", "numpy")}


def environment(config: RunnerConfig) -> dict[str, Any]:
    """What bits depend on, by name; the runner must have been built before, as it settles the devices."""
    return {
        "runner": config.kind,
        "backend": config.backend,
        "code": _code_digest(),
        "libraries": {name: version(name) for name in _LIBRARIES[config.backend]},
        "python": platform.python_version(),
        "devices": _devices(config),
        **_lstm(config),
        "processor": processor(),
    }


def _code_digest() -> str:
    digest = hashlib.sha256()
    for room in _ROOMS:
        place = _SOURCES / room
        for path in sorted([*place.rglob("*.py"), *place.rglob("*.[ch]")]) if place.is_dir() else [place]:
            digest.update(f"{path.relative_to(_SOURCES)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def _lstm(config: RunnerConfig) -> dict[str, str]:
    """What compiled the LSTM of the fused runner: its own code, or XLA's, rounds in its own way."""
    if not isinstance(config, FusedRunnerConfig):
        return {}
    from src.runners.fused.native.library import library_for

    library = library_for(config.native)
    return {"lstm": "XLA" if library is None else library.made_by}


def _devices(config: RunnerConfig) -> list[str]:
    if config.backend == "tensorflow":
        import keras

        return list(keras.distribution.list_devices())
    from src.runners.fused.devices import device_kinds

    return device_kinds()
