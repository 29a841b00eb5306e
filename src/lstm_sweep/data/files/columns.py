"""Which column of a table is the price."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import CsvData
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.files.names import common_words, price_rank, word_set, words
from lstm_sweep.data.files.numbers.read import read_numbers
from lstm_sweep.data.files.table import FileTable
from lstm_sweep.errors import UserError

_NO_PRICE = word_set(
    "volume vol volumen trades count number prev previous change chg pct percent return time date id "
    "index cap supply qty quantity amount size turnover interest rank market"
)
"""Words of columns that nobody forecasts as a price."""

_SAMPLE = 200

Numbers = NDArray[np.float64]


def find_price(table: FileTable, times_in: Sequence[str], config: CsvData) -> tuple[str, str]:
    """The name of the price column, and how it was told.

    `data.price` wins: a name, in any case, or a number from 0. Else the one name that says it best (`price_rank`).
    A price is never guessed: names of which a part says price are other columns, and of two that say it equally well
    none is taken.

    Args:
        table: of the file.
        times_in: columns of times, which are no prices.
        config: `data.price`.

    Raises:
        UserError: where a named column does not exist, or the price cannot be told.
    """
    names = [str(name) for name in table.rows.columns]
    if config.price is not None:
        price = named("data.price", config.price, names, table.path)
        if price in times_in:
            raise UserError(f"data.price and data.time must be two columns, but both are {price!r}: set another.")
        return price, f"price: column {price!r}, as data.price says"
    others = [name for name in names if name not in times_in]
    common = common_words(others)
    ranked = sorted((rank, name) for name in others if (rank := price_rank(name, common)) is not None)
    best = [name for rank, name in ranked if rank == ranked[0][0]]
    if not best and len(others) == 1 and not _NO_PRICE & set(words(others[0])) and table.has_header:
        return others[0], f"price: column {others[0]!r}, the only one beside the times"
    if len(best) != 1:
        raise UserError(_no_price(table, names, best or _possible(table, others, config), bool(best)))
    rest = [name for _, name in ranked[1:]]
    otherwise = f"; {' and '.join(rest)} would be another ({typed('data.price', rest[0])})" if rest else ""
    return best[0], f"price: column {best[0]!r}, by its name{otherwise}"


def _no_price(table: FileTable, names: Sequence[str], possible: Sequence[str], is_tie: bool) -> str:
    levels = [cells for cells in table.levels[1:] if len(set(filter(None, cells[1:]))) > 1]
    number = ", or its number, from 0" if not table.has_header or len(names) > 1 else ""
    shown = [int(name) if name.isdecimal() else name for name in possible[:1]]
    example = f", as in {typed('data.price', shown[0])}{number}" if shown else f" with data.price{number}"
    if levels:
        values = list(dict.fromkeys(filter(None, levels[0][1:])))
        return (
            f"{table.path} must hold one series, but holds {len(values)} side by side "
            f"({levels[0][0]}: {_listed(values)}): choose one, as in {typed('data.where', {levels[0][0]: values[0]})}."
        )
    if is_tie:
        return f"{table.path} must hold one price column, but {_listed(possible)} all may be it: name one{example}."
    return (
        f"{table.path} must hold a price column (close, last, price, ...), but its columns are "
        f"{_listed(names)}: name the price{example}."
    )


def _possible(table: FileTable, names: Sequence[str], config: CsvData) -> list[str]:
    """Columns that can be a price: numbers above 0 that move in small steps, under no name of something else."""
    sample = FileTable(table.path, table.rows.head(_SAMPLE), table.has_header, table.parts)
    found = {name: numbers for name in names if (numbers := _like_a_price(sample, name, config)) is not None}
    candle = list(found)[:4]
    if len(candle) == 4 and _is_candle(*(found[name] for name in candle)):
        return [candle[-1], *found]
    return list(found)


def _is_candle(opened: Numbers, high: Numbers, low: Numbers, closed: Numbers) -> bool:
    return bool((low <= np.fmin(opened, closed)).all() and (np.fmax(opened, closed) <= high).all())


def _like_a_price(sample: FileTable, name: str, config: CsvData) -> Numbers | None:
    """The numbers of a column that can be a price, else None."""
    if _NO_PRICE & set(words(name)):
        return None
    try:
        numbers = read_numbers(sample, [name], config)[0][name].dropna().to_numpy()
    except UserError:
        return None
    if not numbers.size or (numbers <= 0).any():
        return None
    steps = np.abs(np.diff(np.log(numbers)))
    grows_evenly = numbers.size > 2 and np.unique(np.diff(numbers)).size == 1
    is_calm = not steps.size or np.median(steps) < 0.2
    return numbers if is_calm and not grows_evenly else None


def named(setting: str, wanted: str | int, names: Sequence[str], path: str) -> str:
    """The column that a setting names: by its name, in any case, or by its number from 0.

    Raises:
        UserError: where there is none, with the columns that there are.
    """
    wanted = str(wanted)
    plain = wanted.strip("<>").lower()  # as names of columns are
    alike = [name for name in names if name == wanted] or [name for name in names if name.lower() == plain]
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
