"""A book of level 2: what rests at each price, best first."""

from bisect import bisect_left, insort
from typing import Final

from lstm_sweep.orderbook.messages import LevelPairs, Levels, Snapshot

BID: Final = 1
ASK: Final = -1


class BookSide:
    """The levels of one side.

    Args:
        sign: BID or ASK.
    """

    def __init__(self, sign: int) -> None:
        self._sign = sign
        # By price times sign, ascending: the best of either side stands at the end, where most of the changes are.
        self._sizes: dict[int, int] = {}
        self._keys: list[int] = []

    def put(self, price: int, size: int) -> None:
        """Let `size` rest at `price`; zero takes the level away, and is no change where there is none."""
        self.change(((price, size),))

    def change(self, levels: LevelPairs) -> None:
        """Put all of them, in their order."""
        sign, sizes, keys = self._sign, self._sizes, self._keys
        for price, size in levels:
            key = price * sign
            if size:
                if key not in sizes:
                    insort(keys, key)
                sizes[key] = size
            elif sizes.pop(key, 0):
                del keys[bisect_left(keys, key)]

    def size(self, price: int) -> int:
        """What rests at a price; zero where there is no level."""
        return self._sizes.get(price * self._sign, 0)

    def fill(self, levels: LevelPairs) -> None:
        """Have these levels and no others."""
        self._sizes = {price * self._sign: size for price, size in levels if size}
        self._keys = sorted(self._sizes)

    def levels(self) -> list[tuple[int, int]]:
        """Price and size of all levels, in no order."""
        return [(key * self._sign, size) for key, size in self._sizes.items()]

    def best(self) -> tuple[int, int] | None:
        """Price and size of the best level, None where the side is empty."""
        if not self._keys:
            return None
        key = self._keys[-1]
        return key * self._sign, self._sizes[key]

    def top(self, count: int) -> list[tuple[int, int]]:
        """Price and size of the best `count` levels, or of as many as there are."""
        return [(key * self._sign, self._sizes[key]) for key in self._keys[: -count - 1 : -1]]

    def until(self, price: int) -> int:
        """What rests at prices as good as this one or better."""
        return sum(map(self._sizes.__getitem__, self._keys[bisect_left(self._keys, price * self._sign) :]))


class Book:
    """Both sides.

    Args:
        is_of_orders: whether every order of it is known (level 3).
    """

    def __init__(self, *, is_of_orders: bool = False) -> None:
        self.is_of_orders = is_of_orders
        self.bids = BookSide(BID)
        self.asks = BookSide(ASK)

    def start(self, snapshot: Snapshot) -> None:
        """Become what the snapshot says."""
        self.bids.fill(snapshot.bids)
        self.asks.fill(snapshot.asks)

    def change(self, levels: Levels) -> None:
        """Take new sizes over."""
        self.bids.change(levels.bids)
        self.asks.change(levels.asks)

    @property
    def is_crossed(self) -> bool:
        """Whether somebody bids what somebody asks, which no exchange lets rest."""
        bid, ask = self.bids.best(), self.asks.best()
        return bid is not None and ask is not None and bid[0] >= ask[0]
