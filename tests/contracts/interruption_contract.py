"""What every runner must do when it is interrupted, and when it goes on. Subclasses give both runners."""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import final

import numpy as np
import pytest

from lstm_sweep.training.runner import FitListener, Runner, Stopped
from lstm_sweep.trials.checkpoint import Checkpoint
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec
from tests.contracts.runner_contract import SERIES, Run, assert_same_bits, run_fits, without_times
from tests.examples import make_fit
from tests.listeners import Heard, Recorder
from tests.training.fused_comparison import assert_equal_outcomes, assert_equal_records

MASKS = {"dropout": 0.3, "recurrent_dropout": 0.2}
STOPS_EARLY = make_fit(trial_id="early", learning_rate=0.3, patience=2, epochs=12, batch_size=64, clipnorm=0.1, **MASKS)
STREAMS = make_fit(trial_id="streams", stateful=True, batch_size=20, epochs=4, **MASKS)
BEGUN = make_fit(trial_id="begun", batch_size=64, epochs=2, patience=9, **MASKS)
SHORT, LONG, LONGER = (
    make_fit(trial_id=name, seed=epochs, batch_size=64, epochs=epochs)
    for name, epochs in (("short", 1), ("long", 6), ("longer", 8))
)
ENDLESS = make_fit(trial_id="endless", batch_size=64, epochs=10**6)


def of_fit(heard: Sequence[Heard], spec: FitSpec) -> list[str]:
    """What was heard of a fit, in order: 'epoch 1', 'checkpoint 1', 'end'."""
    events = []
    for each in heard:
        if isinstance(each, EpochRecord) and each.fit_id == spec.fit_id:
            events.append(f"epoch {each.epoch}")
        elif isinstance(each, FitOutcome) and each.spec == spec:
            events.append("end")
        elif isinstance(each, tuple) and each[0] == spec:
            events.append(f"checkpoint {spec.initial_epoch + len(each[1].val_losses)}")
    return events


def after(spec: FitSpec, epoch: int) -> Callable[[list[Heard]], bool]:
    """A `stop_when`: once that epoch of a fit has ended."""
    return lambda heard: f"epoch {epoch}" in of_fit(heard, spec)


def epochs_behind(spec: FitSpec) -> int:
    """Epochs that a fit has behind it when it goes on."""
    return spec.initial_epoch + (len(spec.checkpoint.val_losses) if spec.checkpoint else 0)


def going_on(spec: FitSpec, checkpoint: Checkpoint) -> FitSpec:
    """The same fit under a name that tells where it goes on."""
    epochs = spec.initial_epoch + len(checkpoint.val_losses)
    return replace(spec, trial_id=f"{spec.trial_id} from {epochs}", checkpoint=checkpoint)


@final
class FullDisk(FitListener):
    """A listener that cannot write what one of its methods is told.

    Attributes:
        outcomes: all that it has heard.
    """

    def __init__(self, deaf: str) -> None:
        self._deaf = deaf
        self.outcomes: list[FitOutcome] = []

    def on_epoch(self, record: EpochRecord) -> None:
        self._write("on_epoch")

    def on_checkpoint(self, spec: FitSpec, checkpoint: Checkpoint) -> None:
        self._write("on_checkpoint")

    def on_fit(self, outcome: FitOutcome) -> None:
        self.outcomes.append(outcome)
        self._write("on_fit")

    def must_stop(self) -> bool:
        self._write("must_stop")
        return False

    def _write(self, what: str) -> None:
        if what == self._deaf:
            raise OSError("no space left on device")


