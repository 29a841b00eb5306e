"""One series written in a form, with what is right to read from it; nothing here is the project's."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.properties.file_bytes import ENCODINGS, LINE_ENDS, OF_CELLS, OF_TEXT, SEPARATORS, join, typed
from tests.properties.file_cells import BARE, NUMBERS, TIMES, Settings, three_digits, unclear_days
from tests.properties.file_forms import PRICES, SPACINGS, Form
from tests.properties.file_shapes import SHAPES

NUM_ROWS, MISSING = 48, 7
"""Rows of a file (150 for minutes around a change of the clock, to hold the hour that comes twice), and the row that
is missing where one is."""


@dataclass(frozen=True)
class Bar:
    """What one row says: a moment in UTC, plain decimals, and a volume."""

    moment: datetime
    open: str
    high: str
    low: str
    close: str
    previous: str
    volume: int
    has_volume: bool = True


@dataclass(frozen=True)
class Written:
    """A file and what it holds.

    Attributes:
        name: of the file.
        content: its bytes.
        settings: of `data`, that a user gives with it.
        volume: name of the column of volumes, or None.
        bars: the rows on the grid, in order of time.
        missing: times of bars on the grid that have no row.
        ambiguous: why it can be read in two ways by its price, its volumes or its times alone, or ''.
        resolved: whether another column shows which way is right, so that no word is needed.
    """

    name: str
    content: bytes
    settings: Settings
    volume: str | None
    bars: list[Bar]
    missing: list[datetime]
    ambiguous: str
    resolved: bool


def moments(form: Form) -> list[datetime]:
    """Times of all bars, none missing."""
    change, step = TIMES[form.time].change, timedelta(seconds=SPACINGS[form.spacing])
    num_rows = 150 if change and form.spacing == "1min" else NUM_ROWS
    if form.spacing == "months":
        return [datetime(2005 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(num_rows)]
    start = datetime(2021, *((1, 13) if form.start == "past the 12th" else (2, 1)), tzinfo=UTC)
    if change:  # bars of four hours then begin at 22:00 UTC, and none lies in the hour that comes twice
        start = change - num_rows // 2 * step - timedelta(hours=3 if form.spacing == "4h" else 0)
    every = [start + row * step for row in range(2 * num_rows)]
    return [each for each in every if each.weekday() < 5 or form.spacing != "business days"][:num_rows]


def all_bars(form: Form) -> list[Bar]:
    """Bars whose closes lie up to 3 % above and below the first price, in its digits."""
    draw, first = random.Random(form.price), Decimal(PRICES[form.price])
    unit = Decimal(1).scaleb(int(first.as_tuple().exponent))
    times = moments(form)
    closes = [first, *((first * draw.randint(9700, 10300) / 10000).quantize(unit) for _ in times)]
    found = []
    for row, moment in enumerate(times):
        opened, close = closes[max(row - 1, 0)], closes[row]
        edges = max(opened, close) + 2 * unit, min(opened, close) - 2 * unit
        volume = 10_000 * (row * 7919 % 290 + 100) if row % 3 == 0 else 10 * (row * 7919 % 9_000 + 120)
        prices = (f"{each:f}" for each in (opened, *edges, close, opened))
        found.append(Bar(moment, *prices, volume, form.noise != "empty volumes" or row % 9 != 4))
    return found


def volume_cell(form: Form, volume: int) -> str:
    """A volume as the form writes it: 1234560, 1234560.00, 1,234,560, 1.23M (hundredths of a million are whole)."""
    number = NUMBERS[form.number]
    if form.volume == "grouped":
        return f"{volume:,}".replace(",", number.group)
    if form.volume == "decimal":
        return f"{volume}{number.decimal}00"
    if form.volume == "K or M":
        short = f"{volume / 1e6:.2f}M" if volume >= 10**6 else f"{volume / 1e3:.2f}K"
        return short.replace(".", number.decimal)
    return str(volume)


def volume_value(form: Form, volume: int) -> float:
    """The number that the cell of a volume says."""
    if form.volume == "K or M":
        return round(volume / 1e4) * 1e4 if volume >= 10**6 else float(volume)
    return float(volume)


def cells(form: Form, row: int, bar: Bar) -> list[str]:
    """The cells of one row, in the order of the shape's columns."""
    number, written = NUMBERS[form.number], []
    change = (Decimal(bar.close) / Decimal(bar.previous) - 1) * 100
    others = {
        "volume": volume_cell(form, bar.volume) if bar.has_volume else "",
        "change": f"{change:.2f}%".replace(".", number.decimal),
        "capital": str(bar.volume * 500 + row),
        "trades": str(bar.volume // 1000 + 1),
        "taker": str(bar.volume // 2 + row),
        "other": str(row * 31 % 17 - 5),
        "index": str(row),
        "zero": "0",
        "ticker": "AAA",
        "per": "5",
    }
    for kind, _ in SHAPES[form.shape].columns:
        if kind == "time":
            written += TIMES[form.time].cells(bar.moment)
        elif kind == "end":  # the last unit of time before the next bar
            step = SPACINGS[form.spacing] * BARE[form.time]
            written.append(str(int(TIMES[form.time].cells(bar.moment)[0]) + step - 1))
        else:
            written.append(others[kind] if kind in others else number.write(getattr(bar, kind)))
    extra = {"constant text": ["BTC"], "comments": ["thin trade" if row % 11 == 3 else ""]}
    return written + extra.get(form.noise, [])


def names(form: Form) -> list[str]:
    """The header."""
    shape, found = SHAPES[form.shape], []
    for kind, name in shape.columns:
        found += shape.time_names(TIMES[form.time].names) if kind == "time" else [name]
    return found + {"constant text": ["symbol"], "comments": ["note"]}.get(form.noise, [])


def above(form: Form) -> list[str]:
    separator = SEPARATORS[form.separator]
    return {
        "nothing": [],
        "sep=": [f"sep={separator}"],
        "banner": ["Exported by The Terminal"],
        "two lines": ["The Terminal", "Bitcoin in US dollars"],
        "# comment": ["# source: The Terminal"],
        "blank and banner": ["", "Exported by The Terminal"],
    }[form.above]


def header_lines(form: Form) -> list[list[str]]:
    shape, header = SHAPES[form.shape], names(form)
    if not shape.header:
        return []
    width = len(header) - 1
    tickers = [["Ticker", *["AAA"] * width], ["Date", *[""] * width]] if shape.tickers else []
    units = [["UTC" if name == shape.time else "USD" for name in header]] if form.below == "units" else []
    return [header, *tickers, *units]


def as_text(form: Form, rows: Sequence[Sequence[str]]) -> bytes:
    """The lines of a text file, encoded."""
    separator = SEPARATORS[form.separator]
    more = {"nothing": ("", ""), "rows": ("", separator.strip(" ")), "rows and header": (separator.strip(" "),) * 2}
    of_header, of_rows = more[form.trailing]
    lines = [*above(form), *(join(each, separator, form.quotes) + of_header for each in header_lines(form))]
    for row, each in enumerate(rows):
        lines += [""] if form.noise == "blank lines" and row % 7 == 3 else []
        lines.append(join(each, separator, form.quotes) + of_rows)
    end = LINE_ENDS[form.line_end]
    text = "".join(line + end for line in lines) + (end if form.noise == "blank end" else "")
    mark = b"\xff\xfe" if form.encoding == "utf-16" else b""
    return mark + text.encode(ENCODINGS[form.encoding])


def write(form: Form) -> Written:
    """The file that `form` describes."""
    every = all_bars(form)
    bars = [bar for row, bar in enumerate(every) if form.noise != "missing row" or row != MISSING]
    rows = [cells(form, row, bar) for row, bar in enumerate(bars)]
    if form.noise == "off the grid":
        now = every[-1].moment + timedelta(seconds=60 * (SPACINGS[form.spacing] * 37 // 6000))
        rows.append(cells(form, len(rows), Bar(now, *[every[-1].close] * 5, 1000)))
    rows = {"oldest first": rows, "newest first": rows[::-1]}.get(form.order) or random.Random(1).sample(
        rows, len(rows)
    )
    if form.container in OF_CELLS:
        # Numbers where a program would have them; what has signs of its own is text, as in a table that was scraped.
        saved = [
            [typed(cell) for cell in row] if form.number == "point" else [cell or None for cell in row] for row in rows
        ]
        name, content = OF_CELLS[form.container](names(form), saved)
    else:
        name, content = OF_TEXT[form.container]("prices.csv", as_text(form, rows))
    shape, time = SHAPES[form.shape], TIMES[form.time]
    settings = shape.settings | time.settings | NUMBERS[form.number].settings | shape.time_setting(time.names)
    missing = [every[MISSING].moment] if form.noise == "missing row" else []
    volume = shape.volume and shape.volume.strip("<>")  # which decorate a name
    return Written(name, content, settings, volume, bars, missing, *ambiguity(form, bars))


def ambiguity(form: Form, bars: Sequence[Bar]) -> tuple[str, bool]:
    """What can be read in two ways by the price, the volumes or the times alone; and whether another column helps."""
    number, time = NUMBERS[form.number], TIMES[form.time]
    if unclear_days(time, [bar.moment for bar in bars]):
        return "days", False
    twice = time.change is not None and time.settings and form.spacing != "4h"
    if twice and "autumn" in form.time and form.order == "shuffled":
        return "hours", False
    if form.container in OF_CELLS and form.number == "point":
        return "", False  # numbers there, not text
    columns = columns_of_numbers(form, bars)
    asked = ["close", *(["volume"] if "volume" in columns else [])]
    if not number.settings and any(three_digits(columns[kind]) for kind in asked):
        return "three digits", any(shows_sign(column) for column in columns.values())
    return "", False


def columns_of_numbers(form: Form, bars: Sequence[Bar]) -> dict[str, list[str]]:
    """The cells of all columns but those of times, by what is in them."""
    kinds = [kind for kind, _ in SHAPES[form.shape].columns if kind != "time"]
    before = [kind for kind, _ in SHAPES[form.shape].columns].index("time")
    width = len(TIMES[form.time].names)
    rows = [cells(form, row, bar) for row, bar in enumerate(bars)]
    return {kind: [row[at + width * (at >= before)] for row in rows] for at, kind in enumerate(kinds)}


def shows_sign(column: Sequence[str]) -> bool:
    """Whether a column tells what its signs mean."""
    return any(sign in cell for cell in column for sign in ".,") and not three_digits(column)
