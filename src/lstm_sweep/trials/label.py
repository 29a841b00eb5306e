"""How swept settings are written for people: as they would be typed on the command line."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.trials.spec import Trial

LONGEST_LABEL = 60


def setting_text(value: Any) -> str:
    """One value in full: 'null', 'true', '0.2', '[1, 2]', words as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def trial_label(trial: Trial) -> str:
    """A short name of a trial: 'dropout=0.2', 'lags=30, units=64', cut between settings to 60 characters."""
    return _cut(_settings(trial.values)) or trial.trial_id


def result_label(result: TrialResult) -> str:
    """As `trial_label`; of the only configuration of a sweep, which swept nothing, what it is."""
    return _cut(_settings(_told(result)))


def full_label(result: TrialResult) -> str:
    """As `result_label`, uncut."""
    return ", ".join(_settings(_told(result)))


def _told(result: TrialResult) -> Mapping[str, Any]:
    spec = result.outcomes[0].spec
    model = {"layers": spec.model.layers, "units": spec.model.units, "lags": spec.windows.lags}
    rest = {"learning_rate": spec.training.learning_rate, "epochs": spec.training.epochs}
    return result.trial.values or model | rest


def _settings(values: Mapping[str, Any]) -> list[str]:
    return [f"{path.rpartition('.')[2]}={_short(value)}" for path, value in values.items()]


def _cut(settings: Sequence[str]) -> str:
    """As many settings as there is room for, and how many more there are; the first is cut where it is too long."""
    if not settings:
        return ""
    for kept in range(len(settings), 0, -1):
        label = ", ".join(settings[:kept]) + _more(len(settings) - kept)
        if len(label) <= LONGEST_LABEL:
            return label
    more = _more(len(settings) - 1)
    return f"{settings[0][: LONGEST_LABEL - len(more) - 4]} ...{more}"


def _more(count: int) -> str:
    return f" and {count} more" if count else ""


def _short(value: Any) -> str:
    return setting_text(float(f"{value:.4g}") if isinstance(value, float) else value)
