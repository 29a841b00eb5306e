"""The comparison as one file beside the sweeps, which needs no network."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from lstm_sweep.comparison.columns import COLUMNS, SortKey, SweepColumn, filled, verdict_words
from lstm_sweep.comparison.groups import ORDER, DataGroup
from lstm_sweep.comparison.kinds import Finished, Unfinished
from lstm_sweep.comparison.scale import SkillBar, skill_bars
from lstm_sweep.comparison.settings import differing
from lstm_sweep.errors import UserError
from lstm_sweep.formats import counted
from lstm_sweep.invocation import spelled
from lstm_sweep.report.page.rendering import TEMPLATE, render_template
from lstm_sweep.storage.files import replacing

INDEX = "index.html"

_OWN = Path(__file__).parent / "template"

_TONES = {"yes": "good", "yes at first": "warn", "not shown": "warn", "worse": "bad", "the future leaks": "bad"}

_TALLIED = {
    "yes": "found to beat naive",
    "yes at first": "no longer found to",
    "not shown": "not shown to",
    "worse": "found to be worse",
}
"""What the head of the page counts, and how it says so."""


@dataclass(frozen=True)
class IndexCell:
    """One cell: its text, what it is sorted by, the place of the skill on the group's scale, and its look."""

    text: str
    key: SortKey = None
    bar: SkillBar | None = None
    tone: str = ""
    link: str = ""
    is_number: bool = False
    is_time: bool = False


@dataclass(frozen=True)
class IndexTable:
    """A table that can be sorted: titles with what they mean, and a row for each sweep."""

    columns: Sequence[tuple[str, str, bool]]
    rows: Sequence[Sequence[IndexCell]]

    @property
    def has_usual(self) -> bool:
        """Whether any cell is toned down."""
        return any(cell.tone == "usual" for row in self.rows for cell in row)


@dataclass(frozen=True)
class Section:
    """Sweeps on the same prices: what they came to, and the settings that differ, None where none does."""

    title: str
    results: IndexTable
    settings: IndexTable | None


def write_index(
    sweeps: Path, groups: Sequence[DataGroup], unfinished: Sequence[Unfinished], remarks: Sequence[str]
) -> Path:
    """Write index.html beside the sweeps; a reader never sees half of it.

    Returns:
        The file.

    Raises:
        UserError: where it cannot be written.
    """
    path = sweeps / INDEX
    page = render_index(groups, unfinished, remarks)
    try:
        with replacing(path) as unfinished_file:
            unfinished_file.write_bytes(page.encode("utf-8", "replace"))  # names of folders may be any bytes
    except OSError as error:
        raise UserError(f"{path} must be writable, but is not ({error.strerror}): make {sweeps}/ writable.") from None
    return path


def render_index(groups: Sequence[DataGroup], unfinished: Sequence[Unfinished], remarks: Sequence[str]) -> str:
    """The page as text, everything in it escaped."""
    sweeps = [sweep for group in groups for sweep in group.sweeps]
    number = counted(len(sweeps) + len(unfinished), "sweep")
    return render_template(
        "index.html",
        _OWN,
        title=f"{number} side by side",
        number=number,
        tally=_tally(sweeps, unfinished),
        remarks=remarks,
        order=ORDER,
        sections=[Section(group.title, _results(group), _settings(group)) for group in groups],
        meanings=[(column.title, column.meaning) for column in filled(sweeps)],
        unfinished=unfinished,
        made=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        command=spelled("compare"),
        styles=[(TEMPLATE / "page.css").read_text("utf-8"), (_OWN / "index.css").read_text("utf-8")],
        script=(_OWN / "index.js").read_text("utf-8"),
    )


def _tally(sweeps: Sequence[Finished], unfinished: Sequence[Unfinished]) -> str:
    """How many sweeps came to what, in a sentence or two."""
    words = [verdict_words(sweep) for sweep in sweeps]
    counts = {word: words.count(word) for word in _TALLIED}
    unjudged = len(words) - sum(counts.values())
    said = [f"{counts['yes'] or 'none'} found to beat naive"]
    said += [f"{count} {_TALLIED[word]}" for word, count in counts.items() if count and word != "yes"]
    said += [f"{unjudged} without a verdict"] if unjudged else []
    finished = [f"{counted(len(words), 'finished sweep')}: {', '.join(said)}."] if words else []
    kinds = Counter(each.kind for each in unfinished)
    others = ", ".join(f"{count} {kind.value}" for kind, count in kinds.items())
    return " ".join([*finished, *([f"Not in the tables: {others}."] if others else [])])


def _results(group: DataGroup) -> IndexTable:
    bars, shown = skill_bars(group.sweeps), filled(group.sweeps)
    rows = [[_result(column, sweep, bars.get(sweep.name)) for column in shown] for sweep in group.sweeps]
    return IndexTable([(column.title, column.meaning, not column.words) for column in shown], rows)


def _result(column: SweepColumn, sweep: Finished, bar: SkillBar | None) -> IndexCell:
    text = column.text(sweep)
    return IndexCell(
        text=text or "–",
        key=column.key(sweep),
        bar=bar if column.title == "interval" else None,
        tone=_TONES.get(text, "plain") if column.text is verdict_words else "",
        link=f"{quote(os.fsencode(sweep.name))}/report.html" if column is COLUMNS[0] and sweep.has_report else "",
        is_number=not column.words,
        is_time=column is COLUMNS[-1],
    )


def _settings(group: DataGroup) -> IndexTable | None:
    """A column for every setting that differs; a value that more than half of the sweeps have is toned down."""
    found = differing(group.sweeps)
    if not found:
        return None
    rows = []
    for sweep in group.sweeps:
        cells = [IndexCell(sweep.name, sweep.name)]
        for values in found.values():
            half = sum(map(len, values.values())) / 2
            held = [(words, len(names) > half) for words, names in values.items() if sweep.name in names]
            cells += [IndexCell(words, words, tone="usual" if usual else "") for words, usual in held or [("–", False)]]
        rows.append(cells)
    return IndexTable([("sweep", "", False), *((path, "", False) for path in found)], rows)
