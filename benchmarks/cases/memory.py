"""Does memory grow with the trials? The resident memory of one sweep of 500, sampled while it runs."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

from benchmarks.cases.options import Options
from benchmarks.comparison import Say
from benchmarks.process import ContenderError, clean_environment, end_of
from benchmarks.table import Table

_SWEEP = (
    "name=benchmark",
    "runner=fused",
    "data=synthetic",
    "data.length=1000",
    "model.units=8",
    "windows.lags=10",
    # Enough for the allocator to give back, before the first sample, what compiling took (200 MB, some seconds later).
    "training.epochs=12",
    "seeds=2",
    "evaluation.test=false",
)


def measure(options: Options, folder: Path, say: Say) -> Table:
    """One sweep over dropout rates, all trackers on."""
    num_trials = 60 if options.tiny else 500
    marks = [20, 60] if options.tiny else [50, 100, 250, 500]
    rates = ",".join(f"{0.5 * number / num_trials:.6f}" for number in range(num_trials))
    command = [sys.executable, "-m", "src.sweep", *_SWEEP, f"search.model.dropout=[{rates}]"]
    samples = _sample(command, folder, marks)
    say(", ".join(f"{samples[mark] / 1e6:.0f} MB at trial {mark}" for mark in marks))
    rows = [{"trials": mark, "MB": samples[mark] / 1e6, "x first": samples[mark] / samples[marks[0]]} for mark in marks]
    return Table(
        "memory",
        f"src.sweep runner=fused, {num_trials} trials of 2 fits of LSTM(8), 12 epochs, trackers on: memory",
        rows,
        ["Read when the journal says that so many trials have ended, the last one before the evaluation."],
        {"samples": samples},
    )


def _sample(command: list[str], folder: Path, marks: list[int]) -> dict[int, int]:
    """Resident bytes of the process by number of trials that have ended."""
    samples: dict[int, int] = {}
    journal = folder / "sweeps" / "benchmark" / "journal.jsonl"
    with (folder / "log").open("wb") as log:
        environment: dict[str, Any] = clean_environment(folder / "cache")
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
        while process.poll() is None:
            num_ended = journal.read_bytes().count(b'{"kind": "trial_end"') if journal.exists() else 0
            for mark in marks:
                if num_ended >= mark and mark not in samples:
                    samples[mark] = psutil.Process(process.pid).memory_info().rss
            time.sleep(0.02)
    if process.returncode != 0 or set(samples) != set(marks):
        raise ContenderError(f"the sweep ended with {process.returncode}:\n{end_of(folder / 'log')}")
    return samples
