"""What waits to be written to runs, in few requests: params, metrics, tags and the end of a run go together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import final

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from lstm_sweep.redaction import redacted
from lstm_sweep.tracking.mlflow.facts import allowed_name
from lstm_sweep.tracking.mlflow.runs import SweepRuns


@dataclass
class _Waiting:
    """For one run; `end` is its status and the time."""

    params: dict[str, str] = field(default_factory=dict)
    metrics: list[Metric] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    end: tuple[str, int] | None = None


@final
class Outbox:
    """Collects what is to be written, and writes it run by run.

    Attributes:
        num_waiting: params, metrics and tags that are not written yet.
    """

    def __init__(self, client: MlflowClient, runs: SweepRuns) -> None:
        """Nothing waits yet; `runs` are those of the sweep."""
        self.num_waiting = 0
        self._client = client
        self._runs = runs
        self._waiting: dict[str, _Waiting] = {}

    def add_settings(self, run_id: str, settings: Mapping[str, str]) -> None:
        """Params; of a sweep that was resumed with others than those logged, MLflow would refuse the new values."""
        params = {allowed_name(path): redacted(text) for path, text in settings.items()}
        new = {name: text for name, text in params.items() if name not in self._runs.params[run_id]}
        self._of(run_id, len(new)).params |= new

    def add_metrics(self, run_id: str, metrics: Iterable[Metric]) -> None:
        """Metrics, in the order of their steps."""
        added = list(metrics)
        self._of(run_id, len(added)).metrics += added

    def add_tags(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Tags."""
        self._of(run_id, len(tags)).tags |= {allowed_name(name): text for name, text in tags.items()}

    def add_end(self, run_id: str, status: str, timestamp: int) -> None:
        """That a run ends, once everything else that waits is written."""
        self._of(run_id, 0).end = status, timestamp

    def send(self) -> bool:
        """Write all that waits for one run; whether anything did. MLflow itself makes requests of the size it takes."""
        run_id = next(iter(self._waiting), None)
        if run_id is None:
            return False
        waiting = self._waiting.pop(run_id)
        params = [Param(name, text) for name, text in waiting.params.items()]
        tags = [RunTag(name, text) for name, text in waiting.tags.items()]
        self.num_waiting -= len(params) + len(waiting.metrics) + len(tags)
        self._client.log_batch(run_id, waiting.metrics, params, tags)
        self._runs.params[run_id] |= waiting.params.keys()
        if waiting.end is not None:
            self._runs.end(run_id, *waiting.end)
        return True

    def send_all(self) -> None:
        """Write everything."""
        while self.send():
            pass

    def _of(self, run_id: str, num_added: int) -> _Waiting:
        self.num_waiting += num_added
        return self._waiting.setdefault(run_id, _Waiting())
