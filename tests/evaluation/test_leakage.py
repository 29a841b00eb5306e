"""The leakage probe: silent on what is sound, and heard where the future is let in."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.leakage import find_leak
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.search.oracles import Proposal
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.sweep.trial_fits import make_fits
from lstm_sweep.training.sequential import SequentialRunner
from lstm_sweep.trials.checkpoint import Weights
from lstm_sweep.trials.outcome import TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from lstm_sweep.windows import windows as windows_module
from lstm_sweep.windows.transforms import to_stream
from lstm_sweep.windows.windows import Rows, Windows
from tests.configs import compose_config
from tests.examples import make_series
from tests.listeners import Recorder
from tests.small_search import conclude_in, evaluated, only

Array = NDArray[Any]


def fit_of(search: EndedSearch, trial_id: str, **windows: Any) -> tuple[FitSpec, Weights]:
    """A trained fit, with other windows of the same shape."""
    spec = only(search, trial_id).results[0].outcomes[0].spec
    return replace(spec, windows=replace(spec.windows, **windows)), search.files.load(spec.fit_id).weights


@pytest.mark.parametrize("trial_id", ["0000", "0001"])
def test_sound_fit_does_not_leak(trial_id: str, search: EndedSearch) -> None:
    """The first is stateless and reads a covariate, the second is stateful."""
    assert find_leak(search.series, *fit_of(search, trial_id)) is None


@pytest.mark.parametrize("transform", ["difference", "log_return", "relative", "none"])
@pytest.mark.parametrize("scale", ["minmax", "none"])
def test_no_transform_and_no_scale_leaks(transform: str, scale: str, search: EndedSearch) -> None:
    assert find_leak(search.series, *fit_of(search, "0000", transform=transform, scale=scale)) is None


def peek_at_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows end a bar after their origin."""
    sound = Windows.inputs
    monkeypatch.setattr(Windows, "inputs", lambda self, origins: sound(self, origins + 1))


def peek_at_last_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forecasts are put on top of the next price."""
    sound = Windows.last_price
    monkeypatch.setattr(Windows, "last_price", lambda self, origins: sound(self, origins + 1))


def fit_scaler_on_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """The textbook fault: the scaler has seen the test span."""
    rows: Callable[[Windows], Array] = lambda windows: to_stream(windows.config.transform, windows.columns)  # noqa: E731
    monkeypatch.setattr(windows_module, "_training_rows", rows)


def shift_covariate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A covariate that is known a bar later stands beside the price."""

    def shifted(transform: str, columns: Array, levels: Any) -> Array:
        later = columns.copy()
        later[:-1, 1:] = columns[1:, 1:]
        return to_stream(transform, later, levels)

    monkeypatch.setattr(windows_module, "to_stream", shifted)


def shift_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is read is known a bar later."""
    monkeypatch.setattr(windows_module, "to_stream", lambda *given: np.roll(to_stream(*given), -1, axis=0))


def train_into_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training windows reach beyond the training span."""
    sound = Windows.training_origins
    monkeypatch.setattr(Windows, "training_origins", lambda self: sound(self) + 5)


SPANS = (
    *("windows.train=0.5", "windows.validation=0.1", "windows.test=0.4", "windows.lags=3", "model.units=4"),
    *("training.epochs=12", "training.learning_rate=0.03", "training.batch_size=16", "model.dropout=0"),
)

FAULTS = [
    (peek_at_inputs, "0000"),
    (peek_at_last_price, "0000"),
    (peek_at_last_price, "0001"),
    (fit_scaler_on_everything, "0000"),
    (fit_scaler_on_everything, "0001"),
    (shift_covariate, "0000"),
    (shift_stream, "0000"),
    (shift_stream, "0001"),
    (train_into_validation, "0000"),
]


