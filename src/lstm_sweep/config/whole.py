"""One sweep, whole."""

from dataclasses import dataclass, field
from typing import Any

from lstm_sweep.config.checks import at_least
from lstm_sweep.config.data import DataConfig
from lstm_sweep.config.marks import NO_RESULTS
from lstm_sweep.config.model import ModelConfig, TrainingConfig
from lstm_sweep.config.running import BudgetConfig, EvaluationConfig, RunnerConfig, TrackingConfig, TunerConfig
from lstm_sweep.config.search import SearchConfig
from lstm_sweep.config.spelling import typed
from lstm_sweep.config.windows import WindowsConfig
from lstm_sweep.errors import require

LONGEST_NAME = 140
"""In bytes: what every file system takes as the name of a folder, with a number after it."""


@dataclass
class Config:
    """One sweep, whole.

    Attributes:
        name: of the sweep, of its folder under sweeps/ and of its MLflow parent run.
        seed: from which every fit's seed is derived.
        seeds: replicates of every trial.
        resume: true resumes an unfinished sweep of that name; force does so under changed settings.
        cache: whether fits that an earlier sweep trained are taken from there.
        search: mirrors the sections; a list is a choice, {low, high, step|log} a range, null nothing.
    """

    name: str = field(metadata=NO_RESULTS)
    seed: int
    seeds: int
    resume: Any = field(metadata=NO_RESULTS)
    cache: bool = field(metadata=NO_RESULTS)
    data: DataConfig
    windows: WindowsConfig
    model: ModelConfig
    training: TrainingConfig
    tuner: TunerConfig
    runner: RunnerConfig
    tracking: TrackingConfig
    evaluation: EvaluationConfig
    budget: BudgetConfig
    search: SearchConfig = field(default_factory=SearchConfig)  # type: ignore[valid-type]

    def __post_init__(self) -> None:
        """Check what concerns more than one section."""
        sound = bool(self.name) and all(letter.isalnum() or letter in "-_." for letter in self.name)
        require(
            sound and not self.name.startswith("."),
            f"name must be letters, digits, '-', '_' and '.', not starting with a dot, but is {self.name!r}: "
            "it names a folder.",
        )
        num_bytes = len(self.name.encode())
        require(
            num_bytes <= LONGEST_NAME,
            f"name must be at most {LONGEST_NAME} bytes long, but {self.name[:20]}... has {num_bytes} as UTF-8: "
            "it names a folder; choose a shorter one.",
        )
        at_least("seed", self.seed, 0)
        at_least("seeds", self.seeds, 1)
        require(
            self.resume in (True, False, "force"),
            f"resume must be true, false or force, but is {self.resume!r}: choose one of them.",
        )
        require(
            not (self.model.stateful and self.windows.transform == "relative"),
            "windows.transform=relative needs windows with a last value, but model.stateful=true reads one stream: "
            "use windows.transform=log_return or model.stateful=false.",
        )
        require(
            self.windows.test is not None or not self.evaluation.test,
            "evaluation.test=true needs a test span, but windows.test is null: set evaluation.test=false, or a span.",
        )
        self._check_budget()

    def _check_budget(self) -> None:
        most, folds = self.budget.fits, self.evaluation.folds
        per_trial = self.seeds * folds
        by_fold = f" x evaluation.folds={folds}" if folds > 1 else ""
        require(
            most is None or most >= per_trial,
            f"budget.fits must have room for one trial, which takes {per_trial} fits (seeds={self.seeds}{by_fold}), "
            f"but is {most}: write {typed('budget.fits', per_trial)} or more.",
        )
