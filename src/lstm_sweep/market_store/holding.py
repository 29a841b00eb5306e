"""Who writes: locks of files that a killed process lets go of."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lstm_sweep.errors import UserError

_PATIENCE = 1.0
"""Seconds to try for: whoever only looks whether a lock is held takes it for a moment."""


def take_lock(path: Path) -> FileLock:
    """Hold the lock that the file at `path` stands for, until `release`.

    Raises:
        UserError: where another process holds it.
    """
    lock = FileLock(path)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout:
        raise UserError(
            f"{path} must be free, but another process writes there: wait for it, or end it first."
        ) from None
    return lock


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock that the file at `path` stands for, having waited for whoever holds it."""
    with FileLock(path):
        yield


def is_taken(path: Path) -> bool:
    """Whether a living process holds the lock; a file that is not there is not made."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
