"""`src.store` as people type it: one sentence for what is wrong, exit statuses, and files that stay as they are."""

from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep.cli.store import COMMAND
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.reading import read_events
from lstm_sweep.market_store.sealing import seal
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.sync import SyncedBook
from lstm_sweep.orderbook.units import SIZES
from tests.market_store.recorded import files_of, invented_lines, market_folder, record
from tests.orderbook.witness import Witness


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MarketFolder:
    """A market of ./market with two sealed parts and one that its recorder left open."""
    monkeypatch.chdir(tmp_path)
    folder, lines = market_folder(tmp_path / "market"), invented_lines(41, 300)
    starts = record(folder, lines, rotations=[200, 400])
    for start in starts[:2]:
        seal(folder, start, keep_raw=True)
    return folder


def test_everything_but_compact_leaves_every_file_as_it_is(
    folder: MarketFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files_of(folder)
    assert COMMAND.main(["ls"]) == 0
    assert COMMAND.main(["verify"]) == 1
    assert COMMAND.main(["features", "into=bars.csv", "every=5s"]) == 0
    assert COMMAND.main(["features", "anew=true"]) == 0
    assert COMMAND.main(["export", "kind=quotes", "into=quotes.parquet"]) == 0
    assert files_of(folder) == before
    said = capsys.readouterr().out
    assert "nobody is recording it now" in said
    assert "WRONG: it is not sealed, and nobody writes it" in said
    assert "base bars made again from the messages are equal, to the bit" in said
    assert len(pd.read_csv("bars.csv")) > 1
    assert len(pd.read_parquet("quotes.parquet")) > 100


def test_compact_seals_what_was_left_and_makes_one_file_of_a_day(
    folder: MarketFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert COMMAND.main(["compact", "raw_days=7"]) == 0
    (manifest,) = manifests_of(folder)
    assert (len(manifest.parts), "raw" in manifest.files) == (3, False)
    assert capsys.readouterr().out.startswith("binance XYUSD: 1 parts sealed, 2 sets of files written")
    assert COMMAND.main(["verify"]) == 0
    assert capsys.readouterr().out == "binance XYUSD: nothing is missing\nnothing is wrong that was not known\n"


def test_a_day_is_exported_to_its_end(folder: MarketFolder) -> None:
    assert COMMAND.main(["export", "into=a.csv", "since=2023-11-14", "until=2023-11-14"]) == 0
    assert COMMAND.main(["export", "into=b.csv"]) == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    time = "2023-11-14T22:13:25"
    assert COMMAND.main(["export", "into=c.csv", f"since={time}"]) == 0
    assert COMMAND.main(["export", "into=d.csv", f"until={time}"]) == 0
    assert len(pd.read_csv("c.csv")) + len(pd.read_csv("d.csv")) == len(pd.read_csv("b.csv"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "what to do must be one of ls, show, verify, compact, features, export, but is 'nothing'"),
        (["list"], "but is 'list'"),
        (["ls", "store=elsewhere"], "store must be the folder of a store, but elsewhere holds no market"),
        (["ls", "market=BTCUSDT"], "set exchange=binance market=XYUSD."),
        (["export"], "into must name the file that is written, but is null: add into=x.parquet."),
        (["export", "into=x.csv", "kind=raw"], "kind must be one of book, orders, quotes, trades, bars"),
        (["export", "into=x.csv", "since=yesterday"], "since must hold ISO dates, but holds 'yesterday'"),
        (["export", "into=x.csv", "since=1700000000"], "since must hold ISO dates, but holds '1700000000'"),
        (
            ["show", "into=market/binance/XYUSD/market.json/x.png"],
            "market.json/x.png must be a file that can be written, but cannot be",
        ),
        (["features", "into=x.csv", "every=1500ms"], "every must be a length such as 10min"),
        (["compact", "raw_days=-1"], "raw_days must be at least 0, but is -1"),
        (["ls", "nothing=1"], "nothing"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    folder: MarketFolder, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert COMMAND.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert said in error


def test_a_time_may_name_its_zone(folder: MarketFolder) -> None:
    for name, time in (("a", "2023-11-14T22:13:25"), ("b", "2023-11-14T23:13:25+01:00"), ("c", "2023-11-14 22:13:25Z")):
        assert COMMAND.main(["export", f"into={name}.csv", f"since={time}"]) == 0
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes() == Path("c.csv").read_bytes()


def test_bars_of_a_span_begin_in_it_and_are_whole(folder: MarketFolder) -> None:
    assert COMMAND.main(["features", "into=a.csv", "every=5s"]) == 0
    span = ["since=2023-11-14T22:13:23", "until=2023-11-14T22:13:27"]
    assert COMMAND.main(["features", "into=b.csv", "every=5s", *span]) == 0
    every = pd.read_csv("a.csv")
    pd.testing.assert_frame_equal(
        pd.read_csv("b.csv"), every[every["start"] == "2023-11-14T22:13:25.000000000Z"].reset_index(drop=True)
    )


def test_one_of_several_markets_must_be_named(folder: MarketFolder, capsys: pytest.CaptureFixture[str]) -> None:
    market_folder(Path("market"), Market("coinbase", "BTC-USD", "0.01"))
    assert COMMAND.main(["export", "into=x.csv"]) == 2
    assert "set exchange=binance market=XYUSD, or exchange=coinbase market=BTC-USD." in capsys.readouterr().err
    assert COMMAND.main(["export", "into=x.csv", "market=XYUSD"]) == 0
    assert COMMAND.main(["ls"]) == 0


def test_help_names_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMAND.main(["--help"]) == 0
    said = capsys.readouterr().out
    for name in ("store", "exchange", "market", "since", "until", "into", "kind", "every", "anew", "raw_days"):
        assert f"  {name}=" in said


def test_the_last_book_is_shown_and_its_variables_are_drawn(
    folder: MarketFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = f"store={folder.path.parent.parent}"
    assert COMMAND.main(["show", store, f"into={tmp_path / 'x.png'}", "every=1s"]) == 0
    said = capsys.readouterr().out.splitlines()
    book = folder.market.book(Witness())
    for event in read_events(folder):
        book.take(event)
    assert isinstance(book, SyncedBook)
    (bid, bid_size), (ask, ask_size) = book.book.bids.top(1)[0], book.book.asks.top(1)[0]
    ticks = folder.market.feed().ticks
    best = [SIZES.value(bid_size), ticks.value(bid), ticks.value(ask), SIZES.value(ask_size)]
    assert [float(text) for text in said[2].split()] == pytest.approx(best, rel=1e-9)
    assert (tmp_path / "x.png").read_bytes()[:4] == b"\x89PNG"
    assert COMMAND.main(["show", store, "into=x.jpg"]) == 2
