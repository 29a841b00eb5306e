"""Which fits a thread takes next."""

import threading
from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator

Group = list[int]
"""Numbers of fits that are trained together."""


class Work:
    """Groups of fits, handed out so that no thread waits for what another compiles, as long as there is other work.

    A thread stays with a program that it has compiled; else it takes one that no thread has; else one of those with
    the most groups left.

    Args:
        groups: with the key of the program of each.
    """

    def __init__(self, groups: Iterable[tuple[Hashable, Group]]) -> None:
        self._waiting: dict[Hashable, deque[Group]] = defaultdict(deque)
        for key, group in groups:
            self._waiting[key].append(group)
        self._threads: dict[Hashable, set[int]] = defaultdict(set)
        self._lock = threading.Lock()

    def take(self, thread: int) -> Iterator[Group]:
        """Groups for one thread, until none is left for any."""
        while (group := self._next(thread)) is not None:
            yield group

    def _next(self, thread: int) -> Group | None:
        with self._lock:
            left = [key for key, groups in self._waiting.items() if groups]
            if not left:
                return None
            key = min(left, key=lambda key: self._cost(key, thread))
            self._threads[key].add(thread)
            return self._waiting[key].popleft()

    def _cost(self, key: Hashable, thread: int) -> tuple[bool, int, int]:
        threads = self._threads[key]
        return thread not in threads, len(threads), -len(self._waiting[key])
