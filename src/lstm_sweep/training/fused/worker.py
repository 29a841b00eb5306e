"""What one thread does: it prepares and trains its fits, and turns errors into failed outcomes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lstm_sweep.data.series import Series
from lstm_sweep.training.fused.fitting import Fitting, train
from lstm_sweep.training.fused.prepared import Prepared, prepare, windows_key
from lstm_sweep.training.fused.program import Program
from lstm_sweep.training.fused.shared import Shared
from lstm_sweep.training.listening import Listening
from lstm_sweep.training.progress import Progress
from lstm_sweep.trials.outcome import FitOutcome
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import build_windows

Trainer = Callable[[Sequence[Fitting], Any], Iterator[tuple[Fitting, FitOutcome]]]
"""Trains fits on a device, and yields each with its outcome as soon as it has ended, until training must stop."""


def train_one_by_one(fits: Sequence[Fitting], device: Any) -> Iterator[tuple[Fitting, FitOutcome]]:
    """The `Trainer` of a CPU core."""
    for fitting in fits:
        train(fitting, device)
        if not fitting.progress.has_ended:
            return
        yield fitting, fitting.progress.outcome()


class Worker:
    """Trains fits of one series on one device.

    Args:
        series: the prices.
        device: a JAX device.
        programs: finds the program of a fit.
        prepared: windows on their devices, shared by all workers.
        trainer: trains fits of one program and the same windows.
        listening: notified of every epoch.
    """

    def __init__(
        self,
        series: Series,
        device: Any,
        programs: Callable[[FitSpec], Program],
        prepared: Shared[Prepared],
        trainer: Trainer,
        listening: Listening,
    ) -> None:
        self._series, self._device = series, device
        self._programs, self._prepared = programs, prepared
        self._trainer, self._listening = trainer, listening

    def train(self, group: Mapping[int, FitSpec]) -> Iterator[tuple[int, FitOutcome]]:
        """Train the fits of a group; yields each one's number and outcome as soon as it has ended.

        An error fails all fits of the group that have not ended, and does not end the sweep.
        """
        left = {number: Progress(spec, self._listening) for number, spec in group.items()}
        try:
            numbers = {self._fitting(progress): number for number, progress in left.items()}
            for fitting, outcome in self._trainer(list(numbers), self._device):
                del left[numbers[fitting]]
                yield numbers[fitting], outcome
        except Exception as error:
            for number, progress in left.items():
                yield number, progress.failed(error)

    def _fitting(self, progress: Progress) -> Fitting:
        spec = progress.spec
        prepared = self._prepared.get((self._device, windows_key(spec)), lambda: self._prepare(spec))
        return Fitting(self._programs(spec), prepared, progress)

    def _prepare(self, spec: FitSpec) -> Prepared:
        return prepare(build_windows(self._series, spec.windows, spec.features), spec, self._device)
