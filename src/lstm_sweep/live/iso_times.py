"""Times of journals for people and programs."""

import numpy as np


def iso(time: int) -> str:
    """Nanoseconds since 1970 as ISO 8601, UTC."""
    moment = np.array([time], "datetime64[ns]")
    return f"{np.datetime_as_string(moment, unit='s' if time % 1_000_000_000 == 0 else 'ms')[0]}Z"
