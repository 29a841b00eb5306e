"""The runs of one sweep in MLflow, found again by their tags."""

from collections.abc import Iterator
from typing import final

from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, Run, ViewType
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

PAGE = 1000

TRIAL, REFERENCE = "trial", "reference"
"""Tags that say what a child is of."""

Key = tuple[str, str]
"""One of these tags, and its value."""

RUNNING, FINISHED, FAILED, KILLED = "RUNNING", "FINISHED", "FAILED", "KILLED"


@final
class SweepRuns:
    """A parent run for the sweep, a child run for each trial and for whatever trials are compared with ('naive'): each
    is created once, whatever happens in between.

    A request that was not answered may have been carried out, and even be carried out later. So runs are looked for
    before they are created, and of two that are the same the one that holds nothing is deleted. What the user
    deletes stays deleted, and is written to no more.

    Attributes:
        parent: id of the parent run, None before it is created.
        params: names of the params of each run that it is known to hold.
    """

    def __init__(self, client: MlflowClient, experiment: str, sweep_id: str) -> None:
        """Find what there is of a sweep in the experiment of that id."""
        self._client = client
        self._experiment = experiment
        self._sweep_id = sweep_id
        self.parent: str | None = None
        self.params: dict[str, set[str]] = {}
        self._children: dict[Key, str] = {}
        self._deleted: set[str] = set()
        self._unended: dict[str, str] = {}
        self.refresh()

    def refresh(self) -> None:
        """Look again; delete what is there twice."""
        found = sorted(self._search(), key=_holds_most_first)
        parents = [run for run in found if MLFLOW_PARENT_RUN_ID not in run.data.tags]
        for run in parents:
            self.parent = self._keep(run, self.parent)
        for run in found:
            if self.parent is not None and run.data.tags.get(MLFLOW_PARENT_RUN_ID) == self.parent:
                key = next((tag, run.data.tags[tag]) for tag in (TRIAL, REFERENCE) if tag in run.data.tags)
                self._children[key] = self._keep(run, self._children.get(key))

    def child(self, name: str, tag: str = TRIAL) -> str | None:
        """Id of the run of a trial, or of another child, None where there is none or the user has deleted it."""
        run_id = self._children.get((tag, name))
        return None if run_id in self._deleted else run_id

    @property
    def written_parent(self) -> str | None:
        """Id of the parent run, None where there is none to write to."""
        return None if self.parent in self._deleted else self.parent

    def start_parent(self, name: str, tags: dict[str, str], timestamp: int) -> str | None:
        """Create the parent run unless it is there; None where the user has deleted it."""
        self.parent = self.parent or self._create(name, tags, timestamp)
        return self.written_parent

    def start_child(self, key: Key, name: str, tags: dict[str, str], timestamp: int) -> str | None:
        """Create the run of a trial, or of a reference, unless it is there; None where the user has deleted it.

        Args:
            key: the tag that says what it is of, and its value: ('trial', '0004'), ('reference', 'naive').
            name: for people.
            tags: beside these.
            timestamp: of its start.
        """
        if self.written_parent is None:
            return None
        tag, value = key
        if key not in self._children:
            tags = {**tags, MLFLOW_PARENT_RUN_ID: self.written_parent, tag: value}
            self._children[key] = self._create(name, tags, timestamp)
        return self.child(value, tag)

    def resume(self) -> None:
        """Mark runs that were interrupted as running again."""
        for run_id in [run_id for run_id, status in self._unended.items() if status != RUNNING]:
            self._client.update_run(run_id, status=RUNNING)
            self._unended[run_id] = RUNNING

    def end(self, run_id: str, status: str, timestamp: int) -> None:
        """End a run."""
        self._client.set_terminated(run_id, status, timestamp)
        self._unended.pop(run_id, None)

    def interrupt(self, timestamp: int) -> None:
        """End as killed whatever has not ended; the parent last."""
        running = [run_id for run_id, status in self._unended.items() if status == RUNNING]
        for run_id in sorted(running, key=lambda run_id: run_id == self.parent):
            self._client.set_terminated(run_id, KILLED, timestamp)
            self._unended[run_id] = KILLED

    def _keep(self, run: Run, known: str | None) -> str:
        """Note a run, or delete it where another one is known that is the same."""
        run_id: str = run.info.run_id
        if known is not None and known != run_id:
            if run.info.lifecycle_stage == LifecycleStage.ACTIVE:
                self._client.delete_run(run_id)
            return known
        self.params[run_id] = set(run.data.params)
        if run.info.lifecycle_stage != LifecycleStage.ACTIVE:
            self._deleted.add(run_id)
        elif run.info.status in (RUNNING, KILLED):
            self._unended[run_id] = run.info.status
        return run_id

    def _create(self, name: str, tags: dict[str, str], timestamp: int) -> str:
        tags = {**tags, "sweep_id": self._sweep_id}
        run_id: str = self._client.create_run(self._experiment, timestamp, tags, name).info.run_id
        self._unended[run_id] = RUNNING
        self.params[run_id] = set()
        return run_id

    def _search(self) -> Iterator[Run]:
        token = None
        while True:
            page = self._client.search_runs(
                [self._experiment], f"tags.sweep_id = '{self._sweep_id}'", ViewType.ALL, PAGE, page_token=token
            )
            yield from page
            token = page.token
            if not token:
                return


def _holds_most_first(run: Run) -> tuple[int, bool, str]:
    """Whoever wrote to one of several runs that are the same is to find it again."""
    is_deleted = run.info.lifecycle_stage != LifecycleStage.ACTIVE
    return -len(run.data.params) - len(run.data.metrics), is_deleted, run.info.run_id
