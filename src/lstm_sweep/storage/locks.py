"""Locks between processes; one that is killed lets go of its locks too."""

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
