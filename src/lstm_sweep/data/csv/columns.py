"""Which column of a CSV file is the time, and which the price."""

import re
from collections.abc import Sequence

from lstm_sweep.config import CsvData
from lstm_sweep.errors import UserError

_TIMES = ("timestamp", "datetime", "date", "time", "opentime", "unixtimestamp", "unixtime", "unix", "day")
_PRICES = ("close", "closeprice", "closingprice", "closelast", "last", "lastprice", "price", "adjclose")


def find_columns(config: CsvData, names: Sequence[str]) -> tuple[str, str]:
    """The names of the time column and of the price column.

    Settings win: a name, in any case, or a number from 0. Else the first of the usual names ('timestamp', 'date', ...;
    'close', 'last', 'price', 'adj close', ...), compared without case, spaces and signs; then the one column with
    'close' or 'price' in its name; for the time, at last, the first column. A price is never guessed.

    Args:
        config: `data.time` and `data.price`.
        names: of all columns.

    Raises:
        UserError: where a named column does not exist, or the price cannot be told.
    """
    price = _named("data.price", config.price, names, config.path) if config.price is not None else None
    time = _named("data.time", config.time, names, config.path) if config.time is not None else None
    if time is None:
        time = _usual(_TIMES, names) or names[0]
    others = [name for name in names if name != time]
    if price is None:
        price = _usual(_PRICES, others) or _telling(others)
    if price is None:
        raise UserError(
            f"{config.path} must hold a price column (close, last, price, ...), but its columns are "
            f"{_listed(names)}: name the price, as in data.price={others[-1]!r}, or its number, from 0."
        )
    if price == time:
        raise UserError(f"data.price and data.time must be two columns, but both are {price!r}: set another.")
    return time, price


def _named(setting: str, wanted: str, names: Sequence[str], path: str) -> str:
    alike = [name for name in names if name == wanted] or [name for name in names if name.lower() == wanted.lower()]
    if alike:
        return alike[0]
    if wanted in map(str, range(len(names))):
        return names[int(wanted)]
    raise UserError(
        f"{setting} must name a column of {path}, but is {wanted[:60]!r}: "
        f"choose from {_listed(names)}, or a number from 0 to {len(names) - 1}."
    )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _usual(known: Sequence[str], names: Sequence[str]) -> str | None:
    by_letters = {re.sub(r"[^a-z]", "", name.lower()): name for name in reversed(names)}
    return next((by_letters[letters] for letters in known if letters in by_letters), None)


def _telling(names: Sequence[str]) -> str | None:
    telling = [name for name in names if re.search("close|price", name.lower()) and "time" not in name.lower()]
    return telling[0] if len(telling) == 1 else None
