"""Puts sweeps side by side, from what they have left on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lstm_sweep.comparison.caution import cautions, with_all_uses
from lstm_sweep.comparison.choose import choose_sweeps
from lstm_sweep.comparison.groups import DataGroup, group_by_data
from lstm_sweep.comparison.kinds import Finished, Unfinished
from lstm_sweep.comparison.page import write_index
from lstm_sweep.comparison.read import read_sweep
from lstm_sweep.comparison.table import format_comparison
from lstm_sweep.evaluation.ledger import read_uses
from lstm_sweep.invocation import spelled


@dataclass(frozen=True)
class Comparison:
    """Sweeps side by side.

    Attributes:
        sweeps: the folder that they lie in.
        groups: finished ones, those on the same prices together.
        unfinished: all others.
        remarks: sentences: how far a small p can be trusted, and what could not be read.
    """

    sweeps: Path
    groups: list[DataGroup]
    unfinished: list[Unfinished]
    remarks: list[str]

    def as_text(self, width: int = 100) -> str:
        """The comparison for a terminal of that many characters."""
        return format_comparison(self.groups, self.unfinished, self.remarks, width)

    def write_page(self) -> Path:
        """Write index.html beside the sweeps.

        Raises:
            UserError: where it cannot be written.
        """
        return write_index(self.sweeps, self.groups, self.unfinished, self.remarks)


def compare(sweeps: Path, named: Sequence[str] = ()) -> Comparison:
    """Read sweeps; nothing is written.

    Args:
        sweeps: the folder of all sweeps.
        named: names and patterns; all sweeps where there are none.

    Raises:
        UserError: where there is no sweep, or none of a name.
    """
    found = [read_sweep(folder) for folder in choose_sweeps(sweeps, named)]
    finished = [each for each in found if isinstance(each, Finished)]
    groups = group_by_data(with_all_uses(finished, read_uses(sweeps)))
    unread = [remark for sweep in finished for remark in sweep.remarks]
    bare = [sweep.name for sweep in finished if not sweep.has_report]
    if bare:
        unread.append(f"Without a report: {', '.join(bare)}; {spelled('report')} sweep={bare[0]} makes one.")
    unfinished = [each for each in found if isinstance(each, Unfinished)]
    return Comparison(sweeps, groups, unfinished, [*cautions(groups), *unread])
