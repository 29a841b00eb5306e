"""Which targets belong to training, validation and test: chronological, never overlapping."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lstm_sweep.config import WindowsConfig, iso_time
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require


@dataclass(frozen=True)
class Span:
    """A range of TARGETS, as rows `start <= row < stop` of the series; inputs may reach back before it."""

    start: int
    stop: int


@dataclass(frozen=True)
class Spans:
    """The three spans of a split; built by `split` only, so that they never overlap."""

    train: Span
    validation: Span
    test: Span


def split(series: Series, config: WindowsConfig) -> Spans:
    """Cut a series into the spans that `config` asks for, by fraction of its rows or by days.

    A test span that nobody asks for is empty, and lies where validation ends.

    Raises:
        UserError: where spans overlap, are out of order, or hold no row of the series.
    """
    wanted = (config.train, config.validation, config.test)
    spans = _by_times(series, wanted) if isinstance(config.train, list) else _by_fractions(series, wanted)
    for name, span in zip(config.named_spans, spans, strict=False):
        require(
            span.start < span.stop,
            f"windows.{name} must hold bars of {series.name}, but {getattr(config, name)} holds none of its "
            f"{len(series)} ({_day(series, 0)} to {_day(series, -1)}): move the span or bring more data.",
        )
    _refuse_overlap("train", "validation", spans[0], spans[1], config)
    _refuse_overlap("validation", "test", spans[1], spans[2], config)
    return Spans(*spans)


def _by_fractions(series: Series, fractions: tuple[float | None, ...]) -> list[Span]:
    edges = [int(len(series) * total + 1e-9) for total in np.cumsum([0.0, *(each or 0.0 for each in fractions)])]
    return [Span(start, stop) for start, stop in zip(edges[:-1], edges[1:], strict=True)]


def _by_times(series: Series, spans: tuple[list[Any] | None, ...]) -> list[Span]:
    """A day counts from its first bar to its last, a time is that of a bar."""
    found: list[Span] = []
    for name, span in zip(WindowsConfig.SPANS, spans, strict=True):
        if span is None:
            found.append(Span(found[-1].stop, found[-1].stop))
            continue
        first, last = (iso_time(f"windows.{name}", time) for time in span)
        times = {"D": series.timestamps.astype("datetime64[D]"), "ns": series.timestamps}
        start = np.searchsorted(times[np.datetime_data(first)[0]], first)
        stop = np.searchsorted(times[np.datetime_data(last)[0]], last, side="right")
        found.append(Span(int(start), int(stop)))
    return found


def _refuse_overlap(earlier: str, later: str, first: Span, second: Span, config: WindowsConfig) -> None:
    require(
        first.stop <= second.start,
        f"windows.{later} must start after windows.{earlier} ends, but {getattr(config, later)} does not follow "
        f"{getattr(config, earlier)}: overlapping or unordered spans leak, so move one of them.",
    )


def _day(series: Series, row: int) -> str:
    return str(np.datetime_as_string(series.timestamps[row], unit="D"))
