"""The leaderboard: its order, its columns, and what is read back from the file."""

import csv
import itertools
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.metrics import Scores
from lstm_sweep.report.leaderboard import leaderboard, summarize_seeds, write_leaderboard
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config

CONFIG = compose_config()


def outcome(trial_id: str, replicate: int, score: float, status: FitStatus) -> FitOutcome:
    spec = FitSpec(trial_id, replicate, 0, 1, CONFIG.windows, (), CONFIG.model, CONFIG.training)
    seconds = float(np.random.default_rng().random())  # never the same, as on a clock
    return FitOutcome(spec, status, epochs=2, best_epoch=2, score=score, val_loss=1.0, seconds=seconds)


def trial_result(
    trial_id: str, scores: Sequence[float], status: FitStatus = FitStatus.COMPLETED, **values: Any
) -> TrialResult:
    """A trial with these scores, one per seed; `status` is that of its last fit."""
    statuses = [FitStatus.COMPLETED] * (len(scores) - 1) + [status]
    outcomes = tuple(outcome(trial_id, i, score, statuses[i]) for i, score in enumerate(scores))
    return TrialResult(Trial(trial_id, {f"model.{name}": value for name, value in values.items()}), outcomes)


def scores_of(seed: int) -> Scores:
    return Scores(*np.random.default_rng(seed).uniform(0.1, 9.9, 9))


RESULTS = [
    trial_result("0000", [0.3, 0.1], dropout=0.0, units=8),
    trial_result("0001", [-0.9, math.nan], FitStatus.DIVERGED, dropout=0.1, units=16),
    trial_result("0002", [-0.2, -0.1], dropout=0.1, units=None),
    trial_result("0003", [-0.5, math.nan], FitStatus.FAILED, dropout=0.3, units=8),
    trial_result("0004", [0.1, 0.3], dropout=0.2, units=8),
]
SWEPT = ("model.dropout", "model.units")
TEST_SCORES = {trial_id: [scores_of(i), scores_of(i + 100)] for i, trial_id in enumerate(("0000", "0002", "0004"))}


def test_best_trial_comes_first_and_the_diverged_last_whatever_the_order_of_results() -> None:
    for results in itertools.permutations(RESULTS):
        frame = leaderboard(results, SWEPT, TEST_SCORES)
        assert list(frame["trial"]) == ["0002", "0000", "0004", "0001", "0003"]
    assert list(frame["status"]) == ["completed", "completed", "completed", "diverged", "failed"]


def test_completed_trial_without_a_number_for_a_score_comes_before_the_diverged() -> None:
    for position in range(len(RESULTS) + 1):
        results = [*RESULTS[:position], trial_result("0005", [math.nan, 0.1]), *RESULTS[position:]]
        frame = leaderboard(results, SWEPT, {})
        assert list(frame["trial"]) == ["0002", "0000", "0004", "0005", "0001", "0003"]


def test_columns_are_named_by_path_and_hold_no_times_and_no_run_ids() -> None:
    frame = leaderboard(RESULTS, SWEPT, TEST_SCORES)
    assert list(frame.columns[:7]) == ["trial", "status", *SWEPT, "score", "score_std", "val_skill"]
    assert list(frame.columns[7:]) == [
        *("seeds", "tied", "p_best"),
        *("test_mse", "test_mse_std", "test_rmse", "test_rmse_std", "test_mape", "test_mape_std"),
        *("test_mae", "test_mae_std", "test_mae_ratio", "test_mae_ratio_std"),
        *("test_direction_accuracy", "test_direction_accuracy_std", "test_direction_base_rate"),
        *("test_skill", "test_skill_std", "test_price_skill", "test_price_skill_std"),
    ]


def test_test_span_that_is_not_scored_has_no_columns() -> None:
    assert list(leaderboard(RESULTS, SWEPT, {}).columns) == [
        *("trial", "status", *SWEPT, "score", "score_std", "val_skill", "seeds", "tied", "p_best")
    ]


def test_winner_leads_and_what_validation_and_the_marks_say_stands_beside_every_trial() -> None:
    """Extra seeds moved the winner's score above that of a trial that had been ruled out."""
    winner = RESULTS[0]
    selection = Selection(winner, frozenset({"0000", "0004"}), {"0000": 0.7, "0004": 0.3})
    marks = {
        trial_id: {"superior": trial_id == "0004", "in_confidence_set": True, "copycat": False}
        for trial_id in TEST_SCORES
    }
    frame = leaderboard(RESULTS, SWEPT, TEST_SCORES, selection, marks).set_index("trial")
    assert list(frame.index) == ["0000", "0002", "0004", "0001", "0003"]
    assert list(frame["tied"]) == [True, False, True, False, False]
    assert frame["p_best"].dropna().to_dict() == {"0000": 0.7, "0004": 0.3}
    assert list(frame.columns[-3:]) == ["superior", "in_confidence_set", "copycat"]
    assert frame["superior"].dropna().to_dict() == {"0000": False, "0002": False, "0004": True}
    assert list(frame.index[frame["superior"].isna()]) == ["0001", "0003"]


