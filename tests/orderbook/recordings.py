"""Real feeds as they were recorded: local time in nanoseconds, and what was received."""

import csv
import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from lstm_sweep.orderbook.feeds.feed import Feed, stamped
from lstm_sweep.orderbook.messages import Message
from lstm_sweep.orderbook.units import nanoseconds

SPOT, NEXT_DAY = "binance_spot_btcusdt_20240808.gz", "binance_spot_btcusdt_20240809.gz"
FUTURES = "binance_usdm_btcusdt_20240808.gz"
ORDERS, TRADES = "bitstamp_l3_orders_2026-05-02.csv.gz", "bitstamp_l3_trades_2026-05-02.csv"


def stamped_lines(folder: Path, name: str) -> list[tuple[int, str]]:
    """A recording of hftbacktest: '1723161253937085768 {...}'."""
    with gzip.open(folder / "orderbook" / name, "rt") as file:
        return [stamped(line.rstrip("\n")) for line in file]


def cryptofeed_lines(folder: Path, name: str) -> Iterator[tuple[int, str]]:
    """What was received, of a recording of cryptofeed: 'time: {...}', or 'address -> time: {...}' of REST."""
    with gzip.open(folder / "orderbook" / name, "rt") as file:
        for line in file:
            head, _, payload = line.rstrip("\n").partition(": ")
            if payload and "<-" not in head:
                yield nanoseconds(head.rpartition(" ")[2]), payload


def messages(feed: Feed, lines: Iterable[tuple[int, str]]) -> list[Message]:
    return [message for received, payload in lines for message in feed.messages(payload, received)]


def order_lines(folder: Path) -> Iterator[tuple[int, str]]:
    """The orders of Bitstamp's level-3 sample, in the exchange's own words and in the order in which they came.

    Its first instant is the snapshot; its last one is no message: whoever made the file closed all orders there.
    """
    with gzip.open(folder / "orderbook" / ORDERS, "rt") as file:
        rows = list(csv.DictReader(file))
    begin, end = rows[0]["exchange_timestamp"], rows[-1]["exchange_timestamp"]
    resting = [row for row in rows if row["exchange_timestamp"] == begin]
    lines = [(_nanoseconds(row), _order(row)) for row in rows if row["exchange_timestamp"] not in (begin, end)]
    sides = {
        side: [[row["price"], row["volume"], row["id"]] for row in resting if row["direction"] == side[:-1]]
        for side in ("bids", "asks")
    }
    lines.append((_nanoseconds(resting[0]), json.dumps({"microtimestamp": f"{begin}000", **sides})))
    yield from sorted(lines, key=lambda line: line[0])


def trade_lines(folder: Path) -> Iterator[tuple[int, str]]:
    with (folder / "orderbook" / TRADES).open() as file:
        for row in csv.DictReader(file):
            data = {
                "id": int(row["trade_id"]),
                "microtimestamp": f"{row['exchange_timestamp']}000",
                "amount_str": row["amount"],
                "price_str": row["price"],
                "type": int(row["side"] == "sell"),
                "buy_order_id": int(row["buy_order_id"]),
                "sell_order_id": int(row["sell_order_id"]),
            }
            yield _nanoseconds(row), json.dumps({"event": "trade", "channel": "live_trades_btcusd", "data": data})


def _nanoseconds(row: dict[str, str]) -> int:
    return int(row["timestamp"]) * 1_000_000


def _order(row: dict[str, str]) -> str:
    data = {
        "id": int(row["id"]),
        "order_type": int(row["direction"] == "ask"),
        "microtimestamp": f"{row['exchange_timestamp']}000",
        "amount_str": row["volume"],
        "price_str": row["price"],
    }
    return json.dumps({"event": f"order_{row['action']}", "channel": "live_orders_btcusd", "data": data})
