"""What the lines of a live journal say. A `time` is in nanoseconds since 1970, UTC; a moment (`received`, `written`,
`closes`, `timestamp`) in milliseconds.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any

from lstm_sweep.storage.checked_lines import decode_entries, encode_entries

JOURNAL = "journal.jsonl"

CHAMPION, CHALLENGER = "champion", "challenger"
ROLES = (CHAMPION, CHALLENGER)


@dataclass(frozen=True, kw_only=True)
class BeginLine:
    """The process has first begun; what follows rests on this.

    Attributes:
        name: of the process.
        model: what it was told to work with ('btc', 'sweep dropout').
        series: name of the prices.
        features: covariates, in order.
        signed: whether errors are absolute.
        timed: whether bars have times, rather than numbers.
        step: usual distance of two bars, nanoseconds.
        zone: whose clock the market keeps, None where it is not known.
        coverage: share of actuals that intervals are to hold.
        alpha: level of the judgement.
        keep: past bars that are kept at hand.
        history: bars that follow at once, from before it began; where fewer are there, it was killed and begins anew.
    """

    name: str
    model: str
    series: str
    features: tuple[str, ...]
    signed: bool
    timed: bool
    step: int
    zone: str | None
    coverage: float
    alpha: float
    keep: int
    history: int
    timestamp: int


@dataclass(frozen=True, kw_only=True)
class BarLine:
    """A bar has closed.

    Attributes:
        time: of the bar.
        values: its price, then its covariates.
        filled: whether it never came, and repeats the one before it.
        received: when it was read; None for bars from before the process first began.
        closes: when the next bar closes, as known then; the same moment where it had closed already, None where nobody
            can tell.
    """

    time: int
    values: tuple[float, ...]
    filled: bool = False
    received: int | None = None
    closes: int | None = None


@dataclass(frozen=True, kw_only=True)
class CorrectionLine:
    """A bar that is known has other values now, which hold from here on; nothing that was made of it is made again."""

    time: int
    values: tuple[float, ...]
    filled: bool
    received: int


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version has begun to work in a role, in place of another; with an empty `version` the role is empty.

    Attributes:
        role: one of `ROLES`.
        version: its number in the registry, or 'sweep'.
        folder: of its files below versions/.
        label: for people.
        why: what it began for.
    """

    role: str
    version: str
    folder: str
    label: str
    why: str
    timestamp: int


@dataclass(frozen=True, kw_only=True)
class ForecastLine:
    """A version has forecast the steps after a bar.

    Attributes:
        origin: time of the bar.
        role: of the version.
        version: its number.
        prices: a step each.
        low: ends of the intervals, None where there is none; `high` likewise.
        late: whether the first target had closed when it was written: then it is never scored.
        written: when.
        unusual: share of the inputs that lie outside of what training saw, None where that is not known.
    """

    origin: int
    role: str
    version: str
    prices: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    late: bool
    written: int
    unusual: float | None = None


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """What the forecasts of one origin came to: squared errors relative to its price, the mean over the steps.

    Attributes:
        origin: time of the bar they were made after.
        time: of the bar that settled them.
        naive: its loss.
        champion: its loss.
        challenger: its loss, None where none forecast in time.
    """

    origin: int
    time: int
    naive: float
    champion: float
    challenger: float | None


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """Something else that people should know: a retraining, an expired model."""

    text: str
    timestamp: int


Line = BeginLine | BarLine | CorrectionLine | VersionLine | ForecastLine | ScoreLine | EventLine

_KINDS: dict[str, type[Line]] = {
    "begin": BeginLine,
    "bar": BarLine,
    "correction": CorrectionLine,
    "version": VersionLine,
    "forecast": ForecastLine,
    "score": ScoreLine,
    "event": EventLine,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode(line: Line) -> bytes:
    """One line with its end."""
    return encode_entries({"kind": _NAMES[type(line)], **asdict(line)})


def decode(text: bytes) -> Line | None:
    """A line without its end; None where it is damaged, or of a kind that a later version added."""
    entries = decode_entries(text) or {}
    kind = _KINDS.get(str(entries.get("kind")))
    if kind is None:
        return None
    named = {each.name: _plain(entries[each.name]) for each in fields(kind) if each.name in entries}
    try:
        return kind(**named)
    except TypeError:  # what it needs is missing
        return None


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
