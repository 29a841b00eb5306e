"""The last lines of a sweep: all that a person needs who has nothing else, with commands that can be typed."""

import math
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.config.spelling import typed
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.verdict import Conclusion
from lstm_sweep.sweep.conclusion import Concluded
from lstm_sweep.sweep.last_lines import last_lines
from tests.commands import QUICK, run
from tests.small_search import conclude_whole
from tests.sweep.judged import VERDICT, judged, overrides_of, search_in

BEATS: dict[str, Any] = {"conclusion": Conclusion.BEATS_NAIVE, "skill": 0.02, "price_skill": 0.02, "p_value": 0.01}
ADDRESS = "http://127.0.0.1:5000/#/experiments/1?viewStateShareKey=abc"


def told(search: EndedSearch, concluded: Concluded, *addresses: str, width: int = 200) -> list[str]:
    return last_lines(search, concluded, addresses, width)


def next_command(lines: list[str]) -> str:
    return lines[-1].strip()


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("changes", [{}, BEATS, {"conclusion": Conclusion.WORSE, "statistic": 2.7}])
def test_the_last_twelve_lines_alone_say_all_that_matters(
    width: int, changes: dict[str, Any], whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    concluded = judged(whole, **changes)
    lines = told(search_in(tmp_path / "mine", search, "name=mine"), concluded, ADDRESS, width=width)[-12:]
    text = " ".join(" ".join(lines).split())
    assert re.search(r"Best: lags=\d+, stateful=(true|false) \(trial 000[01]\)", text)
    assert sentence_of(replace(VERDICT, **changes)) in text
    assert "below 0.05 counts as shown." in text
    assert "Next: " in text
    whole_lines = ("Report: ", "MLflow: ", "TensorBoard: ", "      python -", "      lstm-sweep ")
    assert all(len(line) <= width or line.startswith(whole_lines) for line in lines)


def test_a_long_command_leaves_the_last_twelve_rows_of_the_screen_to_what_matters(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    def rows(line: str) -> int:
        return max(1, math.ceil(len(line) / 80))

    for num_settings in range(14):
        settings = [f"search.model.{'x' * 12}{number}=[0.25,0.5]" for number in range(num_settings)]
        lines = told(search_in(tmp_path / "mine", search, *settings), judged(whole), ADDRESS, width=80)
        best = next(place for place, line in enumerate(lines) if line.startswith("Best: "))
        assert sum(map(rows, lines[best:])) <= 12
        (command,) = [line for line in lines if "lstm-sweep sweep" in line]
        assert all(setting in command for setting in settings)
        is_above = lines.index(command) < best
        assert is_above == command.startswith("Command:")
        assert is_above == " ".join(" ".join(lines[best:]).split()).endswith("stays unseen, with the command above.")
    assert is_above


def test_places_are_named_with_what_must_run(
    whole: Concluded, search: EndedSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sweeps").mkdir()
    mine = search_in(Path("sweeps", "mine"), search)
    local, remote, none = (
        replace(
            mine, config=replace(mine.config, tracking=replace(mine.config.tracking, uri=uri, tensorboard=uri is None))
        )
        for uri in ("sqlite:///mlruns/mlflow.db", "http://tracking:5000", None)
    )
    assert told(local, judged(whole), "", ADDRESS)[1:3] == [
        "Report:      sweeps/mine/report.html",
        f"MLflow:      {ADDRESS} (while `mlflow server --backend-store-uri sqlite:///mlruns/mlflow.db` runs)",
    ]
    assert told(remote, judged(whole), ADDRESS)[2] == f"MLflow:      {ADDRESS}"
    assert told(none, judged(whole), "")[2] == "TensorBoard: lstm-sweep tensorboard sweep=mine"
    monkeypatch.setattr("lstm_sweep.sweep.last_lines.in_checkout", lambda: True)
    assert told(none, judged(whole))[2] == "TensorBoard: make tensorboard NAME=mine"


def test_an_address_with_a_secret_is_shown_without_it(whole: Concluded, search: EndedSearch, tmp_path: Path) -> None:
    mine = search_in(tmp_path / "mine", search)
    tracking = replace(mine.config.tracking, uri="postgresql://me:hush@host/db")
    lines = told(replace(mine, config=replace(mine.config, tracking=tracking)), judged(whole), ADDRESS)
    assert "hush" not in " ".join(lines)


@pytest.mark.parametrize(
    ("tied", "others"),
    [
        ((), ""),
        (("0000",), "; all others are shown to be worse on validation"),
        (("0000", "0001"), "; 1 of the 2 others is not told apart from it on validation"),
        (("0000", "0001", "0002"), "; none of the others is told apart from it on validation"),
    ],
)
def test_the_best_is_told_with_how_sure_the_choice_is(
    tied: tuple[str, ...], others: str, whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    selection = Selection(search.results[0], frozenset(tied))
    mine = search_in(tmp_path / "mine", search)
    assert f"Best: lags=8, stateful=false (trial 0000){others}." in told(
        mine, replace(judged(whole), selection=selection)
    )
    stopped = replace(mine, stopped="budget.fits=4 was spent after 2 of 3 trials", results=search.results[:1])
    (line,) = [each for each in told(stopped, replace(judged(whole), selection=selection)) if each.startswith("Best")]
    assert line == "Best (budget.fits=4 was spent after 2 of 3 trials): lags=8, stateful=false (trial 0000)."


def test_a_sweep_that_left_the_test_span_unseen_is_told_how_to_score_it(search: EndedSearch, tmp_path: Path) -> None:
    concluded = conclude_whole(tmp_path / "sweep", search, test=False)
    assert concluded.selection.winner is not None
    unseen = replace(search.config.evaluation, test=False)
    mine = search_in(tmp_path / "mine", search, "name=mine", "evaluation.test=false", evaluation=unseen)
    lines = told(mine, concluded)
    skills = [1 - math.exp(score) for score in concluded.selection.winner.seed_scores.values()]
    mean, deviation = 100 * (1 - math.exp(concluded.selection.winner.score)), 100 * abs(skills[0] - skills[1]) / 2**0.5
    side = "below" if mean > 0 else "above"
    assert (
        f"On validation its error is {abs(mean):.1f} % {side} naive's, averaged over 2 seeds (± {deviation:.1f} %): "
        "the test span has not judged it."
    ) in lines
    assert overrides_of(next_command(lines)) == ["name=mine", typed("evaluation.test", True)]
    assert not any(line.startswith("p: ") for line in lines)


def test_extra_seeds_are_told_where_the_test_span_stays_unseen(search: EndedSearch, tmp_path: Path) -> None:
    concluded = conclude_whole(tmp_path / "sweep", search, test=False)
    unseen = replace(search.config.evaluation, test=False)
    grown = search_in(tmp_path / "mine", search, evaluation=unseen, seeds=1)
    assert any(
        line.endswith("3 trials that could not be told apart had up to 2 seeds (evaluation.extra_seeds=true).")
        for line in told(grown, concluded, width=400)
    )


def test_what_nobody_kept_the_command_of_has_advice_without_one(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    lines = told(replace(search, folder=tmp_path), judged(whole))
    assert lines[-1].strip().endswith("unseen:") or lines[-1].strip().endswith(".")


def test_nothing_that_completed_is_best(search: EndedSearch, tmp_path: Path) -> None:
    diverged = replace(search, results=search.results[2:])
    concluded = conclude_whole(tmp_path / "sweep", diverged)
    lines = told(search_in(tmp_path / "mine", diverged), concluded)
    assert "Best: none, for no trial completed." in lines
    assert lines[-1].endswith("helps against divergence.")


def test_too_few_windows_have_no_p(whole: Concluded, search: EndedSearch, tmp_path: Path) -> None:
    few = judged(whole, conclusion=Conclusion.TOO_FEW_WINDOWS, num_windows=21, p_value=math.nan)
    assert not any(line.startswith("p: ") for line in told(search_in(tmp_path / "mine", search), few))


@pytest.mark.slow
def test_a_sweep_ends_with_commands_that_can_be_typed(tmp_path: Path) -> None:
    predictable = ("data.process=predictable", "data.length=3000", "training.epochs=8", "model.units=8")
    settings = ("name=one", *QUICK, *predictable, "tracking.uri=null", "training.learning_rate=0.01")
    done = run(tmp_path, "src.sweep", *settings)
    assert done.returncode == 0, done.stderr
    *_, advice, command = done.stdout.splitlines()
    assert "beats naive" in done.stdout
    assert advice.startswith(("Next: use it", "      "))
    _, _, *arguments = shlex.split(command)
    used = run(tmp_path, *arguments)
    assert used.returncode == 0, used.stderr
    assert "by the only configuration (trial 0000 of sweep one)" in used.stdout
    assert "is one configuration" in done.stdout


@pytest.mark.slow
def test_a_sweep_that_fails_or_is_refused_has_no_last_lines(tmp_path: Path) -> None:
    done = run(tmp_path, "src.sweep", "+experiment=dropout", *QUICK, "tracking.uri=null", "budget.seconds=-1")
    assert done.returncode == 2
    assert done.stdout == ""
