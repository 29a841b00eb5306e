"""What trackers are told, read again from the lines of a journal."""

from lstm_sweep.storage.lines import Line, number_of
from lstm_sweep.trials.outcome import EpochRecord
from lstm_sweep.trials.spec import Trial


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
        loss=number_of(line["loss"]),
        val_loss=number_of(line["val_loss"]),
        val_skill=number_of(line["val_skill"]),
        timestamp=line["timestamp"],
    )
