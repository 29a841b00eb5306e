"""Learning curves averaged over the seeds, and folds, of a trial while they train."""

from collections import defaultdict

from lstm_sweep.trials.outcome import EpochRecord


class MeanCurves:
    """Collects epochs until every fit of a trial has reported one, then gives their mean.

    Seeds that only the evaluation asked for are left out: the curves of all trials are means over the same seeds.
    """

    def __init__(self, seeds: int, folds: int) -> None:
        """Average over `seeds` x `folds` fits per trial."""
        self._seeds = seeds
        self._num_fits = seeds * folds
        self._waiting: defaultdict[str, defaultdict[int, dict[str, EpochRecord]]] = defaultdict(
            lambda: defaultdict(dict)
        )

    def add(self, record: EpochRecord) -> dict[str, float]:
        """The mean of each metric over the trial's fits at this epoch once the last of them is in, else nothing."""
        if record.replicate >= self._seeds:
            return {}
        epochs = self._waiting[record.trial_id]
        epochs[record.epoch][record.fit_id] = record
        if len(epochs[record.epoch]) < self._num_fits:
            return {}
        columns = [each.metrics for each in epochs.pop(record.epoch).values()]
        names = [name for name in columns[0] if all(name in column for column in columns)]
        return {name: sum(column[name] for column in columns) / self._num_fits for name in names}

    def forget(self, trial_id: str) -> None:
        """All fits of the trial have ended: epochs that some of them never reached have no mean."""
        self._waiting.pop(trial_id, None)
