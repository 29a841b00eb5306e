"""Everything that can be wrong with a sweep and be known before it trains or logs anything."""

import itertools

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.models.names import check_activation, check_optimizer
from lstm_sweep.search.candidates import candidates
from lstm_sweep.search.space import SearchSpace, with_values
from lstm_sweep.windows.windows import Windows, build_windows

_NAMED = {
    "model.activation": check_activation,
    "model.recurrent_activation": check_activation,
    "training.optimizer": check_optimizer,
}


def check_names(config: Config, space: SearchSpace) -> None:
    """Refuse activations and optimizers that Keras does not know.

    Raises:
        UserError: naming the first.
    """
    for path, check in _NAMED.items():
        for name in candidates(config, space, path):
            check(path, name)


def check_windows(config: Config, space: SearchSpace, series: Series) -> None:
    """Refuse a sweep in which any trial would find no window in one of the spans, or nothing to be better than.

    Raises:
        UserError: naming the span, and the setting that leaves it empty.
    """
    swept = [dimension for dimension in space.dimensions if dimension.path.startswith("windows.")]
    for values in itertools.product(*(dimension.candidates for dimension in swept)):
        trial = with_values(config, {dimension.path: value for dimension, value in zip(swept, values, strict=True)})
        _require_movement(series, build_windows(series, trial.windows, ()))


def _require_movement(series: Series, windows: Windows) -> None:
    origins = windows.scored_origins(windows.spans.validation)
    moves = windows.actual(origins) != windows.last_price(origins)[:, None]
    require(
        bool((moves & windows.scored(origins)).any()),
        f"the price of {series.name} must move over windows.validation={windows.config.validation}, but never does: "
        "naive makes no error there, and nothing can be told apart; move the span.",
    )
