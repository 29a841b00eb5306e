"""Times as people write them."""

from datetime import UTC, datetime

from lstm_sweep.orderbook.units import NANOSECONDS


def iso_utc(time: int) -> str:
    """Nanoseconds since 1970 in UTC: '2024-08-08T23:52:04.123456789Z'."""
    seconds, rest = divmod(time, NANOSECONDS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
