"""Sweeps that end before their time: whatever stops them, what has finished is kept, and they can be resumed."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lstm_sweep.errors import UserError
from lstm_sweep.invocation import spelled
from lstm_sweep.storage.history import History


class Interrupted(BaseException):
    """The sweep was asked to stop, and can be resumed.

    Attributes:
        signal: number of the signal that asked.
    """

    def __init__(self, number: int, folder: Path) -> None:
        super().__init__(how_to_resume(folder))
        self.signal = number


@contextmanager
def resumable(folder: Path) -> Iterator[None]:
    """Say of an interrupt how the sweep is resumed, once there is something to resume.

    Raises:
        Interrupted: in place of a KeyboardInterrupt, once the sweep has begun.
    """
    try:
        yield
    except KeyboardInterrupt:
        if History.read(folder).start is None:
            raise
        raise Interrupted(signal.SIGINT, folder) from None


@contextmanager
def disk_errors_explained(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one sentence.

    Raises:
        UserError: naming the file.
    """
    try:
        yield
    except OSError as error:
        raise UserError(
            f"{error.filename or folder} must be writable, but is not ({error.strerror}): make room or set its "
            f"permissions. {how_to_resume(folder)}"
        ) from error


def how_to_resume(folder: Path) -> str:
    """What to type."""
    return f"What has finished is kept; resume with: {spelled('sweep')} name={folder.name} resume=true"
