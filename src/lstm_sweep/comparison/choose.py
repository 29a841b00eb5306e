"""Which sweeps are meant: all that there are, or those of some names and patterns."""

import fnmatch
from collections.abc import Sequence
from pathlib import Path

from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.storage.folder import COMMAND, CONFIG, SUMMARY, listed
from lstm_sweep.storage.lines import JOURNAL

_OF_A_SWEEP = (SUMMARY, JOURNAL, CONFIG, COMMAND)
"""Files of which a folder that holds a sweep has at least one."""


def choose_sweeps(sweeps: Path, named: Sequence[str]) -> list[Path]:
    """The folders of the sweeps that are meant.

    Args:
        sweeps: the folder of all sweeps.
        named: names of sweeps and patterns ('drop*'), each also with the folder before it ('sweeps/dropout'), as a
            shell completes them; all sweeps where there are none. Plain files that a shell's pattern has found are
            passed over.

    Raises:
        UserError: where there is no sweep at all, or none of a name.
    """
    found = _all_sweeps(sweeps)
    require(
        bool(found), f"{sweeps}/ must hold sweeps, but there is none in {Path.cwd()}: run {spelled('sweep')} there."
    )
    chosen: set[str] = set()
    for each in named:
        before, _, last = each.rstrip("/").rpartition("/")
        name = last if before and Path(before).resolve() == sweeps.resolve() else each
        matches = {name} & found.keys() or set(fnmatch.filter(found, name))
        if not matches and (sweeps / name).is_file():
            continue
        require(
            bool(matches),
            f"a name must be that of a sweep in {sweeps}/, or a pattern such as 'drop*', but {each!r} is none: "
            f"choose one of {listed(list(found), name)}.",
        )
        chosen |= matches
    return [folder for name, folder in found.items() if name in chosen or not named]


def _all_sweeps(sweeps: Path) -> dict[str, Path]:
    """Folders by name, in the order of names."""
    if not sweeps.is_dir():
        return {}
    folders = (path for path in sorted(sweeps.iterdir()) if not path.name.startswith("."))
    return {folder.name: folder for folder in folders if any((folder / name).is_file() for name in _OF_A_SWEEP)}
