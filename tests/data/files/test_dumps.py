"""Dumps without a header are known by what their columns hold."""

from pathlib import Path

import pytest

from tests.data.files.reading import days, read_text, rows, walk

SECONDS: list[object] = [1609459200 + 3600 * hour for hour in range(30)]
CLOSE = [float(str(price)) for price in walk(30)]
OPEN = [95.0, *CLOSE[:-1]]
HIGH = [max(pair) + 0.5 for pair in zip(OPEN, CLOSE, strict=True)]
LOW = [min(pair) - 0.5 for pair in zip(OPEN, CLOSE, strict=True)]
VOLUME = [(n * 7919) % 1000 / 10 for n in range(30)]
TRADES = [(n * 104729) % 500 for n in range(30)]
CLOCKS = [f"{hour % 24:02d}:00" for hour in range(30)]
DATES = [f"2021.01.{1 + hour // 24:02d}" for hour in range(30)]

DUMPS = {
    "candles": ((SECONDS, OPEN, HIGH, LOW, CLOSE, VOLUME), "volume", VOLUME),
    "candles without volume": ((SECONDS, OPEN, HIGH, LOW, CLOSE), "low", LOW),
    "Kraken's candles": ((SECONDS, OPEN, HIGH, LOW, CLOSE, VOLUME, TRADES), "trades", TRADES),
    "Kraken's replies": ((SECONDS, OPEN, HIGH, LOW, CLOSE, CLOSE, VOLUME, TRADES), "trades", TRADES),
    "MetaTrader's export": ((DATES, CLOCKS, OPEN, HIGH, LOW, CLOSE, VOLUME), "volume", VOLUME),
    "Bitfinex's candles": ((SECONDS, OPEN, CLOSE, HIGH, LOW, VOLUME), "high", HIGH),
    "Coinbase's candles": ((SECONDS, LOW, HIGH, OPEN, CLOSE, VOLUME), "open", OPEN),
    "Yahoo's table": ((days(30), OPEN, HIGH, LOW, CLOSE, [p * 0.98 for p in CLOSE], TRADES), "volume", TRADES),
    "time and price": ((SECONDS, CLOSE), None, None),
    "price and time": ((CLOSE, SECONDS), None, None),
    "Binance's klines": (
        (*(SECONDS, OPEN, HIGH, LOW, CLOSE, VOLUME), [int(str(s)) + 3599 for s in SECONDS], VOLUME, TRADES)
        + (VOLUME, VOLUME, [0] * 30),
        "trades",
        TRADES,
    ),
    "Binance's trades": (
        (list(range(30)), CLOSE, VOLUME[1:] + [5.0], [p * v for p, v in zip(CLOSE, [*VOLUME[1:], 5.0], strict=True)])
        + (SECONDS, ["True"] * 30, ["True"] * 30),
        "amount",
        [*VOLUME[1:], 5.0],
    ),
}


@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_is_known_and_said(tmp_path: Path, name: str) -> None:
    columns, feature, expected = DUMPS[name]
    features = (feature,) if feature else ()
    series = read_text(tmp_path, rows("", *columns), *features)  # type: ignore[arg-type]
    assert series.values.tolist() == CLOSE
    assert f"no header: taken for {name.removesuffix(' without volume')};" in series.notes[0]
    assert "data.price=N" in series.notes[0]
    if feature:
        assert series.covariates[feature].tolist() == expected


def test_an_order_of_columns_that_bars_do_not_follow_is_not_taken(tmp_path: Path) -> None:
    """Open and close the other way round: bars would not open where the bar before closed."""
    from lstm_sweep.errors import UserError

    with pytest.raises(UserError, match="must hold a price column"):
        read_text(tmp_path, rows("", SECONDS, CLOSE, OPEN, HIGH, LOW, VOLUME))  # type: ignore[arg-type]
