"""The evaluation against pandas, loops, and what training reported."""

import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from lstm_sweep.config import ModelConfig, WindowsConfig
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.evaluate import Evaluation, _judge, _mark
from lstm_sweep.evaluation.references import Reference
from lstm_sweep.evaluation.selection import find_winner
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.targets import Targets
from lstm_sweep.evaluation.verdict import Against
from lstm_sweep.metrics import Scores
from lstm_sweep.models.scorer import Scorer
from lstm_sweep.stats.copycat import find_copycat
from lstm_sweep.stats.interval import skill_interval
from lstm_sweep.storage.history import History
from lstm_sweep.storage.journal import Journal
from lstm_sweep.training.validation import Validation
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import Trial
from lstm_sweep.windows.windows import Windows, build_windows
from tests.configs import compose_config
from tests.examples import make_fit, make_series
from tests.small_search import FILLED, HORIZON, evaluated, only

TEST_ROWS = range(240, 300)


def scored_by_loop(series: Series, forecast: np.ndarray[Any, Any]) -> dict[str, float]:
    """Scores over the real bars of the test span, one target at a time."""
    origins = [row - 1 for row in TEST_ROWS if row + HORIZON <= 300]
    origins = [origin for origin in origins if any(origin + 1 + k not in FILLED for k in range(HORIZON))]
    assert len(forecast) == len(origins)
    errors, naive_errors, percentages, losses, naive_losses, rightly = [], [], [], [], [], []
    for number, origin in enumerate(origins):
        last, of_window, of_naive = series.values[origin], [], []
        for row in range(origin + 1, origin + 1 + HORIZON):
            if row not in FILLED:
                actual, answer = series.values[row], forecast[number, row - origin - 1]
                errors.append(answer - actual)
                naive_errors.append(last - actual)
                percentages.append(100 * abs(answer - actual) / actual)
                of_window.append(((answer - actual) / last) ** 2)
                of_naive.append(((last - actual) / last) ** 2)
                rightly.append(np.sign(answer - last) == np.sign(actual - last))
        losses.append(sum(of_window) / len(of_window))
        naive_losses.append(sum(of_naive) / len(of_naive))
    mse, naive_mse = (sum(error**2 for error in each) / len(each) for each in (errors, naive_errors))
    mae, naive_mae = (sum(map(abs, each)) / len(each) for each in (errors, naive_errors))
    return {
        "mse": mse,
        "rmse": math.sqrt(mse),
        "mape": sum(percentages) / len(percentages),
        "mae": mae,
        "mae_ratio": mae / naive_mae,
        "direction_accuracy": sum(rightly) / len(rightly),
        "skill": 1 - math.sqrt(sum(losses) / sum(naive_losses)),
        "price_skill": 1 - math.sqrt(mse / naive_mse),
    }


def test_naive_on_real_prices_equals_ten_lines_of_pandas(shared_data: Path) -> None:
    path = shared_data / "btc_usd_1d_2011-2025.csv"
    config = compose_config("data=csv", f"data.path={path}", "+experiment=dropout")
    naive = evaluated(EndedSearch(config, load_series(config.data, ()), path.parent, (), ())).naive
    frame = pd.read_csv(path).sort_values("timestamp")
    price = frame["close"]
    test = slice(int(len(frame) * 0.85), None)
    error = (price - price.shift(1))[test]
    assert naive.rmse == pytest.approx((error**2).mean() ** 0.5, rel=1e-9)
    assert naive.mape == pytest.approx(100 * (error / price[test]).abs().mean(), rel=1e-9)
    assert naive.mae == pytest.approx(error.abs().mean(), rel=1e-9)
    assert (naive.skill, naive.price_skill, naive.mae_ratio) == (0.0, 0.0, 1.0)


def test_evaluation_without_a_trial_that_completed_has_naive_and_no_verdict(search: EndedSearch) -> None:
    for results in ([], only(search, "0002").results):
        evaluation = evaluated(replace(search, results=results))
        assert evaluation.verdict is None
        assert evaluation.scores == {}
        assert evaluation.naive.rmse > 0


def test_scores_of_every_trial_equal_a_loop_over_targets(search: EndedSearch, evaluation: Evaluation) -> None:
    assert list(evaluation.scores) == ["0000", "0001"], "a trial of which a fit diverged is not scored"
    for trial_id, scores in evaluation.scores.items():
        for replicate, of_seed in enumerate(scores):
            expected = scored_by_loop(search.series, evaluation.forecasts[f"{trial_id}/seed_{replicate}"])
            for name, number in expected.items():
                assert getattr(of_seed, name) == pytest.approx(number, rel=1e-9, abs=1e-12), name
    naive = np.repeat(evaluation.targets.last_price[:, None], HORIZON, axis=1)
    for name, number in scored_by_loop(search.series, naive).items():
        if name != "direction_accuracy":
            assert getattr(evaluation.naive, name) == pytest.approx(number, rel=1e-9, abs=1e-12), name
    assert np.isnan(evaluation.naive.direction_accuracy), "it names no direction"