class InterruptionContract:
    tolerance = 0.0
    """Of weights, where the last bits depend on what is trained beside; zero: everything is the same bits."""

    @pytest.fixture(scope="class")
    @classmethod
    def eager(cls) -> Runner:
        """A runner that leaves a checkpoint after every epoch."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def patient(cls) -> Runner:
        """A runner that leaves checkpoints only where it must stop."""
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def whole(cls, eager: Runner) -> Run:
        """Fits that nothing interrupts; one goes on from where another ended."""
        begun = run_fits(eager, [BEGUN])["begun"]
        training = replace(BEGUN.training, epochs=5)
        rung = replace(BEGUN, trial_id="rung", training=training, initial_epoch=begun.epochs, start=begun.state)
        return run_fits(eager, [STOPS_EARLY, STREAMS, rung])

    @pytest.fixture(scope="class")
    @classmethod
    def resumed(cls, eager: Runner, whole: Run) -> Run:
        """The same fits, from every checkpoint that they left."""
        return run_fits(eager, [going_on(*each) for each in whole.recorder.checkpoints])

    def assert_goes_on(self, run: Run, spec: FitSpec, whole: Run, name: str) -> None:
        """A fit in `run` came to what the fit of that name in `whole` came to, epochs and all."""
        records = run.records(spec.trial_id)
        others = [record for record in whole.records(name) if record.epoch > epochs_behind(spec)]
        if self.tolerance:
            assert_equal_outcomes(run[spec.trial_id], whole[name], self.tolerance)
            assert_equal_records(records, others)
        else:
            assert_same_bits(run[spec.trial_id], whole[name])
            assert without_times(records) == without_times(others)

    def test_a_checkpoint_follows_every_epoch_but_the_last(self, whole: Run) -> None:
        for outcome in whole.outcomes:
            epochs = range(outcome.spec.initial_epoch + 1, outcome.epochs)
            expected = [f"{kind} {epoch}" for epoch in epochs for kind in ("epoch", "checkpoint")]
            assert of_fit(whole.heard, outcome.spec) == [*expected, f"epoch {outcome.epochs}", "end"]

    def test_a_checkpoint_holds_what_came_before_it(self, whole: Run) -> None:
        for outcome in whole.outcomes:
            spec, checkpoints = outcome.spec, whole.checkpoints(outcome.spec.trial_id)
            losses = [record.metrics["val_loss"] for record in whole.records(spec.trial_id)]
            for number, checkpoint in enumerate(checkpoints, start=1):
                assert list(checkpoint.val_losses) == losses[:number]
                best = number - 1 if spec.training.patience is None else int(np.argmin(losses[:number]))
                kept = checkpoint.kept
                assert (kept.epoch, kept.val_loss) == (spec.initial_epoch + best + 1, losses[best])
                record = whole.records(spec.trial_id)[best]
                assert 1 - np.exp(kept.score) == pytest.approx(record.metrics["val_skill"], abs=1e-12)
                assert outcome.validation_forecast is not None
                assert kept.validation_forecast.shape == outcome.validation_forecast.shape
            seconds = [0.0, *(checkpoint.seconds for checkpoint in checkpoints), outcome.seconds]
            assert seconds == sorted(seconds)

    def test_early_stopping_is_put_to_the_test(self, whole: Run) -> None:
        outcome = whole["early"]
        assert 1 < outcome.best_epoch < outcome.epochs < STOPS_EARLY.training.epochs

    def test_a_fit_goes_on_from_any_checkpoint_as_if_it_had_never_stopped(self, whole: Run, resumed: Run) -> None:
        assert len(resumed.outcomes) == sum(len(each.val_losses) > 0 for _, each in whole.recorder.checkpoints) > 6
        for outcome in resumed.outcomes:
            self.assert_goes_on(resumed, outcome.spec, whole, outcome.spec.trial_id.split(" ")[0])

    def test_seconds_of_a_resumed_fit_add_up(self, resumed: Run) -> None:
        for outcome in resumed.outcomes:
            assert outcome.spec.checkpoint is not None
            seconds = [outcome.spec.checkpoint.seconds]
            seconds += [each.seconds for each in resumed.checkpoints(outcome.spec.trial_id)]
            seconds.append(outcome.seconds)
            assert seconds == sorted(seconds)
            assert len(set(seconds)) == len(seconds)

    def test_no_checkpoint_is_left_before_it_is_due(self, patient: Runner) -> None:
        run = run_fits(patient, [LONG])
        assert run.recorder.checkpoints == []
        assert of_fit(run.heard, LONG) == [*(f"epoch {epoch}" for epoch in range(1, 7)), "end"]

    def test_stop_leaves_checkpoints_of_exactly_the_running_fits(self, patient: Runner) -> None:
        recorder, fits = Recorder(after(LONG, 3)), [SHORT, LONG, LONGER]
        with pytest.raises(Stopped):
            patient.run(SERIES, fits, recorder)
        for spec in fits:
            events = of_fit(recorder.heard, spec)
            epochs = len([event for event in events if event.startswith("epoch")])
            ends = {0: [], spec.training.epochs: ["end"]}.get(epochs, [f"checkpoint {epochs}"])
            assert events == [*(f"epoch {number}" for number in range(1, epochs + 1)), *ends]
        assert len(of_fit(recorder.heard, LONG)) in (4, 5), "in other threads an epoch may have been under way"
        whole = run_fits(patient, fits)
        again = [going_on(*each) for each in recorder.checkpoints]
        resumed = run_fits(patient, again)
        for spec in again:
            self.assert_goes_on(resumed, spec, whole, spec.trial_id.split(" ")[0])

    def test_a_fit_that_ends_as_training_stops_leaves_no_checkpoint(self, patient: Runner) -> None:
        recorder = Recorder(after(SHORT, 1))
        with pytest.raises(Stopped):
            patient.run(SERIES, [SHORT], recorder)
        assert of_fit(recorder.heard, SHORT) == ["epoch 1", "end"]

    def test_nothing_starts_once_training_must_stop(self, patient: Runner) -> None:
        recorder = Recorder(lambda heard: True)
        with pytest.raises(Stopped):
            patient.run(SERIES, [SHORT, LONG], recorder)
        assert recorder.heard == []

    def test_a_stop_is_a_stop_though_it_is_said_only_once(self, patient: Runner) -> None:
        said: list[Heard] = []

        def once(heard: list[Heard]) -> bool:
            if said or not after(LONG, 2)(heard):
                return False
            said.append(heard[-1])
            return True

        recorder = Recorder(once)
        with pytest.raises(Stopped):
            patient.run(SERIES, [LONG, LONGER], recorder)
        assert len(recorder.records) < LONG.training.epochs + LONGER.training.epochs
        assert recorder.outcomes == []

    def test_whether_to_stop_is_asked_before_a_fit_and_after_every_epoch(self, eager: Runner) -> None:
        asked: Counter[int] = Counter()

        def count(heard: list[Heard]) -> bool:
            asked[len(heard)] += 1
            return False

        eager.run(SERIES, [replace(LONG, training=replace(LONG.training, epochs=2))], Recorder(count))
        # Heard so far: nothing; an epoch and its checkpoint; the last epoch.
        assert set(asked) >= {0, 2, 3}

    @pytest.mark.parametrize("deaf", ["on_epoch", "on_checkpoint", "on_fit", "must_stop"])
    def test_error_of_a_listener_is_raised_and_is_no_failure_of_its_fit(self, eager: Runner, deaf: str) -> None:
        listener = FullDisk(deaf)
        with pytest.raises(OSError, match="no space left"):
            eager.run(SERIES, [LONG, SHORT], listener)
        assert {outcome.status for outcome in listener.outcomes} <= {FitStatus.COMPLETED}

    def test_interrupt_ends_training_and_is_raised(self, patient: Runner) -> None:
        main = threading.main_thread().ident
        assert main is not None

        def interrupt(heard: list[Heard]) -> bool:
            if after(ENDLESS, 5)(heard) and not after(ENDLESS, 6)(heard):
                signal.pthread_kill(main, signal.SIGINT)
            return False

        recorder = Recorder(interrupt)
        with pytest.raises(KeyboardInterrupt):
            patient.run(SERIES, [ENDLESS], recorder)
        assert recorder.outcomes == []
        # Keras, too, has threads, which wait for the garbage collector where its `fit` is left by an exception.
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("fused")]

    def test_runner_trains_after_an_error_and_a_stop(self, patient: Runner) -> None:
        with pytest.raises(Stopped):
            patient.run(SERIES, [LONG], Recorder(after(LONG, 1)))
        assert run_fits(patient, [SHORT])["short"].status is FitStatus.COMPLETED
