"""What a live process shows: everything at one moment, never changed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

STATES = ("starting", "live", "stale", "expired", "ended")
"""Of the feed and the model: not begun; bars come; they do not, although due; the model is too old; none will come."""


@final
@dataclass(frozen=True)
class StepView:
    """One step of a forecast.

    Attributes:
        time: ISO 8601, UTC, of its bar as expected.
        price: forecast; `low` and `high` are the ends of its interval, None where there is none.
        held: intervals of the past, made as this one is, that held their actual; of `judged`.
    """

    time: str
    price: float
    low: float | None
    high: float | None
    held: int
    judged: int


@final
@dataclass(frozen=True)
class ForecastView:
    """The forecast of one version after one bar.

    Attributes:
        origin: ISO time of the newest bar it knows, UTC.
        naive: its price.
        steps: ahead.
        version: that made it ('3').
        late: whether its first target had closed when it was written.
        written: ISO time, UTC.
    """

    origin: str
    naive: float
    steps: tuple[StepView, ...]
    version: str
    late: bool
    written: str


@final
@dataclass(frozen=True)
class PointView:
    """One bar, and the forecast of one step that was made for it before it came.

    Attributes:
        time: ISO time of the bar, UTC.
        actual: its price, None for a bar that never came and was filled.
        naive: the price before it.
        forecast: of the champion one step before, None where there was none; `low` and `high` its interval's ends.
        challenger: likewise of the challenger.
        late: whether the forecast was late.
    """

    time: str
    actual: float | None
    naive: float
    forecast: float | None = None
    low: float | None = None
    high: float | None = None
    challenger: float | None = None
    late: bool = False


@final
@dataclass(frozen=True)
class VersionView:
    """A version of the model at work.

    Attributes:
        role: champion or challenger.
        version: its number in the registry, or 'sweep'.
        label: for people ('btc version 3').
        settings: swept settings by path.
        trained_until: ISO time of the newest price that it was trained or chosen on.
        verdict: the sentence of its sweep.
        since: ISO time of the bar after which it began here.
    """

    role: str
    version: str
    label: str
    settings: Mapping[str, object]
    trained_until: str
    verdict: str
    since: str


@final
@dataclass(frozen=True)
class JudgementView:
    """One comparison, valid at whatever bar one looks.

    Attributes:
        title: 'champion against naive', 'challenger 4 against champion 3'.
        sentence: what may be claimed now.
        needed: what it would take to claim, in a sentence.
        scored: origins that were compared.
        p: the smallest so far.
        alpha: level of this comparison.
        claimed: whether the better one is shown to be better.
        skill: 1 - RMSE / RMSE of the other over all that was scored, None before any.
        clipped: share of differences that were clipped.
        times: ISO times, UTC, of some of the scored origins up to now (200 at most), for pictures.
        wealth: at these times.
        mean: mean difference of losses at these times, in percent of the other's mean loss; `low` and `high` are the
            ends of its confidence sequence, None before there are 50.
    """

    title: str
    sentence: str
    needed: str
    scored: int
    p: float
    alpha: float
    claimed: bool
    skill: float | None
    clipped: float
    times: tuple[str, ...] = ()
    wealth: tuple[float, ...] = ()
    mean: tuple[float, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@final
@dataclass(frozen=True)
class LiveView:
    """Everything at one moment.

    Attributes:
        number: counts the views; a larger one is newer.
        name: of the live process.
        series: name of the prices.
        state: one of `STATES`, and `said`, a sentence on it.
        step_seconds: usual distance of two bars.
        bars: that came since the process first began (not history); `forecasts` that the champion made, the `late` ones
            included; `filled` bars that never came.
        forecast: the newest of the champion, None before any.
        points: the latest bars, oldest first, 500 at most.
        versions: at work, the champion first.
        judgements: the champion against naive first.
        holes: 'from .. to ..: 3 bars did not come', the latest 20, newest first.
        events: 'time: what happened' (promoted, retrained, expired, corrected), the latest 20, newest first.
        warnings: what people must know (inputs beyond what training saw, a stale feed), in sentences.
    """

    number: int
    name: str
    series: str
    state: str
    said: str
    step_seconds: float
    bars: int = 0
    forecasts: int = 0
    late: int = 0
    filled: int = 0
    forecast: ForecastView | None = None
    points: tuple[PointView, ...] = ()
    versions: tuple[VersionView, ...] = ()
    judgements: tuple[JudgementView, ...] = ()
    holes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default_factory=tuple)
