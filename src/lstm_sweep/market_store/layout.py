"""Where everything of a market lies in a store."""

import json
import re
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled
from lstm_sweep.market_store.whole_files import put_whole
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS

FORMAT: Final = 1
"""Of the store; another one is refused."""

Kind: TypeAlias = Literal["raw", "book", "orders", "quotes", "trades", "marks", "bars"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Of sealed files: lines as received, level 2, level 3, best prices, trades, losses and checkpoints, base bars."""

_SYMBOL: Final = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


class MarketFolder:
    """One market of a store: `<root>/<exchange>/<symbol>/`; docs of the store say what lies there.

    Args:
        root: of the store.
        market: whose symbol must be fit for the name of a folder.

    Attributes:
        root: of the store.
        path: of the market.
        open: folder of parts that are being written.
        manifests: folder of what is sealed.

    Raises:
        UserError: where the symbol is not fit.
    """

    def __init__(self, root: Path, market: Market) -> None:
        require(
            _SYMBOL.fullmatch(market.symbol) is not None,
            "a market must be of letters, digits, dots and dashes, for a folder is called so, but is "
            f"{market.symbol!r}: write it as the exchange does in its messages.",
        )
        self.market = market
        self.root = root
        self.path = root / market.exchange / market.symbol
        self.open = self.path / "open"
        self.manifests = self.path / "parts"

    @cached_property
    def base(self) -> int:
        """Length of base bars in nanoseconds, as the market was begun with; a second where it has not begun."""
        return _read_facts(self.path)[1] if self._facts.is_file() else NANOSECONDS

    def command(self, action: str) -> str:
        """What to type to have something done with this store: 'python -m src.store verify store=market'."""
        return f"{spelled('store')} {action} {typed('store', str(self.root))}"

    def begin(self, base: int = NANOSECONDS) -> None:
        """Make the market; nothing changes where it is there.

        Args:
            base: length of base bars in nanoseconds.

        Raises:
            UserError: where it is there with another tick or other base bars.
        """
        if not self._facts.is_file():
            facts = {**vars(self.market), "base_ns": base, "format": FORMAT}
            with put_whole(self._facts) as unfinished:
                unfinished.write_text(json.dumps(facts))
        market, there = _read_facts(self.path)
        require(
            market == self.market and there == base,
            f"{self._facts} must be of tick {self.market.tick} and base bars of {base} ns, but is of tick "
            f"{market.tick} and {there} ns: record with those, or into another store.",
        )

    @property
    def _facts(self) -> Path:
        return self.path / "market.json"

    @property
    def lock(self) -> Path:
        """Held by whoever seals or compacts."""
        return self.path / "sealing.lock"

    def lines(self, start: int) -> Path:
        """Lines of an open part."""
        return self.open / f"{start}.lines"

    def bars(self, start: int) -> Path:
        """Closed base bars of an open part."""
        return self.open / f"{start}.bars"

    def notes(self, start: int) -> Path:
        """What the recorder says of an open part: offsets of the clock, and how it ended."""
        return self.open / f"{start}.notes"

    def held(self, start: int) -> Path:
        """Lock of the recorder that writes an open part."""
        return self.open / f"{start}.lock"

    def open_parts(self) -> list[int]:
        """Starts of the parts that are not sealed, oldest first."""
        return sorted(int(path.stem) for path in self.open.glob("*.lines") if path.stem.isdigit())

    def part(self, kind: Kind, name: int | str) -> Path:
        """A sealed file, by the start of its part (`name` of a manifest where it is of several)."""
        start = int(str(name).partition("-")[0])
        return self.path / kind / f"date={day_of(start)}" / f"part-{name}.parquet"

    def manifest(self, name: int | str) -> Path:
        """The manifest of a sealed part."""
        return self.manifests / f"part-{name}.json"

    def checkpoint(self, start: int) -> Path:
        """What was known at the beginning of a sealed part."""
        return self.manifests / f"checkpoint-{start}.json"


def day_of(time: int) -> str:
    """The day in UTC of a time in nanoseconds since 1970: '2024-08-08'."""
    return datetime.fromtimestamp(time // NANOSECONDS, UTC).strftime("%Y-%m-%d")


def markets_in(root: Path) -> list[Market]:
    """The markets of a store, by name; none where there is no store.

    Raises:
        UserError: where what describes one cannot be read.
    """
    return [_read_facts(path.parent)[0] for path in sorted(root.glob("*/*/market.json"))]


def _read_facts(path: Path) -> tuple[Market, int]:
    """A market and the length of its base bars."""
    file = path / "market.json"
    try:
        facts = json.loads(file.read_bytes())
        market, base, version = (
            Market(facts["exchange"], facts["symbol"], facts["tick"]),
            facts["base_ns"],
            facts["format"],
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{file} must describe a market, but does not ({error!r}): restore it.") from None
    require(
        version == FORMAT and isinstance(base, int) and base > 0,
        f"{file} must be of format {FORMAT} with base bars longer than 0, but is of format {version} with {base}: use "
        "the version of this program that wrote it.",
    )
    require(
        (market.exchange, market.symbol) == (path.parent.name, path.name),
        f"{file} must describe {path.parent.name} {path.name}, but describes {market.exchange} {market.symbol}: move "
        "the folder back.",
    )
    return market, base
