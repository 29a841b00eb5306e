"""Who writes a part: a lock that is held for hours, and that a killed process lets go of."""

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
