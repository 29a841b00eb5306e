"""What all commands have in common: help, one sentence for every user error, and exit statuses."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

from lstm_sweep.cli.streams import settle_streams
from lstm_sweep.errors import UserError
from lstm_sweep.sweep.asked import note_interrupts, was_asked

STARTED = time.perf_counter()
"""When the process began, as far as this program can tell."""


@final
@dataclass(frozen=True)
class Command:
    """One command of the program.

    Attributes:
        help_text: makes what `--help` prints.
        run: takes what was typed after the command, and returns the exit status.
        after_interrupt: what is said after Ctrl-C.
    """

    help_text: Callable[[], str]
    run: Callable[[Sequence[str]], int]
    after_interrupt: str

    def main(self, arguments: Sequence[str]) -> int:
        """Run the command.

        Returns:
            What `run` returns; 2 after one sentence where the command or the data is wrong, 130 after Ctrl-C.
        """
        settle_streams()
        note_interrupts()
        try:
            if asks_for_help(arguments):
                print(self.help_text())
                return 0
            if asks_for_version(arguments):
                from lstm_sweep import __version__

                print(f"lstm-sweep {__version__}")
                return 0
            return self.run(arguments)
        except KeyboardInterrupt:
            return self._interrupted()
        except Exception as error:
            if was_asked():  # what an interrupt came to in code that does not expect any
                return self._interrupted()
            if not isinstance(error, UserError):
                raise
            print(f"error: {error}", file=sys.stderr)
            return 2

    def _interrupted(self) -> int:
        print(f"interrupted: {self.after_interrupt}", file=sys.stderr)
        return 130


def asks_for_help(arguments: Sequence[str]) -> bool:
    """Whether help is asked for, in any of the ways that people know."""
    return bool({"--help", "-h", "-help", "-?", "/?"} & set(arguments)) or list(arguments) == ["help"]


def asks_for_version(arguments: Sequence[str]) -> bool:
    """Whether the version is asked for."""
    return bool({"--version", "-version", "-V"} & set(arguments))
