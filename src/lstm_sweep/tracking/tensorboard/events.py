"""Event files as TensorBoard reads them, written without TensorFlow (which costs seconds to import)."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import metadata
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo, SessionStartInfo
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.record_writer import RecordWriter

from lstm_sweep.tracking.tensorboard.records import cut_to_whole_records

Setting = bool | float | str


class EventFile:
    """One event file: one run in TensorBoard, one session in its HParams tab.

    Attributes:
        last_steps: by tag, of the curves that it holds.
        is_described: whether it holds the settings of the run.
        has_ended: whether it holds how the run ended.
    """

    def __init__(self, folder: Path, timestamp: int) -> None:
        """Open the file in `folder`, which is made; what a kill left of its last record is cut off.

        Args:
            folder: of the run.
            timestamp: of a new file, in milliseconds since 1970, as everywhere here.
        """
        self.last_steps: dict[str, int] = {}
        self.is_described = self.has_ended = False
        folder.mkdir(parents=True, exist_ok=True)
        path = min(folder.glob("events.out.tfevents.*"), default=folder / f"events.out.tfevents.{timestamp}")
        events = list(map(Event.FromString, cut_to_whole_records(path)))
        self._records = RecordWriter(path.open("ab"))
        for event in events:
            self._note(event)
        if not events:
            self._write(Event(wall_time=timestamp / 1000, file_version="brain.Event:2"))

    def write_scalars(self, scalars: Mapping[str, float], step: int, timestamp: int) -> None:
        """Write one point of each curve, unless the curve is as far already."""
        new = {tag: value for tag, value in scalars.items() if step > self.last_steps.get(tag, -1)}
        if new:
            values = [Summary.Value(tag=tag, simple_value=value) for tag, value in new.items()]
            self._write(Event(wall_time=timestamp / 1000, step=step, summary=Summary(value=values)))

    def write_text(self, tag: str, text: str, timestamp: int) -> None:
        """Write a text, in Markdown, unless it is there."""
        if tag not in self.last_steps:
            self._write(Event(wall_time=timestamp / 1000, summary=text_pb(tag, text)))

    def write_summary(self, summary: Summary, timestamp: int) -> None:
        """Write a summary as it is."""
        self._write(Event(wall_time=timestamp / 1000, summary=summary))

    def start_session(self, group: str, settings: Mapping[str, Setting], timestamp: int) -> None:
        """Write the settings of the run for the HParams tab, once; runs of one `group` are averaged."""
        if self.is_described:
            return
        info = SessionStartInfo(group_name=group, start_time_secs=timestamp / 1000)
        for name, setting in settings.items():
            setattr(info.hparams[name], _kind(setting), setting)
        self._write_hparams(metadata.SESSION_START_INFO_TAG, HParamsPluginData(session_start_info=info), timestamp)

    def end_session(self, succeeded: bool, timestamp: int) -> None:
        """Write how the run ended for the HParams tab, once."""
        if self.has_ended:
            return
        status = "STATUS_SUCCESS" if succeeded else "STATUS_FAILURE"
        info = SessionEndInfo(status=status, end_time_secs=timestamp / 1000)
        self._write_hparams(metadata.SESSION_END_INFO_TAG, HParamsPluginData(session_end_info=info), timestamp)

    def flush(self) -> None:
        """Make what was written visible to readers."""
        self._records.flush()

    def close(self) -> None:
        """Flush and close."""
        self._records.close()

    def __enter__(self) -> Self:
        """Write while in the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Flush and close."""
        self.close()

    def _write_hparams(self, tag: str, content: HParamsPluginData, timestamp: int) -> None:
        value = Summary.Value(tag=tag, metadata=metadata.create_summary_metadata(content), tensor=metadata.NULL_TENSOR)
        self._write(Event(wall_time=timestamp / 1000, summary=Summary(value=[value])))

    def _write(self, event: Event) -> None:
        self._records.write(event.SerializeToString())
        self._note(event)

    def _note(self, event: Event) -> None:
        tags: Iterable[str] = [value.tag for value in event.summary.value]
        self.is_described |= metadata.SESSION_START_INFO_TAG in tags
        self.has_ended |= metadata.SESSION_END_INFO_TAG in tags
        self.last_steps |= dict.fromkeys(tags, event.step)


def _kind(setting: Setting) -> str:
    if isinstance(setting, bool):
        return "bool_value"
    return "string_value" if isinstance(setting, str) else "number_value"
