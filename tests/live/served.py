"""`src.serve` as a user starts it, in a folder with models that were promoted; and what it has written down."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mlflow import MlflowClient

from lstm_sweep.live.record.journal import read_journal
from lstm_sweep.live.record.lines import Line
from lstm_sweep.tracking.mlflow.store import open_client
from tests.commands import QUICK, run, started
from tests.serving.servers import Site

MODEL = "btc"


@dataclass
class Served(Site):
    """A live process that listens, in a process of its own."""

    process: subprocess.Popen[str] = field(kw_only=True)

    def end(self, number: int, seconds: float = 60) -> tuple[int, str]:
        """Send a signal; the exit status, and what was printed to standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=seconds)
        return self.process.returncode, errors


@contextmanager
def served(folder: Path, *settings: str) -> Iterator[Served]:
    """Serve on a free port until the block ends, which kills it where it still runs."""
    with started(folder, "src.serve", *settings, "port=0") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("listening at "):
                yield Served(line.split()[2], process=process)
                return
        raise AssertionError(process.communicate())


def promoted(folder: Path, seed: int, *settings: str, sweep: tuple[str, ...] = QUICK) -> None:
    """A sweep, and its winner as the next version of the model."""
    assert run(folder, "src.sweep", f"name=seed-{seed}", *sweep, f"seed={seed}").returncode == 0
    done = run(folder, "src.promote", f"sweep=seed-{seed}", f"model={MODEL}", "force=true", *settings)
    assert done.returncode == 0, done.stderr


def client_of(folder: Path) -> MlflowClient:
    """Of the registry below a folder."""
    return open_client(registry_of(folder))


def registry_of(folder: Path) -> str:
    """Its address."""
    return f"sqlite:///{folder}/mlruns/mlflow.db"


def journal_of(folder: Path, name: str = MODEL) -> list[Line]:
    """Its lines so far."""
    return list(read_journal(folder / "live" / name))


def replayed(folder: Path, name: str = MODEL) -> str:
    """What `src.replay` says, which found no difference."""
    done = run(folder, "src.replay", f"live.name={name}")
    assert (done.returncode, "equal to the bit" in done.stdout) == (0, True), done.stdout + done.stderr
    return done.stdout
