"""Reads event files with TensorBoard's own reader, checksums included."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.compat.tensorflow_stub.errors import OutOfRangeError
from tensorboard.compat.tensorflow_stub.pywrap_tensorflow import PyRecordReader_New
from tensorboard.plugins.hparams import metadata


def read_events(folder: Path) -> Iterator[Event]:
    """The events of the one file in `folder`."""
    (path,) = folder.glob("*tfevents*")
    reader = PyRecordReader_New(str(path))
    while True:
        try:
            reader.GetNext()
        except OutOfRangeError:
            return
        yield Event.FromString(reader.record())


def read_curve(folder: Path, tag: str) -> list[tuple[int, float, float]]:
    """Step, wall time in seconds and value of every point."""
    return [
        (event.step, event.wall_time, value.simple_value)
        for event in read_events(folder)
        for value in event.summary.value
        if value.tag == tag
    ]


def read_session(folder: Path) -> tuple[str, dict[str, Any]]:
    """The group of a run, and its settings."""
    (value,) = _values(folder, metadata.SESSION_START_INFO_TAG)
    info = metadata.parse_session_start_info_plugin_data(value.metadata.plugin_data.content)
    return info.group_name, {name: getattr(one, one.WhichOneof("kind")) for name, one in info.hparams.items()}


def read_ending(folder: Path) -> int | None:
    """The status that a run ended with, or None; it ends once."""
    statuses = [
        int(metadata.parse_session_end_info_plugin_data(value.metadata.plugin_data.content).status)
        for value in _values(folder, metadata.SESSION_END_INFO_TAG)
    ]
    assert len(statuses) <= 1
    return statuses[0] if statuses else None


def _values(folder: Path, tag: str) -> list[Summary.Value]:
    return [value for event in read_events(folder) for value in event.summary.value if value.tag == tag]
