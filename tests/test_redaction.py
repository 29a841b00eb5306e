"""What addresses keep secret is gone, and everything else stays."""

import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.redaction import redacted, redacted_settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://me:secret@host:5000/path", "http://***@host:5000/path"),
        ("https://me:s/e@cret@host", "https://***@host"),
        ("postgresql://host/db?password=secret&sslmode=require", "postgresql://host/db?***"),
        ("cannot reach http://me:secret@host/, sorry", "cannot reach http://***@host/, sorry"),
        ("Max retries exceeded with url: /?token=secret/api", "Max retries exceeded with url: /?***"),
        ("cannot connect: host=db password=secret dbname=x", "cannot connect: host=db password=*** dbname=x"),
        ("postgresql://me:my secret@host/db?password=my secret", "postgresql://***@host/db?***"),
        ("cannot reach postgresql://me:my secret@host/db at all", "cannot reach postgresql://***@host/db at all"),
        ("sqlite:///mlruns/mlflow.db", "sqlite:///mlruns/mlflow.db"),
        ("postgresql://me:secret", "postgresql://***"),
        ("cannot open postgresql://me:secret/db at all", "cannot open postgresql://***/db at all"),
        ("http://[::1]:5000/ or http://host:5000/", "http://[::1]:5000/ or http://host:5000/"),
        ("see http://host:5000.", "see http://host:5000."),
        ("sqlite:///file:mlflow.db", "sqlite:///file:mlflow.db"),
        ("(http://host?key=secret): sorry", "(http://host?***): sorry"),
        ("see http://host/? or //host?", "see http://host/? or //host?"),
        ("why not? because", "why not? because"),
        ("data.price='close' must be a number", "data.price='close' must be a number"),
    ],
)
def test_secrets_in_addresses_are_masked(text: str, expected: str) -> None:
    assert redacted(text) == expected


def test_masking_twice_changes_nothing_more() -> None:
    once = redacted("postgresql://me:secret@host/db?password=secret")
    assert redacted(once) == once == "postgresql://***@host/db?***"


def test_settings_that_are_no_address_stay_as_they_are() -> None:
    settings = {"data": {"path": "prices//a@b?.csv", "features": ["open", "x?y=1"]}, "seed": 1, "search": None}
    assert redacted_settings(settings) == settings


def test_addresses_are_masked_wherever_they_are_set() -> None:
    settings = {
        "tracking": {"uri": "http://me:secret@host"},
        "data": {"url": "https://host?key=secret"},
        "a": ["b://c@d"],
    }
    assert redacted_settings(settings) == {
        "tracking": {"uri": "http://***@host"},
        "data": {"url": "https://host?***"},
        "a": ["b://***@d"],
    }


def test_no_sentence_for_a_user_holds_a_secret() -> None:
    error = UserError("seeds cannot be set: Value 'http://me:secret@host/?key=secret' is no number.")
    assert str(error) == "seeds cannot be set: Value 'http://***@host/?***' is no number."
