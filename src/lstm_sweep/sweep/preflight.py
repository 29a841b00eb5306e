"""Everything that can be wrong with a sweep and be known before it trains or logs anything."""

import itertools
from pathlib import Path

from lstm_sweep.config import Config
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.models.names import check_activation, check_optimizer
from lstm_sweep.search.candidates import candidates
from lstm_sweep.search.space import SearchSpace, with_values
from lstm_sweep.windows.folds import fold_windows
from lstm_sweep.windows.spans import Span, split
from lstm_sweep.windows.windows import Windows, build_windows

_NAMED = {
    "model.activation": check_activation,
    "model.recurrent_activation": check_activation,
    "training.optimizer": check_optimizer,
}


_MASKED = "model.recurrent_dropout"
"""Any rate above zero makes the same network."""

_OF_WEIGHTS = (
    *("windows.horizon", "windows.transform", "windows.scale", "model.layers", "model.units", "model.activation"),
    *("model.recurrent_activation", "model.stateful", _MASKED),
)
"""Settings without which weights mean nothing, or something else."""


def check_names(config: Config, space: SearchSpace) -> None:
    """Refuse activations and optimizers that Keras does not know.

    Raises:
        UserError: naming the first.
    """
    for path, check in _NAMED.items():
        for name in candidates(config, space, path):
            check(path, name)


def check_beginning(config: Config, space: SearchSpace) -> None:
    """Refuse a sweep whose networks are not those that training is to go on from.

    Raises:
        UserError: where there is no such forecaster, or naming the first setting in which it differs.
    """
    place = config.training.init
    if place is None:
        return
    begins = Forecaster.load(Path(place))
    sections = {"windows": begins.windows, "model": begins.model}
    known = {path: getattr(sections[path.partition(".")[0]], path.partition(".")[2]) for path in _OF_WEIGHTS}
    for path, value in (known | {"data.features": list(begins.features)}).items():
        for tried in candidates(config, space, path):
            require(
                tried == value or (path == _MASKED and bool(tried) == bool(value)),
                f"training.init={place} goes on from a network with {typed(path, value)}, but the sweep has "
                f"{typed(path, tried)}: set the same, or training.init=null.",
            )


def check_windows(config: Config, space: SearchSpace, series: Series) -> None:
    """Refuse a sweep in which any trial would find no window in one of the spans, or nothing to be better than.

    Raises:
        UserError: naming the span, and the setting that leaves it empty.
    """
    swept = [dimension for dimension in space.dimensions if dimension.path.startswith("windows.")]
    for values in itertools.product(*(dimension.candidates for dimension in swept)):
        trial = with_values(config, {dimension.path: value for dimension, value in zip(swept, values, strict=True)})
        _require_movement(trial, series, build_windows(series, trial.windows, ()))


def _require_movement(trial: Config, series: Series, windows: Windows) -> None:
    """Refuse spans on which naive makes no error at all; one without any at some step of the horizon has a skill."""
    for name, (span, way_out) in _judged_spans(trial, series, windows).items():
        origins = windows.scored_origins(span)
        moves = windows.actual(origins) != windows.last_price(origins)[:, None]
        require(
            bool((moves & windows.scored(origins)).any()),
            f"the price of {series.name} must move over {name}, but never does: naive makes no error there, and "
            f"nothing can be told apart; {way_out}.",
        )


def _judged_spans(trial: Config, series: Series, windows: Windows) -> dict[str, tuple[Span, str]]:
    """Spans on which errors are compared with naive's, by name, each with what to do where that has none."""
    settings, folds = trial.windows, trial.evaluation.folds
    spans = {f"windows.validation={settings.validation}": (windows.spans.validation, "move the span")}
    if folds > 1:
        for number, fold in enumerate(fold_windows(series, settings, folds, trial.evaluation.sliding), start=1):
            name = f"fold {number} of evaluation.folds={folds} ({' to '.join(day[:19] for day in fold.validation)})"
            spans[name] = (split(series, fold).validation, "lower evaluation.folds, or move windows.validation")
    if trial.evaluation.test:
        way_out = "move the span, or leave it unseen with evaluation.test=false"
        spans[f"windows.test={settings.test}"] = (windows.spans.test, way_out)
    return spans
