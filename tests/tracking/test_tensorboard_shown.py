"""Which runs TensorBoard is given, and what they are called there."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import pytest
from tensorboard.plugins.hparams import metadata

from lstm_sweep.errors import UserError
from lstm_sweep.storage.folder import write_config
from lstm_sweep.tracking.tensorboard.chosen import chosen_sweeps
from lstm_sweep.tracking.tensorboard.shown import ShownRuns
from lstm_sweep.tracking.tensorboard.tracker import TensorBoardTracker
from tests.tracking.event_reader import read_events
from tests.tracking.scripted import CONFIG, EPOCH_ZERO, record_sweep

TRIALS = ("dropout=0.0, activation=tanh", "dropout=0.25, activation=naïve [x]=1_2, 50 _ _so_ _y_ (0001)")


def make_sweep(folder: Path, age: int = 0) -> Path:
    """A sweep as `scripted` plays it, that wrote last so many seconds before others."""
    folder.mkdir(parents=True)
    record_sweep(TensorBoardTracker(folder / "tensorboard"), folder=folder)
    write_config(folder, asdict(CONFIG))
    (folder / "summary.json").write_text(json.dumps({"verdict": {"sentence": f"Verdict of {folder.name}."}}))
    os.utime(folder / "journal.jsonl", (EPOCH_ZERO / 1000 - age,) * 2)
    return folder


@pytest.fixture
def sweeps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with three sweeps, of which b is the latest."""
    monkeypatch.chdir(tmp_path)
    for name, age in (("a", 20), ("b", 0), ("c", 10)):
        make_sweep(Path("sweeps", name), age)
    return tmp_path


def runs_below(root: Path) -> set[str]:
    """As TensorBoard finds them: it follows links."""
    return {
        str(Path(folder).relative_to(root))
        for folder, _, files in os.walk(root, followlinks=True)
        if any("tfevents" in file for file in files)
    }


@pytest.mark.usefixtures("sweeps")
def test_the_latest_sweep_is_chosen_unless_others_are_named() -> None:
    assert [path.name for path in chosen_sweeps(None)] == ["b"]
    assert [path.name for path in chosen_sweeps("a,c,a")] == ["a", "c"]
    assert [path.name for path in chosen_sweeps("all")] == ["b", "c", "a"]


@pytest.mark.usefixtures("sweeps")
@pytest.mark.parametrize("name", ["d", "a,d", "../sweeps/a", "a, d"])
def test_a_wrong_name_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(UserError, match=r"several with commas between them, but is '.*': choose from b, c, a\.$"):
        chosen_sweeps(name)


def test_without_any_sweep_one_is_to_be_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="below sweeps none has a folder tensorboard: run one first, with "):
        chosen_sweeps("all")


def test_runs_of_one_sweep_are_called_by_what_they_are(sweeps: Path) -> None:
    shown = ShownRuns(sweeps / "root", chosen_sweeps(None), None)
    shown.describe()
    shown.link()
    runs = runs_below(sweeps / "root")
    assert {f"{TRIALS[0]}/seed_0", f"{TRIALS[0]}/test", f"{TRIALS[1]}/seed_1", "naive", "verdict"} <= runs
    assert len(runs) == shown.num_runs == 3 * 2 + 1 + 4
    assert shown.run_of_verdict == "verdict"


def test_runs_of_several_sweeps_are_called_after_them_and_all_verdicts_are_one_text(sweeps: Path) -> None:
    root = sweeps / "root"
    shown = ShownRuns(root, chosen_sweeps("a,b"), None)
    shown.describe()
    shown.link()
    assert {f"a/{TRIALS[0]}/seed_0", f"b/{TRIALS[0]}/seed_0", "a/naive", "b/verdict", "verdicts"} <= runs_below(root)
    texts = [value for event in read_events(root / "verdicts") for value in event.summary.value]
    assert [value.tag for value in texts] == [metadata.EXPERIMENT_TAG, "verdict"]
    assert texts[1].tensor.string_val[0].decode() == "**a** Verdict of a.\n\n**b** Verdict of b."


