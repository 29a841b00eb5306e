"""What is read of sweeps, which of them, and in which order."""

import json
import math
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lstm_sweep.comparison.columns import COLUMNS
from lstm_sweep.comparison.compare import Comparison, compare
from lstm_sweep.comparison.kinds import Finished
from lstm_sweep.errors import UserError
from lstm_sweep.locks import holding
from tests.comparison.sweeps import add_sweep, verdict
from tests.test_version_0_1 import FIXTURES


def names(comparison: Comparison) -> list[list[str]]:
    return [[sweep.name for sweep in group.sweeps] for group in comparison.groups]


def shown(sweep: Finished) -> dict[str, str]:
    return {column.title: column.text(sweep) for column in COLUMNS}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_numbers_of_a_sweep_are_those_of_its_summary(tmp_path: Path) -> None:
    folder = add_sweep(tmp_path / "sweeps", "one", settings={"seeds": 2}, summary={"verdict": verdict("worse")})
    summary = json.loads((folder / "summary.json").read_text())
    (sweep,) = compare(tmp_path / "sweeps").groups[0].sweeps
    score = summary["best"]["score"]
    assert float(shown(sweep)["validation %"]) == pytest.approx(100 * (1 - math.exp(score)), abs=0.005)
    assert {title: shown(sweep)[title] for title in ("test %", "interval", "p", "beats naive?", "trials x seeds")} == {
        "test %": "1.23",
        "interval": "-1.00 to 3.00",
        "p": "0.020",
        "beats naive?": "worse",
        "trials x seeds": "4 x 2",
    }
    best = summary["best"]["values"]["model.dropout"]
    assert (shown(sweep)["winner"], shown(sweep)["question"]) == (f"dropout={best}", "dropout")
    assert (shown(sweep)["seconds"], shown(sweep)["USD"]) == ("16", "0.0123")
    assert shown(sweep)["begun (UTC)"].startswith("20")


def test_sweeps_on_the_same_prices_stand_together_and_the_best_on_validation_comes_first(tmp_path: Path) -> None:
    for name, score, digest in (("bad", 0.2, "a"), ("other", 0.0, "b"), ("good", -0.1, "a"), ("none", None, "a")):
        best = None if score is None else {"trial": "0000", "values": {}, "score": score}
        summary = {"best": best, "data": {"name": "example", "bars": 900, "digest": digest}}
        add_sweep(tmp_path, name, summary=summary)
    assert names(compare(tmp_path)) == [["good", "bad", "none"], ["other"]]
    assert compare(tmp_path).groups[0].title == "example, 900 bars, 2020-01-01 to 2022-06-18"


def test_nothing_is_written_into_the_folders_of_sweeps(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "sweeps", tmp_path / "sweeps")
    before = contents(tmp_path)
    comparison = compare(tmp_path / "sweeps")
    assert contents(tmp_path) == before
    comparison.write_page()
    assert contents(tmp_path).keys() - before.keys() == {str(tmp_path / "sweeps" / "index.html")}


def test_sweeps_of_version_0_1_are_read(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "sweeps", tmp_path / "sweeps")
    comparison = compare(tmp_path / "sweeps")
    assert names(comparison) == [["finished"]]
    assert shown(comparison.groups[0].sweeps[0])["beats naive?"] == "too few windows"
    (unfinished,) = comparison.unfinished
    lines = (tmp_path / "sweeps" / "unfinished" / "journal.jsonl").read_text().splitlines()
    done = sum(json.loads(line)["kind"] == "fit" for line in lines)
    assert (unfinished.state, unfinished.advice) == (
        f"unfinished, {done} of 6 fits",
        "resume it: lstm-sweep sweep name=unfinished resume=true",
    )


def test_sweep_that_runs_is_told_from_one_that_was_stopped(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "sweeps" / "unfinished", tmp_path / "unfinished")
    with holding(tmp_path / "unfinished" / "lock", wait=False):
        (running,) = compare(tmp_path).unfinished
    (stopped,) = compare(tmp_path).unfinished
    assert (running.state, running.advice) == ("runs, 2 of 6 fits", "")
    assert stopped.advice


