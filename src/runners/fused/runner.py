"""Trains many fits at once: a queue of fits, and one thread per device that takes from it."""

import queue
import threading
import time
import traceback
from collections.abc import Sequence
from typing import Any

from src.fits import FitOutcome, FitSpec, FitStatus, OnEpoch, OnFit, Runner
from src.runners.fused.devices import prepare_devices
from src.runners.fused.fitting import Prepared, prepare, train
from src.runners.fused.program import Program, ProgramKey, program_key
from src.runners.progress import without_result
from src.series.series import Series
from src.windows.windows import build_windows


class FusedRunner(Runner):
    """One compiled program per shape of model, run on every device at once."""

    def __init__(self) -> None:
        self._devices = prepare_devices()
        self._programs: dict[ProgramKey, Program] = {}
        self._lock = threading.Lock()

    def run(self, series: Series, fits: Sequence[FitSpec], on_epoch: OnEpoch, on_fit: OnFit) -> list[FitOutcome]:
        """Train every fit, as many at once as there are devices."""
        work: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(len(fits)):
            work.put(number)
        outcomes: dict[int, FitOutcome] = {}

        def serve(device: Any) -> None:
            prepared: dict[str, Prepared] = {}
            while True:
                try:
                    number = work.get_nowait()
                except queue.Empty:
                    return
                outcomes[number] = self._attempt(series, fits[number], device, prepared, on_epoch)
                on_fit(outcomes[number])

        threads = [threading.Thread(target=serve, args=(device,)) for device in self._devices]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [outcomes[number] for number in range(len(fits))]

    def _attempt(
        self, series: Series, spec: FitSpec, device: Any, prepared: dict[str, Prepared], on_epoch: OnEpoch
    ) -> FitOutcome:
        started = time.monotonic()
        try:
            content = repr((spec.windows, spec.features, spec.model.stateful and spec.training.batch_size))
            if content not in prepared:
                prepared[content] = prepare(build_windows(series, spec.windows, spec.features), spec, device)
            return train(self._program(program_key(spec)), prepared[content], spec, device, on_epoch)
        except Exception as error:  # one broken fit must not end the sweep: it is recorded with its trace
            message = f"{error}\n{traceback.format_exc()}"
            return without_result(spec, FitStatus.FAILED, 0, time.monotonic() - started, message)

    def _program(self, key: ProgramKey) -> Program:
        with self._lock:
            if key not in self._programs:
                self._programs[key] = Program(key)
            return self._programs[key]
