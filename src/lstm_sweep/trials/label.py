"""How swept settings are written for people: as they would be typed on the command line."""

import json
from typing import Any

from lstm_sweep.trials.spec import Trial

LONGEST_LABEL = 60


def setting_text(value: Any) -> str:
    """One value in full: 'null', 'true', '0.2', '[1, 2]', words as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def trial_label(trial: Trial) -> str:
    """A short name of a trial: 'dropout=0.2', 'lags=30, units=64', cut to 60 characters."""
    settings = [f"{path.rpartition('.')[2]}={_short(value)}" for path, value in trial.values.items()]
    label = ", ".join(settings) or trial.trial_id
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 4] + " ..."


def _short(value: Any) -> str:
    return setting_text(float(f"{value:.4g}") if isinstance(value, float) else value)
