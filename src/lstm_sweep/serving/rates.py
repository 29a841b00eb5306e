"""How often one client may ask for what must be computed."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import final

_OVER = 10.0
"""Seconds over which the rate is an average."""

_MOST_CLIENTS = 10_000
"""That are remembered; who has not asked for longest is forgotten first."""


@final
class RateLimit:
    """A bucket for each client, which drips empty at the rate and holds ten seconds of it.

    Not safe to call from several threads: one event loop asks.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with all buckets empty; `clock` counts seconds."""
        self._rate, self._most, self._clock = per_second, max(per_second * _OVER, 1.0), clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> int:
        """Count a request; 0 where it may be answered, else whole seconds until the next one may."""
        now = self._clock()
        level, since = self._levels.pop(client, (0.0, now))
        level = max(level - (now - since) * self._rate, 0.0)
        allowed = level + 1.0 <= self._most
        self._levels[client] = (level + allowed, now)
        if len(self._levels) > _MOST_CLIENTS:
            self._levels.popitem(last=False)
        return 0 if allowed else max(math.ceil((level + 1.0 - self._most) / self._rate), 1)
