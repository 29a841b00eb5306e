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
        self._sizes: dict[int, int] = {}
        # Price times sign, ascending: the best of either side stands at the end, where most of the changes are.
        self._keys: list[int] = []

    def put(self, price: int, size: int) -> None:
        """Let `size` rest at `price`; zero takes the level away, and is no change where there is none."""
        if size:
            if price not in self._sizes:
                insort(self._keys, price * self._sign)
            self._sizes[price] = size
        elif self._sizes.pop(price, 0):
            del self._keys[bisect_left(self._keys, price * self._sign)]

    def size(self, price: int) -> int:
        """What rests at a price; zero where there is no level."""
        return self._sizes.get(price, 0)

    def fill(self, levels: LevelPairs) -> None:
        """Have these levels and no others."""
        self._sizes = {price: size for price, size in levels if size}
        self._keys = sorted(price * self._sign for price in self._sizes)

    def levels(self) -> list[tuple[int, int]]:
        """Price and size of all levels, in no order."""
        return list(self._sizes.items())

    def best(self) -> tuple[int, int] | None:
        """Price and size of the best level, None where the side is empty."""
        if not self._keys:
            return None
        price = self._keys[-1] * self._sign
        return price, self._sizes[price]

    def top(self, count: int) -> list[tuple[int, int]]:
        """Price and size of the best `count` levels, or of as many as there are."""
        prices = [key * self._sign for key in self._keys[: -count - 1 : -1]]
        return [(price, self._sizes[price]) for price in prices]

    def until(self, price: int) -> int:
        """What rests at prices as good as this one or better."""
        start = bisect_left(self._keys, price * self._sign)
        return sum([self._sizes[key * self._sign] for key in self._keys[start:]])


class Book:
    """Both sides."""

    def __init__(self) -> None:
        self.bids = BookSide(BID)
        self.asks = BookSide(ASK)

    def start(self, snapshot: Snapshot) -> None:
        """Become what the snapshot says."""
        self.bids.fill(snapshot.bids)
        self.asks.fill(snapshot.asks)

    def change(self, levels: Levels) -> None:
        """Take new sizes over."""
        for price, size in levels.bids:
            self.bids.put(price, size)
        for price, size in levels.asks:
            self.asks.put(price, size)

    @property
    def is_crossed(self) -> bool:
        """Whether somebody bids what somebody asks, which no exchange lets rest."""
        bid, ask = self.bids.best(), self.asks.best()
        return bid is not None and ask is not None and bid[0] >= ask[0]
