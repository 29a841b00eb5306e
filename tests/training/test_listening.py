"""Which notifications a listener gets, and no longer gets, when it raises or wants to stop."""

from dataclasses import dataclass, field

import pytest

from lstm_sweep.training.listening import Halt, Listening
from lstm_sweep.training.runner import Stopped
from tests.examples import make_record
from tests.listeners import Heard, Recorder

RECORD = make_record()


@dataclass
class Answers:
    """A `stop_when` that gives one answer after another, or raises it."""

    left: list[bool | Exception]
    asked: int = field(default=0)

    def __call__(self, heard: list[Heard]) -> bool:
        answer = self.left[self.asked]
        self.asked += 1
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_nothing_is_heard_after_an_error_and_the_first_one_is_raised() -> None:
    recorder = Recorder(Answers([False, OSError("no space left")]))
    listening = Listening(recorder, checkpoint_seconds=60)
    listening.on_epoch(RECORD)
    assert not listening.must_stop()
    with pytest.raises(Halt):
        listening.must_stop()
    with pytest.raises(Halt):
        listening.on_epoch(RECORD)
    assert recorder.heard == [RECORD]
    with pytest.raises(OSError, match="no space left"):
        listening.conclude()


def test_a_listener_that_wants_to_stop_is_asked_no_more_but_goes_on_hearing() -> None:
    answers = Answers([False, True])
    recorder = Recorder(answers)
    listening = Listening(recorder, checkpoint_seconds=60)
    assert [listening.must_stop() for _ in range(4)] == [False, True, True, True]
    assert answers.asked == 2
    listening.on_epoch(RECORD)
    assert recorder.heard == [RECORD]
    with pytest.raises(Stopped):
        listening.conclude()


def test_training_that_is_halted_has_no_error_of_its_own() -> None:
    recorder = Recorder()
    listening = Listening(recorder, checkpoint_seconds=60)
    listening.halt()
    with pytest.raises(Halt):
        listening.on_epoch(RECORD)
    assert recorder.heard == []
    listening.conclude()
