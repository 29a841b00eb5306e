"""What validation says, from forecasts that were invented so that the answer is known."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.evaluation.selection import LOOKS, find_winner, validation_losses
from lstm_sweep.stats.effects import find_effects
from lstm_sweep.stats.importance import Method
from lstm_sweep.stats.ties import find_ties
from lstm_sweep.trials.identity import derive_seed
from lstm_sweep.trials.outcome import FitOutcome, FitStatus, TrialResult
from lstm_sweep.trials.spec import FitSpec, Trial
from tests.configs import compose_config
from tests.examples import make_fit, make_series
from tests.invented import SPANS, UNITS, Invention, Inventor

VALIDATION = range(180, 240)
FILLED = (190, 200, 201, 202)


def invent(folder: Path, shares: Sequence[float], *overrides: str, noise: float = 0.002, **values: Any) -> Invention:
    """A search whose trials know these shares of the future, whatever their seed and fold."""
    config = compose_config(*SPANS, *overrides)
    inventor = Inventor(lambda spec: shares[int(spec.trial_id)], noise)
    swept = [{UNITS: number + 1} for number in range(len(shares))]
    return Invention(folder, config, make_series(filled=FILLED), inventor, values.get("values", swept))


def losses_by_loop(search: Invention, parts: Sequence[range], horizon: int) -> tuple[list[Any], list[int]]:
    """Relative losses `[trial][seed][window]` and folds, one target at a time, from what the fits left on disk."""
    prices, windows = search.series.values, []
    for fold, part in enumerate(parts):
        inside = [row for row in range(part.start - 1, part.stop - horizon) if row + horizon < part.stop]
        real = [row for row in inside if any(row + step not in FILLED for step in range(1, horizon + 1))]
        windows += [(fold, number, row) for number, row in enumerate(real)]
    found: list[Any] = []
    for result in search.results:
        of_seeds = []
        for seed in sorted({fit.spec.replicate for fit in result.outcomes}):
            losses = []
            for fold, number, row in windows:
                place = f"fold_{fold}/seed_{seed}" if len(parts) > 1 else f"seed_{seed}"
                forecast = search.files.load(f"{result.trial.trial_id}/{place}").validation_forecast[number]
                squares = [
                    ((forecast[step - 1] - prices[row + step]) / prices[row]) ** 2
                    for step in range(1, horizon + 1)
                    if row + step not in FILLED
                ]
                losses.append(sum(squares) / len(squares))
            of_seeds.append(losses)
        found.append(of_seeds)
    return found, [fold for fold, _, _ in windows]


@pytest.mark.parametrize("horizon", [1, 2])
@pytest.mark.parametrize(
    ("folds", "parts"),
    [(1, [VALIDATION]), (3, [range(180, 200), range(200, 220), range(220, 240)])],
)
def test_validation_losses_equal_a_loop(tmp_path: Path, horizon: int, folds: int, parts: list[range]) -> None:
    overrides = (f"windows.horizon={horizon}", f"evaluation.folds={folds}", "seeds=2")
    search = invent(tmp_path, [0.3, 0.5], *overrides)
    losses, numbers = validation_losses(search.results, search.targets, search.answers())
    expected, expected_folds = losses_by_loop(search, parts, horizon)
    np.testing.assert_allclose(losses, expected, rtol=1e-10)
    assert numbers.tolist() == expected_folds
    across = (folds - 1) * (horizon - 1)
    assert len(search.targets.origins) - len(numbers) == across, "windows across the end of a fold belong to none"


def test_losses_of_seeds_come_in_their_order_whatever_the_order_of_outcomes(tmp_path: Path) -> None:
    search = invent(tmp_path, [0.3, 0.5], "evaluation.folds=2", "seeds=3")
    shuffled = [replace(result, outcomes=result.outcomes[::-1]) for result in search.results]
    expected, folds = validation_losses(search.results, search.targets, search.answers())
    losses, numbers = validation_losses(shuffled, search.targets, search.answers())
    np.testing.assert_array_equal(losses, expected)
    np.testing.assert_array_equal(numbers, folds)


def test_winner_ties_and_chances_are_those_of_the_losses_by_trial(tmp_path: Path) -> None:
    search = invent(tmp_path, [0.0, 0.5, -1.0, 0.52], "seeds=3", "evaluation.folds=3")
    selection = search.select()
    assert selection.winner is not None
    winner = selection.winner.trial.trial_id
    assert winner == min(search.results, key=lambda result: result.score).trial.trial_id
    assert selection.tied == {"0001", "0003"}
    losses, folds = validation_losses(search.results, search.targets, search.answers())
    settings: dict[str, Any] = {"horizon": 1, "alpha": 0.05, "seed": derive_seed(search.config.seed, "ties")}
    ties = find_ties(losses, folds, leader=int(winner), **settings)
    assert selection.p_best == {f"{row:04d}": p for row, p in enumerate(ties.p_best)}
    assert sum(selection.p_best.values()) == pytest.approx(1.0)
    assert selection.p_best["0001"] + selection.p_best["0003"] > 0.99


def test_trial_is_tied_with_the_winner_and_not_with_the_lowest_loss(tmp_path: Path) -> None:
    """The winner has the lowest mean of log ratios over folds, which is not always the lowest mean loss."""
    shares = {("0000", 0): 0.9, ("0000", 1): 0.0, ("0001", 0): 0.4, ("0001", 1): 0.35}
    config = compose_config(*SPANS, "seeds=3", "evaluation.folds=2")
    returns = np.diff(np.log(make_series().values), prepend=np.log(100.0))
    returns[210:240] *= 5.0  # the second fold is wild
    series = replace(make_series(), values=np.exp(np.cumsum(returns)))
    inventor = Inventor(lambda spec: shares[spec.trial_id, spec.fold or 0], noise=0.0001)
    search = Invention(tmp_path, config, series, inventor, [{UNITS: 1}, {UNITS: 2}])
    losses, _ = validation_losses(search.results, search.targets, search.answers())
    assert losses.mean(axis=(1, 2)).argmin() == 1
    selection = search.select()
    assert selection.winner is search.results[0]
    assert selection.tied == {"0000", "0001"}


def test_one_seed_says_nothing_about_ties(tmp_path: Path) -> None:
    selection = invent(tmp_path, [0.0, 0.5, 0.5], "seeds=1").select([UNITS])
    assert selection.winner is not None
    assert (selection.tied, selection.p_best) == (frozenset(), {})
    assert [math.isnan(effect.half_width) for effect in selection.effects[UNITS]] == [True] * 3


def test_level_is_shared_by_the_looks_of_extra_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = []

    def noting(*arguments: Any, alpha: float, **settings: Any) -> Any:
        levels.append(alpha)
        return find_ties(*arguments, alpha=alpha, **settings)

    monkeypatch.setattr("lstm_sweep.evaluation.selection.find_ties", noting)
    for number, extra in enumerate(("false", "true")):
        overrides = ("seeds=2", "evaluation.alpha=0.06", f"evaluation.extra_seeds={extra}")
        invent(tmp_path / str(number), [0.1, 0.5], *overrides).select()
    assert levels == [0.06, 0.06 / LOOKS]


def test_diverged_trial_is_neither_tied_nor_counted(tmp_path: Path) -> None:
    def known(spec: FitSpec) -> float:
        return math.nan if spec.fit_id == "0001/seed_2" else [0.5, 0.9, 0.5, 0.0][int(spec.trial_id)]

    config = compose_config(*SPANS, "seeds=3")
    values = [{UNITS: units} for units in (8, 16, 8, 16)]
    search = Invention(tmp_path, config, make_series(), Inventor(known), values)
    assert search.results[1].status is FitStatus.DIVERGED
    selection = search.select([UNITS])
    assert set(selection.p_best) == {"0000", "0002", "0003"}
    assert selection.tied == {"0000", "0002"}
    assert [(effect.value, effect.num_trials) for effect in selection.effects[UNITS]] == [(8, 2), (16, 1)]


def test_nothing_is_selected_where_nothing_completed(tmp_path: Path) -> None:
    selection = invent(tmp_path, [math.nan, math.nan], "seeds=2").select([UNITS])
    assert selection.winner is None
    assert (selection.tied, selection.p_best, selection.effects, selection.importance) == (frozenset(), {}, {}, None)


def test_effects_and_importance_are_of_the_scores_by_seed(tmp_path: Path) -> None:
    shares = {(units, rate): 0.1 * units + 0.3 * rate for units in (1, 2, 3) for rate in (0, 1)}
    values = [{UNITS: units, "model.dropout": rate / 2} for units, rate in shares]
    search = invent(tmp_path, list(shares.values()), "seeds=2", "evaluation.folds=2", values=values)
    selection = search.select([UNITS, "model.dropout"])
    scores = np.array(
        [
            [np.mean([fit.score for fit in result.outcomes if fit.spec.replicate == seed]) for seed in (0, 1)]
            for result in search.results
        ]
    )
    settings = {path: [each[path] for each in values] for path in (UNITS, "model.dropout")}
    assert selection.effects == find_effects(settings, scores, 0.05)
    assert [effect.value for effect in selection.effects[UNITS]] == [1, 2, 3]
    for effect in selection.effects["model.dropout"]:
        rows = [row for row, each in enumerate(values) if each["model.dropout"] == effect.value]
        assert effect.mean == pytest.approx(scores[rows].mean())
        assert effect.num_trials == 3
    assert selection.importance is not None
    assert selection.importance.method is Method.ANOVA
    assert selection.importance.shares is not None
    assert next(iter(selection.importance.shares)) == "model.dropout"


def scored(trial_id: str, *scores: float) -> TrialResult:
    outcomes = tuple(
        FitOutcome(
            make_fit(trial_id=trial_id, replicate=number),
            FitStatus.DIVERGED if math.isnan(score) else FitStatus.COMPLETED,
            *(1, 1, score, 1.0, 1.0),
        )
        for number, score in enumerate(scores)
    )
    return TrialResult(Trial(trial_id, {}), outcomes)


@pytest.mark.parametrize(
    ("results", "winner"),
    [
        ([scored("0000", 0.1, 0.3), scored("0001", 0.0, 0.1)], "0001"),
        ([scored("0001", 0.1), scored("0000", 0.1)], "0000"),
        ([scored("0000", -9.0, math.nan), scored("0001", 5.0, 5.0)], "0001"),
        ([scored("0000", math.nan)], None),
        ([], None),
    ],
)
def test_winner_is_the_completed_trial_of_lowest_mean_score(results: list[TrialResult], winner: str | None) -> None:
    found = find_winner(results)
    assert (found.trial.trial_id if found else None) == winner


def test_winner_is_among_the_trials_with_most_seeds_that_completed() -> None:
    """The others were ruled out before, or lost a seed."""
    few, lost = scored("0000", -0.9, -0.9), scored("0003", -0.9, -0.9, -0.9, math.nan)
    many = [scored("0001", -0.1, 0.1, 0.2, 0.2), scored("0002", -0.2, 0.1, 0.1, 0.1)]
    for results in itertools.permutations([few, lost, *many]):
        assert find_winner(results) is many[1]
    assert find_winner([few, lost]) is few


def test_extra_seeds_count_for_ties_and_not_for_effects(tmp_path: Path) -> None:
    """Trials with more seeds than others would weigh more in the effect of a setting."""
    search = invent(tmp_path, [0.5, 0.5, 0.0], "seeds=4", noise=0.005)
    short = [replace(result, outcomes=result.outcomes[:2]) for result in search.results]
    config = replace(search.config, seeds=2)
    search.config = config
    before = search.select([UNITS], short)
    results = [*search.results[:2], short[2]]
    after = search.select([UNITS], results)
    assert after.effects == before.effects
    assert after.importance == before.importance
    assert set(before.p_best) == {"0000", "0001", "0002"}
    assert set(after.p_best) == {"0000", "0001"}
    losses, folds = validation_losses(search.results[:2], search.targets, search.answers())
    assert losses.shape[1] == 4
    assert after.winner is not None
    settings: dict[str, Any] = {"horizon": 1, "alpha": 0.05, "seed": derive_seed(config.seed, "ties")}
    ties = find_ties(losses, folds, leader=int(after.winner.trial.trial_id), **settings)
    assert list(after.p_best.values()) == ties.p_best.tolist()
