"""Options of the small commands."""

import pytest

from lstm_sweep.cli.options import read_options
from lstm_sweep.errors import UserError

VALUES = {"sweep": "NAME", "tracking.uri": "URI"}


def test_options_are_read_by_name_and_the_last_wins() -> None:
    assert read_options(["sweep=a", "sweep=b", "tracking.uri=http://host?x=1"], "sync", VALUES) == {
        "sweep": "b",
        "tracking.uri": "http://host?x=1",
    }


@pytest.mark.parametrize("argument", ["sweep", "sweep=", "=a", "other=a"])
def test_anything_else_is_refused_with_what_there_is(argument: str) -> None:
    with pytest.raises(UserError, match=r"must be sweep=NAME or tracking\.uri=URI, but is '.*: see lstm-sweep sync"):
        read_options(["sweep=a", argument], "sync", VALUES)


def test_sweep_must_be_named() -> None:
    with pytest.raises(UserError, match="the sweep must be named, but is not: add sweep=NAME"):
        read_options([], "sync", VALUES)
