"""What is wrong with an MLflow store or server: in a sentence, and whether waiting may help."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from lstm_sweep.errors import UserError
from lstm_sweep.redaction import redacted
from lstm_sweep.tracking.destination import URI_VARIABLE

LONGEST_REASON = 160

STORE_ERRORS = (MlflowException, SQLAlchemyError, sqlite3.Error, OSError, ImportError)
"""What opening an address, and talking to what is there, raises; requests' own are among OSError."""

_UNANSWERED = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.RetryError,
    OperationalError,
    InterfaceError,
)


@contextmanager
def refusing(uri: str) -> Iterator[None]:
    """Turn what can never work into one sentence about the address, and let everything else through.

    Raises:
        UserError: where the address is none, or what is there cannot be used.
    """
    try:
        yield
    except STORE_ERRORS as error:
        if is_temporary(error):
            raise
        name = URI_VARIABLE if uri == os.environ.get(URI_VARIABLE) else "tracking.uri"
        raise UserError(
            f"{name} must be an MLflow database or server that can be opened, but {redacted(uri)} cannot "
            f"({reason(error)}): correct it or set tracking.uri=null."
        ) from None


def is_temporary(error: BaseException) -> bool:
    """Whether the same may work later: nobody answered, what answered is not well, or SQLite is locked."""
    causes = list(_causes(error))
    if any(isinstance(cause, sqlite3.Error) for cause in causes):
        return any(_is_locked(cause) for cause in causes)
    return any(isinstance(cause, _UNANSWERED) for cause in causes)


def is_lost(error: BaseException) -> bool:
    """Whether the same may work at once: a connection broke, or a gateway answered that there was no answer."""
    causes = list(_causes(error))
    is_slow = any(isinstance(cause, requests.Timeout | urllib3.exceptions.TimeoutError) for cause in causes)
    broke = requests.ConnectionError, requests.exceptions.RetryError
    return not is_slow and any(isinstance(cause, broke) for cause in causes)


def reason(error: BaseException) -> str:
    """The innermost cause of an error, in a line, without secrets."""
    *_, innermost = _causes(error)
    line = " ".join(redacted(str(innermost)).split()) or type(innermost).__name__
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 4] + " ..."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what caused it, what caused that ..."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_locked(error: BaseException) -> bool:
    code = error.sqlite_errorcode if isinstance(error, sqlite3.OperationalError) else sqlite3.SQLITE_OK
    return code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
