"""How people write numbers and times, each form with the plainest code that writes it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from email.utils import format_datetime
from zoneinfo import ZoneInfo

Settings = dict[str, object]
"""Of `data`, by name, that a user gives with such a file."""


@dataclass(frozen=True)
class NumberForm:
    """Signs of a number; `settings` say what the column does not."""

    decimal: str = "."
    group: str = ""
    prefix: str = ""
    suffix: str = ""
    exponent: bool = False
    settings: Settings = field(default_factory=dict)

    def write(self, plain: str) -> str:
        """A number such as '9505.10', in this form."""
        if self.exponent:
            return f"{Decimal(plain):e}"
        whole, _, fraction = plain.partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        return self.prefix + grouped + (self.decimal + fraction if fraction else "") + self.suffix


NUMBERS = {
    "point": NumberForm(),
    "comma": NumberForm(","),
    "1,234.5": NumberForm(".", ","),
    "1.234,5": NumberForm(",", "."),
    "1 234,5": NumberForm(",", " "),
    "1 234.5": NumberForm(".", " "),
    "1_234,5": NumberForm(",", "\xa0"),
    "1'234.5": NumberForm(".", "'"),
    "$1,234.5": NumberForm(".", ",", prefix="$"),
    "1.234,5 €": NumberForm(",", ".", suffix=" €"),
    "exponent": NumberForm(exponent=True),
    "1,234.5 told": NumberForm(".", ",", settings={"decimal": ".", "thousands": ","}),
    "1.234,5 told": NumberForm(",", ".", settings={"decimal": ",", "thousands": "."}),
}


def three_digits(cells: Sequence[str]) -> bool:
    """Whether the only sign of a column may as well group thousands: '1.501' beside '999', or '151.234' alone."""
    bare = [re.sub(r"[^\d.,eE]", "", cell) for cell in cells if cell]
    signs = {sign for cell in bare for sign in cell if sign in ".,"}
    return len(signs) == 1 and all(re.fullmatch(r"\d{1,3}|[1-9]\d{0,2}[.,]\d{3}", cell) for cell in bare)


@dataclass(frozen=True)
class TimeForm:
    """Cells of a moment in UTC, the names of their columns, and the finest spacing, in seconds, that they can say."""

    cells: Callable[[datetime], tuple[str, ...]]
    finest: int = 60
    names: tuple[str, ...] = ("Date",)
    settings: Settings = field(default_factory=dict)
    either_order: bool = False
    """Whether day and month may change places."""
    unclear: bool = False
    """Whether it cannot be told at all: years of two digits."""
    change: datetime | None = None
    """A change of the clock that the rows lie around."""


def text(*formats: str) -> Callable[[datetime], tuple[str, ...]]:
    return lambda moment: tuple(moment.strftime(each) for each in formats)


def zoned(form: str, zone: str = "Europe/Berlin") -> Callable[[datetime], tuple[str, ...]]:
    return lambda moment: (moment.astimezone(ZoneInfo(zone)).strftime(form),)


def count(per_second: int, since: datetime = datetime(1970, 1, 1, tzinfo=UTC)) -> Callable[[datetime], tuple[str, ...]]:
    return lambda moment: (str((moment - since) // timedelta(microseconds=1) * per_second // 1_000_000),)


def excel(moment: datetime) -> tuple[str, ...]:
    days = (moment - datetime(1899, 12, 30, tzinfo=UTC)) / timedelta(days=1)
    return (repr(days).removesuffix(".0"),)


def bare_midnight(day: str, clock: str) -> Callable[[datetime], tuple[str, ...]]:
    return lambda moment: (moment.strftime(day if (moment.hour, moment.minute) == (0, 0) else f"{day} {clock}"),)


def shifted(hours: int) -> Callable[[datetime], tuple[str, ...]]:
    zone = timezone(timedelta(hours=hours))
    return lambda moment: (moment.astimezone(zone).isoformat(sep=" "),)


HOUR, DAY, MONTH = 3600, 86400, 28 * 86400
SPRING, AUTUMN = datetime(2023, 3, 26, 1, tzinfo=UTC), datetime(2023, 10, 29, 1, tzinfo=UTC)
BERLIN: Settings = {"time_zone": "Europe/Berlin"}
CLOCK = ("Date", "Time")

BARE = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Counts since 1970, by how many a second has."""

