"""Exported files hold what the events say, in the units that they promise."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.market_store.exporting import export
from lstm_sweep.market_store.features import compare_anew, longer_bars, write_features
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.reading import read_bars, read_events
from lstm_sweep.market_store.sealing import seal
from lstm_sweep.market_store.tables.bars import NAMES, bars_of
from lstm_sweep.market_store.tfrecord import masked_sums
from lstm_sweep.orderbook.messages import Levels, Snapshot, TopOfBook, Trade
from lstm_sweep.orderbook.units import NANOSECONDS
from tests.market_store.recorded import files_of, invented_lines, market_folder, record


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> MarketFolder:
    """A sealed part, and an open one that goes on from it."""
    folder, lines = market_folder(tmp_path_factory.mktemp("store")), invented_lines(21, 400)
    starts = record(folder, lines, rotations=[len(lines) // 2])
    seal(folder, starts[0], keep_raw=False)
    return folder


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_trades_are_exported_in_real_units(folder: MarketFolder, tmp_path: Path, ending: str) -> None:
    into, before = tmp_path / f"trades.{ending}", files_of(folder)
    export(folder, "trades", into)
    table = pd.read_csv(into) if ending == "csv" else pd.read_parquet(into)
    trades = [event for event in read_events(folder) if isinstance(event, Trade)]
    assert len(table) == len(trades) > 100
    assert table["price"].tolist() == [float(Fraction(trade.price, 100)) for trade in trades]
    assert table["size"].tolist() == [float(Fraction(trade.size, 10**8)) for trade in trades]
    assert table["is_buy"].tolist() == [trade.is_buy for trade in trades]
    received = pd.to_datetime(table["received"], utc=True).astype("datetime64[ns, UTC]").astype(np.int64)
    assert received.tolist() == [trade.received for trade in trades]
    if ending == "csv":
        assert pd.read_csv(into)["received"].str.fullmatch(r"2023-11-14T22:13:\d\d\.\d{9}Z").all()
    assert files_of(folder) == before


def test_a_span_is_from_since_to_until_over_sealed_and_open_parts(folder: MarketFolder, tmp_path: Path) -> None:
    events = [event for event in read_events(folder) if isinstance(event, TopOfBook)]
    start, end = events[50].received, events[-50].received
    export(folder, "quotes", tmp_path / "quotes.parquet", start, end)
    table = pd.read_parquet(tmp_path / "quotes.parquet")
    assert table["last"].tolist() == [event.last for event in events[50:-50]]
    assert table["bid"].tolist() == [event.bid / 100 for event in events[50:-50]]


def test_levels_are_exported_a_row_each(folder: MarketFolder, tmp_path: Path) -> None:
    export(folder, "book", tmp_path / "book.parquet")
    table = pd.read_parquet(tmp_path / "book.parquet")
    rows = [
        (event.last, is_bid, price / 100, size / 10**8)
        for event in read_events(folder)
        if isinstance(event, Levels | Snapshot)
        for is_bid, side in ((True, event.bids), (False, event.asks))
        for price, size in side
    ]
    assert list(table[["last", "is_bid", "price", "size"]].itertuples(index=False, name=None)) == rows


@pytest.mark.parametrize("kind", ["trades", "bars"])
def test_tf_data_reads_what_is_exported(folder: MarketFolder, tmp_path: Path, kind: str) -> None:
    tensorflow = pytest.importorskip("tensorflow")
    into = tmp_path / "rows.tfrecord"
    notes = export(folder, "trades" if kind == "trades" else "bars", into)
    assert "into=x.parquet has real units" in notes[1]
    read = list(tensorflow.data.TFRecordDataset(str(into)))
    if kind == "trades":
        names = ("received", "time", "id", "price", "size", "is_buy")
        wanted = {name: tensorflow.io.FixedLenFeature([], tensorflow.int64) for name in names}
        examples = [tensorflow.io.parse_single_example(each, wanted) for each in read]
        trades = [event for event in read_events(folder) if isinstance(event, Trade)]
        found = [tuple(int(example[name]) for name in names) for example in examples]
        assert found == [tuple(int(getattr(trade, name)) for name in names) for trade in trades]
        return
    wanted = {name: tensorflow.io.FixedLenFeature([], tensorflow.float32) for name in NAMES}
    examples = [tensorflow.io.parse_single_example(each, wanted) for each in read]
    bars = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    for name in NAMES:
        np.testing.assert_array_equal(
            [example[name].numpy() for example in examples], np.float32([bar.values[name] for bar in bars])
        )


def test_sums_are_those_of_the_standard() -> None:
    # RFC 3720, B.4: 32 zeros, 32 ones, and the numbers from 0 to 31.
    contents = [bytes(32), b"\xff" * 32, bytes(range(32)), b"", b"123456789"]
    known = [0x8A9136AA, 0x62A8AB43, 0x46DD794E, 0, 0xE3069283]
    masked = [((value >> 15 | value << 17) + 0xA282EAD8) % 2**32 for value in known]
    assert masked_sums(contents) == masked
    assert masked_sums(contents[::-1]) == masked[::-1]


def test_bars_of_a_length_are_those_of_the_base_bars_in_it(folder: MarketFolder, tmp_path: Path) -> None:
    base = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    write_features(folder, tmp_path / "bars.parquet", 5 * NANOSECONDS)
    table = pd.read_parquet(tmp_path / "bars.parquet")
    starts = sorted({bar.start // (5 * NANOSECONDS) * 5 * NANOSECONDS for bar in base})
    assert table["start"].astype("datetime64[ns, UTC]").astype(np.int64).tolist() == starts
    for row, start in enumerate(starts):
        parts = [bar for bar in base if start <= bar.start < start + 5 * NANOSECONDS]
        assert table["mid"][row] == parts[-1].values["mid"]
        assert table["trades"][row] == sum(bar.values["trades"] for bar in parts)
        assert table["is_whole"][row] == (len(parts) == 5 and all(bar.is_whole for bar in parts))
    assert table["is_whole"].sum() >= 3


def test_bars_that_a_hole_touches_are_not_whole(folder: MarketFolder) -> None:
    base = [bar for batch in read_bars(folder) for bar in bars_of(batch)]
    every = 5 * NANOSECONDS
    plain = list(longer_bars(base, NANOSECONDS, every))
    whole = [place for place, bar in enumerate(plain) if bar.is_whole]
    middle = plain[whole[1]]
    torn = list(longer_bars(base, NANOSECONDS, every, [(middle.start + 1, middle.start + 2)]))
    assert [place for place, bar in enumerate(torn) if bar.is_whole] == [each for each in whole if each != whole[1]]


def test_bars_made_anew_are_equal_and_a_changed_one_is_found(folder: MarketFolder, tmp_path: Path) -> None:
    assert compare_anew(folder) is None
    write_features(folder, tmp_path / "stored.csv", NANOSECONDS)
    write_features(folder, tmp_path / "anew.csv", NANOSECONDS, anew=True)
    assert (tmp_path / "anew.csv").read_bytes() == (tmp_path / "stored.csv").read_bytes()
    start = folder.open_parts()[-1]
    content = folder.bars(start).read_bytes()
    folder.bars(start).write_bytes(content.replace(b"0.", b"1.", 1))
    assert (compare_anew(folder) or "").startswith(f"the base bars of part {start} ")
    folder.bars(start).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("rows.xlsx", "into must end in one of .csv, .parquet, .tfrecord"),
        ("taken/rows.csv", "cannot be written|cannot be"),
    ],
)
def test_files_that_cannot_be_written_are_refused(folder: MarketFolder, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(UserError, match=said):
        export(folder, "trades", tmp_path / name)


def test_an_empty_span_and_a_length_that_does_not_fit_are_refused(folder: MarketFolder, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="must hold trades in the span that is asked for, but holds none"):
        export(folder, "trades", tmp_path / "x.csv", end=5)
    with pytest.raises(UserError, match="must be a multiple of the base bars"):
        write_features(folder, tmp_path / "x.csv", NANOSECONDS // 2)
    assert not (tmp_path / "x.csv").exists()
