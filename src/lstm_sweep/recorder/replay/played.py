"""Which recording is played, and of which market it is."""

from dataclasses import dataclass
from pathlib import Path

from lstm_sweep.config.record import RecordConfig
from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError, require
from lstm_sweep.market_store.layout import MarketFolder, markets_in
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.simulated import MARKET
from lstm_sweep.recorder.beginning import plain_tick
from lstm_sweep.recorder.exchanges.known import WEB_EXCHANGES
from lstm_sweep.recorder.replay.invented import SIMULATED, SimulatedRecording
from lstm_sweep.recorder.replay.recording import Recording, recording_at
from lstm_sweep.recorder.replay.stored import StoredLines


@dataclass(frozen=True)
class PlayedRecording:
    """A recording, which may be read any number of times, and its market."""

    market: Market
    recording: Recording | StoredLines | SimulatedRecording


def played_recording(config: RecordConfig) -> PlayedRecording:
    """What `path` holds: lines in files, or a market of a store or a simulated one, which say themselves what they are.

    Raises:
        UserError: where there is none, or nobody says of which market it is.
    """
    path = Path(config.path or "").expanduser()
    if (path / "market.json").is_file():
        return _of_store(config, path)
    if config.path == SIMULATED and not path.exists():
        _refuse_others(config, MARKET, "a simulated market")
        return PlayedRecording(MARKET, SimulatedRecording())
    inside = markets_in(path) if path.is_dir() else []
    require(
        not inside,
        f"path must be a market of a store, but {config.path} is all of one: name one of its markets, such as "
        f"{' '.join(typed('path', str(path / each.exchange / each.symbol)) for each in inside[:1])}.",
    )
    recording = recording_at(path)
    missing = [name for name in ("of", "market", "tick") if getattr(config, name) is None]
    if missing or config.of is None or config.market is None or config.tick is None:
        raise UserError(
            f"{', '.join(missing)} must say of which market {config.path} is a recording, but it is not set: write "
            "of=binance market=BTCUSDT tick=0.01, or what they are."
        )
    require(
        config.of in WEB_EXCHANGES, f"of must be one of {', '.join(WEB_EXCHANGES)}, but is {config.of!r}: choose one."
    )
    symbol = WEB_EXCHANGES[config.of].symbol(config.market)
    return PlayedRecording(Market(config.of, symbol, plain_tick(config.tick)), recording)


def _of_store(config: RecordConfig, path: Path) -> PlayedRecording:
    place = path.resolve()
    root = place.parent.parent
    market = next(each for each in markets_in(root) if root / each.exchange / each.symbol == place)
    _refuse_others(config, market, str(path / "market.json"))
    return PlayedRecording(market, StoredLines(MarketFolder(root, market)))


def _refuse_others(config: RecordConfig, market: Market, who: str) -> None:
    for name, there in (("of", market.exchange), ("market", market.symbol), ("tick", market.tick)):
        asked = getattr(config, name)
        require(
            asked in (None, there),
            f"{name} must be {there}, as {who} says, but is {asked}: leave {name} out.",
        )
