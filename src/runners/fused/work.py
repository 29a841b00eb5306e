"""Which fits a device takes next."""

import threading
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator

Group = list[int]
"""Numbers of fits that are trained together."""


class Work:
    """Groups of fits, handed out so that devices compile as little as they can.

    A device goes on with a program that it has; else it begins one that no device has; else it helps where most is
    left to do.

    Args:
        groups: with the key of the program of each.
    """

    def __init__(self, groups: Iterable[tuple[Hashable, Group]]) -> None:
        self._waiting: dict[Hashable, deque[Group]] = defaultdict(deque)
        for key, group in groups:
            self._waiting[key].append(group)
        self._devices: dict[Hashable, set[Hashable]] = defaultdict(set)
        self._lock = threading.Lock()

    def take(self, device: Hashable) -> Iterator[Group]:
        """Groups for one device, until none is left for any."""
        while (group := self._next(device)) is not None:
            yield group

    def _next(self, device: Hashable) -> Group | None:
        with self._lock:
            left = [key for key, groups in self._waiting.items() if groups]
            if not left:
                return None
            key = min(left, key=lambda key: self._cost(key, device))
            self._devices[key].add(device)
            return self._waiting[key].popleft()

    def _cost(self, key: Hashable, device: Hashable) -> tuple[bool, int, int]:
        devices = self._devices[key]
        return device not in devices, len(devices), -len(self._waiting[key])
