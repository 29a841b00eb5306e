"""How swept settings are written for people: as they would be typed on the command line."""

import json
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.trials.spec import Trial

LONGEST_LABEL = 60
_WIDEST_LIST = 40

ONLY_SETTINGS = ("model.layers", "model.units", "windows.lags", "training.learning_rate", "training.epochs")
"""What the only configuration of a sweep, which swept nothing, is told by."""


def setting_text(value: Any) -> str:
    """One value in full: 'null', 'true', '0.2', '[1, 2]', words as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def words_within(words: Sequence[str], width: int) -> str:
    """Words as they would be typed, '[ofi_1,spread]'; as many as fit and how many more there are, '[ofi_1 +5]'."""
    for kept in range(len(words), 0, -1):
        left = len(words) - kept
        text = f"[{','.join(words[:kept])}{f' +{left}' if left else ''}]"
        if len(text) <= width:
            return text
    return f"[{words[0][: width - 5]}...]" if words else "[]"


def trial_label(trial: Trial) -> str:
    """A short name of a trial: 'dropout=0.2', 'lags=30, units=64', cut between settings to 60 characters."""
    return _cut(_settings(trial.values)) or trial.trial_id


def result_label(result: TrialResult) -> str:
    """As `trial_label`; of the only configuration of a sweep, which swept nothing, what it is."""
    return _cut(_settings(_told(result)))


def full_label(result: TrialResult) -> str:
    """As `result_label`, uncut."""
    return ", ".join(_settings(_told(result), widest=10_000))


def label_in(config: Mapping[str, Any], trial: Trial) -> str:
    """As `result_label`, of a trial that may still run.

    Args:
        config: nested settings of the sweep; its label is the trial's number where they lack what is needed.
        trial: of the sweep.
    """
    sections = {path: config.get(path.partition(".")[0], {}) for path in ONLY_SETTINGS}
    main = {path: section.get(path.partition(".")[2]) for path, section in sections.items()}
    return trial_label(trial) if trial.values or None in main.values() else _cut(_settings(main))


def _told(result: TrialResult) -> Mapping[str, Any]:
    spec = result.outcomes[0].spec
    return result.trial.values or {path: attrgetter(path)(spec) for path in ONLY_SETTINGS}


def _settings(values: Mapping[str, Any], widest: int = _WIDEST_LIST) -> list[str]:
    return [f"{path.rpartition('.')[2]}={_short(value, widest)}" for path, value in values.items()]


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


def _short(value: Any, widest: int) -> str:
    if isinstance(value, list | tuple) and value and all(isinstance(each, str) for each in value):
        return words_within(value, widest)
    return setting_text(float(f"{value:.4g}") if isinstance(value, float) else value)
