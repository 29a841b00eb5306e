"""Standard output and error as a program that must not die of them needs them: whatever cannot be written is left out.

A terminal that was closed, a reader that has seen enough (`| head -1`), a full disk behind `>`, letters that the
terminal's encoding lacks: training continues, and its result does not depend on who watches.
"""

import errno
import io
import os
import select
import sys
from typing import TextIO, final

_NAMES = {1: "stdout", 2: "stderr"}


def settle_streams() -> None:
    """Make `sys.stdout` and `sys.stderr` writable whatever comes; streams that are not the process's own stay."""
    _open_closed()
    for number, name in _NAMES.items():
        stream = getattr(sys, name)
        if stream is None or stream is getattr(sys, f"__{name}__"):
            setattr(sys, name, _forgiving(number, stream))


def _open_closed() -> None:
    """Lead closed descriptors nowhere: the next file that is opened would be written to as if it were the terminal."""
    for number in (0, *_NAMES):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)


def _forgiving(number: int, before: TextIO | None) -> TextIO:
    is_error = number == 2
    by_line = isinstance(before, io.TextIOWrapper) and (before.line_buffering or before.write_through)
    return io.TextIOWrapper(
        io.BufferedWriter(_ForgivingOutput(number)),
        encoding="utf-8" if before is None else before.encoding,
        errors="backslashreplace" if is_error else "replace",
        line_buffering=is_error or by_line,
    )


@final
class _ForgivingOutput(io.RawIOBase):
    """A descriptor that takes everything; what goes nowhere is said once, unless it is the reader who left."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._is_lost = False

    def fileno(self) -> int:
        return self._number

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, data: object) -> int:
        assert isinstance(data, bytes | bytearray | memoryview)
        while not self._is_lost:
            try:
                return os.write(self._number, data)
            except BlockingIOError:  # another program left the terminal that way
                select.select([], [self._number], [])
            except OSError as error:
                self._is_lost = True
                self._tell(error)
        return len(data)

    def _tell(self, error: OSError) -> None:
        if error.errno == errno.EPIPE or self._number == 2:
            return
        text = f"standard output cannot be written to ({error.strerror}): what would be there is left out\n"
        sys.stderr.write(text)
