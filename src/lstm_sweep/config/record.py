"""What `src.record` records, and where."""

import math
from dataclasses import dataclass

from lstm_sweep.config.checks import above_zero, at_least, one_of
from lstm_sweep.errors import require

REPLAY = "replay"
"""The exchange that is a recording."""

STAMPS = ("recorded", "local")


@dataclass
class RecordConfig:
    """One recorder.

    Attributes:
        exchange: of `market`; 'replay' plays a recording in its place.
        market: of the exchange: 'BTC/USDT', or as the exchange spells it.
        markets: several, each with its exchange: 'binance/BTCUSDT'.
        store: folder of all that is recorded.
        tick: smallest step of the price; null: as the exchange says.
        keep_raw: whether lines stay as they came once they are sealed.
        base: seconds of a base bar.
        seal: seconds of a part; parts end at multiples of it since 1970, UTC.
        stall: seconds without a message after which the exchange is connected to anew.
        status: seconds between two lines about the state, where the output is no terminal.
        url: of the websocket, in place of the exchange's own.
        rest_url: of its REST interface, likewise.
        path: file or folder of recorded lines, of exchange=replay.
        of: exchange that the recording is of; null where its folder says it.
        speed: of the replay; 0: as fast as it is read.
        stamps: recorded: lines keep the times of the recording; local: they have the time of the replay.
    """

    exchange: str | None
    market: str | None
    markets: list[str] | None
    store: str
    tick: str | None
    keep_raw: bool
    base: float
    seal: float
    stall: float
    status: float
    url: str | None
    rest_url: str | None
    path: str | None
    of: str | None
    speed: float
    stamps: str

    def __post_init__(self) -> None:
        """Check the settings."""
        for name in ("base", "seal", "stall", "status"):
            above_zero(name, getattr(self, name))
        at_least("speed", self.speed, 0)
        one_of("stamps", self.stamps, STAMPS)
        fitting = math.ceil(self.seal / self.base) * self.base
        require(
            round(self.seal * 1e9) % round(self.base * 1e9) == 0,
            f"seal must be a multiple of base, {self.base:g} s, but is {self.seal:g} s: set seal={fitting:g}.",
        )
        require(bool(self.store), "store must be a folder, but is empty: set store=market.")
        if self.exchange == REPLAY:
            self._check_replay()
        else:
            self._check_exchanges()

    def _check_replay(self) -> None:
        require(
            self.path is not None,
            "path must say what exchange=replay plays, but is not set: add path=FILE of recorded lines.",
        )
        for name in ("markets", "url", "rest_url"):
            require(
                getattr(self, name) is None,
                f"{name} is of exchanges, but exchange is replay: leave {name} or exchange out.",
            )

    def _check_exchanges(self) -> None:
        for name in ("path", "of"):
            require(
                getattr(self, name) is None,
                f"{name} is of a recording, but exchange is {self.exchange}: add exchange=replay, or leave {name} out.",
            )
        require(
            (self.markets is None) != (self.exchange is None and self.market is None),
            "what to record must be said once: either exchange=binance market=BTC/USDT, or "
            '"markets=[binance/BTC/USDT,coinbase/BTC/USD]".',
        )
        require(
            self.markets is not None or (self.exchange is not None and self.market is not None),
            f"exchange and market must both be set, but are {self.exchange} and {self.market}: add the other one, as "
            "in exchange=binance market=BTC/USDT.",
        )
        require(bool(self.asked), "markets must name at least one, but is empty: set markets=[binance/BTC/USDT].")
        require(
            len(self.asked) == 1 or (self.url, self.rest_url, self.tick) == (None, None, None),
            "url, rest_url and tick are of one market, but several are recorded: leave them out, or record one.",
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Exchange and market of each, as typed.

        A text without a slash has an empty market.
        """
        if self.markets is None:
            return [(self.exchange or "", self.market or "")]
        return [(exchange, market) for exchange, _, market in (each.partition("/") for each in self.markets)]
