"""What lies in the folder of a finished sweep, read once for all parts of the report."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from lstm_sweep.errors import UserError, require
from lstm_sweep.formats import short_setting
from lstm_sweep.invocation import spelled
from lstm_sweep.report.page.forecasts import Forecasts, read_forecasts
from lstm_sweep.storage.encoding import read_lines
from lstm_sweep.storage.folder import CONFIG
from lstm_sweep.storage.history import History, histories_of_fits
from lstm_sweep.storage.lines import JOURNAL
from lstm_sweep.storage.progress import TrialEnded, trial_ends
from lstm_sweep.tracking.mlflow.cursor import Cursor
from lstm_sweep.trials.label import ONLY_SETTINGS, trial_label
from lstm_sweep.trials.outcome import EpochRecord
from lstm_sweep.trials.spec import Trial


@dataclass(frozen=True)
class Material:
    """A finished sweep.

    Attributes:
        name: of the sweep.
        config: its settings, as text and as nested plain values.
        settings: the same, nested plain values.
        summary: content of summary.json.
        board: rows of leaderboard.csv by column, as text, best first.
        history: what the journal says.
        epochs: records of epochs by fit id, in order.
        ends: of trials, in order.
        forecasts: over the test span, or None where there are none.
        no_forecasts: why there are none, a sentence.
        run: where MLflow has it, or None where it is not there, or not yet.
    """

    name: str
    config: str = field(repr=False)
    settings: dict[str, Any] = field(repr=False)
    summary: dict[str, Any] = field(repr=False)
    board: list[dict[str, str]] = field(repr=False)
    history: History = field(repr=False)
    epochs: dict[str, list[EpochRecord]] = field(repr=False)
    ends: list[TrialEnded] = field(repr=False)
    forecasts: Forecasts | None = field(repr=False)
    no_forecasts: str = ""
    run: Cursor | None = None

    def told(self, *path: str) -> Any:
        """An entry of the summary, or None where it or what it lies in is missing."""
        value: Any = self.summary
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    @property
    def winner(self) -> str | None:
        """Id of the best trial, or None where none completed."""
        trial: str | None = self.told("best", "trial")
        return trial

    @property
    def is_signed(self) -> bool:
        """Whether the series has values at or below zero: errors are then absolute, and there is no MAPE."""
        return bool(self.told("data", "is_signed"))

    @property
    def alpha(self) -> float:
        """Level of the one test that decides."""
        return float(self.settings.get("evaluation", {}).get("alpha", 0.05))

    @property
    def swept(self) -> list[str]:
        """Paths of the swept settings."""
        if self.history.start is not None:
            return list(self.history.start.swept)
        return [column for column in (self.board[0] if self.board else {}) if "." in column]

    def values(self, trial_id: str) -> dict[str, Any]:
        """Swept values of a trial: from the journal, or as leaderboard.csv writes them where its line was lost."""
        if trial_id in self.history.trials:
            return self.history.trials[trial_id]
        row = next((row for row in self.board if row["trial"] == trial_id), {})
        return {path: row[path] for path in self.swept if path in row}

    def described(self, trial_id: str) -> str:
        """A trial's id and all its values, as they would be typed; of the only configuration, what it is."""
        told = self.values(trial_id) or self._only_values()
        values = [f"{path}={short_setting(value)}" for path, value in told.items()]
        return f"{trial_id}: {', '.join(values)}" if values else trial_id

    def label(self, trial_id: str) -> str:
        """A trial's id and, in short, its values, as of `described`."""
        label = trial_label(Trial(trial_id, self.values(trial_id) or self._only_values()))
        return trial_id if label == trial_id else f"{trial_id}: {label}"

    def _only_values(self) -> dict[str, Any]:
        """The main settings of a sweep that swept nothing, by path; none where one was swept."""
        if self.swept:
            return {}
        found = {path: setting_of(self.settings, path) for path in ONLY_SETTINGS}
        return {path: value for path, value in found.items() if value is not None}


def setting_of(settings: Any, path: str) -> Any:
    """An entry of nested settings by its path, 'model.units', or None where it or what it lies in is missing."""
    for name in path.split("."):
        settings = settings.get(name) if isinstance(settings, dict) else None
    return settings


def read_material(folder: Path) -> Material:
    """Read the folder of a finished sweep.

    Raises:
        UserError: where a file without which there is no report is missing or damaged.
    """
    require(folder.is_dir(), f"{folder} must be a finished sweep, but there is none of that name: see sweeps/.")
    require(
        (folder / "summary.json").exists(),
        f"{folder} must be a finished sweep, but has no summary.json: resume it "
        f"({spelled('sweep')} name={folder.name} resume=true).",
    )
    config = _text(folder / CONFIG)
    lines = [line for _, line in read_lines(folder)] if (folder / JOURNAL).exists() else []
    summary = _json(folder / "summary.json")
    is_signed = bool((summary.get("data") or {}).get("is_signed"))
    forecasts, no_forecasts = read_forecasts(folder / "forecasts.parquet", is_signed)
    return Material(
        name=folder.name,
        config=config,
        settings=yaml.safe_load(config),
        summary=summary,
        board=list(csv.DictReader(_text(folder / "leaderboard.csv").splitlines())),
        history=History.of(lines),
        epochs={name: fit.epochs for name, fit in histories_of_fits(lines).items() if fit.epochs},
        ends=trial_ends(lines),
        forecasts=forecasts,
        no_forecasts=no_forecasts,
        run=Cursor.load(folder),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} must be as the sweep wrote it, but cannot be read ({error}): restore it.") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise UserError(f"{path} must be JSON as the sweep wrote it, but is not ({error}): restore it.") from None
    require(isinstance(content, dict), f"{path} must hold a JSON object, but does not: restore it.")
    return dict(content)
