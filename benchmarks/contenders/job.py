"""What a contender's process is to train, read from the file that the comparison wrote."""

import itertools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Settings = dict[str, Any]
"""All settings of a fit by name: units, dropout, lags, epochs ..."""


@dataclass(frozen=True)
class Arrays:
    """The windows of one number of lags.

    Attributes:
        training: `x` and `y` of `fit`, and `sample_weight` where places are padded.
        validation: likewise, as the tuple that `validation_data` takes.
    """

    training: dict[str, Any]
    validation: tuple[Any, ...]

    @classmethod
    def read(cls, path: str) -> "Arrays":
        """Read a file of arrays."""
        with np.load(path) as file:
            arrays = dict(file)
        weights = {"sample_weight": arrays["weights"]} if "weights" in arrays else {}
        names = ("x_val", "y_val", "weights_val")
        return cls(
            {"x": arrays["x"], "y": arrays["y"], **weights}, tuple(arrays[name] for name in names if name in arrays)
        )

    def few(self, batch_size: int) -> "Arrays":
        """As many as show a program every shape that an epoch will: one whole batch and the remainder."""
        length = len(self.training["x"])
        count = batch_size + length % batch_size if length > batch_size else length
        training = {name: array[:count] for name, array in self.training.items()}
        return Arrays(training, self.validation)


@dataclass(frozen=True)
class Job:
    """What to train.

    Attributes:
        settings: of every fit, unless `search` says otherwise.
        search: swept values by name.
        seeds: fits of every trial.
        processes: how many may train at once.
        paths: of the arrays, by lags.
        lstm: further arguments of every LSTM layer.
        fit: further arguments of `fit`, for the contenders that are tuned by hand.
    """

    settings: Settings
    search: dict[str, list[Any]]
    seeds: int
    processes: int
    paths: dict[int, str]
    lstm: dict[str, Any]
    fit: dict[str, Any]

    @property
    def arrays(self) -> dict[int, Arrays]:
        """The windows, by lags."""
        return {lags: Arrays.read(path) for lags, path in self.paths.items()}

    @property
    def choices(self) -> dict[str, list[Any]]:
        """Swept values by name, lags aside: these change the windows, not the model."""
        return {name: values for name, values in self.search.items() if name != "lags"}

    @property
    def fits(self) -> list[Settings]:
        """The settings of every fit."""
        trials = [dict(zip(self.search, values, strict=True)) for values in itertools.product(*self.search.values())]
        return [self.settings | trial for trial in trials for _ in range(self.seeds)]


def read_job() -> Job:
    """The job whose file the command names."""
    content = json.loads(Path(sys.argv[1]).read_text())
    return Job(
        settings=content["settings"],
        search=content["search"],
        seeds=content["seeds"],
        processes=content["processes"],
        paths={int(lags): path for lags, path in content["paths"].items()},
        lstm=content["lstm"],
        fit=content["fit"],
    )
