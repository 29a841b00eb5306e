"""What a result came from besides its config and data: the code and the libraries."""

import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LIBRARIES = ("jax", "keras", "keras-tuner", "mlflow", "numpy", "tensorflow")


def git_commit(folder: Path = PROJECT) -> str | None:
    """The commit of the code, with '-dirty' appended where files differ from it; None outside git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def library_versions() -> dict[str, str]:
    """Versions of Python and of the libraries that results depend on."""
    return {"python": platform.python_version(), **{library: version(library) for library in LIBRARIES}}
