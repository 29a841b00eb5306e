"""How many requests came, what they were answered, and how long that took."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import final

from lstm_sweep.serving.metrics.exposition import Metric, Sample

BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
"""Seconds, upper ends of the histogram's bars."""

_METHODS = ("GET", "POST", "HEAD", "OPTIONS")


@final
class RequestMetrics:
    """Counts since the server began; one event loop counts.

    Attributes:
        paths: of the app; others are counted together, for anyone can invent them.
    """

    def __init__(self) -> None:
        self.paths: Collection[str] = ()
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._bars: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request whose answer began after `seconds`; of a stream, all that follows is not in them."""
        route = path if path in self.paths else "other"
        self._requests[route, method if method in _METHODS else "other", str(status)] += 1
        self._bars.setdefault(route, [0] * (len(BOUNDS) + 1))[bisect_left(BOUNDS, seconds)] += 1
        self._seconds[route] += seconds  # type: ignore[assignment]

    def metrics(self) -> Iterator[Metric]:
        """As they stand."""
        counts = [
            Sample(number, {"route": route, "method": method, "status": status})
            for (route, method, status), number in sorted(self._requests.items())
        ]
        yield Metric("requests_total", "counter", "Requests that were answered.", tuple(counts))
        bars = [sample for route in sorted(self._bars) for sample in self._histogram(route)]
        meaning = "Seconds from a request to the begin of its answer."
        yield Metric("request_seconds", "histogram", meaning, tuple(bars))

    def _histogram(self, route: str) -> Iterator[Sample]:
        labels = {"route": route}
        below = list(accumulate(self._bars[route]))
        for bound, number in zip((*map(repr, BOUNDS), "+Inf"), below, strict=True):
            yield Sample(number, labels | {"le": bound}, "_bucket")
        yield Sample(self._seconds[route], labels, "_sum")
        yield Sample(below[-1], labels, "_count")