def test_sweep_that_has_lost_its_summary_is_not_said_to_be_resumable(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "sweeps" / "finished", tmp_path / "finished")
    (tmp_path / "finished" / "summary.json").unlink()
    (lost,) = compare(tmp_path).unfinished
    assert lost.state == "has ended after 4 fits, but its summary.json is gone"
    assert "resume" not in lost.advice


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\x00", '{"verdict": ', "[" * 100_000])
def test_damaged_summary_is_said(tmp_path: Path, content: str) -> None:
    add_sweep(tmp_path, "whole")
    (add_sweep(tmp_path, "broken") / "summary.json").write_text(content)
    comparison = compare(tmp_path)
    assert names(comparison) == [["whole"]]
    assert [(each.name, each.state) for each in comparison.unfinished] == [
        ("broken", "cannot be read: summary.json is not as the sweep wrote it")
    ]


@pytest.mark.parametrize("value", [None, 3, "word", [], {}, [1, 2], {"a": {"b": 1}}, True, float("nan")])
@pytest.mark.parametrize("entry", ["best", "verdict", "test", "data", "seconds", "usd", "trials", "diagnostics"])
def test_summary_of_any_shape_is_shown(tmp_path: Path, entry: str, value: object) -> None:
    folder = add_sweep(tmp_path, "odd")
    summary = json.loads((folder / "summary.json").read_text()) | {entry: value}
    (folder / "summary.json").write_text(json.dumps(summary))
    comparison = compare(tmp_path)
    assert "odd" in comparison.as_text(80)
    assert comparison.write_page().exists()


@pytest.mark.parametrize(
    "content", ["", "a: [", "[]", "\x00", "a: !!python/object:os.system {}", "a: &a [*a]", "2020-01-01: 1"]
)
def test_damaged_settings_are_said_and_the_rest_is_shown(tmp_path: Path, content: str) -> None:
    folder = add_sweep(tmp_path, "broken")
    (folder / "config.yaml").write_text(content)
    comparison = compare(tmp_path)
    assert names(comparison) == [["broken"]]
    assert comparison.remarks == ["broken: config.yaml is not as the sweep wrote it, so its settings are not compared."]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"{}\n"), Path.touch])
def test_lost_start_is_said_and_the_rest_is_shown(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    folder = add_sweep(tmp_path, "broken", settings={"search": {"model": {"dropout": [0.0, 0.1]}}})
    whole = damage is Path.touch
    damage(folder / "journal.jsonl")
    comparison = compare(tmp_path)
    assert any("its start are not known" in remark for remark in comparison.remarks) is not whole
    assert shown(comparison.groups[0].sweeps[0])["question"] == "dropout"


def test_names_and_patterns_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("dropout", "dropout-2", "lags"):
        add_sweep(tmp_path / "sweeps", name)
    (tmp_path / "sweeps" / "README.md").touch()
    (tmp_path / "sweeps" / ".cache").mkdir()
    (tmp_path / "sweeps" / "notes").mkdir()
    sweeps = Path("sweeps")
    assert names(compare(sweeps)) == [["dropout", "dropout-2", "lags"]]
    assert names(compare(sweeps, ["drop*"])) == [["dropout", "dropout-2"]]
    assert names(compare(sweeps, ["sweeps/lags/", "dropout"])) == [["dropout", "lags"]]
    assert names(compare(sweeps, ["sweeps/README.md", "sweeps/lags"])) == [["lags"]]
    assert names(compare(sweeps, [f"{tmp_path}/sweeps/lags", "./sweeps/drop*"])) == [["dropout", "dropout-2", "lags"]]


def test_folder_whose_name_is_no_text_is_shown(tmp_path: Path) -> None:
    add_sweep(tmp_path / "sweeps", "plain").rename(os.fsdecode(bytes(tmp_path / "sweeps") + b"/\xff\xfe"))
    comparison = compare(tmp_path / "sweeps")
    assert comparison.as_text().isascii()
    assert 'href="%FF%FE/report.html"' in comparison.write_page().read_text("utf-8")


@pytest.mark.parametrize("name", ["lag", "x*", "", ".", "..", "notes", "sweep=lags", "lags/fits"])
def test_unknown_name_is_refused_with_those_that_there_are_the_closest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for each in ("dropout", "lags"):
        add_sweep(tmp_path / "sweeps", each)
    (tmp_path / "sweeps" / "notes").mkdir()
    with pytest.raises(UserError) as refused:
        compare(Path("sweeps"), [name])
    closest = "lags, dropout" if name in ("lag", "lags/fits") else "dropout, lags"
    assert str(refused.value) == (
        f"a name must be that of a sweep in sweeps/, or a pattern such as 'drop*', but {name!r} is none: "
        f"choose one of {closest}."
    )


@pytest.mark.parametrize("made", [False, True])
def test_folder_without_sweeps_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: bool) -> None:
    monkeypatch.chdir(tmp_path)
    if made:
        (tmp_path / "sweeps").mkdir()
    with pytest.raises(UserError, match=r"sweeps/ must hold sweeps, but there is none in .*: run lstm-sweep sweep"):
        compare(Path("sweeps"))
