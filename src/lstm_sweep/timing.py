"""What time it is, and how long each stage of a sweep took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


def now() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Clock:
    """A stopwatch that was started with the process.

    Attributes:
        started: `time.perf_counter()` when the process began.
        seconds: by stage, in the order they ended.
    """

    started: float
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        begun = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begun

    def total(self) -> dict[str, float]:
        """Seconds by stage, and since the process began."""
        return {**self.seconds, "total": time.perf_counter() - self.started}
