"""Where the YAML files of the settings are: those that are shipped, and the user's own beside where he works."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lstm_sweep.errors import UserError, require

_PACKAGE = Path(__file__).resolve().parents[2]
_PLACES = (_PACKAGE / "conf", _PACKAGE.parents[1] / "conf")
"""Beside the installed package, or in the checkout."""

_GLOBAL = "# @package _global_"
"""Makes the settings of an experiment's file those of the sweep."""

OWN = Path("conf")
"""The user's own, below the folder he works in: conf/experiment/NAME.yaml, and choices of any other group."""


def shipped_conf() -> Path:
    """The folder of the settings that come with the program.

    Raises:
        UserError: where the installation is not whole.
    """
    for place in _PLACES:
        if (place / "config.yaml").is_file():
            return place
    raise UserError(f"{_PLACES[0]} must hold the settings, but is not there: install lstm-sweep anew.")


def own_conf() -> Path | None:
    """The absolute path of the user's own conf/, or None where there is none but the shipped one.

    Raises:
        UserError: where a file of it has the name of a shipped one, which Hydra would silently prefer.
    """
    own, shipped = OWN.resolve(), shipped_conf()
    if not own.is_dir() or own == shipped:
        return None
    for path in _choices(own):
        same = shipped / path
        require(
            not same.exists(),
            f"{OWN / path} must have a name of its own, but {same} is shipped under the same: rename yours, or "
            "work in another folder.",
        )
        _check_text(own / path, OWN / path)
    return own


def _check_text(path: Path, named: Path) -> None:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UserError(
            f"{named} must be a file that can be read, but is not ({error.strerror}): mend or remove it."
        ) from None
    except UnicodeDecodeError as error:
        line = len(error.object[: error.start].splitlines()) or 1
        reason = f"byte 0x{error.object[error.start]:02x} in line {line}"
        raise UserError(f"{named} must be UTF-8 text, but is not ({reason}): save it as UTF-8.") from None
    require(
        not text.startswith("\ufeff"),
        f"{named} must be UTF-8 without a byte order mark, but begins with one: save it as plain UTF-8.",
    )


def check_experiment(arguments: Sequence[str]) -> None:
    """Refuse an experiment that would not be one: its settings would be read as those of a group of that name.

    Raises:
        UserError: where the file of a chosen experiment lacks its first line.
    """
    for name in (each.partition("=")[2] for each in arguments if each.startswith("+experiment=")):
        path = choices("experiment").get(name)
        require(
            path is None or _GLOBAL in path.read_text(encoding="utf-8", errors="replace"),
            f"{path} must begin with the line '{_GLOBAL}', but has none: add it.",
        )


def choices(group: str) -> dict[str, Path]:
    """The YAML files of a group ('experiment') by name, sorted, the user's own among them."""
    folders = [shipped_conf(), own_conf()]
    found = {path.stem: path for folder in folders if folder is not None for path in (folder / group).glob("*.yaml")}
    return dict(sorted(found.items()))


def _choices(own: Path) -> Iterator[Path]:
    """Files of the groups that are shipped, relative to `own`; another program's groups are none of ours."""
    for group in sorted(path.name for path in shipped_conf().iterdir() if path.is_dir()):
        yield from (path.relative_to(own) for path in sorted((own / group).glob("*.yaml")))