def test_a_sweep_that_has_not_ended_says_so(sweeps: Path) -> None:
    Path("sweeps/a/summary.json").unlink()
    ShownRuns(sweeps / "root", chosen_sweeps("a,b"), None).describe()
    text = [value for event in read_events(sweeps / "root" / "verdicts") for value in event.summary.value][1]
    assert text.tensor.string_val[0].decode().startswith("**a** not finished\n\n")


def test_runs_that_come_later_are_linked(sweeps: Path) -> None:
    later = Path("sweeps/b/tensorboard", TRIALS[0])
    later.rename(sweeps / "away")
    shown = ShownRuns(sweeps / "root", chosen_sweeps("b"), None)
    shown.describe()
    shown.link()
    assert f"{TRIALS[0]}/seed_0" not in runs_below(sweeps / "root")
    (sweeps / "away").rename(later)
    shown.link()
    assert f"{TRIALS[0]}/seed_0" in runs_below(sweeps / "root")


def test_where_there_is_not_room_for_all_the_verdict_naive_and_the_best_trials_are_shown(sweeps: Path) -> None:
    shown = ShownRuns(sweeps / "root", chosen_sweeps("b"), 5)
    shown.describe()
    shown.link()
    best = {f"{TRIALS[0]}/{run}" for run in ("seed_0", "seed_1", "test")}
    assert runs_below(sweeps / "root") == {"verdict", "naive"} | best
    assert (shown.num_runs, shown.num_left_out) == (5, 6)


def test_the_best_trial_of_each_sweep_comes_before_the_second_of_any(sweeps: Path) -> None:
    shown = ShownRuns(sweeps / "root", chosen_sweeps("a,b"), 1 + 2 * 5 + 2)
    shown.describe()
    shown.link()
    trials = {run for run in runs_below(sweeps / "root") if "seed" in run}
    assert len(runs_below(sweeps / "root")) == shown.num_runs == 1 + 2 * 5 + 2
    assert trials == {f"{name}/{TRIALS[0]}/seed_{seed}" for name in "ab" for seed in range(2)} | {
        f"a/{TRIALS[1]}/seed_{seed}" for seed in range(2)
    }


def test_the_verdict_of_an_older_version_is_found_in_the_same_place(sweeps: Path) -> None:
    Path("sweeps/b/tensorboard/verdict").rename("sweeps/b/tensorboard/sweep")
    shown = ShownRuns(sweeps / "root", chosen_sweeps("b"), None)
    shown.describe()
    shown.link()
    assert {"verdict"} <= runs_below(sweeps / "root")
    assert "sweep" not in runs_below(sweeps / "root")
    assert len(list((sweeps / "root" / "verdict").iterdir())) == 2


@pytest.mark.parametrize(
    ("file", "content", "verdict"),
    [
        ("summary.json", '{"verdict": {"sent', "no verdict: summary.json is not as the sweep wrote it"),
        ("summary.json", "[]", "no verdict: summary.json is not as the sweep wrote it"),
        ("summary.json", '{"verdict": null}', "no verdict: summary.json is not as the sweep wrote it"),
        ("config.yaml", None, "Verdict of b."),
        ("config.yaml", "a: [", "Verdict of b."),
        (
            "config.yaml",
            "evaluation: 3\nsearch: {model: {units: {low: x}, l2: [], dropout: 3}, seed: 4}",
            "Verdict of b.",
        ),
    ],
)
@pytest.mark.parametrize("most_runs", [None, 12])
def test_a_damaged_sweep_is_shown_without_what_cannot_be_read(
    sweeps: Path, file: str, content: str | None, verdict: str, most_runs: int | None
) -> None:
    damaged = Path("sweeps/b", file)
    damaged.unlink() if content is None else damaged.write_text(content)
    shown = ShownRuns(sweeps / "root", chosen_sweeps("a,b"), most_runs)
    shown.describe()
    shown.link()
    runs = runs_below(sweeps / "root")
    assert {f"{name}/{TRIALS[0]}/seed_0" for name in "ab"} <= runs, (
        "also the best first, where there is not room for all"
    )
    text = [value for event in read_events(sweeps / "root" / "verdicts") for value in event.summary.value][1]
    assert text.tensor.string_val[0].decode() == f"**a** Verdict of a.\n\n**b** {verdict}"
    is_lost = content in (None, "a: [")
    assert len(shown.remarks) == is_lost
    assert all(remark.startswith("b: config.yaml ") for remark in shown.remarks)
