"""Reads the folder of a sweep for a comparison: its summary, its settings, the first line of its journal.

Nothing heavy is imported for it, and nothing is written into it. A file that is damaged is said, and no more is lost
than what it held.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lstm_sweep.comparison.kinds import Finished, ReadSweep, Unfinished, UnfinishedKind
from lstm_sweep.comparison.settings import flat_settings
from lstm_sweep.invocation import spelled
from lstm_sweep.storage.encoding import decode, read_lines
from lstm_sweep.storage.folder import COMMAND, SUMMARY, is_running
from lstm_sweep.storage.lines import JOURNAL, FitLine, StartLine
from lstm_sweep.storage.readable import UnreadableError, read_settings, read_summary

_REPORT = "report.html"

_EXPERIMENT = re.compile(r"\++experiment=(.*)")


def read_sweep(folder: Path) -> ReadSweep:
    """What lies in the folder of a sweep."""
    if not (folder / SUMMARY).exists():
        return _unfinished(folder)
    try:
        summary = read_summary(folder)
    except UnreadableError as error:
        advice = f"restore {SUMMARY}, or remove the folder"
        return Unfinished(folder.name, UnfinishedKind.UNREADABLE, f"cannot be read: {error}", advice)
    remarks = []
    try:
        config = read_settings(folder)
    except UnreadableError as error:
        config = {}
        remarks.append(f"{folder.name}: {error}, so its settings are not compared.")
    line = _first_line(folder)
    if line is None:
        remarks.append(f"{folder.name}: the first line of {JOURNAL} is lost, so its days and its start are not known.")
    return Finished(
        name=folder.name,
        summary=summary,
        settings=flat_settings(config),
        data=None if line is None else line.start.data,
        swept=_swept(config) if line is None else tuple(line.start.swept),
        begun=None if line is None else line.timestamp,
        experiment=_experiment(folder),
        has_report=(folder / _REPORT).is_file(),
        remarks=tuple(remarks),
    )


def _unfinished(folder: Path) -> Unfinished:
    """A sweep without a summary: it runs, was stopped, never began, or has lost it."""
    name, resume = folder.name, f"resume it: {spelled('sweep')} name={folder.name} resume=true"
    runs = is_running(folder)
    kind = UnfinishedKind.RUNS if runs else UnfinishedKind.STOPPED
    line = _first_line(folder)
    if line is None:
        state = "runs, and trains nothing yet" if runs else "was stopped before it began"
        return Unfinished(name, kind, state, "" if runs else "repeat its command, or remove the folder")
    done, has_ended = _progress(folder)
    fits = f"{done} of {line.start.num_trials * line.start.fits_per_trial} fits"
    if has_ended:
        state = f"has ended after {done} fits, but its {SUMMARY} is gone"
        return Unfinished(name, UnfinishedKind.LOST, state, f"restore {SUMMARY}")
    return Unfinished(name, kind, f"runs, {fits}") if runs else Unfinished(name, kind, f"unfinished, {fits}", resume)


def _progress(folder: Path) -> tuple[int, bool]:
    """How many fits have ended, and whether the sweep has; only their lines are decoded, those of epochs are many."""
    fits, has_ended = set(), False
    with (folder / JOURNAL).open("rb") as file:
        for text in file:
            if text.startswith(b'{"kind": "fit"'):
                line = decode(text.rstrip(b"\n"))
                fits |= {line.fit_id} if isinstance(line, FitLine) else set()
            has_ended = has_ended or text.startswith(b'{"kind": "end"')
    return len(fits), has_ended


def _first_line(folder: Path) -> StartLine | None:
    """The start of the sweep, or None where its line is not there, or not what was once written."""
    try:
        _, line = next(read_lines(folder), (0, None))
    except OSError:
        return None
    return line if isinstance(line, StartLine) else None


def _experiment(folder: Path) -> str:
    """The experiment that was asked for, or an empty string."""
    try:
        typed = json.loads((folder / COMMAND).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    arguments = [each for each in typed if isinstance(each, str)] if isinstance(typed, list) else []
    named = [found[1] for each in arguments if (found := _EXPERIMENT.match(each))]
    return str(named[-1]) if named else ""


def _swept(config: Mapping[str, Any]) -> tuple[str, ...]:
    flat = flat_settings({"search": config.get("search")})
    return tuple(path for path, value in flat.items() if value is not None)
