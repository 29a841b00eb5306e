"""The comparison's side of a contender that is a process of ours taking turns (see `turns`)."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from benchmarks.contenders.contender import Turn
from benchmarks.contenders.turns import PIPE
from benchmarks.process import ContenderError, clean_environment, end_of


class Session:
    """Runs `python -m benchmarks.contenders.MODULE job.json` and grants it turns.

    Args:
        name: for the table.
        remark: for the notes below it.
        module: the contender's file.
        job: what it is to train; its `turns` is the number of turns it will ask for.
        folder: where it works; made.
    """

    def __init__(self, name: str, remark: str, module: str, job: dict[str, Any], folder: Path) -> None:
        self.name, self.remark, self.num_turns = name, remark, job["turns"]
        self._module, self._job, self._folder = module, job, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: TextIO

    def prepare(self) -> None:
        """Start the process and wait until it has imported, read and warmed up whatever is not timed."""
        self._folder.mkdir(parents=True)
        (self._folder / "job.json").write_text(json.dumps(self._job))
        read, write = os.pipe()
        backend = {"KERAS_BACKEND": self._job["backend"], PIPE: str(write)}
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"benchmarks.contenders.{self._module}", "job.json"],
                cwd=self._folder,
                env=clean_environment(self._folder / "cache", **backend, **self._job.get("environment", {})),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=(write,),
                start_new_session=True,
            )
        os.close(write)
        self._messages = os.fdopen(read)
        self._expect("ready")

    def take_turn(self) -> Turn:
        """Let it train until it ends the turn."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        self._process.stdin.flush()
        turn = Turn(**self._expect("turn")["turn"])
        at_last = self._expect("ready", "finished").get("val_losses", ())
        return replace(turn, val_losses=(*turn.val_losses, *at_last))

    def close(self) -> None:
        """End it and whatever it has started."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._messages.close()

    def _expect(self, *events: str) -> dict[str, Any]:
        line = self._messages.readline()
        message = json.loads(line) if line else {"event": "its end"}
        if message["event"] not in events:
            log = end_of(self._folder / "log")
            raise ContenderError(f"{self.name} should say {' or '.join(events)}, but says {message['event']}:\n{log}")
        return message
