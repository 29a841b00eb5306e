"""What is said on the terminal while markets are recorded."""

import shutil
import sys
from collections.abc import Sequence

from lstm_sweep.recorder.counts import MarketCounts, together


class StatusLine:
    """One line that is written over on a terminal; elsewhere a line for each market.

    Args:
        every: seconds between two of them where nobody looks at a terminal.
    """

    def __init__(self, every: float) -> None:
        self._is_terminal = sys.stdout.isatty()
        self.every = min(1.0, every) if self._is_terminal else every

    def show(self, markets: Sequence[MarketCounts]) -> None:
        """Say how it is now."""
        for market in markets:
            market.look()
        lines = [market.line() for market in markets]
        if not self._is_terminal:
            print("\n".join(lines), flush=True)
            return
        width = shutil.get_terminal_size().columns - 1
        text = " | ".join(lines)
        text = together(markets) if len(markets) > 1 and len(text) > width else text
        print(f"\r{text[:width]:<{width}}", end="", flush=True)

    def say(self, text: str) -> None:
        """Write something that stays."""
        print(f"\r\x1b[K{text}" if self._is_terminal else text, flush=True)

    def fail(self, text: str) -> None:
        """Say why it ended, where errors are said."""
        print(f"{chr(10) if self._is_terminal else ''}error: {text}", file=sys.stderr, flush=True)
