"""Past prices out of the body of a request: our own forms of JSON, those of MLflow's servers, and CSV."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import pandas as pd

from lstm_sweep.errors import UserError, require
from lstm_sweep.serving.failures import RefusedError

Columns = Sequence[str]
Reader = Callable[[Any, Columns], pd.DataFrame]

JSON, CSV = "application/json", "text/csv"


def read_past(body: bytes, content_type: str, forms: Mapping[str, Reader], columns: Columns, most: int) -> pd.DataFrame:
    """The past prices that a request brings.

    Args:
        body: of the request.
        content_type: what it says that it is.
        forms: names of fields, of which JSON has one, and what reads it: `OWN` or `MLFLOW`.
        columns: that the model reads, 'price' first.
        most: rows at most.

    Returns:
        A row per bar, oldest first, float64 columns as the model reads them.

    Raises:
        UserError: where they cannot be read; `RefusedError` (413, 415) where they are too many or of no known type.
    """
    kind = _kind(content_type)
    text = _decoded(body)
    try:
        frame = _read_csv(text) if kind == CSV else _read_json(text, forms, columns)
        chosen = _chosen(frame, columns, most)
        return chosen.apply(pd.to_numeric, errors="coerce").astype("float64")
    except (ValueError, TypeError, csv.Error, OverflowError, RecursionError, KeyError) as error:
        what = "CSV with a header" if kind == CSV else f"JSON with the field {' or '.join(forms)}"
        found = " ".join(str(error).split())[:200] or type(error).__name__
        raise UserError(f"a request must be {what}, but cannot be read as such ({found}): correct it.") from None


def _kind(content_type: str) -> str:
    kind, *parameters = (each.strip().lower() for each in content_type.split(";"))
    is_known = kind in (JSON, CSV) and all(each in ("charset=utf-8", 'charset="utf-8"') for each in parameters)
    if not is_known:
        raise RefusedError(
            415,
            f"a request must be {JSON} or {CSV} in UTF-8, but its Content-Type is {content_type[:200]!r}: change it.",
        )
    return kind


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"a request must be UTF-8, but byte {error.start} is {body[error.start]:#x}: encode it anew."
        ) from None


def _read_csv(text: str) -> pd.DataFrame:
    # Where the first row is longer than the header, pandas takes its first cells for an index, and all names move.
    header, first = ([*islice(filter(None, csv.reader(io.StringIO(text))), 2)] + [[], []])[:2]
    require(
        len(first) <= len(header),
        f"CSV must have a name for every column, but has {len(header)} for a row of {len(first)}: name them all.",
    )
    return pd.read_csv(io.StringIO(text))


def _read_json(text: str, forms: Mapping[str, Reader], columns: Columns) -> pd.DataFrame:
    payload = json.loads(text)
    if not isinstance(payload, dict):
        raise TypeError(f"it is a {type(payload).__name__}")
    found = [name for name in forms if name in payload]
    require(
        len(found) == 1,
        f"a request must have one of the fields {', '.join(forms)}, but has {_some(payload)}: choose one.",
    )
    extra = set(payload) - set(found)
    require(
        forms is not OWN or not extra,
        f"a request must have one field, but has {_some(extra)} beside {found[0]}: leave them out.",
    )
    return forms[found[0]](payload[found[0]], columns)


def _chosen(frame: pd.DataFrame, columns: Columns, most: int) -> pd.DataFrame:
    names = list(frame.columns)
    missing = [name for name in columns if name not in names]
    require(
        not missing,
        f"past prices need the columns {list(columns)}, but {missing} are missing from {_some(names)}: rename or add "
        "them.",
    )
    twice = [name for name in columns if names.count(name) > 1]
    require(not twice, f"past prices must have each column once, but {twice} come twice: rename or drop one.")
    if len(frame) > most:
        raise RefusedError(
            413,
            f"a request must bring at most {most:,} past prices, but brings {len(frame):,}: bring the last ones only, "
            "or set live.most_rows higher.",
        )
    return frame[list(columns)]


def _prices(value: Any, columns: Columns) -> pd.DataFrame:
    require(
        len(columns) == 1,
        f"a model that reads {list(columns)} needs them all, but prices brings one: send records or split.",
    )
    return pd.DataFrame({columns[0]: _listed("prices", value)})


def _records(value: Any, _: Columns) -> pd.DataFrame:
    rows = _listed("records", value)
    bad = next((number for number, row in enumerate(rows) if not isinstance(row, dict)), None)
    require(bad is None, f"records must be a list of objects by column, but row {bad} is none: correct it.")
    return pd.DataFrame(rows)


def _split(value: Any, _: Columns) -> pd.DataFrame:
    known = {"columns", "data", "index"}
    require(
        isinstance(value, dict) and {"columns", "data"} <= set(value) <= known,
        "split must be an object with columns and data (and index, which is not read), but "
        f"{f'has {_some(value)}' if isinstance(value, dict) else 'is none'}: correct it.",
    )
    return pd.DataFrame(_listed("data", value["data"]), columns=_listed("columns", value["columns"]))


def _tensors(value: Any, columns: Columns) -> pd.DataFrame:
    """TensorFlow Serving's forms: lists by column, a list of objects, or the values of the one column."""
    if isinstance(value, dict):
        return pd.DataFrame({name: _listed(name, each) for name, each in value.items()})
    rows = _listed("instances or inputs", value)
    if rows and all(isinstance(row, dict) for row in rows):
        return pd.DataFrame(rows)
    require(
        len(columns) == 1,
        f"a model that reads {list(columns)} needs them by name, but a list of values has none: send dataframe_split.",
    )
    return pd.DataFrame({columns[0]: rows})


def _some(names: Iterable[Any]) -> str:
    """The first of the names that a request has, which may be many and long."""
    return str([*islice(names, 10)])[:200]


def _listed(name: str, value: Any) -> list[Any]:
    require(isinstance(value, list), f"{name} must be a list, but is a {type(value).__name__}: write [..].")
    assert isinstance(value, list)
    return value


OWN: Mapping[str, Reader] = {"prices": _prices, "records": _records, "split": _split}
"""Forms of POST /predict, by the one field that they have."""

MLFLOW: Mapping[str, Reader] = {
    "dataframe_split": _split,
    "dataframe_records": _records,
    "instances": _tensors,
    "inputs": _tensors,
}
"""Forms of POST /invocations; as in MLflow's servers other fields beside the one are not read."""
