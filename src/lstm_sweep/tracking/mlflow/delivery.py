"""Delivers the journal of a sweep to MLflow, resuming where the last delivery stopped."""

import os
from pathlib import Path
from typing import final

from lstm_sweep.redaction import redacted
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.lines import JOURNAL, EndLine, StartLine
from lstm_sweep.tracking.mlflow.cursor import Cursor
from lstm_sweep.tracking.mlflow.patience import patient
from lstm_sweep.tracking.mlflow.store import open_client, open_experiment
from lstm_sweep.tracking.mlflow.sweep import MlflowSweep
from lstm_sweep.tracking.mlflow.view import view_key
from lstm_sweep.tracking.mlflow.views import page_address
from lstm_sweep.tracking.tracker import TrackedSweep

MOST_WAITING = 5000
"""Metrics, params and tags that are held in memory."""

MANY_REQUESTS = (StartLine, EndLine)
"""Lines that cost many requests: the cursor moves with each."""


@final
class Delivery:
    """Reads what the journal holds beyond the cursor, writes it to MLflow, and moves the cursor; one thread.

    Whatever raises, the next call resumes at the cursor: what was written beyond it is written again, which changes
    nothing. Nothing but the cursor is remembered, so that a kill at any moment costs no more than an error.

    Attributes:
        progress: grows with everything that is delivered for the first time.
    """

    def __init__(self, uri: str, artifacts: Path, tracked: TrackedSweep) -> None:
        """Deliver to the store or server at `uri`; `artifacts` is for files that lie beside no database."""
        self.progress = 0
        self._uri = uri
        self._artifacts = artifacts
        self._tracked = tracked
        self._journal = tracked.folder / JOURNAL
        self._offset = self._saved = 0
        self._sweep: MlflowSweep | None = None

    def connect(self) -> None:
        """Find the runs of the sweep, and the place in its journal to resume at."""
        client = patient(open_client(self._uri))
        config = self._tracked.config
        name = config.get("tracking", {}).get("experiment") or config.get("name", self._tracked.start.name)
        sweep = MlflowSweep(client, open_experiment(client, str(name), self._artifacts), self._tracked)
        self._offset = self._saved = self._delivered_to(sweep.runs.parent)
        self._recall(sweep)
        self._sweep = sweep

    def deliver(self) -> None:
        """Deliver all that the journal holds now.

        Raises:
            Exception: whatever MLflow, a database or the network raises.
        """
        self._carefully(close=False)

    def close(self) -> None:
        """Deliver all that the journal holds, and mark runs that have not ended as killed, until a later call resumes.

        Raises:
            Exception: as `deliver`.
        """
        self._carefully(close=True)

    def address(self) -> str:
        """The page that compares the trials, without secrets; empty where MLflow has nothing of them, or no page."""
        sweep = self._sweep
        if sweep is None or sweep.runs.written_parent is None:
            return ""
        return page_address(self._uri, sweep.experiment, view_key(self._tracked.start.sweep_id))

    def num_missing(self) -> int:
        """Lines of the journal that are still to be delivered."""
        cursor = Cursor.load(self._tracked.folder)
        if self._sweep is not None:
            offset = self._offset
        else:
            offset = cursor.offset if cursor is not None and cursor.address == redacted(self._uri) else 0
        return sum(1 for _ in read_lines(self._tracked.folder, offset))

    def _carefully(self, close: bool) -> None:
        if self._sweep is None:
            self.connect()
        assert self._sweep is not None
        # Forgotten until all is well: after an error it is found again, as it was when the cursor was written.
        sweep, self._sweep = self._sweep, None
        if not close:
            sweep.runs.resume()
        self._write(sweep)
        if close:
            sweep.close()
        self._sweep = sweep

    def _delivered_to(self, run_id: str | None) -> int:
        cursor = Cursor.load(self._tracked.folder)
        if cursor is None or (cursor.address, cursor.run_id) != (redacted(self._uri), run_id):
            return 0
        return cursor.offset if cursor.offset <= self._journal.stat().st_size else 0

    def _recall(self, sweep: MlflowSweep) -> None:
        for end, line in read_lines(self._tracked.folder):
            if end > self._offset:
                return
            if line is not None:
                sweep.recall(line)

    def _write(self, sweep: MlflowSweep) -> None:
        for end, line in read_lines(self._tracked.folder, self._offset):
            if line is not None:
                sweep.apply(line)
            self._offset = end
            self._note(sent=0)
            if sweep.outbox.num_waiting >= MOST_WAITING or isinstance(line, MANY_REQUESTS):
                self._send(sweep)
        self._send(sweep)

    def _send(self, sweep: MlflowSweep) -> None:
        if sweep.outbox.num_waiting:
            self._make_durable()
        sent = 0
        while sweep.outbox.send():
            sent += 1
            self._note(sent)
        run_id = sweep.runs.parent
        if run_id is not None and self._offset > self._saved:
            Cursor(redacted(self._uri), run_id, self._offset).save(self._tracked.folder)
            self._saved = self._offset

    def _note(self, sent: int) -> None:
        """What is written again after an error is no progress."""
        self.progress = max(self.progress, self._offset + sent)

    def _make_durable(self) -> None:
        """A power cut must not take out of the journal what is in MLflow: trained again, it would be there twice."""
        descriptor = os.open(self._journal, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
