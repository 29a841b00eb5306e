"""What tests of the store share."""

import os

import pytest


@pytest.fixture(autouse=True)
def unsynced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the disk: no test pulls the plug, and hundreds of files take their time."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
