"""What a number or a name must be, in one sentence that names the setting as the user types it."""

import math
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec

from lstm_sweep.errors import require


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse what is not among `allowed`."""
    require(value in allowed, f"{name} must be one of {', '.join(allowed)}, but is {value!r}: choose one of them.")


def at_least(name: str, value: float | None, low: float) -> None:
    """Refuse numbers below `low`, nan and infinity; None passes."""
    if value is not None:
        require(low <= value < math.inf, f"{name} must be at least {low}, but is {value}: set a larger value.")


def above_zero(name: str, value: float | None) -> None:
    """Refuse zero, negative numbers, nan and infinity; None passes."""
    if value is not None:
        require(0 < value < math.inf, f"{name} must be above 0, but is {value}: set a positive value.")


def fraction(name: str, value: float) -> None:
    """Refuse what is not at least 0 and below 1."""
    require(0 <= value < 1, f"{name} must be at least 0 and below 1, but is {value}: set a fraction.")


def installed(library: str, extra: str, purpose: str) -> None:
    """Refuse what needs a library that is not installed, without importing the library.

    Args:
        library: as it is imported.
        extra: of this package that brings it.
        purpose: what needs it, as people type it.
    """
    require(
        find_spec(library) is not None,
        f'{library} must be installed for {purpose}, but is not: pip install "{_wanted(library, extra)}".',
    )


def _wanted(library: str, extra: str) -> str:
    """The library with the versions that the extra asks for, which pip finds wherever this package came from."""
    with suppress(PackageNotFoundError):
        for each in requires("lstm-sweep") or ():
            wanted, _, marker = each.partition(";")
            if wanted.startswith(library) and extra in marker:
                return wanted.strip()
    return library
