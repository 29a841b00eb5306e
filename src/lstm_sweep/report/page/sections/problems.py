"""What went wrong: trials that diverged or failed, and lines of the journal that are lost."""

from collections.abc import Sequence

from lstm_sweep.formats import counted
from lstm_sweep.report.page.blocks import Block, Cell, Mark, Notes, Part, Row, Table
from lstm_sweep.report.page.material import Material
from lstm_sweep.storage.lines import FitLine
from lstm_sweep.trials.outcome import FitStatus


def _blocks(material: Material) -> Sequence[Block]:
    fits = material.history.fits
    broken = {name: line for name, line in sorted(fits.items()) if line.status is not FitStatus.COMPLETED}
    notes = [*_journal(material), *_baselines(material)]
    if not broken and not notes:
        return [Notes([("good", f"Nothing: all of {counted(len(fits), 'fit')} completed, and the journal is whole.")])]
    if broken:
        trials = {line.trial_id for line in broken.values()}
        sentence = f"{counted(len(trials), 'trial')} of {len(material.board)} lost a fit, and ranks last for it."
        notes.insert(0, ("warn", sentence if len(trials) == 1 else sentence.replace("ranks", "rank")))
    table = [
        Table(["fit", "trial", "what happened", "epochs"], [_row(material, *each) for each in broken.items()], words=3)
    ]
    return [Notes(notes), *(table if broken else [])]


def _row(material: Material, name: str, line: FitLine) -> Row:
    status = line.status.value
    message = Cell(line.message or status, marks=(Mark(status, "bad"),))
    return Row([Cell(name), Cell(material.label(line.trial_id)), message, Cell(str(line.epochs))])


def _journal(material: Material) -> list[tuple[str, str]]:
    notes = []
    if material.history.start is None:
        notes.append(("warn", "The journal has no start: what was swept, and with which versions, is not known."))
    if material.history.num_damaged:
        count = counted(material.history.num_damaged, "line")
        notes.append(("warn", f"{count} of journal.jsonl cannot be read (a crash, or a changed file): left out here."))
    return notes


def _baselines(material: Material) -> list[tuple[str, str]]:
    baselines = material.told("baselines") or ()
    return [("warn", f"Baseline {each['name']}: {each['failure']}") for each in baselines if each.get("failure")]


PROBLEMS = Part(
    anchor="problems",
    title="What went wrong",
    caption="Fits that diverged (a loss that is no number) or failed, with their causes, and damage to the records.",
    blocks=_blocks,
)
