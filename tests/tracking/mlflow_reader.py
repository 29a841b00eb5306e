"""Reads what is in an MLflow store or server, and compares it with a journal line by line."""

import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from tests.storage.raw_lines import raw_lines

Line = dict[str, Any]

Point = tuple[str, int, int, float]
"""Name, step, timestamp and value of a metric."""

NAMES = [metric.name for metric in EPOCH_METRICS]


def read_runs(uri: str) -> list[Run]:
    client = MlflowClient(uri)
    experiments = [one.experiment_id for one in client.search_experiments() if one.name != "Default"]
    return list(client.search_runs(experiments)) if experiments else []


def read_parent(uri: str) -> Run:
    (parent,) = [run for run in read_runs(uri) if "mlflow.parentRunId" not in run.data.tags]
    return parent


def read_children(uri: str) -> dict[str, Run]:
    """The runs of trials, by their ids."""
    return _read_children(uri, "trial")


def read_references(uri: str) -> dict[str, Run]:
    """The runs of whatever trials are compared with, by its name."""
    return _read_children(uri, "reference")


def _read_children(uri: str, tag: str) -> dict[str, Run]:
    children = [run for run in read_runs(uri) if "mlflow.parentRunId" in run.data.tags and tag in run.data.tags]
    by_tag = {run.data.tags[tag]: run for run in children}
    assert len(by_tag) == len(children)
    return by_tag


def read_points(uri: str, run: Run) -> list[Point]:
    """Every point of every metric that is stored, sorted; what is there twice is there twice."""
    client = MlflowClient(uri)
    return sorted(
        (point.key, point.step, point.timestamp, point.value)
        for name in run.data.metrics
        for point in client.get_metric_history(run.info.run_id, name)
    )


def read_history(uri: str, run: Run, metric: str) -> list[tuple[int, int, float]]:
    return [point[1:] for point in read_points(uri, run) if point[0] == metric]


def count_deleted(uri: str) -> int:
    client = MlflowClient(uri)
    experiments = [one.experiment_id for one in client.search_experiments()]
    return len(client.search_runs(experiments, run_view_type=ViewType.DELETED_ONLY))


def assert_holds_the_journal(uri: str, folder: Path) -> None:
    """Everything that the journal tells is there once, and nothing else."""
    lines = raw_lines(folder)
    parent, children = read_parent(uri), read_children(uri)
    trials = [line for line in lines if line["kind"] == "trial"]
    assert children.keys() == {line["trial_id"] for line in trials}
    for line in trials:
        child = children[line["trial_id"]]
        of_trial = [each for each in lines if each.get("trial_id") == line["trial_id"]]
        assert read_points(uri, child) == sorted(_told_of(of_trial, _start_of(lines)))
        assert child.info.start_time == line["timestamp"]
        assert line["values"].keys() <= child.data.params.keys()
        assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
        for end in (each for each in of_trial if each["kind"] == "trial_end"):
            assert child.info.end_time == end["timestamp"]
            assert child.info.status == ("FAILED" if end["status"] == "failed" else "FINISHED")
    for end in (each for each in lines if each["kind"] == "end"):
        assert (parent.info.status, parent.info.end_time) == ("FINISHED", end["timestamp"])
        assert parent.inputs is not None
        assert len(parent.inputs.dataset_inputs) == 1
        references = read_references(uri)
        assert references.keys() == end.get("references", {}).keys()
        for name, run in references.items():
            expected = [(each, 0, end["timestamp"], value) for each, value in end["references"][name].items()]
            assert read_points(uri, run) == sorted(point for point in expected if point[3] is not None)
            assert (run.info.run_name, run.info.status) == (name, "FINISHED")
            assert run.data.tags["mlflow.parentRunId"] == parent.info.run_id


def _start_of(lines: list[Line]) -> Line:
    return next(line for line in lines if line["kind"] == "start")


def _told_of(lines: list[Line], start: Line) -> list[Point]:
    """The points that the lines of one trial tell: plain loops over everything, the means last."""
    points: list[Point] = []
    epochs: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        kind, time = line["kind"], line["timestamp"]
        fold = f"fold_{line['fold']}/" if line.get("fold") is not None else ""
        seed = f"{fold}seed_{line.get('replicate')}"
        if kind == "epoch":
            points += [(f"{seed}/{name}", line["epoch"], time, line[name]) for name in NAMES]
            if line["replicate"] < start["seeds"]:
                epochs[line["epoch"]].append(line)
        elif kind == "fit":
            points.append((f"{seed}/score", line["epochs"], time, line["score"]))
        elif kind == "scores":
            points += [(name, 0, time, value) for name, value in line["scores"].items()]
        elif kind == "trial_end":
            points += _told_at_the_end(line)
    for epoch, told in epochs.items():
        if len(told) == start["seeds"] * (start["folds"] or 1):
            for name in NAMES:
                values = [math.nan if line[name] is None else line[name] for line in told]
                points.append((name, epoch, told[-1]["timestamp"], sum(values) / len(values)))
    return [point for point in points if point[3] is not None and math.isfinite(point[3])]


def _told_at_the_end(line: Line) -> list[Any]:
    names = {"best_val_loss": "val_loss", **{name: name for name in ("score", "score_std", "best_epoch", "epochs")}}
    points = [(name, 0, line["timestamp"], line[entry]) for name, entry in names.items()]
    skill = None if line["score"] is None else -math.expm1(line["score"])
    return [*points, ("skill", 0, line["timestamp"], skill), ("spent/seconds", 0, line["timestamp"], line["seconds"])]
