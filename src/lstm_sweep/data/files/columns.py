"""Which column of a table is the price."""

import re
from collections.abc import Sequence

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError

_PRICES = ("close", "closeprice", "closingprice", "closelast", "last", "lastprice", "price", "adjclose")


def find_price(table: FileTable, times_in: Sequence[str], config: CsvData) -> str:
    """The name of the price column.

    `data.price` wins: a name, in any case, or a number from 0. Else the first of the usual names ('close', 'last',
    'price', 'adj close', ...), compared without case, spaces and signs; then the one column with 'close' or 'price'
    in its name. A price is never guessed.

    Args:
        table: of the file.
        times_in: columns of times, which are no prices.
        config: `data.price`.

    Raises:
        UserError: where a named column does not exist, or the price cannot be told.
    """
    names = [str(name) for name in table.rows.columns]
    others = [name for name in names if name not in times_in]
    if config.price is not None:
        price = named("data.price", config.price, names, table.path)
        if price in times_in:
            raise UserError(f"data.price and data.time must be two columns, but both are {price!r}: set another.")
        return price
    found = usual(_PRICES, others) or _telling(others)
    if found is None:
        raise UserError(
            f"{table.path} must hold a price column (close, last, price, ...), but its columns are "
            f"{_listed(names)}: name the price, as in data.price={others[-1]!r}, or its number, from 0."
        )
    return found


def named(setting: str, wanted: str | int, names: Sequence[str], path: str) -> str:
    """The column that a setting names: by its name, in any case, or by its number from 0.

    Raises:
        UserError: where there is none, with the columns that there are.
    """
    wanted = str(wanted)
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


def usual(known: Sequence[str], names: Sequence[str]) -> str | None:
    """The first of the known names that a column bears, compared by its small letters alone."""
    by_letters = {re.sub(r"[^a-z]", "", name.lower()): name for name in reversed(names)}
    return next((by_letters[letters] for letters in known if letters in by_letters), None)


def _telling(names: Sequence[str]) -> str | None:
    telling = [name for name in names if re.search("close|price", name.lower()) and "time" not in name.lower()]
    return telling[0] if len(telling) == 1 else None
