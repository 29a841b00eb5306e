"""What one device does: it prepares, trains and answers for its fits."""

import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from src.fits import FitOutcome, FitSpec, FitStatus, OnEpoch
from src.runners.fused.fitting import Fitting, train
from src.runners.fused.prepared import Prepared, prepare, windows_key
from src.runners.fused.program import Program
from src.runners.progress import without_result
from src.series.series import Series
from src.windows.windows import build_windows

Trainer = Callable[[Sequence[Fitting], Any], Iterator[tuple[Fitting, FitOutcome]]]
"""Trains fits on a device, and yields each with its outcome as soon as it has ended."""


def train_one_by_one(fits: Sequence[Fitting], device: Any) -> Iterator[tuple[Fitting, FitOutcome]]:
    """The `Trainer` of a CPU core."""
    for fitting in fits:
        yield fitting, train(fitting, device)


class Worker:
    """Trains fits of one series on one device.

    Args:
        series: the prices.
        device: a JAX device.
        programs: finds the program of a fit.
        trainer: trains fits of one program and the same windows.
        on_epoch: hears of every epoch.
    """

    def __init__(
        self, series: Series, device: Any, programs: Callable[[FitSpec], Program], trainer: Trainer, on_epoch: OnEpoch
    ) -> None:
        self._series, self._device, self._programs = series, device, programs
        self._trainer, self._on_epoch = trainer, on_epoch
        self._prepared: dict[str, Prepared] = {}

    def train(self, group: Mapping[int, FitSpec]) -> Iterator[tuple[int, FitOutcome]]:
        """Train the fits of a group; yields each one's number and outcome as soon as it has ended.

        Where something breaks, all that have not ended have failed: it must not end the sweep.
        """
        started, left = time.monotonic(), dict(group)
        try:
            numbers = {self._fitting(spec): number for number, spec in group.items()}
            for fitting, outcome in self._trainer(list(numbers), self._device):
                del left[numbers[fitting]]
                yield numbers[fitting], outcome
        except Exception as error:
            message = f"{error}\n{traceback.format_exc()}"
            for number, spec in left.items():
                yield number, without_result(spec, FitStatus.FAILED, 0, time.monotonic() - started, message)

    def _fitting(self, spec: FitSpec) -> Fitting:
        key = windows_key(spec)
        if key not in self._prepared:
            windows = build_windows(self._series, spec.windows, spec.features)
            self._prepared[key] = prepare(windows, spec, self._device)
        return Fitting(self._programs(spec), self._prepared[key], spec, self._on_epoch)
