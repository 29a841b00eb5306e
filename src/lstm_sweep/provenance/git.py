"""The commit of the code that a result came from."""

import subprocess
from pathlib import Path

_COMMIT = "# branch.oid "
_PACKAGE = Path(__file__).resolve().parents[1]


def checkout_of(package: Path) -> Path | None:
    """The checkout that a package runs from; None where it is installed, maybe below somebody else's checkout."""
    root = package.parents[1]
    return root if package.parent.name == "src" and (root / "conf").is_dir() else None


CHECKOUT = checkout_of(_PACKAGE)


def git_commit(folder: Path | None = CHECKOUT) -> str | None:
    """The commit of a checkout, with '-dirty' appended where files differ from it; None outside git.

    Args:
        folder: the checkout, or None for no commit.
    """
    if folder is None:
        return None
    # `describe` would lock the index of the checkout, and a sweep that is killed meanwhile would leave it locked.
    asked = ["status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    command = ["git", "--no-optional-locks", "-C", str(folder), *asked]
    try:
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        return None
    commit = next((line.removeprefix(_COMMIT) for line in lines if line.startswith(_COMMIT)), "(initial)")
    is_dirty = any(not line.startswith("#") for line in lines)
    return None if commit == "(initial)" else commit + "-dirty" * is_dirty
