"""Locks between processes; one that is killed lets go of its locks too."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class HeldError(Exception):
    """Another process holds the lock."""


@contextmanager
def holding(path: Path, wait: bool) -> Iterator[None]:
    """Hold the lock that the file at `path` stands for; the file is made, and stays.

    Args:
        path: of the file, in a folder that exists.
        wait: whether to wait for whoever holds it.

    Raises:
        HeldError: where another process holds it and `wait` is false.
        OSError: where the file cannot be written to.
    """
    try:
        with FileLock(path, timeout=-1 if wait else 0):
            yield
    except Timeout:
        raise HeldError from None


def is_held(path: Path) -> bool:
    """Whether another process holds the lock; nothing is written, and a file that is not there is not made."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
