"""Everything that can be wrong with a sweep and be known before it trains or logs anything."""

import itertools
from typing import Any

from src.config import Config
from src.errors import require
from src.models.names import check_activation, check_optimizer
from src.search.space import SearchSpace, with_values
from src.series.series import Series
from src.windows.windows import Windows, build_windows

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


def all_features(config: Config, space: SearchSpace) -> list[str]:
    """Names of the covariates that any trial reads, each once, in the order they are named."""
    return list(dict.fromkeys(itertools.chain(*candidates(config, space, "data.features"))))


def candidates(config: Config, space: SearchSpace, path: str) -> tuple[Any, ...]:
    """Values that a setting takes in a sweep: those that are swept, or the one in the config."""
    for dimension in space.dimensions:
        if dimension.path == path:
            return dimension.candidates
    section, name = path.split(".")
    return (getattr(getattr(config, section), name),)
