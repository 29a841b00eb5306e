"""Trains many fits at once: one thread per core or GPU, and the work they share."""

import contextlib
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from src.fits import FitListener, FitOutcome, FitSpec, Runner
from src.runners.fused.devices import prepare_devices
from src.runners.fused.fast_lstm import fast_lstm
from src.runners.fused.groups import group_fits
from src.runners.fused.memory import members_that_fit
from src.runners.fused.native.layer import native_lstm
from src.runners.fused.native.library import library_for
from src.runners.fused.population import train_population
from src.runners.fused.prepared import Prepared
from src.runners.fused.program import Program, program_key
from src.runners.fused.shared import Shared
from src.runners.fused.work import Group, Work
from src.runners.fused.worker import Trainer, Worker, train_one_by_one
from src.runners.listening import Halt, Listening
from src.series.series import Series


class FusedRunner(Runner):
    """One compiled program per shape of model, run on every core or GPU at once.

    Args:
        vmapped: whether fits that are alike are trained as one population; None for where devices are GPUs.
        max_members: most fits of a population; None for as many as a device's memory holds.
        checkpoint_seconds: between two checkpoints of a fit; infinity for none but where training must stop.
        native: whether CPU cores train LSTMs by our own compiled code, where a compiler is at hand; populations never.
    """

    def __init__(
        self,
        vmapped: bool | None = None,
        max_members: int | None = None,
        checkpoint_seconds: float = math.inf,
        native: bool = True,
    ) -> None:
        self._devices = prepare_devices()
        self._vmapped = self._devices[0].platform == "gpu" if vmapped is None else vmapped
        library = library_for(native and not self._vmapped)
        self._lstm = fast_lstm if library is None else native_lstm(library)
        self._max_members, self._checkpoint_seconds = max_members, checkpoint_seconds
        self._programs: Shared[Program] = Shared()

    def run(self, series: Series, fits: Sequence[FitSpec], listener: FitListener) -> list[FitOutcome]:
        """Train every fit, as many at once as there are threads, or members in their populations.

        An error of the listener, or an interrupt, ends all training after the epoch, and is raised.
        """
        listening = Listening(listener, self._checkpoint_seconds)
        work = Work((program_key(fits[group[0]]), group) for group in self._groups(series, fits))
        prepared: Shared[Prepared] = Shared()
        outcomes: dict[int, FitOutcome] = {}

        def serve(thread: int, device: Any) -> None:
            worker = Worker(series, device, self._program, prepared, self._trainer, listening)
            for group in work.take(thread):
                if listening.must_stop():
                    return
                for number, outcome in worker.train({number: fits[number] for number in group}):
                    listening.on_fit(outcome)
                    outcomes[number] = outcome

        with ThreadPoolExecutor(len(self._devices), thread_name_prefix="fused") as threads, contextlib.suppress(Halt):
            try:
                for worker in as_completed([threads.submit(serve, *each) for each in enumerate(self._devices)]):
                    worker.result()
            finally:
                listening.halt()
        listening.conclude()
        return [outcomes[number] for number in range(len(fits))]

    @property
    def _trainer(self) -> Trainer:
        return train_population if self._vmapped else train_one_by_one

    def _groups(self, series: Series, fits: Sequence[FitSpec]) -> list[Group]:
        if not self._vmapped:
            return [[number] for number in range(len(fits))]

        def capacity(spec: FitSpec) -> int:
            return self._max_members or members_that_fit(spec, len(series), self._devices[0])

        return group_fits(fits, capacity, len(self._devices))

    def _program(self, spec: FitSpec) -> Program:
        return self._programs.get(program_key(spec), lambda: Program(spec, self._lstm))
