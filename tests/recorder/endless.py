"""A market in Binance's form that never ends, with the Bitcoin sample's mix, made quickly."""

import json
import random
from collections.abc import Iterator

START = 1_700_000_000_000_000_000 - 1_700_000_000_000_000_000 % 3_600_000_000_000
_CENTRE, _AWAY = 6_000_000, 1_000
_SIZES = [f"{size / 1000:.8f}" for size in range(1, 4000, 7)]


def endless_lines(rate: int, seed: int) -> Iterator[tuple[int, str]]:
    """Local times from a full hour on, `rate` lines a second; the second line is the snapshot.

    Of a hundred lines, 73 are best prices, 14 trades and 13 changes of the book; the middle stays near where it began.
    """
    draw = random.Random(seed)
    step, received = 1_000_000_000 // rate, START
    middle, last, trade = _CENTRE, 1, 0
    bids = [[_price(middle - away), draw.choice(_SIZES)] for away in range(1, _AWAY)]
    asks = [[_price(middle + away), draw.choice(_SIZES)] for away in range(1, _AWAY)]
    yield received, _depth(received, last, [], [])
    yield received, json.dumps({"lastUpdateId": 1, "bids": bids, "asks": asks})
    while True:
        received += step
        kind = draw.random()
        if kind < 0.13:
            last += 1
            moved = draw.choice((0, 0, 0, 1 if middle < _CENTRE + _AWAY // 2 else -1, -1 if middle > _CENTRE else 1))
            middle += moved
            down, up = draw.randrange(1, 60), draw.randrange(1, 60)
            gone_bid, gone_ask = ([[_price(middle), "0.00000000"]] for _ in range(2))
            yield (
                received,
                _depth(
                    received,
                    last,
                    [
                        *gone_bid,
                        [_price(middle - down), draw.choice(_SIZES)],
                        [_price(middle - 1), draw.choice(_SIZES)],
                    ],
                    [*gone_ask, [_price(middle + up), draw.choice(_SIZES)], [_price(middle + 1), draw.choice(_SIZES)]],
                ),
            )
        elif kind < 0.27:
            trade += 1
            size, is_maker = draw.choice(_SIZES), "true" if kind < 0.2 else "false"
            yield (
                received,
                f'{{"stream":"xyusd@trade","data":{{"e":"trade","E":{received // 10**6},"s":"XYUSD","t":{trade},'
                f'"p":"{_price(middle)}","q":"{size}","T":{received // 10**6},"m":{is_maker},"M":true}}}}',
            )
        else:
            yield (
                received,
                f'{{"stream":"xyusd@bookTicker","data":{{"u":{last},"s":"XYUSD","b":"{_price(middle - 1)}",'
                f'"B":"{draw.choice(_SIZES)}","a":"{_price(middle + 1)}","A":"{draw.choice(_SIZES)}"}}}}',
            )


def _price(ticks: int) -> str:
    return f"{ticks // 100}.{ticks % 100:02d}000000"


def _depth(received: int, number: int, bids: list[list[str]], asks: list[list[str]]) -> str:
    data = {"e": "depthUpdate", "E": received // 10**6, "s": "XYUSD", "U": number, "u": number, "b": bids, "a": asks}
    return json.dumps({"stream": "xyusd@depth@100ms", "data": data}, separators=(",", ":"))
