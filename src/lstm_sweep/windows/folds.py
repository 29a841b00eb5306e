"""Walk-forward folds: the validation span in consecutive parts, each forecast by what was trained up to it."""

from dataclasses import replace

import numpy as np

from lstm_sweep.config import WindowsConfig
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.windows.spans import Span, split


def fold_windows(series: Series, config: WindowsConfig, num_folds: int, sliding: bool) -> list[WindowsConfig]:
    """The windows of every fold, whose spans differ and nothing else.

    The validation parts are what `config.validation` is cut into, so that all folds together score what one split
    would. A fold's training span ends a horizon before its part, so that no bar between is a target of both.

    Args:
        series: the prices.
        config: windows of the one chronological split.
        num_folds: parts; 1 gives `config` itself.
        sliding: whether training spans keep the length of the first; else each begins where the first does.

    Raises:
        UserError: where a part has less than one window.
    """
    if num_folds == 1:
        return [config]
    spans = split(series, config)
    edges = np.linspace(spans.validation.start, spans.validation.stop, num_folds + 1).astype(int)
    require(
        int(np.diff(edges).min()) > config.horizon,
        f"evaluation.folds must leave every fold more bars than the horizon, but windows.validation has "
        f"{spans.validation.stop - spans.validation.start} for {num_folds} folds of horizon {config.horizon}: "
        "lower evaluation.folds or widen windows.validation.",
    )
    parts = [Span(int(start), int(stop)) for start, stop in zip(edges[:-1], edges[1:], strict=True)]
    return [_fold(series, config, spans.train, spans.test, part, parts[0], sliding) for part in parts]


def _fold(
    series: Series, config: WindowsConfig, train: Span, test: Span, part: Span, first_part: Span, sliding: bool
) -> WindowsConfig:
    moved = part.start - first_part.start
    stop = min(train.stop + moved, part.start - config.horizon)
    start = train.start + (moved if sliding else 0)
    return replace(
        config,
        train=times_of(series, Span(start, stop)),
        validation=times_of(series, part),
        test=None if config.test is None else times_of(series, test),
    )


def times_of(series: Series, span: Span) -> list[str]:
    """First and last bar of a span, as `iso_time` reads them."""
    return [str(np.datetime_as_string(series.timestamps[row], unit="ns")) for row in (span.start, span.stop - 1)]
