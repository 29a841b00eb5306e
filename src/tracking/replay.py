"""What trackers are told, read again from the lines of a journal."""

import math

from src.fits import EpochRecord, Trial, fit_id
from src.journal import Line


def trial_of(line: Line) -> Trial:
    """The trial that a line of kind 'trial' names."""
    return Trial(line["trial_id"], line["values"])


def record_of(line: Line) -> EpochRecord:
    """The epoch that a line of kind 'epoch' tells; a number that was not finite is nan."""
    return EpochRecord(
        trial_id=line["trial_id"],
        replicate=line["replicate"],
        fold=line["fold"],
        epoch=line["epoch"],
        loss=_number(line["loss"]),
        val_loss=_number(line["val_loss"]),
        val_skill=_number(line["val_skill"]),
        timestamp=line["timestamp"],
    )


def fit_id_of(line: Line) -> str:
    """The fit that a line of kind 'epoch' or 'fit' is about."""
    return fit_id(line["trial_id"], line["replicate"], line["fold"])


def _number(value: float | None) -> float:
    return math.nan if value is None else value
