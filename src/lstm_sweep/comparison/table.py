"""The comparison as plain text, for a terminal and for a pipe alike."""

import textwrap
from collections.abc import Sequence

from lstm_sweep.comparison.columns import COLUMNS, SweepColumn, filled
from lstm_sweep.comparison.groups import ORDER, DataGroup
from lstm_sweep.comparison.kinds import Finished, Unfinished
from lstm_sweep.comparison.settings import differing
from lstm_sweep.errors import printable

_GAP = "  "

_MOST_LINES = 3
"""Of one setting."""

_MOST_NAMES = 5
"""Sweeps of one value."""


def format_comparison(
    groups: Sequence[DataGroup], unfinished: Sequence[Unfinished], remarks: Sequence[str], width: int = 100
) -> str:
    """One line a sweep, in blocks of the same prices; then what is not finished, what differs, and the remarks.

    Args:
        groups: finished sweeps.
        unfinished: all others.
        remarks: sentences.
        width: characters of a line; columns that do not fit are left out, the least important first, and named.
    """
    lines = _table(groups, width) if groups else []
    for each in unfinished:
        # A command that is cut in two cannot be copied.
        lines += [*_wrapped(f"{each.name}: {each.state}", width), *([f"  {each.advice}"] if each.advice else [])]
    for group in groups:
        lines += _differences(group, width, named=len(groups) > 1)
    lines += [line for remark in remarks for line in _wrapped(remark, width)]
    return "\n".join(map(printable, lines))


def _table(groups: Sequence[DataGroup], width: int) -> list[str]:
    sweeps = [sweep for group in groups for sweep in group.sweeps]
    columns = filled(sweeps)
    cells = {column.title: [column.title, *(_cut(column, sweep, width) for sweep in sweeps)] for column in columns}
    shown = _fitting(columns, {title: max(map(len, texts)) for title, texts in cells.items()}, width)
    rows = [_line(shown, cells, number) for number in range(len(sweeps) + 1)]
    lines, number = [rows[0]], 1
    for group in groups:
        lines += [*_wrapped(f"{group.title}:", width), *rows[number : number + len(group.sweeps)]]
        number += len(group.sweeps)
    lines += [line for column in shown[1:] for line in _wrapped(f"{column.title}: {column.meaning}.", width)]
    hidden = [column.title for column in columns if column not in shown]
    lines += _wrapped(f"only on the page: {', '.join(hidden)}", width) if hidden else []
    return lines + _wrapped(ORDER, width)


def _fitting(columns: Sequence[SweepColumn], widths: dict[str, int], width: int) -> list[SweepColumn]:
    """The most important columns that fit, in reading order; the first one always does."""
    room, kept = width, set[str]()
    for column in sorted(columns, key=lambda each: each.rank):
        needed = widths[column.title] + (len(_GAP) if kept else 0)
        if needed <= room or not kept:
            kept.add(column.title)
            room -= needed
    return [column for column in columns if column.title in kept]


def _cut(column: SweepColumn, sweep: Finished, width: int) -> str:
    """A cell, cut where a word would take more than a fifth of the line; the name of a sweep never is."""
    text, longest = printable(column.text(sweep)), max(width // 5, 24)
    is_whole = column is COLUMNS[0] or len(text) <= longest
    return text if is_whole else f"{text[: longest - 4]} ..."


def _line(columns: Sequence[SweepColumn], cells: dict[str, list[str]], number: int) -> str:
    padded = []
    for column in columns:
        texts = cells[column.title]
        longest = max(map(len, texts))
        padded.append(texts[number].ljust(longest) if column.words else (texts[number] or "-").rjust(longest))
    return _GAP.join(padded).rstrip()


def _differences(group: DataGroup, width: int, named: bool) -> list[str]:
    """A line or a few for every setting: the commonest value of the others, and who has another."""
    found = differing(group.sweeps)
    if not found:
        return []
    lines = _wrapped("settings that differ" + (f" between sweeps of {group.title}:" if named else ":"), width)
    for path, values in found.items():
        (common, others), *rest = values.items()
        texts = [f"{words} in {_names(names)}" for words, names in rest]
        texts += [f"{common} in {others[0] if len(others) == 1 else f'the other {len(others)}'}"]
        wrapped = textwrap.wrap(f"{path}: {'; '.join(texts)}", width - 2, subsequent_indent="    ")
        more = [] if len(wrapped) <= _MOST_LINES else ["    ... and more on the page"]
        lines += [f"  {line}" for line in [*wrapped[:_MOST_LINES], *more]]
    return lines


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ", break_on_hyphens=False)
