"""What every runner must do. Subclasses give `runner`; fits are small and shared by the tests of a class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import pytest

from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.training.epoch_metrics import EPOCH_METRICS
from lstm_sweep.training.runner import Runner
from lstm_sweep.training.validation import Validation
from lstm_sweep.trials.checkpoint import Checkpoint, Weights
from lstm_sweep.trials.outcome import EpochRecord, FitOutcome, FitStatus
from lstm_sweep.trials.spec import FitSpec
from lstm_sweep.windows.windows import Windows, build_windows
from tests.examples import make_fit, make_series
from tests.listeners import Heard, Recorder
from tests.models.by_hand import lstm_by_hand

SERIES = make_series(filled=[50, *range(100, 125), 200])
"""25 empty bars in a row: some training steps of a stateful fit hold no target at all."""

MIXED = {
    "plain": make_fit(trial_id="plain", batch_size=64),
    "other seed": make_fit(trial_id="other seed", batch_size=64, seed=6),
    "dropped": make_fit(trial_id="dropped", batch_size=64, dropout=0.5),
    "diverges": make_fit(trial_id="diverges", learning_rate=1e6, optimizer="sgd", epochs=3),
    "fails": make_fit(trial_id="fails", features=("volume", "sentiment")),
    "deep": make_fit(trial_id="deep", layers=2, units=3, lags=5, horizon=3, features=("mood",), batch_size=7, epochs=1),
    "drops": make_fit(trial_id="drops", dropout=0.3, recurrent_dropout=0.2, clipnorm=0.1, transform="relative"),
    "streams": make_fit(trial_id="streams", stateful=True, dropout=0.3, batch_size=3, epochs=3),
    "one by one": make_fit(trial_id="one by one", batch_size=1, epochs=1, train=0.2, validation=0.6),
    "one stream": make_fit(trial_id="one stream", stateful=True, batch_size=1, lags=5, epochs=1, l2=0.1),
    "stops early": make_fit(trial_id="stops early", learning_rate=0.3, patience=2, epochs=12),
}
COMPLETED = [name for name in MIXED if name not in ("diverges", "fails")]


@dataclass
class Run:
    """A call of a runner, and the notifications of its listener."""

    outcomes: list[FitOutcome] = field(default_factory=list)
    recorder: Recorder = field(default_factory=Recorder)

    def __getitem__(self, trial_id: str) -> FitOutcome:
        return next(outcome for outcome in self.outcomes if outcome.spec.trial_id == trial_id)

    @property
    def heard(self) -> list[Heard]:
        """Everything, in order."""
        return self.recorder.heard

    def records(self, trial_id: str) -> list[EpochRecord]:
        """Epochs of a fit in the order in which they were reported."""
        return [record for record in self.recorder.records if record.trial_id == trial_id]

    def checkpoints(self, trial_id: str) -> list[Checkpoint]:
        """Of a fit, in the order in which they were left."""
        return [checkpoint for spec, checkpoint in self.recorder.checkpoints if spec.trial_id == trial_id]


def run_fits(runner: Runner, fits: Sequence[FitSpec]) -> Run:
    """Run fits and listen."""
    run = Run()
    run.outcomes = runner.run(SERIES, fits, run.recorder)
    return run


def windows_of(spec: FitSpec) -> Windows:
    return build_windows(SERIES, spec.windows, spec.features)


def scorer_of(spec: FitSpec, windows: Windows) -> Scorer:
    return Scorer(windows, spec.model, windows.stream_length(spec.training.batch_size))


def weights_of(outcome: FitOutcome) -> Weights:
    assert outcome.weights is not None, outcome.message
    return outcome.weights


def assert_same_bits(one: FitOutcome, other: FitOutcome) -> None:
    """Equal in everything but the time it took."""
    assert one.state is not None
    assert other.state is not None
    assert (one.epochs, one.best_epoch, one.score, one.val_loss) == (
        *(other.epochs, other.best_epoch, other.score, other.val_loss),
    )
    np.testing.assert_array_equal(one.validation_forecast, other.validation_forecast)
    pairs = (weights_of(one), weights_of(other)), (one.state.weights, other.state.weights)
    for mine, yours in (*pairs, (one.state.optimizer, other.state.optimizer)):
        for array, same in zip(mine, yours, strict=True):
            assert array.dtype == same.dtype
            np.testing.assert_array_equal(array, same)


def without_times(records: Sequence[EpochRecord]) -> list[tuple[Any, ...]]:
    names = [each.name for each in fields(EpochRecord) if each.name not in ("timestamp", "trial_id", "metrics")]
    return [(*(getattr(record, name) for name in names), *record.metrics.items()) for record in records]


def first_loss(spec: FitSpec) -> float:
    """Training loss of the first step of a fit whose only step holds every training window, by NumPy."""
    windows = windows_of(spec)
    origins = windows.training_origins()
    streams = len(origins) if spec.model.stateful else None
    network = build_lstm(spec.model, Shapes(spec.windows.lags, windows.num_features, 1, streams, streams is not None))
    set_initial_weights(network, spec.seed)
    weights = get_weights(network)
    if spec.model.stateful:
        rows = np.arange(origins[0], origins[-1] + 1)
        outputs = lstm_by_hand(spec.model, weights, windows.stream[None, rows])[0, origins - origins[0]]
    else:
        outputs = lstm_by_hand(spec.model, weights, windows.inputs(origins))[:, -1]
    kernels = [array for array in weights if array.ndim][:2]
    penalty = spec.model.l2 * sum(float(np.square(kernel).sum()) for kernel in kernels)
    return float(np.square(outputs - windows.targets(origins)).mean()) + penalty


class RunnerContract:
    @pytest.fixture(scope="class")
    @classmethod
    def runner(cls) -> Runner:
        raise NotImplementedError

    @pytest.fixture(scope="class")
    @classmethod
    def mixed(cls, runner: Runner) -> Run:
        """Fits that differ in everything, in one call."""
        return run_fits(runner, list(MIXED.values()))

    def test_outcomes_come_in_the_order_asked(self, mixed: Run) -> None:
        assert [outcome.spec for outcome in mixed.outcomes] == list(MIXED.values())
        statuses = {outcome.spec.trial_id: outcome.status for outcome in mixed.outcomes}
        expected = dict.fromkeys(COMPLETED, FitStatus.COMPLETED)
        assert statuses == expected | {"diverges": FitStatus.DIVERGED, "fails": FitStatus.FAILED}

    def test_no_fits_give_no_outcomes(self, runner: Runner) -> None:
        run = run_fits(runner, [])
        assert (run.outcomes, run.heard) == ([], [])

    def test_every_epoch_of_a_fit_is_reported_once_and_in_order(self, mixed: Run) -> None:
        for outcome in mixed.outcomes:
            records = mixed.records(outcome.spec.trial_id)
            assert [record.epoch for record in records] == list(range(1, outcome.epochs + 1))
            spec = outcome.spec
            assert {(each.replicate, each.fold) for each in records} <= {(spec.replicate, spec.fold)}
            times = [record.timestamp for record in records]
            assert times == sorted(times)
        for name in set(COMPLETED) - {"stops early"}:
            assert mixed[name].epochs == mixed[name].best_epoch == MIXED[name].training.epochs

    def test_end_of_a_fit_is_reported_once_and_after_its_last_epoch(self, mixed: Run) -> None:
        ends = mixed.recorder.outcomes
        assert sorted(map(id, ends)) == sorted(map(id, mixed.outcomes))
        for end in ends:
            after = mixed.heard[mixed.heard.index(end) :]
            assert not [each for each in after if isinstance(each, EpochRecord) and each.trial_id == end.spec.trial_id]

    def test_loss_goes_down_and_numbers_are_finite(self, mixed: Run) -> None:
        for name in COMPLETED:
            records = mixed.records(name)
            assert all(list(record.metrics) == [metric.name for metric in EPOCH_METRICS] for record in records)
            assert all(math.isfinite(number) for record in records for number in record.metrics.values())
        losses = [record.metrics["loss"] for record in mixed.records("streams")]
        assert losses == sorted(losses, reverse=True)

    def test_score_and_loss_are_those_of_the_kept_epoch(self, mixed: Run) -> None:
        for name in COMPLETED:
            outcome = mixed[name]
            record = mixed.records(name)[outcome.best_epoch - 1]
            assert outcome.val_loss == record.metrics["val_loss"]
            assert 1 - math.exp(outcome.score) == pytest.approx(record.metrics["val_skill"], abs=1e-12)

    @pytest.mark.parametrize("name", COMPLETED)
    def test_forecast_and_score_come_back_from_the_weights(self, mixed: Run, name: str) -> None:
        outcome, windows = mixed[name], windows_of(MIXED[name])
        validation = Validation(windows)
        scorer = scorer_of(MIXED[name], windows)
        forecast = scorer.forecast(weights_of(outcome), validation.origins)
        assert outcome.validation_forecast is not None
        np.testing.assert_allclose(outcome.validation_forecast, forecast, rtol=1e-6)
        again = validation.score(scorer.outputs(weights_of(outcome), validation.origins))
        assert outcome.score == pytest.approx(again.log_ratio, abs=1e-6)
        assert outcome.val_loss == pytest.approx(again.loss, rel=1e-6)

    @pytest.mark.parametrize("name", COMPLETED)
    def test_every_real_bar_is_forecast_whatever_the_batch_size(self, mixed: Run, name: str) -> None:
        windows, forecast = windows_of(MIXED[name]), mixed[name].validation_forecast
        horizon, span = MIXED[name].windows.horizon, windows.spans.validation
        origins = range(span.start - 1, span.stop - horizon)
        count = sum(not all(SERIES.filled[origin + 1 : origin + 1 + horizon]) for origin in origins)
        assert forecast is not None
        assert forecast.shape == (count, horizon)
        assert forecast.dtype == np.float64
        assert (np.isfinite(forecast) & (forecast > 0)).all()

    def test_diverged_fit_has_no_result_and_says_when(self, mixed: Run) -> None:
        outcome = mixed["diverges"]
        assert outcome.message == f"the loss stopped being finite in epoch {outcome.epochs}"
        assert math.isnan(outcome.score)
        assert (outcome.weights, outcome.state, outcome.validation_forecast) == (None, None, None)
        assert not math.isfinite(mixed.records("diverges")[-1].metrics["val_loss"])

    def test_failed_fit_has_no_result_and_says_why(self, mixed: Run) -> None:
        outcome = mixed["fails"]
        assert "sentiment" in outcome.message
        assert math.isnan(outcome.score)
        assert (outcome.epochs, outcome.weights, outcome.state) == (0, None, None)
        assert mixed.records("fails") == []

    def test_early_stopping_keeps_the_epoch_of_least_validation_loss(self, mixed: Run) -> None:
        outcome, records = mixed["stops early"], mixed.records("stops early")
        losses = [record.metrics["val_loss"] for record in records]
        assert outcome.best_epoch == 1 + int(np.argmin(losses))
        assert outcome.best_epoch + 2 == outcome.epochs < 12
        assert outcome.state is not None
        unequal = [not np.array_equal(*pair) for pair in zip(weights_of(outcome), outcome.state.weights, strict=True)]
        assert any(unequal), "the state is that of the last epoch, the weights are not"

    def test_state_of_a_fit_without_early_stopping_holds_its_weights(self, mixed: Run) -> None:
        for name in ("plain", "streams"):
            state = mixed[name].state
            assert state is not None
            assert all(np.array_equal(*pair) for pair in zip(weights_of(mixed[name]), state.weights, strict=True))

    def test_a_fit_does_not_depend_on_its_neighbours_their_order_or_the_run(self, runner: Runner, mixed: Run) -> None:
        names = ["streams", "drops"]
        again = run_fits(runner, [MIXED[name] for name in names])
        for name in names:
            assert_same_bits(again[name], mixed[name])
            assert without_times(again.records(name)) == without_times(mixed.records(name))

    def test_seeds_differ(self, mixed: Run) -> None:
        assert mixed["plain"].score != mixed["other seed"].score
        assert not np.array_equal(weights_of(mixed["plain"])[0], weights_of(mixed["other seed"])[0])

    @pytest.mark.parametrize("stateful", [False, True])
    def test_continued_fit_equals_one_that_never_stopped(self, runner: Runner, stateful: bool) -> None:
        whole = make_fit(
            trial_id="whole", dropout=0.3, recurrent_dropout=0.3, stateful=stateful, batch_size=20, epochs=5
        )
        begun = replace(whole, trial_id="begun", training=replace(whole.training, epochs=2))
        first = run_fits(runner, [whole, begun])
        resumed = replace(whole, trial_id="resumed", initial_epoch=2, start=first["begun"].state)
        second = run_fits(runner, [resumed])
        assert_same_bits(second["resumed"], first["whole"])
        assert without_times(second.records("resumed")) == without_times(first.records("whole")[2:])
        assert without_times(first.records("begun")) == without_times(first.records("whole")[:2])

    def test_loss_of_the_first_step_is_that_of_numpy(self, runner: Runner) -> None:
        one_step = {"epochs": 1, "l2": 0.05, "scale": "minmax"}
        fits = [
            make_fit(trial_id="windows", batch_size=200, **one_step),
            make_fit(trial_id="stream", batch_size=1, lags=100, stateful=True, **one_step),
        ]
        run = run_fits(runner, fits)
        for spec in fits:
            assert run.records(spec.trial_id)[0].metrics["loss"] == pytest.approx(first_loss(spec), rel=1e-5)

    def test_dropout_changes_what_is_learnt(self, mixed: Run) -> None:
        assert mixed.records("plain")[0].metrics["loss"] != mixed.records("dropped")[0].metrics["loss"]
        assert mixed["plain"].score != mixed["dropped"].score
