"""The last lines of a sweep: all that a person needs who has nothing else, with commands that can be typed."""

import math
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.cli.composition.compose import compose_settings
from lstm_sweep.config.spelling import typed
from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.evaluation.selection import Selection
from lstm_sweep.evaluation.sentence import sentence_of
from lstm_sweep.evaluation.verdict import Conclusion, Verdict
from lstm_sweep.storage.folder import COMMAND
from lstm_sweep.sweep.conclusion import Concluded
from lstm_sweep.sweep.last_lines import last_lines
from tests.commands import QUICK, run
from tests.small_search import conclude_whole

VERDICT = Verdict(
    conclusion=Conclusion.NOT_SHOWN,
    trial="lags=8, stateful=false",
    skill=-0.002,
    price_skill=-0.01,
    statistic=0.4,
    p_value=0.83,
    num_windows=750,
    horizon=1,
    num_seeds=2,
    num_seeds_above=1,
    num_configurations=3,
    num_diverged=1,
    interval=(-0.0251, 0.0104),
)
BEATS: dict[str, Any] = {"conclusion": Conclusion.BEATS_NAIVE, "skill": 0.02, "price_skill": 0.02, "p_value": 0.01}
ADDRESS = "http://127.0.0.1:5000/#/experiments/1?viewStateShareKey=abc"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, search: EndedSearch) -> Concluded:
    return conclude_whole(tmp_path_factory.mktemp("sweeps") / "sweep", search)


def search_in(folder: Path, search: EndedSearch, *typed_arguments: str, **config: Any) -> EndedSearch:
    """The same search, begun by these arguments in a folder of its own, under a config with other values."""
    folder.mkdir(exist_ok=True)
    arguments = ", ".join(f'"{each}"' for each in typed_arguments)
    (folder / COMMAND).write_text(f"[{arguments}]")
    return replace(search, folder=folder, config=replace(search.config, **config))


def judged(whole: Concluded, **changes: Any) -> Concluded:
    verdict = replace(VERDICT, **changes)
    end = replace(whole.end, tags={**whole.end.tags, "verdict": sentence_of(verdict)})
    return replace(whole, verdict=verdict, end=end)


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


def overrides_of(command: str) -> list[str]:
    program, *arguments = shlex.split(command)
    return arguments[arguments.index("sweep") + 1 :] if program == "python" else arguments[1:]


def test_what_is_not_shown_may_be_tried_with_more_seeds_and_the_test_span_unseen(
    whole: Concluded, search: EndedSearch, tmp_path: Path
) -> None:
    for arguments, budget, seeds in (((), None, 4), (("seeds=2", "budget.fits=6", "name=mine"), 6, 4)):
        limits = replace(search.config.budget, fits=budget)
        mine = search_in(tmp_path / "mine", search, "+experiment=dropout", *arguments, budget=limits)
        config = compose_settings(overrides_of(next_command(told(mine, judged(whole)))))
        assert (config.seeds, config.evaluation.test) == (seeds, False)
        assert config.budget.fits == (None if budget is None else 2 * budget)
        assert config.search.model.dropout == compose_settings(["+experiment=dropout"]).search.model.dropout


def test_one_configuration_is_told_to_sweep_something(whole: Concluded, search: EndedSearch, tmp_path: Path) -> None:
    mine = replace(search_in(tmp_path / "mine", search, "name=mine"), swept=())
    config = compose_settings(overrides_of(next_command(told(mine, judged(whole)))))
    units = search.config.model.units
    assert config.search.model.units == [units, 2 * units, 4 * units]
    assert not config.evaluation.test


def test_a_sweep_that_left_the_test_span_unseen_is_told_how_to_score_it(search: EndedSearch, tmp_path: Path) -> None:
    concluded = conclude_whole(tmp_path / "sweep", search, test=False)
    unseen = replace(search.config.evaluation, test=False)
    mine = search_in(tmp_path / "mine", search, "name=mine", "evaluation.test=false", evaluation=unseen)
    lines = told(mine, concluded)
    assert overrides_of(next_command(lines)) == ["name=mine", typed("evaluation.test", True)]
    assert not any(line.startswith("p: ") for line in lines)


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
