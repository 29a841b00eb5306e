"""What the page is made of, as plain values: parts with a title, a caption and blocks. page/ lays them out."""

from collections.abc import Callable, Sequence
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
    """

    start: float
    stop: float
    dot: float | None = None
    zero: float | None = None


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: as it is read.
        full: all digits of a number, shown under the pointer.
        marks: words after the text.
        bar: drawn beneath the text.
    """

    text: str
    full: str = ""
    marks: tuple[Mark, ...] = ()
    bar: Bar | None = None


@dataclass(frozen=True)
class Row:
    """One row of a table; `tone` is best, reference or empty."""

    cells: Sequence[Cell]
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """A table that scrolls in its box where it is too wide.

    Attributes:
        columns: titles.
        rows: shown.
        folded: shown on demand.
        words: how many columns at the left hold words; the others hold numbers.
    """

    kind: ClassVar[str] = "table"
    columns: Sequence[str]
    rows: Sequence[Row]
    folded: Sequence[Row] = ()
    words: int = 1


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
    """Names with what they are."""

    kind: ClassVar[str] = "facts"
    pairs: Sequence[tuple[str, str]]


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


Block = Table | Figure | Facts | Notes | Text


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
