"""The commit of the code that a result came from."""

import subprocess
from pathlib import Path

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
    # Without locks: a sweep that is killed meanwhile would leave the index of the checkout locked.
    asked = ["describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    command = ["git", "--no-optional-locks", "-C", str(folder), *asked]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
