"""Settings are taken from a sentence as people would copy them."""

import pytest

from lstm_sweep.config.spelling import typed
from tests.data.advice import settings_in


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.where", {"symbol": "AAA"}),
        ("data.time", ["Date", "Time"]),
        ("data.decimal", ","),
        ("data.price", "Adj Close"),
        ("data.price", "Today's $"),
        ("data.time_format", "%d/%m/%Y %H:%M"),
        ("data.every", "1min"),
    ],
)
@pytest.mark.parametrize("sentence", ["a.csv: choose one, as in {}.", "it reads as 1.5; {}: reads it otherwise.", "{}"])
def test_typed_settings_are_found_again(sentence: str, path: str, value: object) -> None:
    assert settings_in(sentence.format(typed(path, value))) == [typed(path, value)]


def test_several_settings_come_in_their_order_and_names_alone_are_none() -> None:
    sentence = "data.decimal decides, isn't it: \"data.decimal='.'\" or \"data.decimal=','\", or data.every=1D."
    assert settings_in(sentence) == ["\"data.decimal='.'\"", "\"data.decimal=','\"", "data.every=1D"]
