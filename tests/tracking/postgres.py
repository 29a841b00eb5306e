"""A PostgreSQL cluster of its own, in a temporary folder, on a free port; it refuses to run as root."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.tracking.servers import free_port

START_LIMIT = 60.0  # seconds
DEBIAN = Path("/usr/lib/postgresql")


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs, None where it is not installed; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    return max(DEBIAN.glob("*/bin"), default=None, key=lambda path: int(path.parent.name))


class Postgres:
    """A cluster that can be killed and started again."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._port = free_port()
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._process: subprocess.Popen[bytes] | None = None
        self.uri = f"postgresql+psycopg://tester@127.0.0.1:{self._port}/postgres"

    def create(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "tester", "-A", "trust", "-E", "UTF8", "-N")

    def start(self) -> None:
        """Start, again where it ended: children of one that was killed may still hold its memory."""
        deadline = time.monotonic() + START_LIMIT
        while not self._answers():
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start")
            if self._process is None or self._process.poll() is not None:
                self._process = self._launch()
            time.sleep(0.1)

    def kill(self) -> None:
        """As a crash would; its children end by themselves."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _launch(self) -> subprocess.Popen[bytes]:
        command = [self._programs / "postgres", "-D", self._folder / "data", "-p", str(self._port)]
        command += ["-c", f"unix_socket_directories={self._folder}", "-c", "listen_addresses=127.0.0.1"]
        return subprocess.Popen(
            command,
            user=self._other_user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self._folder,
        )

    @property
    def _other_user(self) -> str | None:
        return self._user if os.geteuid() == 0 else None

    def _answers(self) -> bool:
        command = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port)]
        return subprocess.run(command, check=False).returncode == 0

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            user=self._other_user,
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
        )


@contextmanager
def running_postgres(programs: Path) -> Iterator[Postgres]:
    """A new cluster that runs; everything of it is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        cluster = Postgres(Path(folder), programs)
        cluster.create()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.kill()
