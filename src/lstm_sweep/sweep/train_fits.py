"""Brings fits to their end: those that have ended before are found, the others are trained."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from lstm_sweep.data.series import Series
from lstm_sweep.sweep.recorder import Recorder
from lstm_sweep.training.runner import Runner, Stopped
from lstm_sweep.trials.spec import FitSpec


@final
@dataclass(frozen=True)
class Training:
    """What the search trains with.

    Attributes:
        series: the prices.
        runner: what trains.
        recorder: is notified of it, and knows what has ended.
    """

    series: Series
    runner: Runner
    recorder: Recorder

    def run(self, fits: Sequence[FitSpec]) -> bool:
        """Leave the outcomes of all `fits` with the recorder; false where training was asked to stop before."""
        left = [spec for spec in fits if not (self.recorder.recall(spec) or self.recorder.adopt(spec))]
        try:
            self.runner.run(self.series, [self._ready(spec) for spec in left], self.recorder)
        except Stopped:
            return False
        return True

    def _ready(self, spec: FitSpec) -> FitSpec:
        """The fit with what it continues from: its own checkpoint, or its parent's last state."""
        files = self.recorder.files
        checkpoint = files.load_checkpoint(spec.fit_id)
        if checkpoint is not None or spec.parent_id is None:
            return replace(spec, checkpoint=checkpoint)
        return replace(spec, start=files.load_state(replace(spec, trial_id=spec.parent_id).fit_id))
