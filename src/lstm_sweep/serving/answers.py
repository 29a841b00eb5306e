"""What is answered, as it stands in the schema of the API."""

from dataclasses import dataclass
from typing import final

from lstm_sweep.live.view import ForecastView


@final
@dataclass(frozen=True)
class NewestForecast:
    """The answer to GET /predict.

    Attributes:
        series: name of the prices.
        number: of the view that it is from; a larger one is newer.
        state: of the process, and `said`, a sentence on it.
        forecast: the newest, or null where there is none; `reason` then says why.
        judgement: what may be claimed of such forecasts now, null before any was scored.
    """

    series: str
    number: int
    state: str
    said: str
    forecast: ForecastView | None
    reason: str | None
    judgement: str | None


@final
@dataclass(frozen=True)
class AskedForecast:
    """The answer to POST /predict.

    Attributes:
        naive: the last price that was brought, which naive repeats at every step.
        forecast: prices of the steps after it, in order.
        version: of the model.
        rows: past prices that were brought.
    """

    naive: float
    forecast: list[float]
    version: str
    rows: int


@final
@dataclass(frozen=True)
class Predictions:
    """The answer to POST /invocations, as MLflow's servers give it: one row with step_1, step_2 and so on."""

    predictions: list[dict[str, float]]


@final
@dataclass(frozen=True)
class Health:
    """The answer to GET /health.

    Attributes:
        healthy: whether bars come and are forecast, or will soon.
        state: of the process, and `said`, a sentence on it.
        warnings: what people must know.
        version: of the champion, null where there is none.
        program: version of this program.
    """

    healthy: bool
    state: str
    said: str
    warnings: tuple[str, ...]
    version: str | None
    program: str
