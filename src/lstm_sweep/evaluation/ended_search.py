"""What the end of a sweep rests on: the trials of its search, and what the spans ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lstm_sweep.config import Config
from lstm_sweep.data.series import Series
from lstm_sweep.evaluation.forecasts import FitForecasts, scored_windows, validation_forecasts
from lstm_sweep.evaluation.targets import Targets, targets_of
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.windows.windows import Windows


@dataclass(frozen=True)
class EndedSearch:
    """A search that has ended.

    Attributes:
        config: of the sweep.
        series: the prices.
        folder: sweeps/<name>/, which holds the arrays of its fits.
        swept: paths of the swept settings.
        results: of the trials whose fits have all ended.
        usd: what the machine has cost so far, or None where nobody counts.
        stopped: the limit that ended the search before all trials were trained, or empty.
        command: that repeats the sweep.
        notes: sentences about the search.
    """

    config: Config
    series: Series
    folder: Path
    swept: Sequence[str]
    results: Sequence[TrialResult]
    usd: float | None = None
    stopped: str = ""
    command: str = ""
    notes: Sequence[str] = ()

    @property
    def files(self) -> FitFiles:
        """Arrays of the fits."""
        return FitFiles(self.folder)

    @cached_property
    def windows(self) -> Windows:
        """Windows for their targets alone, which are the same for every trial."""
        return scored_windows(self.series, self.config.windows)

    @cached_property
    def validation(self) -> Targets:
        """Targets of the whole validation span."""
        return targets_of(self.series, self.windows, self.windows.spans.validation)

    @cached_property
    def test(self) -> Targets:
        """Targets of the test span."""
        return targets_of(self.series, self.windows, self.windows.spans.test)

    @cached_property
    def validation_forecasts(self) -> FitForecasts:
        """What every completed fit forecast on validation."""
        return validation_forecasts(self.series, self.windows, self.results, self.files)
