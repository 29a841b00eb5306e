"""Trains many fits at once: one thread per core or GPU, and the work they share."""

import contextlib
import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

from lstm_sweep.data.series import Series
from lstm_sweep.training.fused.devices import prepare_devices
from lstm_sweep.training.fused.fast_lstm import fast_lstm
from lstm_sweep.training.fused.groups import group_fits
from lstm_sweep.training.fused.memory import members_that_fit
from lstm_sweep.training.fused.native.layer import native_lstm
from lstm_sweep.training.fused.native.library import library_for
from lstm_sweep.training.fused.population import train_population
from lstm_sweep.training.fused.prepared import Prepared
from lstm_sweep.training.fused.program import Program, program_key
from lstm_sweep.training.fused.shared import Shared
from lstm_sweep.training.fused.work import Group, Work
from lstm_sweep.training.fused.worker import Trainer, Worker, train_one_by_one
from lstm_sweep.training.listening import Halt, Listening
from lstm_sweep.training.runner import FitListener, Runner
from lstm_sweep.trials.outcome import FitOutcome
from lstm_sweep.trials.spec import FitSpec


class FusedRunner(Runner):
    """One compiled program per shape of model, run on every core or GPU at once.

    Args:
        vmapped: whether fits of one program are trained as a population; None: on GPUs.
        max_members: most fits of a population; None: as many as fit into a device's memory.
        checkpoint_seconds: between two checkpoints of a fit; infinity: only when training must stop.
        native: whether CPU cores train LSTMs by `native/lstm.c`, where there is a C compiler; populations never do.
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

        An error of the listener, or an interrupt, ends all training after the epoch, and propagates.
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
