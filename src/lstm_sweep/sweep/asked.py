"""Ctrl-C before a sweep listens to it.

As long as nothing has begun it ends the process at once: an exception in the midst of what JAX and TensorFlow import or
compile may be swallowed, or crash them. Later it is an exception, and noted, so that it can be raised again.
"""

import os
import signal
import sys
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

_asked: list[int] = []
_last_words: list[str] = []


def note_interrupts() -> None:
    """Note SIGINT from now on, beside raising KeyboardInterrupt; where others handle or ignore it, they still do."""
    is_ours = threading.current_thread() is threading.main_thread()
    if is_ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_interrupt)
        sys.unraisablehook = _on_unraisable


def quit_if_interrupted(last_words: str) -> None:
    """From now on an interrupt ends the process with these words and status 130; there must be nothing to lose."""
    _last_words[:] = [last_words]


def begin() -> None:
    """From now on there is something to lose: an interrupt is an exception."""
    _last_words.clear()


def was_asked() -> bool:
    """Whether an interrupt was noted."""
    return bool(_asked)


def stop_if_asked() -> None:
    """Raise again what was swallowed.

    Raises:
        KeyboardInterrupt: where an interrupt was noted.
    """
    if _asked:
        raise KeyboardInterrupt


def _on_interrupt(number: int, frame: FrameType | None) -> None:
    if _last_words:
        with suppress(OSError):  # nobody reads standard error any more
            os.write(2, f"interrupted: {_last_words[0]}\n".encode())
        os._exit(128 + number)
    _asked.append(number)
    raise KeyboardInterrupt


def _on_unraisable(unraisable: Any) -> None:
    """JAX's callbacks of the garbage collector are such a place; the interrupt is not lost, and nothing to print."""
    if not (_asked and issubclass(unraisable.exc_type, KeyboardInterrupt)):
        sys.__unraisablehook__(unraisable)
