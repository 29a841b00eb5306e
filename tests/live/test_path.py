"""A forecast of the next bars, against the evaluation of the sweep and a loop over its own past."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.live.path import forecast_path
from lstm_sweep.live.picture import draw_lines
from lstm_sweep.live.winner import SweepWinner, find_winner
from lstm_sweep.live.written import check_out, printed, write
from tests.small_search import HORIZON, SERIES, Concluded, conclude_in, only


def until(row: int) -> Series:
    """The example series up to a row, that included."""
    columns = {name: column[: row + 1] for name, column in SERIES.covariates.items()}
    rows = slice(0, row + 1)
    return replace(
        SERIES,
        timestamps=SERIES.timestamps[rows],
        values=SERIES.values[rows],
        filled=SERIES.filled[rows],
        covariates=columns,
    )


@pytest.fixture
def winner(concluded: Concluded, folder: Path) -> SweepWinner:
    return find_winner(folder, "median")


def test_the_winner_is_what_the_sweep_chose(winner: SweepWinner, folder: Path, concluded: Concluded) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    assert (winner.facts.trial, winner.facts.values) == (summary["best"]["trial"], summary["best"]["values"])
    assert winner.facts.verdict == concluded[1].tags["verdict"]
    assert winner.facts.unseen_from[:10] == summary["test"]["first_target"][:10]


def test_its_own_skill_is_that_of_its_forecasts_on_the_test_span(winner: SweepWinner, folder: Path) -> None:
    """Window by window, from the file."""
    fit = json.loads((folder / "summary.json").read_text())["best"]["fit"]
    losses: dict[str, list[float]] = {fit: [], "naive": []}
    kept = pd.read_parquet(folder / "forecasts.parquet").query("span == 'test'")
    for _, window in kept.groupby("origin"):
        scored = window[window["scored"]]
        for name, each in losses.items():
            if len(scored):
                each.append(float(np.mean(((scored[name] - scored["actual"]) / scored["naive"].iloc[0]) ** 2)))
    expected = 1 - np.sqrt(np.mean(losses[fit]) / np.mean(losses["naive"]))
    assert winner.facts.skill == pytest.approx(expected, rel=1e-9)
    told = [note for note in forecast_path(winner, SERIES, 1, 0.9).notes if "members=ensemble" in note]
    assert bool(told) == (winner.facts.skill < 0)


@pytest.mark.parametrize("members", ["median", "ensemble"])
def test_its_forecasts_are_those_that_the_evaluation_scored(folder: Path, concluded: Concluded, members: str) -> None:
    winner = find_winner(folder, members)
    kept = pd.read_parquet(folder / "forecasts.parquet").query("span == 'test'")
    fit = json.loads((folder / "summary.json").read_text())["best"]["fit"]
    for origin, rows in list(kept.groupby("origin"))[:: len(kept) // HORIZON // 4]:
        row = int(np.flatnonzero(origin.to_datetime64() == SERIES.timestamps)[0])
        expected = rows[fit if members == "median" else "ensemble"].to_numpy()
        np.testing.assert_allclose(winner.forecast(until(row)), expected, rtol=1e-5)
        np.testing.assert_allclose(winner.forecast_at(SERIES, np.array([row]))[0], expected, rtol=1e-5)


def test_an_interval_is_what_its_past_errors_say(winner: SweepWinner) -> None:
    """By a loop over the bars: every error divided by the volatility at its origin, the 90 % conformal quantile."""
    path = forecast_path(winner, SERIES, 1, 0.9)
    first = int(np.searchsorted(SERIES.timestamps, np.datetime64(winner.facts.unseen_from)))
    returns = SERIES.values[1:] / SERIES.values[:-1] - 1
    squares = [float(np.mean(returns[:20] ** 2))]
    for change in returns:
        squares.append(0.94 * squares[-1] + 0.06 * change**2)
    scales = np.sqrt(squares) * SERIES.values
    errors = [
        abs(winner.forecast(until(target - 1))[0] - SERIES.values[target]) / scales[target - 1]
        for target in range(first, len(SERIES))
        if not SERIES.filled[target]
    ]
    (step,) = path.steps
    half = (step.high - step.low) / 2
    assert half / scales[-1] == pytest.approx(sorted(errors)[_rank(errors) - 1], rel=1e-4)
    assert step.judged == len(errors) - 50
    assert step.price == pytest.approx((step.low + step.high) / 2)


def _rank(errors: list[float]) -> int:
    """Of the quantile, its level moved by each of the intervals before."""
    miss = 0.1
    for known in range(50, len(errors)):
        quantile = sorted(errors[:known])[min(int(np.ceil((known + 1) * (1 - miss))), known) - 1]
        miss += 0.01 * (0.1 - (errors[known] > quantile))
    return min(int(np.ceil((len(errors) + 1) * (1 - miss))), len(errors))


def test_without_unseen_prices_there_is_no_interval_and_it_is_said(winner: SweepWinner) -> None:
    path = forecast_path(
        winner, until(int(np.searchsorted(SERIES.timestamps, np.datetime64(winner.facts.unseen_from))) + 20), 2, 0.9
    )
    assert all(np.isnan([step.low, step.high]).all() for step in path.steps)
    assert any("no interval" in note for note in path.notes)


def test_intervals_without_a_test_are_said_to_be_narrow_and_leave_it_unseen(
    tmp_path: Path, folder: Path, concluded: Concluded, search: EndedSearch
) -> None:
    conclude_in(tmp_path / "unseen", only(search, "0000"), test=False)
    winner = find_winner(tmp_path / "unseen", "median")
    assert winner.facts.shown_until is not None
    path = forecast_path(winner, SERIES, HORIZON, 0.9)
    assert any("chosen" in note for note in path.notes)
    kept = pd.read_parquet(folder / "forecasts.parquet").query("span == 'test'")
    test = int(np.searchsorted(SERIES.timestamps, kept["target"].min().to_datetime64()))
    values = SERIES.values.copy()
    values[test:-1] *= np.linspace(1.5, 2.5, len(values) - 1 - test)
    other = forecast_path(winner, replace(SERIES, values=values), HORIZON, 0.9)
    assert [step.held for step in other.steps] == [step.held for step in path.steps], "the test span was looked at"


@pytest.mark.parametrize(
    ("bars", "coverage", "said"),
    [(3, 0.9, "windows.horizon=3"), (0, 0.9, "bars must be 1 or more"), (1, 90.0, "0.9 for 90 %")],
)
def test_what_cannot_be_forecast_is_refused(winner: SweepWinner, bars: int, coverage: float, said: str) -> None:
    with pytest.raises(UserError, match=said):
        forecast_path(winner, SERIES, bars, coverage)


def test_a_sweep_without_a_winner_is_refused(tmp_path: Path, concluded: Concluded, search: EndedSearch) -> None:
    conclude_in(tmp_path / "none", only(search, "0002"))
    with pytest.raises(UserError, match="no trial of it completed"):
        find_winner(tmp_path / "none", "median")


@pytest.mark.parametrize("name", ["next.csv", "next.json"])
def test_what_is_written_is_what_was_forecast(winner: SweepWinner, tmp_path: Path, name: str) -> None:
    path = forecast_path(winner, SERIES, HORIZON, 0.8)
    write(path, winner, SERIES, tmp_path / name)
    if name == "next.csv":
        rows = pd.read_csv(tmp_path / name).to_dict("records")
    else:
        plain = json.loads((tmp_path / name).read_text())
        rows = plain["steps"]
        assert (plain["verdict"], plain["naive"]) == (winner.facts.verdict, SERIES.values[-1])
    assert [row["forecast"] for row in rows] == pytest.approx([step.price for step in path.steps])
    assert [row["time"] for row in rows] == ["2020-10-27T00:00:00Z", "2020-10-28T00:00:00Z"]


def test_a_link_stays_one_and_what_it_leads_to_is_written(winner: SweepWinner, tmp_path: Path) -> None:
    (tmp_path / "latest.csv").symlink_to(tmp_path / "real.csv")
    write(forecast_path(winner, SERIES, 1, 0.8), winner, SERIES, tmp_path / "latest.csv")
    assert (tmp_path / "latest.csv").is_symlink()
    assert len(pd.read_csv(tmp_path / "real.csv")) == 1


def test_what_is_printed_has_forecast_naive_and_verdict_and_fits_a_terminal(winner: SweepWinner) -> None:
    text = printed(forecast_path(winner, SERIES, HORIZON, 0.9), winner)
    assert max(map(len, text.splitlines())) <= 100
    for expected in ("forecast", "naive", "held", "2020-10-27", "lags=", "days old"):
        assert expected in text
    assert " ".join(winner.facts.verdict.split()) in " ".join(text.split())


def test_other_prices_than_those_of_the_sweep_are_named(winner: SweepWinner) -> None:
    assert not any("do not continue" in note for note in forecast_path(winner, SERIES, 1, 0.9).notes)
    (told,) = (
        note
        for note in forecast_path(winner, replace(SERIES, values=SERIES.values * 1.01), 1, 0.9).notes
        if "do not continue" in note
    )
    assert "its verdict is not about them" in told


def test_a_coverage_that_so_few_errors_cannot_have_is_told(winner: SweepWinner) -> None:
    notes = forecast_path(winner, SERIES, 1, 0.999).notes
    assert any("errors say nothing beyond 98." in note for note in notes)


def test_prices_that_stand_still_have_no_interval(winner: SweepWinner) -> None:
    path = forecast_path(winner, replace(SERIES, values=np.full(len(SERIES), 80.0)), 1, 0.9)
    assert np.isnan(path.steps[0].low)
    assert any("that moved" in note for note in path.notes)


def test_bars_without_times_have_numbers(winner: SweepWinner, tmp_path: Path) -> None:
    times = np.arange(len(SERIES)).astype("datetime64[s]").astype("datetime64[ns]")
    path = forecast_path(winner, replace(SERIES, timestamps=times), HORIZON, 0.9, timed=False)
    text = printed(path, winner)
    assert f"after bar {len(SERIES) - 1} " in text
    assert f"bar {len(SERIES) + 1}" in text
    assert "1970" not in text
    assert "days" not in text
    write(path, winner, SERIES, tmp_path / "next.csv")
    assert pd.read_csv(tmp_path / "next.csv")["time"].isna().all()


def test_the_age_of_the_newest_bar_is_told_where_it_matters(winner: SweepWinner) -> None:
    now = np.datetime64("now", "D").astype("datetime64[ns]")
    days = np.timedelta64(1, "D") * np.arange(1 - len(SERIES), 1)
    for shift, said in ((0, ""), (-3, "days old"), (9, "in the future")):
        notes = forecast_path(winner, replace(SERIES, timestamps=now + np.timedelta64(shift, "D") + days), 1, 0.9).notes
        told = [note for note in notes if "days old" in note or "in the future" in note]
        assert [said in note for note in told] == ([True] if said else [])


def test_files_that_no_forecast_is_written_to_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ends in .csv or .json"):
        check_out(tmp_path / "next.xlsx")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(UserError, match="is a folder"):
        check_out(tmp_path / "folder.csv")
    with pytest.raises(UserError, match="make it first"):
        check_out(tmp_path / "none" / "next.csv")


def test_a_damaged_model_is_refused(folder: Path, concluded: Concluded, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "sweep")
    (tmp_path / "sweep" / "model" / "forecaster.json").write_text("{}")
    with pytest.raises(UserError, match="must describe a forecaster"):
        find_winner(tmp_path / "sweep", "median")


def test_a_picture_shows_past_forecast_and_naive_with_the_verdict(winner: SweepWinner, tmp_path: Path) -> None:
    path = forecast_path(winner, until(270), HORIZON, 0.9)
    write(path, winner, until(270), tmp_path / "next.png")
    content = (tmp_path / "next.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 20_000
    axes = Figure().subplots()
    draw_lines(axes, path, until(270).timestamps[-60:], until(270).values[-60:])
    drawn = {line.get_label(): line.get_ydata() for line in axes.get_lines()}
    assert drawn["actual"].tolist() == SERIES.values[211:271].tolist()
    assert drawn["forecast"].tolist() == [path.naive, *(step.price for step in path.steps)]
    assert set(drawn["naive: the last price"].tolist()) == {path.naive}
