"""What an outage costs: a sweep whose MLflow server is killed for half of it, beside one whose server stays up."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.cases.options import Options
from benchmarks.cases.scaling import with_fits
from benchmarks.cases.workloads import daily
from benchmarks.comparison import Say
from benchmarks.contenders.ours import SweepRun, finished_sweep, run_sweep
from benchmarks.process import clean_environment
from benchmarks.table import Table
from tests.tracking.mlflow_reader import assert_holds_the_journal
from tests.tracking.servers import Server, mlflow_server

_ORDER = ("up", "killed", "killed", "up")
_DOWN, _UP_AGAIN = 0.25, 0.75
"""Shares of the fits after which the server is killed, and started again."""


def measure(options: Options, folder: Path, say: Say) -> Table:
    """Run it up, killed, killed, up; afterwards every server must hold what the journal does, once."""
    workload = with_fits(daily(options), 8 if options.tiny else 64)
    overrides = ["runner=fused", *workload.overrides, "tracking.tensorboard=false"]
    run_sweep([*overrides, "tracking.uri=null"], folder / "first", folder / "cache")  # compiles
    runs: dict[str, list[SweepRun]] = {"up": [], "killed": []}
    for number, fate in enumerate(_ORDER):
        place = folder / str(number)
        place.mkdir()
        server = mlflow_server(f"sqlite:///{place}/server.db", place)
        with server:
            sweep = _run([*overrides, f"tracking.uri={server.address}"], place, folder / "cache", server, fate)
            assert_holds_the_journal(server.address, place / "sweeps" / "benchmark")
        runs[fate].append(sweep)
        say(f"server {fate}: {sweep.search_seconds:.1f} s, and it holds every record once")
    return Table(
        "outage",
        f"src.sweep runner=fused, {workload.num_fits} fits of the daily workload; MLflow server on SQLite beside it",
        [_row(fate, sweeps, runs["up"]) for fate, sweeps in runs.items()],
        [
            "Killed: SIGKILL once a quarter of the fits have ended, started again once three quarters have. Up: that "
            "is done to a server beside it that the sweep knows nothing of, as its start takes seconds of a core.",
            "After each sweep (and `python -m src.sync` where the sweep said so) the server was asked for everything: "
            "each metric of each step was there once, as in the journal.",
        ],
        {"runs": {fate: [sweep.details for sweep in sweeps] for fate, sweeps in runs.items()}},
    )


def _run(overrides: list[str], place: Path, cache: Path, server: Server, fate: str) -> SweepRun:
    command = [sys.executable, "-m", "src.sweep", "name=benchmark", *overrides]
    environment = clean_environment(cache)
    with (place / "log").open("wb") as log:
        fated = server if fate == "killed" else _bystander(place)
        begun = time.perf_counter()
        process = subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=subprocess.STDOUT)
        total = _num_fits(overrides)
        _wait_for_fits(process, place, _DOWN * total)
        fated.kill()
        _wait_for_fits(process, place, _UP_AGAIN * total)
        fated.start()
        process.wait()
        if fated is not server:
            fated.kill()
        seconds = time.perf_counter() - begun
    sync = [sys.executable, "-m", "src.sync", "sweep=benchmark", f"tracking.uri={server.address}"]
    subprocess.run(sync, cwd=place, env=environment, check=True, capture_output=True)
    return finished_sweep(place, process.returncode, seconds)


def _bystander(place: Path) -> Server:
    """A server that the sweep knows nothing of: starting one takes seconds of a core, whoever waits for it."""
    folder = place / "bystander"
    folder.mkdir()
    server = mlflow_server(f"sqlite:///{folder}/server.db", folder)
    server.start()
    return server


def _num_fits(overrides: list[str]) -> int:
    seeds = next(int(each.removeprefix("seeds=")) for each in overrides if each.startswith("seeds="))
    rates = next(each for each in overrides if each.startswith("search.model.dropout="))
    return seeds * (rates.count(",") + 1)


def _wait_for_fits(process: "subprocess.Popen[bytes]", place: Path, number: float) -> None:
    journal = place / "sweeps" / "benchmark" / "journal.jsonl"
    while process.poll() is None:
        if journal.exists() and journal.read_bytes().count(b'{"kind": "fit"') >= number:
            return
        time.sleep(0.1)


def _row(fate: str, sweeps: list[SweepRun], up: list[SweepRun]) -> dict[str, Any]:
    def mean(each: list[SweepRun]) -> float:
        return sum(sweep.search_seconds for sweep in each) / len(each)

    return {"server": fate, "s of search": mean(sweeps), "x search": mean(sweeps) / mean(up)}
