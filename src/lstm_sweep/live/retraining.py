"""A winner's settings on all bars up to now: which bars, from which weights, as which sweep."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lstm_sweep.config import Config, iso_time
from lstm_sweep.config.spelling import spell_settings
from lstm_sweep.data.series import Series
from lstm_sweep.errors import require
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.live.follow.closing import rows_of
from lstm_sweep.storage.folder import SWEEPS
from lstm_sweep.windows.folds import times_of
from lstm_sweep.windows.spans import Span

KEPT = 0.15
"""Share of bars that is kept for validation where the winner's own is no share."""

_ONE_CONFIGURATION = {
    "evaluation": {"test": False, "folds": 1, "extra_seeds": False},
    "budget": {"seconds": None, "fits": None, "usd": None},
}


def settings_to_train(settings: Mapping[str, Any], features: tuple[str, ...]) -> list[str]:
    """A winner's settings as they would be typed, beside those of its data and the spans of `stretched`.

    Args:
        settings: `WinnerFacts.settings`.
        features: covariates that its network reads.
    """
    runner = {name: value for name, value in settings["runner"].items() if name != "kind"}
    training = {name: value for name, value in settings["training"].items() if name != "init"}
    own = {"runner": runner, "training": training, "data": {"features": list(features)}}
    told = {**settings, **own, **_ONE_CONFIGURATION}
    return [f"runner={settings['runner']['kind']}", "tuner=grid", *spell_settings(told)]


def upto(series: Series, until: str) -> Series:
    """The bars up to a time, that of the newest one: ISO, UTC; a day is all of it.

    Raises:
        UserError: where it is no time, or no bar is that old.
    """
    time = iso_time("until", until)
    bars = int(np.searchsorted(series.timestamps.astype(time.dtype), time, side="right"))
    require(
        bars > 0,
        f"until must not lie before the first bar of {series.name}, {series.timestamps[0]}, but is {until}: choose a "
        "later time.",
    )
    return rows_of(series, 0, bars)


def stretched(series: Series, windows: Mapping[str, Any], share: float) -> dict[str, Any]:
    """The spans of a training on all bars: the newest for validation, none for a test, all before for training.

    Args:
        series: up to now.
        windows: settings of the winner; training begins where its training span does.
        share: of these bars that is kept for validation, above 0 and below 1.

    Returns:
        `windows.train`, `.validation` and `.test`, by name.

    Raises:
        UserError: where the prices end before training begins, or are too few.
    """
    first, begin = 0, windows["train"]
    if isinstance(begin, list):
        time = iso_time("windows.train", begin[0])
        first = int(np.searchsorted(series.timestamps.astype(time.dtype), time))
    bars = len(series) - first
    kept = round(share * bars)
    require(
        0 < kept < bars,
        f"training and validation need bars from {begin[0] if first else 'the first one'} on, but {series.name} has "
        f"{max(bars, 0)} there, of which windows.validation={share:g} leaves one of them none: bring more data.",
    )
    middle = len(series) - kept
    spans = {"train": Span(first, middle), "validation": Span(middle, len(series))}
    return {**{name: times_of(series, span) for name, span in spans.items()}, "test": None}


def retraining_key(config: Config, series: Series, init: Forecaster | None) -> str:
    """What a training follows from, as 64 hexadecimal digits: equal keys, equal networks.

    Args:
        config: of its sweep.
        series: the prices.
        init: what it goes on from, or None.
    """
    content = {name: asdict(getattr(config, name)) for name in ("windows", "model", "training")}
    content["training"]["init"] = None if init is None else forecaster_digest(init)
    rest = {"seed": config.seed, "seeds": config.seeds, "features": config.data.features, "data": series.digest}
    return hashlib.sha256(json.dumps(content | rest, sort_keys=True, default=str).encode()).hexdigest()


def sweep_name(model: str, series: Series, key: str, *, timed: bool) -> str:
    """Name of the sweep of a retraining: the same for the same content, so that it is resumed and never done twice."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in model)
    newest = str(np.datetime_as_string(series.timestamps[-1], "D")) if timed else f"{len(series)}-bars"
    return f"{plain.strip('.')[:60] or 'model'}-until-{newest}-{key[:8]}"


def forecaster_digest(forecaster: Forecaster) -> str:
    """SHA-256 of weights and scaler."""
    arrays = (*forecaster.weights, forecaster.scaler.offset, forecaster.scaler.factor)
    return hashlib.sha256(b"".join(np.ascontiguousarray(each).tobytes() for each in arrays)).hexdigest()


def keep_forecaster(forecaster: Forecaster) -> Path:
    """The folder that training goes on from, which sweeps/ keeps so that it can be resumed; made once per content."""
    folder = SWEEPS / ".init" / forecaster_digest(forecaster)[:16]
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}.{os.getpid()}")
        forecaster.save(unfinished)
        try:
            unfinished.rename(folder)
        except OSError:  # another process was first, with the same
            shutil.rmtree(unfinished)
    return folder
