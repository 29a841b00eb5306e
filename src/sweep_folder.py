"""The folder of a sweep: sweeps/<name>/, and what its presence says."""

from pathlib import Path

from src.errors import UserError

SWEEPS = Path("sweeps")
_FINISHED = "summary.json"  # written last


def claim_folder(name: str) -> Path:
    """Make the folder of a new sweep.

    Returns:
        sweeps/<name>, or sweeps/<name>-2, -3 ... where finished sweeps have the names before.

    Raises:
        UserError: where a sweep of that name was not finished, or is running.
    """
    number = 1
    while True:
        folder = SWEEPS / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(parents=True)
            return folder
        except FileExistsError:
            if not (folder / _FINISHED).exists():
                raise UserError(
                    f"{folder} holds a sweep that is running or was not finished: choose another name=NAME, "
                    "or remove that folder if nothing in it is needed."
                ) from None
        except OSError as error:
            raise UserError(f"cannot make the folder {folder}: {error.strerror}: make it writable.") from None
        number += 1
