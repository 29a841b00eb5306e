"""What `data.join` holds: files whose prices become covariates of another series."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import PurePath
from typing import Any, get_type_hints

from lstm_sweep.config.data import CsvData
from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError, require

DEFAULTS: dict[str, Any] = {
    **{"source": "csv", "price": None, "time": None, "time_unit": None, "every": None, "features": []},
    "max_filled": 0.25,
}
"""What conf/data/csv.yaml says where it is not what `CsvData` does."""

_KINDS: dict[Any, tuple[Any, str]] = {
    str: (str, "a word"),
    str | None: (str | None, "a word or null"),
    float: (int | float, "a number"),
    list[str]: (list, "a list"),
    dict[Any, str]: (dict, "a mapping"),
    dict[Any, Any]: (dict, "a mapping"),
}

_SETTINGS = tuple(field.name for field in fields(CsvData) if field.name not in ("source", "join"))


def joined_files(join: Mapping[str, Any]) -> dict[str, CsvData]:
    """The files of `data.join` by name, with the defaults of `data=csv`.

    Args:
        join: a path (or a list of them), or a mapping with `path` and any settings of `data=csv` but `join`, by name.

    Raises:
        UserError: for a name with a dot, no path, an unknown setting, or a value that it cannot have.
    """
    return {str(name): _joined_file(str(name), value) for name, value in join.items()}


def _joined_file(name: str, value: Any) -> CsvData:
    require("." not in name, f"data.join must have names without a dot, but has {name!r}: name it otherwise.")
    settings = value if isinstance(value, Mapping) else {"path": value}
    path = settings.get("path")
    require(
        bool(path) and isinstance(path, str | list | tuple | PurePath),
        f"data.join.{name} must be a path, or a mapping with a path, but is {value!r}: "
        f"set it as in {typed('data.join', {name: {'path': f'{name}.csv'}})}.",
    )
    for each in settings:
        require(
            each in _SETTINGS,
            f"data.join.{name} must hold settings of data=csv, but {each!r} is none that it can have: "
            f"choose from {', '.join(_SETTINGS)}.",
        )
    require(
        settings.get("time") != "none",
        f"data.join.{name} must have times to be joined by, but its time is 'none': name the column that holds them.",
    )
    with errors_of_joined(name, path):
        return CsvData(**{**DEFAULTS, **{each: _checked(each, settings[each]) for each in settings}})


def _checked(setting: str, value: Any) -> Any:
    """A value of the type of its setting: what Hydra sees to elsewhere."""
    kind, named = _KINDS.get(get_type_hints(CsvData)[setting], (object, ""))
    if kind == str | None and isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # a column without a name is typed as its number
    require(isinstance(value, kind), f"data.{setting} must be {named}, but is {value!r}: set another.")
    return value


@contextmanager
def errors_of_joined(name: str, path: Any) -> Iterator[None]:
    """Say of a sentence about a file that it is a joined one, and where the settings that it names belong."""
    try:
        yield
    except UserError as error:
        where = typed("data.join", {name: {"path": path, "SETTING": "VALUE"}})
        raise UserError(f"data.join.{name}, whose settings are set as in {where}: {error}") from None
