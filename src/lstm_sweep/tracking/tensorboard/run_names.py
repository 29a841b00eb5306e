"""What the runs of a sweep are called in TensorBoard, which calls a run by its folder."""

import json
import re
from pathlib import Path

from lstm_sweep.trials.label import setting_text, trial_label
from lstm_sweep.trials.spec import Trial

VERDICT = "verdict"
"""The run of the verdict."""

SCORED = "test"
"""The run of what the test span says of a trial, in the trial's folder."""

_UNSAFE = re.compile(r"[^\w =.,+\-\[\]]")
"""What some file system, a shell, Markdown or a regular expression that filters runs would take amiss."""


def run_name(trial: Trial, settings_recur: bool) -> str:
    """The folder of a trial: 'dropout=0.3', or 'dropout=0.1235 (0003)' where that alone might be another trial's too.

    Args:
        trial: of the sweep.
        settings_recur: whether several trials may have equal settings, as under Hyperband.
    """
    # As a journal gives the values back, so that a resumed sweep finds its runs.
    trial = Trial(trial.trial_id, json.loads(json.dumps(trial.values, default=str)))
    label = trial_label(trial)
    if label.endswith(" ..."):
        label = label.rpartition(", ")[0] or label  # cut between settings, not within one
    label = _UNSAFE.sub("_", label).rstrip(" .")
    whole = ", ".join(f"{path.rpartition('.')[2]}={setting_text(value)}" for path, value in trial.values.items())
    is_exact = label == (whole or trial.trial_id)
    return label if is_exact and not settings_recur else f"{label} ({trial.trial_id})"


def find_run_name(folder: Path, trial: Trial, settings_recur: bool) -> str:
    """As `run_name`, but for trials that an older version began below `folder`: those keep their numbers."""
    return trial.trial_id if (folder / trial.trial_id).is_dir() else run_name(trial, settings_recur)


def row_name(name: str, sweep: str, has_id_alone: bool = False) -> str:
    """The row of a run in the HParams tab, unlike those of all other sweeps: 'dropout=0.3 of mine', 'naive of mine'.

    Args:
        name: of the run.
        sweep: its name.
        has_id_alone: whether the run is called by the number of its trial, as in older versions; so is the row then.
    """
    return f"{sweep}/{name}" if has_id_alone else f"{name} of {sweep}"


def settings_recur(oracle: str) -> bool:
    """Whether several trials of a sweep may have equal settings: Hyperband continues one as another."""
    return oracle == "hyperband"