TIMES = {
    "iso": TimeForm(text("%Y-%m-%d %H:%M:%S")),
    "iso minutes": TimeForm(text("%Y-%m-%d %H:%M")),
    "iso T": TimeForm(text("%Y-%m-%dT%H:%M:%S")),
    "iso Z": TimeForm(text("%Y-%m-%dT%H:%M:%SZ")),
    "iso ms Z": TimeForm(text("%Y-%m-%dT%H:%M:%S.000Z")),
    "iso UTC": TimeForm(text("%Y-%m-%d %H:%M:%S UTC")),
    "iso +02:00": TimeForm(shifted(2)),
    "iso -0500": TimeForm(lambda moment: (shifted(-5)(moment)[0].replace("-05:00", "-0500"),)),
    "iso day": TimeForm(text("%Y-%m-%d"), DAY),
    "Y/M/D": TimeForm(text("%Y/%m/%d %H:%M")),
    "Y.M.D": TimeForm(text("%Y.%m.%d %H:%M:%S")),
    "D.M.Y": TimeForm(text("%d.%m.%Y"), DAY, either_order=True),
    "D.M.Y clock": TimeForm(text("%d.%m.%Y %H:%M"), either_order=True),
    "M/D/Y": TimeForm(text("%m/%d/%Y"), DAY, either_order=True),
    "M/D/Y clock": TimeForm(text("%m/%d/%Y %H:%M:%S"), either_order=True),
    "M/D/Y AM": TimeForm(text("%m/%d/%Y %I:%M %p"), either_order=True),
    "D/M/Y clock": TimeForm(text("%d/%m/%Y %H:%M"), either_order=True),
    "D/M/Y told": TimeForm(text("%d/%m/%Y %H:%M"), settings={"time_format": "%d/%m/%Y %H:%M"}),
    "D-M-Y": TimeForm(text("%d-%m-%Y"), DAY, either_order=True),
    "D-M-Y clock": TimeForm(text("%d-%m-%Y %H:%M:%S"), either_order=True),
    "D.M.y": TimeForm(text("%d.%m.%y"), DAY, unclear=True),
    "M/D/y clock": TimeForm(text("%m/%d/%y %H:%M"), unclear=True),
    "D.M.y told": TimeForm(text("%d.%m.%y"), DAY, settings={"time_format": "%d.%m.%y"}),
    "Mon D, Y": TimeForm(text("%b %d, %Y"), DAY),
    "D-Mon-Y": TimeForm(text("%d-%b-%Y"), DAY),
    "D Month Y clock": TimeForm(text("%d %B %Y %H:%M")),
    "Mon D Y clock": TimeForm(text("%b %d, %Y %H:%M:%S")),
    "RFC 2822": TimeForm(lambda moment: (format_datetime(moment, usegmt=True),)),
    "RFC 2822 offset": TimeForm(lambda moment: (format_datetime(moment.astimezone(timezone(timedelta(hours=-4)))),)),
    "iso PM": TimeForm(text("%Y-%m-%d %I:%M:%S %p")),
    "hour-PM": TimeForm(text("%Y-%m-%d %I-%p"), HOUR),
    "YYYYMM": TimeForm(text("%Y%m"), MONTH),
    "YYYY-MM": TimeForm(text("%Y-%m"), MONTH),
    "8 digits": TimeForm(text("%Y%m%d"), DAY),
    "10 digits": TimeForm(text("%Y%m%d%H"), HOUR),
    "12 digits": TimeForm(text("%Y%m%d%H%M")),
    "14 digits": TimeForm(text("%Y%m%d%H%M%S")),
    "17 digits": TimeForm(text("%Y%m%d%H%M%S000")),
    **{unit: TimeForm(count(per_second)) for unit, per_second in BARE.items()},
    "s.0": TimeForm(lambda moment: (count(1)(moment)[0] + ".0",)),
    "excel": TimeForm(excel, settings={"time_unit": "excel"}),
    "ticks": TimeForm(count(10**7, datetime(1, 1, 1, tzinfo=UTC)), settings={"time_unit": "ticks"}),
    "day, clock": TimeForm(text("%Y-%m-%d", "%H:%M:%S"), names=CLOCK),
    "day, minutes": TimeForm(text("%Y.%m.%d", "%H:%M"), names=CLOCK),
    "day, PM": TimeForm(text("%m/%d/%Y", "%I:%M %p"), names=CLOCK, either_order=True),
    "day, HHMMSS": TimeForm(text("%Y%m%d", "%H%M%S"), names=CLOCK),
    "day, HHMM": TimeForm(text("%Y%m%d", "%H%M"), names=CLOCK),
    "Y, M, D": TimeForm(
        lambda moment: (str(moment.year), str(moment.month), str(moment.day)), DAY, ("Year", "Month", "Day")
    ),
    "bare midnight": TimeForm(bare_midnight("%d.%m.%Y", "%H:%M"), either_order=True),
    "bare iso midnight": TimeForm(bare_midnight("%Y-%m-%d", "%H:%M:%S")),
    "wall clock, spring": TimeForm(zoned("%Y-%m-%d %H:%M"), settings=BERLIN, change=SPRING),
    "wall clock, autumn": TimeForm(zoned("%Y-%m-%d %H:%M"), settings=BERLIN, change=AUTUMN),
    "German wall clock, autumn": TimeForm(zoned("%d.%m.%Y %H:%M"), settings=BERLIN, change=AUTUMN),
    "offsets, spring": TimeForm(zoned("%Y-%m-%dT%H:%M:%S%z"), change=SPRING),
}


def unclear_days(form: TimeForm, moments: Sequence[datetime]) -> bool:
    """Whether the dates can be read in more than one way."""
    exchangeable = all(moment.day <= 12 for moment in moments) and any(m.day != m.month for m in moments)
    return form.unclear or (form.either_order and exchangeable)
