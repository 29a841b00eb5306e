"""The search space: what the config asks to be swept, checked whole before any data is read."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from lstm_sweep.config import FIXED, SWEPT_SECTIONS, Config, HyperbandTuner
from lstm_sweep.errors import UserError, require
from lstm_sweep.search.dimensions import Dimension, Range
from lstm_sweep.search.reading import read_dimension, spell

MOST_COMBINATIONS = 10_000


@dataclass(frozen=True)
class SearchSpace:
    """The swept settings, in the order of the config's sections and of their fields."""

    dimensions: tuple[Dimension, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the swept settings ('model.dropout')."""
        return tuple(dimension.path for dimension in self.dimensions)

    @property
    def size(self) -> int | None:
        """Number of points, None where it is endless."""
        sizes = [dimension.size for dimension in self.dimensions]
        return None if None in sizes else math.prod(size for size in sizes if size is not None)


def build_space(config: Config) -> SearchSpace:
    """The search space of a sweep; of one point, the only configuration, where nothing is swept.

    Raises:
        UserError: where a setting cannot be swept, is misspelled or has values that it cannot take, values of several
            settings do not go together, or the oracle cannot search such a space.
    """
    space = SearchSpace(tuple(_read_dimensions(config.search)))
    _check_oracle(space, config)
    _check_combinations(space, config)
    return space


def with_values(config: Config, values: dict[str, Any]) -> Config:
    """A copy of `config` with settings replaced, and checked anew.

    Args:
        config: stays as it is.
        values: new values by path ('model.dropout').

    Raises:
        UserError: where a value cannot be taken, or values do not go together.
    """
    sections: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        section, name = path.split(".")
        sections.setdefault(section, {})[name] = value
    return replace(config, **{section: replace(getattr(config, section), **new) for section, new in sections.items()})


def _read_dimensions(search: Any) -> Iterator[Dimension]:
    for path, kind, setting in _settings(search):
        if setting is not None:
            require(path not in FIXED, f"{path} cannot be swept: {FIXED.get(path)}.")
            yield read_dimension(path, kind, setting)


def _settings(search: Any) -> Iterator[tuple[str, Any, Any]]:
    """Path, type and sweep of every setting that `search` mirrors."""
    for section, schema in SWEPT_SECTIONS.items():
        kinds, mirror = get_type_hints(schema), getattr(search, section)
        for item in fields(mirror):
            yield f"{section}.{item.name}", kinds[item.name], getattr(mirror, item.name)
    for item in fields(search):
        if item.name not in SWEPT_SECTIONS:
            yield item.name, item.type, getattr(search, item.name)


def _check_oracle(space: SearchSpace, config: Config) -> None:
    tuner = config.tuner
    require(
        isinstance(tuner, HyperbandTuner) == (tuner.oracle == "hyperband"),
        f"tuner.oracle={tuner.oracle} does not go with the other settings of the tuner: write tuner={tuner.oracle}.",
    )
    for dimension in space.dimensions:
        require(
            tuner.oracle != "grid" or not isinstance(dimension, Range),
            f"tuner=grid needs a list or a range with a step, but search.{dimension.path} has neither: "
            "add a step (without log), or use tuner=random.",
        )
    require(
        tuner.oracle != "hyperband" or "training.epochs" not in space.paths,
        "tuner=hyperband chooses the epochs of each trial itself, but search.training.epochs sweeps them: "
        "remove it, or use another tuner.",
    )
    require(
        tuner.oracle not in ("random", "bayesian") or space.size is not None or tuner.max_trials is not None,
        f"tuner={tuner.oracle} needs an end in an endless search space, but tuner.max_trials is null: set it.",
    )


def _check_combinations(space: SearchSpace, config: Config) -> None:
    for values in _combinations(space):
        try:
            with_values(config, values)
        except UserError as error:
            named = {path: value for path, value in values.items() if path in str(error)} or values
            given = " with ".join(f"{path}={spell(value)}" for path, value in named.items())
            raise UserError(f"search tries {given}: {error}") from None


def _combinations(space: SearchSpace) -> Iterator[dict[str, Any]]:
    """Every combination of candidates; of many, every value beside every value of each other setting."""
    candidates = {dimension.path: dimension.candidates for dimension in space.dimensions}
    if len(candidates) < 3 or math.prod(map(len, candidates.values())) <= MOST_COMBINATIONS:
        for point in itertools.product(*candidates.values()):
            yield dict(zip(candidates, point, strict=True))
        return
    first = {path: values[0] for path, values in candidates.items()}
    for left, right in itertools.combinations(candidates, 2):
        for pair in itertools.product(candidates[left], candidates[right]):
            yield first | dict(zip((left, right), pair, strict=True))
