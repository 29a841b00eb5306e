"""Plain Keras `fit` with nothing around it: no search, no tracking, no callbacks.

One process per core, pinned to it, so that XLA's threads do not get in each other's way; arrays in memory. Where JAX's
persistent cache is on, every program has been compiled before the clock starts (a few windows of every fit), and only
tracing is left of what a fit costs besides its steps. The seconds of a turn are the time that the processes were busy,
divided by their number, as if their shares were always equal.
"""

import multiprocessing
import os
import time
from multiprocessing.connection import Connection

from benchmarks.contenders.job import Arrays, Job, Settings, read_job
from benchmarks.contenders.turns import Turns


def serve(core: int | None, job: Job, work: Connection) -> None:
    """A process: fit whatever settings come, answer with (seconds, last validation loss)."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    arrays = job.arrays
    from benchmarks.contenders.network import warm_up

    for settings in {str(fit): fit for fit in job.fits}.values():
        warm_up(settings, arrays[settings["lags"]], job.lstm, **job.fit)
    work.send("ready")
    while (settings := work.recv()) is not None:
        work.send(timed_fit(settings, arrays[settings["lags"]], job))


def timed_fit(settings: Settings, arrays: Arrays, job: Job) -> tuple[float, float]:
    """Build, compile and fit."""
    from benchmarks.contenders.network import build_network, callbacks, fit_arguments

    started = time.perf_counter()
    history = build_network(settings, **job.lstm).fit(
        **fit_arguments(settings, arrays),
        **job.fit,
        epochs=settings["epochs"],
        verbose=0,
        callbacks=callbacks(settings),
    )
    return time.perf_counter() - started, history.history["val_loss"][-1]


def start_workers(job: Job) -> list[Connection]:
    """One process per core, each warmed up in its turn; a single one is left on all cores."""
    context = multiprocessing.get_context("spawn")
    pinned = job.processes > 1 and hasattr(os, "sched_setaffinity")
    cores = sorted(os.sched_getaffinity(0))[: job.processes] if pinned else [None] * job.processes
    ends = []
    for core in cores:
        ours, theirs = context.Pipe()
        context.Process(target=serve, args=(core, job, theirs), daemon=True).start()
        ours.recv()
        ends.append(ours)
    return ends


def main() -> None:
    job, turns = read_job(), Turns()
    workers = start_workers(job)
    turns.open()
    for start in range(0, len(job.fits), job.processes):
        fits = job.fits[start : start + job.processes]
        turns.next()
        for worker, settings in zip(workers, fits, strict=False):
            worker.send(settings)
        answers = [worker.recv() for worker, _ in zip(workers, fits, strict=False)]
        busy, val_losses = zip(*answers, strict=True)
        turns.end(len(fits), sum(busy) / job.processes, val_losses=val_losses)
    turns.finish()


if __name__ == "__main__":
    main()
