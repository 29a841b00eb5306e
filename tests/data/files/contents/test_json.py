"""JSON of any program becomes the table that is in it, or one sentence says why not."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.data.files.contents import json_text
from lstm_sweep.data.files.contents.json_text import is_json
from lstm_sweep.data.files.contents.read_json import read_json
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError

TIMES = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"]
MS = [1704067200000 + 86_400_000 * day for day in range(5)]
OPEN = [10.5, 11.0, 12.25, 11.75, 1e-8]
CLOSE = [11.0, 12.25, 11.75, 1e-8, 12.5]
FRAME = pd.DataFrame({"open": OPEN, "close": CLOSE})
BARS = [{"open": opened, "close": close} for opened, close in zip(OPEN, CLOSE, strict=True)]
ROWS = [[time, opened, close] for time, opened, close in zip(MS, OPEN, CLOSE, strict=True)]
LISTS = {"t": MS, "o": OPEN, "c": CLOSE}


def read(tree: Any, inside: str | None = None) -> FileTable:
    text = tree if isinstance(tree, str) else json.dumps(tree)
    assert is_json(text)
    return read_json(text, "reply.json", inside)


def numbers(table: FileTable, name: str) -> list[float]:
    return [float(cell) for cell in table.rows[name]]


def with_times(key: str = "time") -> list[dict[str, Any]]:
    return [{key: time, **bar} for time, bar in zip(TIMES, BARS, strict=True)]


YAHOO = {
    "chart": {
        "result": [
            {
                "meta": {"symbol": "BTC-USD", "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "max"]},
                "timestamp": [time // 1000 for time in MS],
                "indicators": {"quote": [{"open": OPEN, "close": CLOSE}], "adjclose": [{"adjclose": CLOSE}]},
            }
        ],
        "error": None,
    }
}
COINGECKO = {
    "open": [[time, cell] for time, cell in zip(MS, OPEN, strict=True)],
    "close": [[time, cell] for time, cell in zip(MS, CLOSE, strict=True)],
}
SPLIT = {"columns": ["open", "close"], "index": TIMES, "data": [row[1:] for row in ROWS]}
RESAMPLED = FRAME.set_axis(pd.Index(MS, name="day"))  # pandas below 4 writes times like this

# A reply, the columns of time, open and close, and the first time.
REPLIES: dict[str, tuple[Any, tuple[str, str, str], str]] = {
    "klines": (ROWS, ("0", "1", "2"), str(MS[0])),
    "klines within a reply": ({"code": "0", "data": ROWS}, ("0", "1", "2"), str(MS[0])),
    "Kraken": ({"error": [], "result": {"XXBTZUSD": ROWS, "last": 1704}}, ("0", "1", "2"), str(MS[0])),
    "rows with a header": ([["time", "open", "close"], *ROWS], ("time", "open", "close"), str(MS[0])),
    "rows with names beside": (
        {"dataset": {"column_names": ["Date", "Open", "Close"], "data": ROWS}},
        ("Date", "Open", "Close"),
        str(MS[0]),
    ),
    "rows with objects of names beside": (
        {"meta": [{"name": "t", "type": "Date"}, {"name": "o", "type": "x"}, {"name": "c", "type": "x"}], "data": ROWS},
        ("t", "o", "c"),
        str(MS[0]),
    ),
    "InfluxDB": (
        {"results": [{"series": [{"name": "btc", "columns": ["time", "o", "c"], "values": ROWS}]}]},
        ("time", "o", "c"),
        str(MS[0]),
    ),
    "a channel's snapshot": ([17, ROWS], ("0", "1", "2"), str(MS[0])),
    "objects": (with_times(), ("time", "open", "close"), TIMES[0]),
    "CryptoCompare": (
        {"Response": "Success", "Message": "", "Data": {"Aggregated": False, "Data": with_times()}},
        ("time", "open", "close"),
        TIMES[0],
    ),
    "objects in objects": (
        {"candles": [{"time": bar["time"], "mid": {"o": bar["open"], "c": bar["close"]}} for bar in with_times()]},
        ("time", "mid.o", "mid.c"),
        TIMES[0],
    ),
    "objects by date": (
        {"Meta Data": {"1. Symbol": "BTC"}, "Time Series (Daily)": dict(zip(TIMES, BARS, strict=True))},
        ("time", "open", "close"),
        TIMES[0],
    ),
    "rows by date": (
        {time: [opened, close] for time, opened, close in zip(TIMES, OPEN, CLOSE, strict=True)},
        ("0", "1", "2"),
        TIMES[0],
    ),
    "lists": ({"s": "ok", **LISTS}, ("t", "o", "c"), str(MS[0])),
    "lists with others": ({"hourly_units": {"t": "ms"}, "hourly": LISTS, "x": [1, 2]}, ("t", "o", "c"), str(MS[0])),
    "Yahoo": (YAHOO, ("timestamp", "open", "close"), str(MS[0] // 1000)),
    "CoinGecko": (COINGECKO, ("time", "open", "close"), str(MS[0])),
    "pandas columns": (RESAMPLED.to_json(), ("time", "open", "close"), str(MS[0])),
    "pandas columns of rows that are counted": (
        FRAME.assign(time=TIMES).to_json(),
        ("time", "open", "close"),
        TIMES[0],
    ),
    "pandas index": (RESAMPLED.to_json(orient="index"), ("time", "open", "close"), str(MS[0])),
    "pandas index of rows that are counted": (
        FRAME.assign(time=TIMES).to_json(orient="index"),
        ("time", "open", "close"),
        TIMES[0],
    ),
    "pandas records": (
        RESAMPLED.reset_index().to_json(orient="records"),
        ("day", "open", "close"),
        str(MS[0]),
    ),
    "pandas lines": (
        RESAMPLED.reset_index().to_json(orient="records", lines=True),
        ("day", "open", "close"),
        str(MS[0]),
    ),
    "pandas split": (RESAMPLED.to_json(orient="split"), ("time", "open", "close"), str(MS[0])),
    "pandas split of rows that are counted": (
        FRAME.assign(time=TIMES).to_json(orient="split"),
        ("time", "open", "close"),
        TIMES[0],
    ),
    "pandas values": (
        FRAME.assign(time=MS)[["time", "open", "close"]].to_json(orient="values"),
        ("0", "1", "2"),
        str(MS[0]),
    ),
    "pandas table": (RESAMPLED.to_json(orient="table"), ("day", "open", "close"), str(MS[0])),
    "pandas without names": (
        pd.DataFrame(ROWS).astype({0: "int64"}).to_json(),
        ("0", "1", "2"),
        str(MS[0]),
    ),
}


@pytest.mark.parametrize("case", REPLIES)
def test_a_reply_is_read_without_being_told_where_its_table_is(case: str) -> None:
    tree, (time, opened, close), first = REPLIES[case]
    table = read(tree)
    assert str(table.rows[time].iloc[0]) == first
    assert len(set(table.rows[time])) == 5
    assert numbers(table, opened) == OPEN
    assert numbers(table, close) == CLOSE
    assert table.has_header == (not time.isdecimal() or case == "pandas without names")
    assert all(dtype.kind in "if" or dtype == "str" for dtype in table.rows.dtypes)


@pytest.mark.parametrize("orient", ["columns", "index", "split", "records", "values", "table"])
@pytest.mark.parametrize("typed", [False, True])
def test_whatever_pandas_writes_is_read_as_pandas_reads_it(orient: Any, typed: bool) -> None:
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"volume": random.random(40), "close": random.random(40) * 1e-6, "trades": range(40)})
    if typed:
        frame.index = pd.date_range("2020-01-01", periods=40, freq="h")
    table = read(frame.to_json(orient=orient, date_format="iso", double_precision=15))
    names = [str(name) for name in table.rows if table.rows[name].nunique() == 40][-3:]
    for name, column in zip(names, frame, strict=True):
        np.testing.assert_allclose(np.array(numbers(table, name)), frame[column], rtol=1e-8)


def test_one_column_split_from_its_times_is_beside_them_again() -> None:
    table = read(RESAMPLED[["close"]].to_json(orient="split", double_precision=15))

    assert list(table.rows.columns) == ["time", "close"]
    assert numbers(table, "close") == CLOSE
    assert numbers(table, "time") == MS


def test_lists_of_one_cell_are_one_column_below_each_other() -> None:
    table = read(FRAME[["close"]].to_json(orient="values", double_precision=15))

    assert list(table.rows.columns) == ["0"]
    assert not table.has_header
    assert numbers(table, "0") == CLOSE


def test_one_series_by_date_has_its_name_or_none() -> None:
    by_date = dict(zip(TIMES, CLOSE, strict=True))
    named = read({"bpi": by_date, "disclaimer": "none", "time": {"updated": "now"}})
    assert list(named.rows) == ["time", "bpi"]
    assert numbers(named, "bpi") == CLOSE
    bare = read(by_date)
    assert (list(bare.rows), bare.has_header) == (["0", "1"], False)
    assert numbers(bare, "1") == CLOSE


def test_series_of_different_times_are_joined_by_time() -> None:
    table = read({"prices": [[1, 10], [2, 11], [3, 12]], "volumes": [[2, 5], [4, 6]]})
    assert table.rows["time" if "time" in table.rows else "key"].tolist() == [1, 2, 3, 4]
    assert table.rows["prices"].fillna(-1).tolist() == [10, 11, 12, -1]
    assert table.rows["volumes"].fillna(-1).tolist() == [-1, 5, -1, 6]


def test_numbers_beside_text_keep_their_digits_and_null_is_an_empty_cell() -> None:
    table = read('[{"t": 1704067200000000000123, "p": 9505.10, "ok": true, "x": null}, {"t": 2, "p": "", "ok": false}]')
    assert table.rows["t"].tolist() == ["1704067200000000000123", "2"]
    assert table.rows["p"].fillna("-").tolist() == ["9505.10", "-"]
    assert table.rows["ok"].tolist() == ["true", "false"]
    assert table.rows["x"].isna().all()


def test_rows_are_named_as_rows_and_lines_as_lines() -> None:
    records = with_times()
    assert read(records).place(3) == "reply.json, row 3"
    text = "\n".join([json.dumps(records[0]), "", *map(json.dumps, records[1:])])
    table = read(text)
    assert [table.place(index) for index in table.rows.index[:2]] == ["reply.json, line 1", "reply.json, line 3"]
    headed = read([["time", "price"], ["2024-01-01", 5], ["2024-01-02", 6]])
    assert headed.place(headed.rows.index[0]) == "reply.json, row 2"


def test_lists_in_cells_are_left_out_and_said() -> None:
    table = read([{"t": time, "close": close, "tags": ["a", "b"]} for time, close in zip(TIMES, CLOSE, strict=True)])
    assert list(table.rows) == ["t", "close"]
    assert table.notes == ("columns that are lists left out: tags",)


SEVERAL: dict[str, tuple[Any, str, str]] = {
    "two markets of equal length": ({"BTC": {"t": MS, "c": CLOSE}, "ETH": {"t": MS, "c": OPEN}}, "BTC, ETH", "ETH"),
    "two markets of other lengths": (
        {"result": {"XBT": ROWS, "ETH": [[row[0], row[2], row[1]] for row in ROWS[:4]]}},
        "result.XBT, result.ETH",
        "result.ETH",
    ),
    "two markets as objects": (
        [{"symbol": "BTC", "bars": with_times()}, {"symbol": "ETH", "bars": with_times()}],
        "0.bars, 1.bars",
        "1.bars",
    ),
    "pages": ({"pages": [ROWS, ROWS]}, "pages.0, pages.1", "pages.1"),
    "two tables of other columns": ({"a": with_times("x"), "b": with_times("y")}, "a, b", "b"),
}


@pytest.mark.parametrize("case", SEVERAL)
def test_several_tables_are_refused_by_name_and_one_can_be_named(case: str) -> None:
    tree, ways, second = SEVERAL[case]
    with pytest.raises(UserError, match=rf"holds {ways} alike: name one, as in .*data.path='reply.json:"):
        read(tree)
    assert len(read(tree, second).rows) in (4, 5)


def test_another_table_beside_the_longest_is_said_and_can_be_read() -> None:
    tree = {"daily": with_times(), "splits": [{"day": "x", "factor": 2}, {"day": "y", "factor": 3}]}
    table = read(tree)
    assert numbers(table, "close") == CLOSE
    assert table.notes == ("the longest table, daily, was taken: \"data.path='reply.json:splits'\" reads another",)
    assert read(tree, "splits").rows["factor"].tolist() == [2, 3]


BAD: dict[str, tuple[str, str]] = {
    "an error": ('{"code":-1121,"msg":"Invalid symbol."}', "the reply that 'Invalid symbol.'"),
    "Kraken's error": ('{"error":["EQuery:Unknown asset pair"],"result":{}}', "EQuery:Unknown asset pair"),
    "Yahoo's error": (
        '{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found"}}}',
        "No data found",
    ),
    "Alpha Vantage's error": ('{"Error Message": "Invalid API call."}', "Invalid API call."),
    "Alpha Vantage's limit": ('{"Note": "Thank you for using it! 5 calls a minute"}', "5 calls a minute"),
    "an error in a list": ('[{"code": 7, "msg": "banned"}]', "the reply that 'banned'"),
    "an error with details": ('{"detail":[{"loc":["query","symbol"],"msg":"field required"}]}', "field required"),
    "no table": ('{"s": "no_data"}', "holds none"),
    "an empty list": ("[]", "holds none"),
    "a price": ('{"bitcoin": {"usd": 5}}', "holds none"),
    "a cut off file": ("[[1, 2], [3, 4], [5", "line 1: JSON must be whole, but is not at column 20"),
    "a damaged line": ('{"a": 1, "b": 2}\n{"a": 1, "b"\n{"a": 1, "b": 2}', "line 2: JSON must be whole"),
    "ragged rows": ("[[1, 2, 3], [4, 5, 6], [7, 8]]", "row 3: a row must have 3 cells like the first, but has 2"),
    "a key twice": ('{"2024-01-01": 1, "2024-01-01": 2}', "holds '2024-01-01' twice"),
    "depth": ("[" * 100_000, "nested too deeply|JSON must be whole"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_table_ends_in_one_sentence(case: str) -> None:
    text, expected = BAD[case]
    with pytest.raises(UserError, match=expected) as caught:
        read(text)
    sentence = str(caught.value)
    assert "reply.json" in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_keys_that_lead_nowhere_are_refused_with_those_that_there_are() -> None:
    with pytest.raises(UserError, match="'b.c' is not in it: choose from a, x"):
        read({"a": with_times(), "x": 5}, "b.c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[from somewhere]\ndate,close\n", False),
        ("{x}\n", False),
        ("date,close\n", False),
        (' \n[ {"a": 1}]', True),
        ("[[1,2]]", True),
        ('{"a": 1}', True),
        ("[]", True),
        ("{}", True),
        ("[-1]", True),
        ("[9008.5, 9121.1]", True),
        ("[-1e-5]", True),
        ("[null]", True),
        ("[2020-01-02 00:00:00] 9008.5\n", False),
    ],
)
def test_json_is_told_by_how_it_begins(text: str, expected: bool) -> None:
    assert is_json(text) == expected


def test_real_replies_are_read(shared_data: Path) -> None:
    for path in sorted((shared_data / "rest_json").rglob("*.json")):
        rows = json.loads(path.read_text())
        table = read(path.read_text())
        assert table.rows.astype("float64").to_numpy().tolist() == [[float(cell) for cell in row] for row in rows]
        assert list(table.rows) == [str(place) for place in range(len(rows[0]))]


def test_json_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "most_bytes", lambda: 8000)
    assert len(read("[[1,2]," + " " * 900 + "[3,4]]").rows) == 2
    with pytest.raises(UserError, match="must be JSON of at most 9.31e-07 GiB, .*: write it as CSV or Parquet"):
        read("[[1,2]," + " " * 1000 + "[3,4]]")


def test_real_trades_are_read(shared_data: Path) -> None:
    text = gzip.decompress((shared_data / "trades" / "freqtrade_XRP_ETH-trades.json.gz").read_bytes()).decode()
    table = read(text)
    trades = json.loads(text)
    assert len(table.rows) == len(trades) == 12_477
    assert table.rows["0"].astype("int64").tolist() == [trade[0] for trade in trades]
    assert table.rows["4"].astype("float64").tolist() == [trade[4] for trade in trades]


def test_a_large_reply_is_read_in_seconds() -> None:
    rows = [[1_600_000_000_000 + 60_000 * row, "1.5", "2.5", 3, 4.5, row] for row in range(200_000)]
    text = json.dumps(rows)
    start = time.process_time()
    table = read(text)
    assert len(table.rows) == 200_000
    assert time.process_time() - start < 10
