"""What the numbers were measured on."""

import os
import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

_PACKAGES = ("keras", "jax", "tensorflow", "keras-tuner", "mlflow", "tensorboard", "numpy", "ray")
ROOT = Path(__file__).resolve().parents[1]


def num_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def describe() -> dict[str, Any]:
    """Processor, cores, system, versions and commit."""
    return {
        "processor": _processor(),
        "cores": num_cores(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version for name in _PACKAGES if (version := _version(name))},
        "commit": _commit(),
    }


def sgemm_peak(seconds: float = 1.0) -> float:
    """Best `2 m n k / time` of NumPy's float32 matrix product on all cores, in operations per second.

    Args:
        seconds: how long to try.
    """
    best, end = 0.0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        for size in (1024, 2048, 3072):
            best = max(best, _rate(size))
    return best


def _rate(size: int) -> float:
    matrix = np.full((size, size), 0.5, np.float32)
    started = time.perf_counter()
    matrix @ matrix
    return 2 * size**3 / (time.perf_counter() - started)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    if names:
        return names[0]
    if sys.platform == "darwin":
        return subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        ).stdout.strip()
    return platform.processor()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str:
    answer = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
