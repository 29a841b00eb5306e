"""What the numbers of a fit follow from besides its settings and data: the code, the libraries, the machine."""

import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from lstm_sweep.config import RunnerConfig
from lstm_sweep.provenance.processor import processor
from lstm_sweep.provenance.sources import code_digest

_LIBRARIES = {"jax": ("jax", "jaxlib", "keras", "numpy"), "tensorflow": ("tensorflow", "keras", "numpy")}


def environment(config: RunnerConfig, trained_by: Mapping[str, Any]) -> dict[str, Any]:
    """What bits depend on, by name.

    Args:
        config: of the runner.
        trained_by: what the runner says of itself, as `lstm_sweep.training.build.describe_runner` gives it.
    """
    return {
        "runner": config.kind,
        "backend": config.backend,
        "code": code_digest(config.kind),
        "libraries": {name: version(name) for name in _LIBRARIES[config.backend]},
        "python": platform.python_version(),
        **trained_by,
        "processor": processor(),
    }
