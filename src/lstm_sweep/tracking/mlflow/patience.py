"""A client that asks again at once what was not answered, so that one lost answer does not undo a long line of them."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from mlflow import MlflowClient

from lstm_sweep.tracking.mlflow.errors import is_lost

TRIES = 3

ONCE = ("create_", "delete_", "log_outputs")
"""How the names of requests begin that would do something else the second time: whoever makes them looks first."""


def patient(client: MlflowClient) -> MlflowClient:
    """A client whose requests are made up to three times where their answers are lost.

    A server that is down, or answers nothing at all, costs no more time than without: that is for whoever calls.
    """
    return cast(MlflowClient, _Patient(client))


class _Patient:
    def __init__(self, client: MlflowClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return partial(_ask, found) if callable(found) and not name.startswith(ONCE) else found


def _ask(request: Callable[..., Any], *args: Any, **named: Any) -> Any:
    for _ in range(TRIES - 1):
        try:
            return request(*args, **named)
        except Exception as error:
            if not is_lost(error):
                raise
    return request(*args, **named)
