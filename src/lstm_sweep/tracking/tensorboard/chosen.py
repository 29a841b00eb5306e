"""Which sweeps TensorBoard is opened on."""

from pathlib import Path

from lstm_sweep.errors import require
from lstm_sweep.invocation import spelled
from lstm_sweep.storage.folder import SWEEPS, listed
from lstm_sweep.storage.lines import JOURNAL

RUNS = "tensorboard"
"""Where the runs of a sweep are, in its folder."""

ALL = "all"

MOST_RUNS = 500
"""TensorBoard 2.21 draws no curve at first where there are more."""


def chosen_sweeps(names: str | None) -> list[Path]:
    """The folders of sweeps.

    Args:
        names: 'dropout', 'dropout,lags', 'all', or None for the sweep that wrote last.

    Raises:
        UserError: where there is no sweep of a name, or none of it is in event files.
    """
    there = {folder.name: folder for folder in _latest_first()}
    require(
        bool(there),
        f"TensorBoard needs a sweep to show, but below {SWEEPS} none has a folder {RUNS}: run one first, with "
        f"{spelled('sweep')}.",
    )
    if names == ALL:
        return list(there.values())
    chosen = [next(iter(there))] if names is None else list(dict.fromkeys(names.split(",")))
    for name in chosen:
        require(
            name in there,
            f"sweep must be {ALL} or a sweep with a folder {RUNS}, several with commas between them, but is {name!r}: "
            f"choose from {listed(list(there), name)}.",
        )
    return [there[name] for name in chosen]


def _latest_first() -> list[Path]:
    """Sweeps with runs; one that was killed before its settings were written has none."""
    journals = [path for path in SWEEPS.glob(f"*/{JOURNAL}") if (path.parent / RUNS).is_dir()]
    return [path.parent for path in sorted(journals, key=lambda path: path.stat().st_mtime, reverse=True)]
