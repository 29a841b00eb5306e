"""How the commands of this program are typed, so that what a sentence tells people to do works where they are."""

import sys
from pathlib import Path


def spelled(command: str) -> str:
    """A command in the form in which this process was started.

    Returns:
        'python -m src.sweep' in a checkout, 'python -m lstm_sweep sweep' where that was typed, else 'lstm-sweep sweep'.
    """
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    module = "" if spec is None else spec.name
    if module.startswith("src."):
        return f"python -m src.{command}"
    return f"python -m lstm_sweep {command}" if module.startswith("lstm_sweep") else f"lstm-sweep {command}"


def in_checkout() -> bool:
    """Whether the targets of the Makefile can be typed here."""
    return spelled("").startswith("python -m src.") and Path("Makefile").is_file()