def test_every_completed_fit_is_forecast_once_on_the_same_targets_whatever_its_lags(
    search: EndedSearch, evaluation: Evaluation
) -> None:
    assert list(evaluation.forecasts) == [f"{trial}/seed_{k}" for trial in ("0000", "0001") for k in (0, 1)] + [
        "0002/seed_0"
    ]
    assert {forecast.shape for forecast in evaluation.forecasts.values()} == {evaluation.targets.actual.shape}
    pairs = [row + k for row in TEST_ROWS for k in range(HORIZON) if row + HORIZON <= 300]
    assert evaluation.targets.scored.sum() == sum(target not in FILLED for target in pairs)
    assert evaluation.targets.first_day.startswith("2020-08-28")
    assert evaluation.targets.last_day.startswith("2020-10-26")


def test_evaluation_finds_in_the_journal_what_training_reported(search: EndedSearch, tmp_path: Path) -> None:
    completed = [fit for result in search.results[:2] for fit in result.outcomes]
    with Journal(tmp_path) as journal:
        for fit in completed:
            journal.write_fit(fit, key="")
    for fit in completed:
        line = History.read(tmp_path).fits[fit.spec.fit_id]
        windows = build_windows(search.series, WindowsConfig(**line.windows), line.features)
        warmup = windows.stream_length(line.training["batch_size"])
        validation, scorer = Validation(windows), Scorer(windows, ModelConfig(**line.model), warmup)
        score = validation.score(scorer.outputs(search.files.load(fit.spec.fit_id).weights, validation.origins))
        assert score.log_ratio == pytest.approx(fit.score, abs=1e-6)
        assert score.loss == pytest.approx(fit.val_loss, rel=1e-6)
        assert line.score == fit.score
        np.testing.assert_allclose(score.forecast, fit.validation_forecast, rtol=1e-6)


def test_verdict_is_on_the_winner_over_its_seeds(search: EndedSearch, evaluation: Evaluation) -> None:
    winner = find_winner(search.results)
    assert winner is not None
    assert evaluation.verdict is not None
    by_seed = [evaluation.forecasts[f"{winner.trial.trial_id}/seed_{k}"] for k in (0, 1)]
    loops = [scored_by_loop(search.series, forecast) for forecast in by_seed]
    mean_square = sum((1 - loop["skill"]) ** 2 for loop in loops) / 2
    assert evaluation.verdict.skill == pytest.approx(1 - math.sqrt(mean_square), abs=1e-9)
    mean_square = sum((1 - loop["price_skill"]) ** 2 for loop in loops) / 2
    assert evaluation.verdict.price_skill == pytest.approx(1 - math.sqrt(mean_square), abs=1e-9)
    verdict = evaluation.verdict
    assert (verdict.num_configurations, verdict.num_diverged, verdict.num_seeds) == (3, 1, 2)
    assert (verdict.num_windows, verdict.horizon) == (len(evaluation.targets.actual), HORIZON)
    assert verdict.num_seeds_above == sum(loop["skill"] > 0 for loop in loops)


def test_winner_is_chosen_on_validation_alone(search: EndedSearch) -> None:
    spoiled = search.series.values.copy()
    spoiled[240:] = np.random.default_rng(0).lognormal(5.0, 0.1, 60)
    before, after = (
        evaluated(replace(search, series=series)) for series in (search.series, replace(search.series, values=spoiled))
    )
    assert before.verdict is not None
    assert after.verdict is not None
    assert before.verdict.trial == after.verdict.trial
    assert before.naive != after.naive


def test_nothing_is_marked_where_the_future_leaks(search: EndedSearch, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = evaluated(search)
    sound_inputs = Windows.inputs
    monkeypatch.setattr(Windows, "inputs", lambda self, origins: sound_inputs(self, origins + 1))
    leaking = evaluated(search)
    assert (sound.leak, sound.marks is None) == (None, False)
    assert leaking.leak is not None
    assert (leaking.marks, leaking.superior, leaking.confidence_set) == (None, frozenset(), frozenset())


def test_loop_knows_every_score_but_the_base_rate(search: EndedSearch) -> None:
    evaluation = evaluated(replace(search, results=()))
    naive = np.repeat(evaluation.targets.last_price[:, None], HORIZON, axis=1)
    names = {field.name for field in fields(Scores)}
    assert names - set(scored_by_loop(search.series, naive)) == {"direction_base_rate"}


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("2020-01-01,2020-05-31", "2020-06-01,2020-08-01", "2020-08-01,2020-10-26"),
        ("2020-01-01,2020-05-31", "2020-06-01,2020-10-26", "2020-06-01,2020-10-26"),
        ("2020-01-01,2020-05-31", "2020-08-01,2020-10-26", "2020-06-01,2020-07-31"),
    ],
)
def test_nothing_is_ranked_where_validation_and_test_overlap(
    train: str, validation: str, test: str, search: EndedSearch
) -> None:
    """A trial that was chosen on the days that judge it is no confirmation of anything."""
    spans = (f"windows.train=[{train}]", f"windows.validation=[{validation}]", f"windows.test=[{test}]")
    config = compose_config(*spans, "windows.lags=3")
    with pytest.raises(UserError, match=r"windows.test must start after windows.validation ends.*leak") as error:
        evaluated(replace(search, config=config))
    assert "\n" not in str(error.value)
    assert str(error.value).endswith("so move one of them.")


