"""The forms in which people and programs write a number, one cell at a time.

A new form is a line in one of the tables, or a piece of `_CELL`, and a line in tests/data/files/test_numbers.py.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

SCALES = {
    **dict.fromkeys(("k", "tsd"), 3),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million"), 6),
    **dict.fromkeys(("b", "bn", "bln", "mrd", "mld", "billion"), 9),
    **dict.fromkeys(("t", "tn", "trn", "trillion"), 12),
}
"""Words behind a number, in any case and with or without a dot, and the power of ten that they stand for."""

_CURRENCIES = """
US$ A$ C$ HK$ NZ$ R$ S$ $ € £ ¥ ₹ ₽ ₩ ₺ ₿ Ξ Rs Rs. kr kr. zł Kč Ft Fr Fr.
AED AUD BRL BTC CAD CHF CLP CNH CNY COP CZK DKK ETH EUR GBP GBX HKD HUF IDR ILS INR JPY KRW MXN MYR NGN NOK NZD PHP PKR
PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD USDC USDT VND XAG XAU XBT ZAR
"""
"""Before or behind a number."""

SIGNS = str.maketrans(
    dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000\t", " ")  # no-break, figure, thin, narrow and wide spaces
    | dict.fromkeys("’‘ʼ´`", "'")
    | dict.fromkeys("−–‐‑", "-")
    | {"—": "-", "\uff05": "%"}
)
"""One sign for all that people write in its place."""

DIGITS = str.maketrans("012345678", "9" * 9)
"""Makes a shape of a cell: numbers of one length and form have one, so that a column has few."""

_LONGEST = 2000
_CORES = {
    decimal: re.compile(
        rf"(?:9{{1,3}}(?P<group>[{other} '_])999(?:(?P=group)999)*|{indian})(?:\{decimal}9*)?"
        rf"|(?:9+(?:\{decimal}9*)?|\{decimal}9+)(?:[eE][-+]?9+)?"
    )
    for decimal, other, indian in ((".", ",", "9{1,2}(?P<indian>,)99(?:,99)*,999"), (",", ".", r"(?P<indian>[^\s\S])"))
}
"""Digits, by the sign before the decimals; Indian groups have a comma before each two digits and the last three."""

_MONEY = "|".join(re.escape(each) for each in sorted(_CURRENCIES.split(), key=len, reverse=True))
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_CELL = re.compile(
    rf"(?P<sign>[-+(])? *+(?P<before>{_MONEY})? *+(?P<inner>[-+(])? *+"
    r"(?P<core>[.,]?9(?:[9.,' _]*[9.,])?(?:[eE][-+]?9+)?)"
    rf"(?: *+(?P<scale>(?i:{_SCALE}))\.?)? *+(?P<percent>%)? *+(?P<after>{_MONEY})? *+(?P<behind>[-+)])?"
)


@dataclass(frozen=True)
class NumberForm:
    """What cells of one shape say beside their digits.

    Attributes:
        core: where the digits and the signs between them begin and end.
        groups: by each decimal sign that the cell can be read with, the sign that then groups its thousands, or ''.
        open_sign: the one point or comma that may be that of decimals or of thousands, as in 1.501, or ''.
        tells_groups: whether four digits or more, without point and comma, say that neither groups them: 1 501, 1501.
        is_negative: by a minus anywhere, or brackets around.
        scale: the word for a power of ten behind the digits, or ''.
        unit: a currency, %, or ''.
    """

    core: tuple[int, int]
    groups: dict[str, str]
    open_sign: str
    tells_groups: bool
    is_negative: bool
    scale: str
    unit: str

    @property
    def power(self) -> int:
        """The power of ten by which the digits are multiplied."""
        return SCALES[self.scale.lower()] if self.scale else 0


@lru_cache(maxsize=10_000)
def read_form(shape: str) -> NumberForm | None:
    """What cells of a shape say, or None where they are no numbers.

    Args:
        shape: a cell after `SIGNS` and `DIGITS`.
    """
    inner = shape.strip(" ")
    match = _CELL.fullmatch(inner) if len(inner) < _LONGEST else None
    if match is None:
        return None
    core = match["core"]
    readings = {decimal: pattern.fullmatch(core) for decimal, pattern in _CORES.items()}
    groups = {decimal: found["group"] or found["indian"] or "" for decimal, found in readings.items() if found}
    signs = [sign for sign in (match["sign"], match["inner"], match["behind"]) if sign]
    units = [unit for unit in (match["before"], match["after"], match["percent"]) if unit]
    is_signed = signs in ([], ["-"], ["+"], ["(", ")"])
    if not groups or not is_signed or len(units) > 1 or (match["scale"] and "e" in core.lower()):
        return None
    sign = next((sign for sign in ".," if sign in core), "")
    start = shape.index(inner) + match.start("core")
    return NumberForm(
        core=(start, start + len(core)),
        groups=groups,
        open_sign=sign if len(groups) == 2 else "",
        tells_groups=not sign and core.count("9") >= 4 and "e" not in core.lower(),
        is_negative=signs not in ([], ["+"]),
        scale=match["scale"] or "",
        unit=units[0] if units else "",
    )


def is_number(text: str) -> bool:
    """Whether one cell is a number in any form that is read: 1.5e3, 9,505.10, -0.11%, $30.10, 1.2M, (1 234,5)."""
    return read_form(text.translate(SIGNS).translate(DIGITS)) is not None