def test_swept_values_keep_their_types() -> None:
    frame = leaderboard(RESULTS, SWEPT, TEST_SCORES)
    assert list(frame["model.units"]) == [None, 8, 8, 16, 8]
    assert all(isinstance(value, int) for value in frame["model.units"] if value is not None)


def test_numbers_are_those_of_the_results() -> None:
    frame = leaderboard(RESULTS, SWEPT, TEST_SCORES).set_index("trial")
    best = frame.loc["0002"]
    assert best["score"] == pytest.approx(-0.15)
    assert best["score_std"] == pytest.approx(statistics.stdev([-0.2, -0.1]))
    assert best["val_skill"] == pytest.approx(1 - math.exp(-0.15))
    rmses = [scores.rmse for scores in TEST_SCORES["0002"]]
    assert best["test_rmse"] == pytest.approx(statistics.mean(rmses))
    assert best["test_rmse_std"] == pytest.approx(statistics.stdev(rmses))


def test_trial_that_diverged_has_no_numbers() -> None:
    diverged = leaderboard(RESULTS, SWEPT, TEST_SCORES).set_index("trial").loc["0001"]
    assert diverged["score"] == math.inf
    assert diverged["seeds"] == 2
    assert diverged.drop(["status", *SWEPT, "score", "seeds"]).isna().all()


def test_summary_holds_mean_and_deviation_of_every_score() -> None:
    seeds = [scores_of(i) for i in range(4)]
    summary = summarize_seeds(seeds)
    for name in Scores.__dataclass_fields__:
        values = [getattr(scores, name) for scores in seeds]
        assert summary[f"test_{name}"] == pytest.approx(statistics.mean(values))
        if name != "direction_base_rate":
            assert summary[f"test_{name}_std"] == pytest.approx(statistics.stdev(values))


def test_summary_of_one_seed_has_no_deviation() -> None:
    summary = summarize_seeds([scores_of(0)])
    assert summary["test_rmse"] == scores_of(0).rmse
    assert math.isnan(summary["test_rmse_std"])


def test_summary_of_a_runaway_seed_is_infinite() -> None:
    runaway = Scores(math.inf, math.inf, math.inf, math.inf, math.inf, 0.5, 0.5, -math.inf, -math.inf)
    summary = summarize_seeds([scores_of(0), runaway])
    assert (summary["test_mse"], summary["test_skill"]) == (math.inf, -math.inf)
    assert math.isnan(summary["test_mse_std"])


def test_equal_sweeps_give_equal_bytes(tmp_path: Path) -> None:
    again = [
        trial_result(
            result.trial.trial_id,
            [fit.score for fit in result.outcomes],
            result.outcomes[-1].status,
            **{path.removeprefix("model."): value for path, value in result.trial.values.items()},
        )
        for result in RESULTS
    ]
    assert [fit.seconds for fit in again[0].outcomes] != [fit.seconds for fit in RESULTS[0].outcomes]
    for name, results in (("one.csv", RESULTS), ("two.csv", again[::-1])):
        write_leaderboard(leaderboard(results, SWEPT, TEST_SCORES), tmp_path / name)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_file_holds_every_digit(tmp_path: Path) -> None:
    frame = leaderboard(RESULTS, SWEPT, TEST_SCORES)
    write_leaderboard(frame, tmp_path / "leaderboard.csv")
    with (tmp_path / "leaderboard.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["model.units"] for row in rows] == ["", "8", "8", "16", "8"]
    for row, (_, expected) in zip(rows, frame.iterrows(), strict=True):
        for name in frame.columns[4:].drop("tied"):
            assert row[name] == "" if math.isnan(expected[name]) else float(row[name]) == expected[name]
    read = pd.read_csv(tmp_path / "leaderboard.csv", dtype={"trial": str})
    numbers = frame[list(frame.columns[4:])].astype(float)
    pd.testing.assert_frame_equal(read[list(numbers)].astype(float), numbers, check_exact=True)


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "leaderboard.csv"
    path.write_text("old")
    write_leaderboard(leaderboard(RESULTS, SWEPT, {}), path)
    header = b"trial,status,model.dropout,model.units,score,score_std,val_skill,seeds,tied,p_best"
    assert path.read_bytes().startswith(header + b"\n0002,")
    assert list(tmp_path.iterdir()) == [path]
