"""The forms in which people have files: a value for each of many dimensions, and which of them go together."""

from dataclasses import dataclass

from tests.properties.all_pairs import Value, all_pairs
from tests.properties.file_bytes import ENCODINGS, LINE_ENDS, OF_CELLS, OF_TEXT, SEPARATORS
from tests.properties.file_cells import BARE, DAY, HOUR, MONTH, NUMBERS, TIMES
from tests.properties.file_shapes import SHAPES

SPACINGS = {"1h": HOUR, "1min": 60, "5min": 300, "4h": 4 * HOUR, "1D": DAY, "business days": DAY, "months": MONTH}
REGULAR = ("1h", "1min", "5min", "4h", "1D")
PRICES = {
    "95.05": "95.05",
    "0.00000812": "0.00000812",
    "0.95": "0.9512",
    "999": "1001",
    "999.50": "1001.50",
    "9505.1": "9505.1",
    "151.234": "151.234",
    "64250": "64250",
    "1234567.89": "1234567.89",
}
"""Magnitudes; as many digits as the first price has are written."""


@dataclass(frozen=True)
class Form:
    """A value of each dimension."""

    shape: str
    time: str
    number: str
    price: str
    spacing: str
    start: str
    separator: str
    quotes: str
    above: str
    below: str
    trailing: str
    volume: str
    encoding: str
    line_end: str
    order: str
    noise: str
    container: str


DIMENSIONS: dict[str, list[str]] = {
    "shape": list(SHAPES),
    "time": list(TIMES),
    "number": list(NUMBERS),
    "price": list(PRICES),
    "spacing": list(SPACINGS),
    "start": ["past the 12th", "before the 12th"],
    "separator": list(SEPARATORS),
    "quotes": ["needed", "all", "words"],
    "above": ["nothing", "sep=", "banner", "two lines", "# comment", "blank and banner"],
    "below": ["nothing", "units"],
    "trailing": ["nothing", "rows", "rows and header"],
    "volume": ["whole", "decimal", "K or M", "grouped"],
    "encoding": list(ENCODINGS),
    "line_end": list(LINE_ENDS),
    "order": ["oldest first", "newest first", "shuffled"],
    "noise": [
        *("nothing", "blank lines", "blank end", "empty volumes", "missing row"),
        *("off the grid", "constant text", "comments"),
    ],
    "container": [*OF_TEXT, *OF_CELLS],
}

HEADLESS = [name for name, each in SHAPES.items() if not each.header]
TWO_COLUMNS = [name for name, each in TIMES.items() if len(each.names) > 1]
OTHER = "-"
"""All values but the ones after it."""

CLASHES: list[tuple[str, list[str], str, list[str]]] = [
    *(
        ("time", [name], "spacing", [each for each, step in SPACINGS.items() if step < form.finest])
        for name, form in TIMES.items()
    ),
    ("time", [name for name, each in TIMES.items() if each.change], "spacing", ["1D", "business days", "months"]),
    ("shape", ["none, 12"], "time", [OTHER, *BARE]),
    ("shape", ["none, 7"], "time", [OTHER, "day, clock", "day, minutes", "day, HHMMSS"]),
    ("shape", ["none, 2", "none, 6", "tickers"], "time", TWO_COLUMNS),
    ("shape", ["none, 2", "none, 6"], "time", ["excel", "ticks"]),
    ("shape", ["German", "French", "Spanish", "Russian", "code", "capital", "price first"], "time", ["Y, M, D"]),
    ("shape", HEADLESS, "number", [OTHER, "point"]),
    ("shape", [*HEADLESS, "tickers"], "below", ["units"]),
    ("shape", HEADLESS, "noise", ["constant text", "comments"]),
    ("shape", [*HEADLESS, "tickers", "index", "same names"], "container", [*OF_CELLS]),
    ("shape", ["Russian"], "encoding", ["cp1252", "latin-1"]),
    ("shape", [name for name, each in SHAPES.items() if not each.volume], "noise", ["empty volumes"]),
    ("shape", [name for name, each in SHAPES.items() if not each.volume], "volume", [OTHER, "whole"]),
    ("number", ["1.234,5 €"], "encoding", ["latin-1"]),
    ("number", [name for name, each in NUMBERS.items() if not each.group], "volume", ["grouped"]),
    ("number", ["exponent"], "volume", [OTHER, "whole"]),
    ("separator", ["comma and space"], "number", [name for name in NUMBERS if "," in name or name == "comma"]),
    ("separator", ["comma and space"], "time", ["Mon D, Y", "Mon D Y clock", "RFC 2822", "RFC 2822 offset"]),
    ("separator", ["comma and space"], "above", ["sep="]),
    ("noise", ["off the grid"], "spacing", ["1min", "business days", "months"]),
    ("noise", ["off the grid"], "time", [name for name, each in TIMES.items() if each.finest > 60]),
    *((each, [OTHER, DIMENSIONS[each][0]], "container", [*OF_CELLS]) for each in (
        "separator", "quotes", "above", "below", "trailing", "encoding", "line_end")),
    ("container", [*OF_CELLS], "noise", ["blank lines", "blank end"]),
]  # fmt: skip
JSON_OF_KLINES = ("shape", ["none, 6", "none, 12"], "container", ["JSON arrays"])


def forbidden() -> set[tuple[Value, Value]]:
    """Pairs of values that no file can have, in both orders."""
    found = set()
    for one, ones, two, twos in CLASHES:
        for first in chosen(one, ones):
            for second in chosen(two, twos):
                found |= {((one, first), (two, second)), ((two, second), (one, first))}
    one, ones, two, (arrays,) = JSON_OF_KLINES
    for each in DIMENSIONS[one]:
        pair = ((one, each), (two, arrays))
        found = found - {pair, pair[::-1]} if each in ones else found | {pair, pair[::-1]}
    return found


def chosen(dimension: str, values: list[str]) -> list[str]:
    return [each for each in DIMENSIONS[dimension] if each not in values] if values[:1] == [OTHER] else values


def all_forms(count: int, seed: int = 0) -> list[Form]:
    """Forms that hold every two values that can be together, and more of them up to `count`."""
    clashes = forbidden()
    return [Form(**each) for each in all_pairs(DIMENSIONS, lambda *pair: pair in clashes, seed, count)]
