"""Ctrl-C before a sweep listens to it: noted, for what is imported or compiled at that moment may swallow it."""

import signal
import sys
import threading
from types import FrameType
from typing import Any

_asked: list[int] = []


def note_interrupts() -> None:
    """Note SIGINT from now on, beside raising KeyboardInterrupt; where others handle or ignore it, they still do."""
    is_ours = threading.current_thread() is threading.main_thread()
    if is_ours and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _on_interrupt)
        sys.unraisablehook = _on_unraisable


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
    _asked.append(number)
    raise KeyboardInterrupt


def _on_unraisable(unraisable: Any) -> None:
    """JAX's callbacks of the garbage collector are such a place; the interrupt is not lost, and nothing to print."""
    if not (_asked and issubclass(unraisable.exc_type, KeyboardInterrupt)):
        sys.__unraisablehook__(unraisable)
