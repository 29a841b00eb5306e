"""The commit of the code that a result came from."""

import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def git_commit(folder: Path = PROJECT) -> str | None:
    """The commit of the code, with '-dirty' appended where files differ from it; None outside git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
