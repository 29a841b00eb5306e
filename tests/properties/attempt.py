"""What works or ends in a sentence, and the sentence."""

from collections.abc import Callable
from typing import TypeVar

from lstm_sweep.errors import UserError

Result = TypeVar("Result")


def attempt(call: Callable[[], Result], *named: str) -> Result | None:
    """What `call` returns, or None after one sentence that a person can read and that holds all of `named`."""
    try:
        return call()
    except UserError as error:
        check_sentence(str(error), *named)
        return None


def check_sentence(sentence: str, *named: str) -> None:
    """One line, to its end, without what would change a terminal, and short enough to be read."""
    assert sentence.isprintable(), sentence
    assert sentence.endswith("."), sentence
    assert len(sentence) < 1500
    for each in (": ", *named):
        assert each in sentence
