"""Learning curves averaged over the seeds of a trial while they train."""

from collections import defaultdict

from src.fits import EpochRecord


def epoch_metrics(record: EpochRecord) -> dict[str, float]:
    """The numbers of one epoch by name."""
    return {"loss": record.loss, "val_loss": record.val_loss, "val_skill": record.val_skill}


class MeanCurves:
    """Collects epochs until every fit of a trial has reported one, then gives their mean."""

    def __init__(self, num_fits: int) -> None:
        """Average over `num_fits` fits per trial."""
        self._num_fits = num_fits
        self._waiting: defaultdict[tuple[str, int], dict[tuple[int, int], EpochRecord]] = defaultdict(dict)

    def add(self, record: EpochRecord) -> dict[str, float] | None:
        """The means over the trial's fits at this epoch once the last of them is in, else None."""
        key = record.trial_id, record.epoch
        self._waiting[key][record.replicate, record.fold] = record
        if len(self._waiting[key]) < self._num_fits:
            return None
        columns = [epoch_metrics(one) for one in self._waiting.pop(key).values()]
        return {name: sum(column[name] for column in columns) / self._num_fits for name in columns[0]}
