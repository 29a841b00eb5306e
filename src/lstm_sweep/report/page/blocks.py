"""What the page is made of, as plain values: parts with a title, a caption and blocks. page/ lays them out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from lstm_sweep.report.page.material import Material


class LeftOut(Exception):  # noqa: N818 - nothing went wrong
    """A part of the page has nothing to show; the message says why, in a sentence."""


@dataclass(frozen=True)
class Mark:
    """A word beside a name.

    Attributes:
        text: the word.
        tone: good, bad, warn or plain.
    """

    text: str
    tone: str = "plain"


@dataclass(frozen=True)
class Bar:
    """A span on a scale from 0 to 100, drawn in a cell.

    Attributes:
        start: left end.
        stop: right end.
        dot: the value inside of it, or None.
        zero: where the line of naive runs, or None.
        beyond: ends of the scale, 'left' and 'right', beyond which something lies that cannot be drawn: an arrow.
        hint: what is drawn, in words, shown under the pointer.
    """

    start: float
    stop: float
    dot: float | None = None
    zero: float | None = None
    beyond: Sequence[str] = ()
    hint: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: as it is read.
        full: all digits of a number, shown under the pointer.
        marks: words after the text.
        bar: drawn beneath the text.
        value: what a table that can be sorted takes it for, where that is not `full`, or else `text`.
    """

    text: str
    full: str = ""
    marks: tuple[Mark, ...] = ()
    bar: Bar | None = None
    value: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        cells: one per column.
        tone: best, reference or empty.
        trial: id of the trial that it is about, or empty.
    """

    cells: Sequence[Cell]
    tone: str = ""
    trial: str = ""


@dataclass(frozen=True)
class Table:
    """A table that scrolls in its box where it is too wide.

    Attributes:
        columns: titles.
        rows: its rows; those of trials can be sorted and filtered where there is an `example`.
        words: how many columns at the left hold words; the others hold numbers.
        name: what it holds, for those who hear it.
        above: rows that stay above all others.
        first: how many rows are shown before all are asked for; None for all.
        example: a condition that some row meets ('dropout=0.3').
        named: how many columns at the left say which trial a row is: a word is looked for in these, and in marks.
        axes: for columns whose cells hold bars, ticks at the foot: places from 0 to 100 and their labels.
    """

    kind: ClassVar[str] = "table"
    columns: Sequence[str]
    rows: Sequence[Row]
    words: int = 1
    name: str = ""
    above: Sequence[Row] = ()
    first: int | None = None
    example: str = ""
    named: int = 1
    axes: Mapping[str, Sequence[tuple[float, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Terms:
    """Words of this part with what they mean; columns and marks of its tables show theirs under the pointer too."""

    kind: ClassVar[str] = "terms"
    meanings: Mapping[str, str]


@dataclass(frozen=True)
class Figure:
    """A plot that can be zoomed.

    Attributes:
        name: unique on the page.
        caption: one line that says how to read it.
        views: what is plotted, as Plotly's `data` and `layout`, by the name under which it is chosen.
        chooser: what is chosen where there are several views.
        height: pixels.
        width: least width in pixels, below which the plot scrolls in its box.
        wide: whether it takes the whole width of the page.
    """

    kind: ClassVar[str] = "figure"
    name: str
    caption: str
    views: dict[str, dict[str, Any]] = field(repr=False)
    chooser: str = ""
    height: int = 320
    width: int = 0
    wide: bool = True


@dataclass(frozen=True)
class Facts:
    """Names with what they are.

    Attributes:
        pairs: a name, and what it is.
        meanings: what names mean, by name.
    """

    kind: ClassVar[str] = "facts"
    pairs: Sequence[tuple[str, str]]
    meanings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Notes:
    """Sentences, each with a tone as of `Mark`."""

    kind: ClassVar[str] = "notes"
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Text:
    """Text as it is; folded under `title` where that is given."""

    kind: ClassVar[str] = "text"
    text: str
    title: str = ""


@dataclass(frozen=True)
class Code:
    """Something to run.

    Attributes:
        caption: what it does.
        text: as it is typed.
        language: shell or python.
    """

    kind: ClassVar[str] = "code"
    caption: str
    text: str
    language: str = "shell"


Block = Table | Terms | Figure | Facts | Notes | Text | Code


@dataclass(frozen=True)
class Part:
    """One part of the page.

    Attributes:
        anchor: its address within the page.
        title: its heading.
        caption: one line that says what it shows.
        blocks: makes its content, or raises `LeftOut`.
    """

    anchor: str
    title: str
    caption: str
    blocks: Callable[[Material], Sequence[Block]]
