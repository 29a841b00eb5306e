"""A table of results, as Markdown for people and as JSON for the record."""

import datetime
import json
from dataclasses import asdict, dataclass, field, is_dataclass
from pathlib import Path
from typing import Any


@dataclass
class Table:
    """What one case measured.

    Attributes:
        name: of the case.
        title: what was trained.
        rows: column -> value; all rows have the same columns.
        notes: what a reader must know, one sentence each.
        details: everything that was measured, for the record only.
    """

    name: str
    title: str
    rows: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)

    def to_markdown(self, machine: dict[str, Any]) -> str:
        """The table below its title, with date, machine and versions."""
        columns = list(self.rows[0]) if self.rows else []
        lines = [columns, ["---"] * len(columns), *([_spell(row[name]) for name in columns] for row in self.rows)]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        notes = "\n".join(f"- {note}" for note in self.notes)
        return f"\n### {self.name}: {self.title}\n\n{_origin(machine)}\n\n{table}\n\n{notes}\n"

    def save(self, machine: dict[str, Any], folder: Path) -> Path:
        """Write `<date>-<name>.json`, or `<date>-<name>-2.json` where that exists."""
        folder.mkdir(parents=True, exist_ok=True)
        content = {"date": _today(), "machine": machine, **vars(self)}
        number = 1
        while True:
            path = folder / f"{_today()}-{self.name}{'' if number == 1 else f'-{number}'}.json"
            try:
                with path.open("x") as file:
                    file.write(json.dumps(content, indent=2, default=_plain) + "\n")
                return path
            except FileExistsError:
                number += 1


def _plain(value: Any) -> Any:
    """A dataclass as what it holds; anything else that JSON does not know in words."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _origin(machine: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    return (
        f"{_today()}, {machine['processor']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}, {versions}; commit {machine['commit']}."
    )


def _spell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)
