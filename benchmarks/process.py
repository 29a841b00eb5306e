"""Runs a command as a user would find it: an environment without our settings, a folder and caches of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.machine import ROOT

_INHERITED = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")


class ContenderError(Exception):
    """A command that ended badly; its message holds the end of what it printed."""


@dataclass(frozen=True)
class Finished:
    """A command that has run.

    Attributes:
        started: seconds since 1970 when it was started.
        seconds: until it had ended.
        peak_memory: most resident memory of its largest process, bytes.
    """

    started: float
    seconds: float
    peak_memory: int


def clean_environment(cache: Path, **settings: str) -> dict[str, str]:
    """The environment of a contender.

    Args:
        cache: where it finds what programs of this user cached before; an empty folder is a cold start.
        settings: further variables.
    """
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    import_path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    own = {
        "PYTHONPATH": import_path,
        "XDG_CACHE_HOME": str(cache),
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONUNBUFFERED": "1",
    }
    return inherited | own | {"MLFLOW_DISABLE_TELEMETRY": "true"} | settings


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Finished:
    """Run a command to its end in `folder`, which is made; what it prints goes to `folder/log`.

    Raises:
        ContenderError: where its exit status is not 0.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        started, clock = time.time(), time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=dict(environment), stdout=log, stderr=subprocess.STDOUT)
        peak_memory = wait(process)
        seconds = time.perf_counter() - clock
    if process.returncode != 0:
        raise ContenderError(f"{' '.join(command[:4])} ended with {process.returncode}:\n{end_of(folder / 'log')}")
    return Finished(started, seconds, peak_memory)


def wait(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end of a process; returns the most memory that it or its largest child held, in bytes."""
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def end_of(log: Path) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
