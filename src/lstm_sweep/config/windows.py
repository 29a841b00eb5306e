"""How a series becomes windows, and its spans."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

import numpy as np

from lstm_sweep.config.checks import at_least, one_of
from lstm_sweep.config.marks import ADDED, FUSIBLE
from lstm_sweep.errors import UserError, require

TRANSFORMS = ("difference", "log_return", "relative", "none")

SCALES = ("minmax", "standard", "none")

_ZONED = re.compile(r"(.+[T ]\d\d.*?) ?(?:Z|([+-])(\d\d):?(\d\d)?)", re.ASCII)
"""A time, and how far its zone is ahead of UTC: NumPy reads none."""


@dataclass
class WindowsConfig:
    """How a series becomes windows, and which targets belong to which span.

    Attributes:
        lags: past steps that a window shows the model.
        horizon: future steps that it forecasts.
        transform: difference, log_return, relative (to the window's last value) or none.
        scale: minmax (to -1 .. 1), standard or none; fitted on the training span only.
        train: training span, as a fraction of the targets or as [first, last], days or times.
        validation: span that chooses between trials; likewise.
        test: span that is scored once, at the end; likewise, or null for none, so that nothing is kept from training.
        scaler: {offset: [...], factor: [...]}, a number for each feature, in place of what would be fitted; null to
            fit. `training.init` brings its own.
    """

    lags: int
    horizon: int
    transform: str
    scale: str = field(metadata=FUSIBLE)
    train: Any = field(metadata=FUSIBLE)
    validation: Any = field(metadata=FUSIBLE)
    test: Any = field(metadata=FUSIBLE)
    scaler: Any = field(default=None, metadata=FUSIBLE | ADDED)

    SPANS: ClassVar[tuple[str, ...]] = ("train", "validation", "test")

    def __post_init__(self) -> None:
        """Check the settings; spans that need the data's dates are checked against the data later."""
        at_least("windows.lags", self.lags, 1)
        at_least("windows.horizon", self.horizon, 1)
        one_of("windows.transform", self.transform, TRANSFORMS)
        one_of("windows.scale", self.scale, SCALES)
        self._check_spans()
        _check_scaler(self.scaler)

    @property
    def named_spans(self) -> tuple[str, ...]:
        """Names of the spans that there are: all, or all but the test span."""
        return self.SPANS if self.test is not None else self.SPANS[:2]

    def _check_spans(self) -> None:
        spans = {f"windows.{name}": getattr(self, name) for name in self.named_spans}
        for name, span in spans.items():
            _check_span(name, span)
        by_fraction = [span for span in spans.values() if not isinstance(span, list)]
        require(
            len(by_fraction) in (0, len(spans)),
            f"windows.train, .validation and .test must be all fractions or all [first day, last day], "
            f"but are {list(spans.values())}: write them alike.",
        )
        if by_fraction:
            total = sum(by_fraction)
            require(
                total <= 1 + 1e-9,
                f"windows.train, .validation and .test must not overlap, but their fractions add up to {total:g}: "
                "lower them to 1 or less.",
            )


def _check_span(name: str, span: Any) -> None:
    if isinstance(span, list):
        require(len(span) == 2, f"{name} must be [first day, last day], but is {span}: give two ISO dates.")
        first, last = (iso_time(name, time) for time in span)
        require(
            first.astype("datetime64[D]") <= last.astype("datetime64[D]"),
            f"{name} must start before it ends, but is {span}: swap its days.",
        )
    else:
        sound = isinstance(span, int | float) and not isinstance(span, bool) and 0 < span < 1
        require(
            sound,
            f"{name} must be a fraction between 0 and 1 or [first day, last day], but is {span!r}: "
            "write 0.15 or [2024-01-01, 2024-12-31].",
        )


def _check_scaler(scaler: Any) -> None:
    if scaler is None:
        return
    sides: list[Any] = [scaler.get(name) for name in ("offset", "factor")] if isinstance(scaler, dict) else []
    numbers = all(isinstance(side, list) and all(isinstance(each, int | float) for each in side) for side in sides)
    sound = len(sides) == 2 and len(scaler) == 2 and numbers and len(sides[0]) == len(sides[1]) > 0
    require(
        sound and bool(np.isfinite(sides).all()) and min(sides[1]) > 0,
        f"windows.scaler must be {{offset: [...], factor: [...]}} with a number for each feature, factors above 0, but "
        f"is {scaler!r}: write windows.scaler=null to fit one.",
    )


def iso_time(name: str, time: Any) -> np.datetime64:
    """A day (unit D) or a time (unit ns, UTC) out of what a user wrote.

    Raises:
        UserError: where it is neither.
    """
    text = str(time)
    zoned = _ZONED.fullmatch(text)
    clock, sign, hours, minutes = zoned.groups("0") if zoned else (text, "+", "0", "0")
    ahead = np.timedelta64((60 * int(hours) + int(minutes)) * (-1 if sign == "-" else 1), "m")
    with suppress(ValueError):
        return np.datetime64(date.fromisoformat(text), "D")
    with suppress(ValueError):
        # NumPy takes the words now and NaT too, and turns years that 64 bits of nanoseconds cannot hold into others.
        if 1678 <= int(clock[:4]) <= 2261 and clock[4:5] in ("", "-"):
            return np.datetime64(clock, "ns") - ahead
    raise UserError(f"{name} must hold ISO dates, but holds {time!r}: write it like 2024-12-31.")
