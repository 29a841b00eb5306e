"""How swept settings are written for people: as they would be typed on the command line."""

import json
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.trials.spec import Trial

LONGEST_LABEL = 60

SETTINGS_OF_ONE = ("model.layers", "model.units", "windows.lags", "training.learning_rate", "training.epochs")
"""What the only configuration of a sweep is called by."""


def setting_text(value: Any) -> str:
    """One value in full: 'null', 'true', '0.2', '[1, 2]', words as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def trial_label(trial: Trial) -> str:
    """A short name of a trial: 'dropout=0.2', 'lags=30, units=64', cut to 60 characters."""
    return _cut(_settings(trial.values) or trial.trial_id)


def result_label(result: TrialResult) -> str:
    """As `trial_label`; of the only configuration of a sweep, which swept nothing, what it is."""
    return _cut(full_label(result))


def full_label(result: TrialResult) -> str:
    """As `result_label`, uncut."""
    of_spec = attrgetter(*SETTINGS_OF_ONE)(result.outcomes[0].spec)
    return _settings(result.trial.values or dict(zip(SETTINGS_OF_ONE, of_spec, strict=True)))


def _settings(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{path.rpartition('.')[2]}={_short(value)}" for path, value in values.items())


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 4] + " ..."


def _short(value: Any) -> str:
    return setting_text(float(f"{value:.4g}") if isinstance(value, float) else value)