@pytest.mark.parametrize(("plant", "trial_id"), FAULTS)
def test_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None], trial_id: str, search: EndedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    leak = find_leak(search.series, *fit_of(search, trial_id))
    assert leak is not None
    assert leak.endswith("moved when all later prices were multiplied by 10.")
    in_training = plant in (fit_scaler_on_everything, train_into_validation, shift_stream)
    assert leak.startswith("Training windows" if in_training else "The forecast at an origin")


def test_fault_that_only_lower_prices_show_is_found(search: EndedSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scaler knows the lowest price of all: that is an early one, until later ones are multiplied by 0.1."""
    values = search.series.values.copy()
    values[20] = values.min() / 2
    sound = windows_module._training_rows
    monkeypatch.setattr(
        windows_module, "_training_rows", lambda windows: np.vstack([sound(windows), windows.columns.min(axis=0)])
    )
    leak = find_leak(replace(search.series, values=values), *fit_of(search, "0000", transform="none", scale="minmax"))
    assert leak == "Training windows moved when all later prices were multiplied by 0.1."


@pytest.mark.parametrize("number", [0, 28, 56])
def test_leak_at_the_first_the_middle_or_the_last_origin_is_found(
    number: int, search: EndedSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    origins = search.test.origins
    assert len(origins) == 57
    sound = Windows.last_price

    def peeking(self: Windows, rows: Rows) -> Array:
        return sound(self, np.where(rows == origins[number], rows + 1, rows))

    monkeypatch.setattr(Windows, "last_price", peeking)
    leak = find_leak(search.series, *fit_of(search, "0000"))
    assert leak == "The forecast at an origin moved when all later prices were multiplied by 10."


def test_nothing_moves_by_a_single_bit(search: EndedSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where a forecast owes one part in 10**14 to the next price."""
    sound = Scorer.forecast

    def tainted(self: Scorer, weights: Weights, origins: Rows) -> Array:
        later = self._windows.columns[origins + 1, 0]
        return sound(self, weights, origins) * (1.0 + 1e-14 * later[:, None])

    monkeypatch.setattr(Scorer, "forecast", tainted)
    assert find_leak(search.series, *fit_of(search, "0000")) is not None


def test_series_itself_is_left_as_it_was(search: EndedSearch) -> None:
    series = make_series(filled=(250,))
    digest = series.digest
    find_leak(series, *fit_of(search, "0000"))
    assert series.digest == digest


def leaking_search(folder: Path) -> EndedSearch:
    """A search that was trained while the fault of this test was planted."""
    series, config = make_series(800), compose_config(*SPANS, "seeds=2")
    fits = make_fits(config, series, Proposal(Trial("0000", {})), {}, range(2))
    files = FitFiles(folder)
    outcomes = SequentialRunner().run(series, fits, Recorder())
    for outcome in outcomes:
        files.save(outcome, with_state=False)
    return EndedSearch(config, series, folder, (), (TrialResult(Trial("0000", {}), tuple(outcomes)),))


def test_verdict_of_a_sweep_that_owes_its_success_to_a_leak_is_withheld(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    peek_at_inputs(monkeypatch)
    search = leaking_search(tmp_path / "trained")
    evaluation = evaluated(search)
    assert evaluation.verdict is not None
    assert evaluation.verdict.beats_naive, "the fault pays, or there were nothing to withhold"
    assert evaluation.verdict.skill > 0.3
    _, end = conclude_in(tmp_path / "sweep", search)
    summary = json.loads((tmp_path / "sweep" / "summary.json").read_text())
    sentence = "No verdict, for the future leaks: The forecast at an origin moved when all later prices were multiplied"
    assert summary["verdict"] == {"beats_naive": False, "sentence": f"{sentence} by 10."}
    assert summary["diagnostics"]["leakage"] == {"passed": False, "sentence": evaluation.leak}
    assert end.tags["verdict"] == f"{sentence} by 10."
    assert end.tags["beats_naive"] == "false"
    assert not [name for name in end.metrics if name.startswith("verdict")]
