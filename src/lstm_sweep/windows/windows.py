"""Windows by index: `lags` past steps and the `horizon` steps after them, around an origin.

The origin is the row of the last past step. A window belongs to a span when all its targets do. Nothing here
copies windows until they are asked for, and nothing fitted has seen a row after the training span.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config import WindowsConfig
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.windows.scaling import Scaler, fit_scaler
from lstm_sweep.windows.spans import Span, Spans, split
from lstm_sweep.windows.transforms import TAKE_ANY_SIGN, first_row, to_prices, to_relative, to_stream

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Windows:
    """The windows of one series under one `WindowsConfig`; built by `build_windows` or `windows_for_past`.

    Attributes:
        config: lags, horizon, transform and scale.
        columns: float64 `(time, feature)`, price first, untransformed.
        filled: bool `(time,)`, bars that are no targets.
        scaler: fitted on the training span.
        spans: of the targets.
        levels: numbers of the columns that are read as they stand, whatever the transform.
    """

    config: WindowsConfig
    columns: NDArray[np.float64]
    filled: NDArray[np.bool_]
    scaler: Scaler
    spans: Spans
    levels: tuple[int, ...] = ()

    @property
    def num_features(self) -> int:
        """Features of a step, the price included."""
        return int(self.columns.shape[1])

    @cached_property
    def is_signed(self) -> bool:
        """Whether any value of the series is at or below zero: errors are then absolute everywhere."""
        return bool((self.columns[:, 0] <= 0).any())

    @property
    def first_origin(self) -> int:
        """Row of the earliest origin with `lags` usable steps up to it."""
        return first_row(self.config.transform) + self.config.lags - 1

    @cached_property
    def stream(self) -> NDArray[np.float32]:
        """Transformed, scaled columns, float32 `(time, feature)`; not for `relative`, which has no stream."""
        return self.scaler.scale(to_stream(self.config.transform, self.columns, self.levels)).astype(np.float32)

    def training_origins(self) -> Rows:
        """Origins of the training windows, int64 `(window,)`: those whose targets are all real bars."""
        origins = self._origins(self.spans.train)
        return origins[self.scored(origins).all(axis=1)]

    def stream_length(self, num_streams: int) -> int:
        """Steps of the longest of `num_streams` contiguous streams over the training origins."""
        origins = self.training_origins()
        return -(-int(origins[-1] - origins[0] + 1) // num_streams)

    def scored_origins(self, span: Span) -> Rows:
        """Origins in `span`, int64 `(window,)`, that have at least one real bar among their targets."""
        origins = self._origins(span)
        return origins[self.scored(origins).any(axis=1)]

    def _origins(self, span: Span) -> Rows:
        start = max(span.start - 1, self.first_origin)
        stop = span.stop - self.config.horizon
        return np.arange(min(start, stop), stop, dtype=np.int64)

    def scored(self, origins: Rows) -> NDArray[np.bool_]:
        """Which targets are real bars, bool `(window, horizon)`."""
        return ~self.filled[self._target_rows(origins)]

    def actual(self, origins: Rows) -> NDArray[np.float64]:
        """The targets in price units, float64 `(window, horizon)`."""
        return self.columns[self._target_rows(origins), 0]

    def last_price(self, origins: Rows) -> NDArray[np.float64]:
        """The price at the origin, float64 `(window,)`."""
        return self.columns[origins, 0]

    def inputs(self, origins: Rows) -> NDArray[np.float32]:
        """What the model reads, float32 `(window, time, feature)`, scaled."""
        rows = origins[:, None] + np.arange(1 - self.config.lags, 1)
        if self.config.transform != "relative":
            return self.stream[rows]
        relative = to_relative(self.columns[rows], self.columns[origins], self.levels)
        return self.scaler.scale(relative).astype(np.float32)

    def targets(self, origins: Rows) -> NDArray[np.float32]:
        """What it should answer, float32 `(window, horizon)`, scaled."""
        if self.config.transform != "relative":
            return self.stream[self._target_rows(origins), 0]
        targets = self.actual(origins) / self.last_price(origins)[:, None] - 1.0
        return self.scaler.scale_target(targets).astype(np.float32)

    def rows_to_read(self, origins: Rows, warmup: int) -> Rows:
        """Rows that a stateful model reads to answer at `origins` (increasing): `warmup` more, as far as there are."""
        start = max(first_row(self.config.transform), int(origins[0]) + 1 - warmup)
        return np.arange(start, int(origins[-1]) + 1)

    def to_prices(self, outputs: NDArray[np.float32], origins: Rows) -> NDArray[np.float64]:
        """Turn scaled outputs `(window, horizon)` into prices, float64 `(window, horizon)`."""
        unscaled = self.scaler.unscale_target(outputs.astype(np.float64))
        with np.errstate(over="ignore"):
            return to_prices(self.config.transform, unscaled, self.last_price(origins))

    def _target_rows(self, origins: Rows) -> Rows:
        return origins[:, None] + np.arange(1, self.config.horizon + 1)


def build_windows(series: Series, config: WindowsConfig, features: Sequence[str]) -> Windows:
    """Split a series, fit the scaler on the training span, and lay out the windows.

    Args:
        series: the prices, holding the covariates named in `features`.
        config: lags, horizon, transform, scale and spans.
        features: covariates to read beside the price, in this order.

    Raises:
        UserError: where a span is left without a window, a number without a value that a model can read, or a
            logarithm or a ratio would be taken of a value at or below zero.
    """
    if config.transform not in TAKE_ANY_SIGN:
        series.refuse_signed(f"windows.transform={config.transform}")
    columns = np.column_stack([series.values, *(series.covariates[name] for name in features)])
    spans = split(series, config)
    unscaled = Scaler(np.zeros(columns.shape[1]), np.ones(columns.shape[1]))
    windows = Windows(config, columns, series.filled, unscaled, spans, level_columns(features, series.levels))
    _require_windows(series, windows)
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is refused by name
        scaler = _scaler(config, columns.shape[1]) or fit_scaler(config.scale, _training_rows(windows))
        windows = replace(windows, scaler=scaler)
        _require_readable(series, windows, ("price", *features))
    return windows


def level_columns(features: Sequence[str], levels: Sequence[str]) -> tuple[int, ...]:
    """Numbers of the columns, the price being column 0, whose covariates are named in `levels`."""
    return tuple(number for number, name in enumerate(features, start=1) if name in levels)


def _scaler(config: WindowsConfig, num_features: int) -> Scaler | None:
    """The scaler that is given; windows of fewer features than it has read the first of them."""
    if config.scaler is None:
        return None
    offset, factor = (np.array(config.scaler[name], np.float64) for name in ("offset", "factor"))
    require(
        len(offset) >= num_features,
        f"windows.scaler must have a number for each of {num_features} features, but has {len(offset)}: write "
        "windows.scaler=null to fit one.",
    )
    return Scaler(offset[:num_features], factor[:num_features])


def training_range(windows: Windows) -> NDArray[np.float64]:
    """The least and the largest of what training reads, float64 `(2, feature)`, transformed and scaled."""
    rows = windows.scaler.scale(_training_rows(windows))
    return np.array([rows.min(axis=0), rows.max(axis=0)])


def _require_windows(series: Series, windows: Windows) -> None:
    config = windows.config
    for name in config.named_spans:
        span = getattr(windows.spans, name)
        count = len(windows.training_origins() if name == "train" else windows.scored_origins(span))
        require(
            count > 0,
            f"every span needs at least one window of {config.lags} lags + {config.horizon} steps of horizon, but "
            f"windows.{name}={getattr(config, name)} leaves none in the {len(series)} bars of {series.name}: "
            "bring more data, lower windows.lags or windows.horizon, or widen the span.",
        )


def _require_readable(series: Series, windows: Windows, names: Sequence[str]) -> None:
    """Refuse numbers so large, or so far apart, that they are infinite in float32."""
    config, scaler = windows.config, windows.scaler
    if config.transform == "relative":
        ends = np.array([windows.columns.min(axis=0), windows.columns.max(axis=0)])
        steps = scaler.scale(to_relative(ends[:, None], ends[::-1], windows.levels)[:, 0]).astype(np.float32)
    else:
        steps = windows.stream
    readable = np.isfinite(steps).all(axis=0) & np.isfinite(scaler.factor)
    require(
        bool(readable.all()),
        f"{series.name} must hold numbers that fit into 32 bits once transformed and scaled, but its "
        f"{names[int(readable.argmin())]} does not with windows.transform={config.transform} and "
        f"windows.scale={config.scale}: correct its outliers, or choose others.",
    )


def _training_rows(windows: Windows) -> NDArray[np.float64]:
    """Every transformed row that training reads, float64 `(row, feature)`, unscaled."""
    origins = windows.training_origins()
    if windows.config.transform != "relative":
        stream = to_stream(windows.config.transform, windows.columns[: windows.spans.train.stop], windows.levels)
        return stream[origins[0] - windows.config.lags + 1 :]
    steps = np.arange(1 - windows.config.lags, windows.config.horizon + 1)
    relative = to_relative(windows.columns[origins[:, None] + steps], windows.columns[origins], windows.levels)
    return relative.reshape(-1, windows.num_features)
