"""Bars of a book from a store: what the messages themselves say, bar by bar."""

from itertools import groupby
from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.data.load import load_series
from lstm_sweep.data.recorded.book import read_book
from lstm_sweep.errors import UserError
from lstm_sweep.orderbook.bars import BookBar, BookBars, longer_bar
from lstm_sweep.orderbook.market import variables_of
from lstm_sweep.orderbook.messages import Trade
from lstm_sweep.orderbook.units import NANOSECONDS
from tests.configs import compose_config
from tests.data.recorded.stores import SPOT_MARKET, stored
from tests.orderbook.recordings import NEXT_DAY, SPOT, messages, stamped_lines

NAMES = [each.name for each in variables_of(SPOT_MARKET) if each.name != "mid"]


@pytest.fixture(scope="module")
def lines(shared_data: Path) -> list[tuple[int, str]]:
    return [line for name in (SPOT, NEXT_DAY) for line in stamped_lines(shared_data, name)]


@pytest.fixture(scope="module")
def root(lines: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    stored(root, lines)
    return root


@pytest.fixture(scope="module")
def base(lines: list[tuple[int, str]]) -> list[BookBar]:
    """Bars of a second, from the messages alone."""
    first = lines[0][0]
    bars = BookBars(SPOT_MARKET.feed().ticks, NANOSECONDS, first - first % NANOSECONDS, "quotes")
    book = SPOT_MARKET.book(bars)
    for message in messages(SPOT_MARKET.feed(), lines):
        book.take(message)
    return bars.bars


@pytest.mark.parametrize("seconds", [1, 5, 10, 60])
def test_every_variable_of_every_bar_equals_that_of_its_messages(root: Path, base: list[BookBar], seconds: int) -> None:
    config = compose_config("data=book", f"data.store={root}", f"data.every={seconds}s").data
    found = read_book(config, NAMES)
    length = seconds * NANOSECONDS
    groups = [list(group) for _, group in groupby(base, key=lambda bar: bar.start // length)]
    whole = [longer_bar(group) for group in groups if len(group) == seconds]
    starts = found.table.index.as_unit("ns").asi8.tolist()
    assert starts == [bar.start for bar in whole]
    assert len(starts) > 8
    for row, bar in enumerate(whole):
        for name in ("mid", *NAMES):
            value = found.table[name].iloc[row]
            expected = bar.values[name] if bar.is_whole else np.nan
            assert value == expected or (np.isnan(value) and np.isnan(expected)), (row, name)
    assert whole[-1].is_whole


def test_a_span_of_days_or_times_holds_the_bars_that_begin_in_it(root: Path) -> None:
    span = ["data.since=2024-08-08T23:58:00", "data.until=2024-08-09T00:01:00"]
    series = load_series(compose_config("data=book", f"data.store={root}", *span).data, ["ofi_1"])
    times = np.datetime_as_string(series.timestamps[[0, -1]], unit="s").tolist()
    assert times == ["2024-08-08T23:58:00", "2024-08-09T00:01:00"]
    days = load_series(compose_config("data=book", f"data.store={root}", "data.until=2024-08-08").data, [])
    assert np.datetime_as_string(days.timestamps[-1], unit="s") == "2024-08-08T23:59:50"


def test_variables_say_how_they_are_read_and_the_microprice_stands_beside(root: Path) -> None:
    series = load_series(compose_config("data=book", f"data.store={root}").data, ["ofi_1", "microprice", "spread"])
    assert series.levels == ("ofi_1", "spread")
    assert list(series.beside) == ["microprice"]
    assert np.array_equal(series.beside["microprice"], series.covariates["microprice"])
    assert np.abs(series.beside["microprice"] - series.values).max() < 5


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("data.store=nowhere", "must be the folder of a store"),
        ("data.market=ETHUSDT", "data.market=BTCUSDT"),
        ("data.every=1500ms", "must be a length such as"),
        ("data.since=2025-01-01", "choose another data.since"),
        ("data.features=[nothing]", "choose from spread"),
        ("data.features=[inserts_bid]", "'inserts_bid' is none"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(root: Path, setting: str, said: str) -> None:
    config = compose_config("data=book", f"data.store={root}", setting).data
    with pytest.raises(UserError, match=said):
        load_series(config, config.features)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("data.bars=volume",), "data.size must say how much"),
        (("data.bars=volume", "data.size=5"), "data.every must be null"),
        (("data.size=5",), "data.size must be null"),
        (("data.every=null",), "data.every must be the length"),
        (("data.bars=trades", "data.size=2.5", "data.every=null"), "a whole one"),
        (("data.price=ask",), "must be one of mid"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError, match=said):
        compose_config("data=book", *settings)


@pytest.mark.parametrize(("kind", "size"), [("volume", 2.5), ("trades", 100)])
def test_bars_of_trades_hold_what_a_loop_over_trades_says(
    root: Path, lines: list[tuple[int, str]], kind: str, size: float
) -> None:
    settings = ("data=book", f"data.store={root}", f"data.bars={kind}", f"data.size={size}", "data.every=null")
    found = read_book(compose_config(*settings).data, ["trades", "signed_volume"])
    expected: list[tuple[int, int, float]] = []
    begun, count, total, signed = lines[0][0], 0, 0, 0
    for message in messages(SPOT_MARKET.feed(), lines):
        if not isinstance(message, Trade) or message.received < begun:
            continue
        count, total = count + 1, total + message.size
        signed += message.size if message.is_buy else -message.size
        full = total >= size * 1e8 if kind == "volume" else count >= size
        if full and message.received > begun:
            expected.append((message.received, count, signed / 1e8))
            begun, count, total, signed = message.received, 0, 0, 0
    assert found.table.index.as_unit("ns").asi8.tolist() == [end for end, _, _ in expected]
    assert len(expected) > 50
    known = found.table.notna().all(axis=1).to_numpy()
    assert known[5:].all(), "the book is in step soon"
    for row in np.flatnonzero(known):
        assert tuple(found.table[["trades", "signed_volume"]].iloc[row]) == expected[row][1:]


def test_bars_of_trades_become_a_series_that_bears_their_ends(root: Path) -> None:
    settings = ("data=book", f"data.store={root}", "data.bars=trades", "data.size=200", "data.every=null")
    config = compose_config(*settings).data
    series = load_series(config, ["ofi_1"])
    assert config.stamp == "end"
    assert len(series) > 80
    assert series.filled.sum() == 0


@pytest.mark.parametrize(("seconds", "same", "following"), [(1, 52, 4), (5, 67, 0), (10, 64, 1)])
def test_order_flow_explains_as_much_as_the_docs_say(root: Path, seconds: int, same: int, following: int) -> None:
    config = compose_config("data=book", f"data.store={root}", f"data.every={seconds}s").data
    table = read_book(config, ["ofi_1"]).table.dropna()
    moves = table["mid"].diff()
    assert 100 * table["ofi_1"].corr(moves) ** 2 == pytest.approx(same, abs=0.5)
    assert 100 * table["ofi_1"].corr(moves.shift(-1)) ** 2 == pytest.approx(following, abs=0.5)
