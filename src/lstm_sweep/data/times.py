"""Times as they are written for people."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def written_times(times: NDArray[np.datetime64]) -> list[str]:
    """Times in UTC, as days where all are midnight, else with as much of the clock as any needs."""
    index = pd.DatetimeIndex(times)
    if index.equals(index.normalize()):
        return list(index.strftime("%Y-%m-%d"))
    if index.equals(index.floor("min")):
        return list(index.strftime("%Y-%m-%d %H:%M"))
    whole = index.equals(index.floor("s"))
    return [str(time).replace("T", " ")[: 19 if whole else None] for time in times]
