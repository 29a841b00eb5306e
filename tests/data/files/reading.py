"""Writes a file and reads it as a sweep would."""

from pathlib import Path
from typing import Any

from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from tests.configs import compose_config


def read_text(folder: Path, text: str, *features: str, settings: tuple[str, ...] = ()) -> Series:
    """The series of a file with this content; settings as they are typed."""
    path = folder / "prices.csv"
    path.write_text(text)
    config: Any = compose_config("data=csv", f"data.path={path}", *settings).data
    return load_series(config, features)


def read_path(path: str, *settings: str) -> Series:
    """The series of files that are there."""
    config: Any = compose_config("data=csv", f"data.path={path}", *settings).data
    return load_series(config, config.features)


def rows(header: str, *columns: list[object], separator: str = ",") -> str:
    """A table of text: a header, if any, and a line per row."""
    lines = [separator.join(map(str, row)) for row in zip(*columns, strict=True)]
    return "\n".join([*([header] if header else []), *lines, ""])


def days(number: int) -> list[object]:
    """ISO days from 2021-01-03 on."""
    import datetime

    return [(datetime.date(2021, 1, 3) + datetime.timedelta(days=day)).isoformat() for day in range(number)]


def walk(number: int, start: float = 95.0) -> list[object]:
    """Prices that move by up to a hundredth a step, as text, always the same."""
    prices, price = [], start
    for step in range(number):
        price *= 1 + ((step * 7919) % 201 - 100) / 10_000
        prices.append(f"{price:.2f}")
    return list(prices)