LONG = make_series(800)
LONG_CONFIG = compose_config("windows.train=0.5", "windows.validation=0.1", "windows.test=0.4", "windows.lags=3")


def long_search(*results: TrialResult) -> EndedSearch:
    return EndedSearch(LONG_CONFIG, LONG, Path(), (), results)


def long_test_span() -> Targets:
    """320 windows: enough for marks and a verdict."""
    return long_search().test


def knowing(share: float, seed: int = 0) -> NDArray[np.float64]:
    """A forecast that knows a share of the coming change."""
    test = long_test_span()
    last, noise = test.last_price[:, None], np.random.default_rng(seed).normal(0.0, 0.001, test.actual.shape)
    return last + share * (test.actual - last) + noise * last


def reference(name: str, share: float) -> Reference:
    return Reference(name, "", 0.0, None, knowing(share, seed=9))


def test_marks_are_given_to_the_trials_and_baselines_that_they_belong_to() -> None:
    test = long_test_span()
    shares = {"0003": 0.3, "0001": -0.5, "0000": 0.3, "0002": -0.4}
    losses = {name: test.loss(knowing(share, seed)) for seed, (name, share) in enumerate(shares.items())}
    references = [reference("naive", 0.0), Reference("ses", "It could not.", math.nan, None, None)]
    marks, superior, confidence_set = _mark(LONG_CONFIG, test, losses, [*references, reference("ridge", 0.3)])
    assert marks is not None
    assert (superior, confidence_set) == ({"0000", "0003"}, {"0000", "0003", "ridge"})
    assert (marks.p_value, marks.num_compared) == (0.0, 4)
    assert _mark(LONG_CONFIG, test, {}, references) == (None, frozenset(), frozenset())


@pytest.mark.parametrize(("rival", "against"), [(-0.1, Against.BEATS), (0.3, Against.EVEN), (0.6, Against.LOSES)])
def test_verdict_is_told_all_that_its_sentence_rests_on(rival: float, against: Against) -> None:
    test, seeds = long_test_span(), [knowing(0.3, seed) for seed in (1, 2, 3)]
    winner = TrialResult(Trial("0001", {"model.units": 8}), completed_fits("0001", 3))
    lost = TrialResult(Trial("0000", {}), (replace(winner.outcomes[0], status=FitStatus.FAILED),))
    copycat = find_copycat(np.mean(seeds, axis=0), test.actual, test.last_price, test.scored, 0.05)
    verdict = _judge(long_search(winner, lost), winner, seeds, copycat, reference("ets", rival), num_uses=2)
    loss = np.mean([test.loss(each) for each in seeds], axis=0)
    seed = derive_seed(LONG_CONFIG.seed, "interval")
    assert verdict.interval == skill_interval(loss, test.naive_loss, horizon=1, alpha=0.05, seed=seed)
    assert verdict.skill == pytest.approx(1 - math.sqrt(loss.sum() / test.naive_loss.sum()))
    assert verdict.interval[0] < verdict.skill < verdict.interval[1]
    assert (verdict.beats_naive, verdict.num_uses, verdict.num_seeds) == (True, 2, 3)
    assert (verdict.num_configurations, verdict.num_diverged) == (2, 1)
    assert (verdict.rival, verdict.against_rival) == ("ets", against)
    assert verdict.trial == "units=8"
    assert verdict.has_signal


def test_signal_is_that_of_the_forecast_averaged_over_the_seeds() -> None:
    """Ten times too bold, it is worse than naive, though it knows something."""
    test, winner = long_test_span(), TrialResult(Trial("0001", {}), completed_fits("0001", 2))
    bold = test.last_price[:, None] + 5.0 * (knowing(0.5) - test.last_price[:, None])
    for forecast, has_signal in ((bold, True), (2 * test.last_price[:, None] - bold, False)):
        copycat = find_copycat(forecast, test.actual, test.last_price, test.scored, 0.05)
        verdict = _judge(long_search(winner), winner, [forecast, forecast], copycat, rival=None, num_uses=1)
        assert verdict.has_signal is has_signal
        assert ("There is signal" in sentence_of(verdict)) is has_signal
        assert (verdict.rival, verdict.beats_naive) == ("", False)


def completed_fits(trial_id: str, num_seeds: int) -> tuple[FitOutcome, ...]:
    fits = [make_fit(trial_id=trial_id, replicate=number) for number in range(num_seeds)]
    return tuple(FitOutcome(fit, FitStatus.COMPLETED, 1, 1, 0.0, 1.0, 1.0) for fit in fits)
