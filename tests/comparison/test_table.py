"""The comparison on a terminal."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from lstm_sweep.comparison.columns import COLUMNS, filled
from lstm_sweep.comparison.compare import compare
from lstm_sweep.comparison.settings import differing, setting_words
from tests.comparison.sweeps import add_sweep, verdict

CONFIGS: dict[str, dict[str, Any]] = {
    "units": {"seeds": 2, "model": {"units": 4, "dropout": 0.0}, "search": {"model": {"units": [4, 8], "l2": None}}},
    "small": {"seeds": 2, "model": {"units": 4, "dropout": 0.1}, "search": {"model": {"units": None}}},
    "large": {"seeds": 3, "model": {"units": 64, "dropout": 0.1}, "tracking": {"uri": "x"}, "budget": {"fits": 9}},
    "range": {"seeds": 2, "model": {"units": 4}, "search": {"model": {"dropout": {"low": 0.1, "high": 0.5}}}},
}


@pytest.fixture
def sweeps(tmp_path: Path) -> Path:
    for name, config in CONFIGS.items():
        add_sweep(tmp_path, name, settings=config, summary={"verdict": verdict()})
    return tmp_path


def fields(line: str) -> dict[str, tuple[int, int]]:
    """Where the cells of a line begin and end; two spaces and more lie between them."""
    return {found[0]: found.span() for found in re.finditer(r"\S+(?: \S+)*", line)}


@pytest.mark.parametrize("width", [40, 80, 100, 160, 400])
def test_columns_that_do_not_fit_are_left_out_by_importance_and_named(sweeps: Path, width: int) -> None:
    comparison = compare(sweeps)
    lines = comparison.as_text(width).splitlines()
    assert all(len(line) <= width for line in lines)
    shown = list(fields(lines[0]))
    columns = filled(comparison.groups[0].sweeps)
    hidden = [column.title for column in columns if column.title not in shown]
    assert shown == [column.title for column in columns if column.title not in hidden]
    said = " ".join(line.strip() for line in lines)
    assert f"only on the page: {', '.join(hidden)} The prices" in said or not hidden
    assert width < 80 or {"sweep", "beats naive?", "validation %", "test %", "p", "winner"} <= set(shown)
    assert width < 400 or not hidden
    assert all(f"{column.title}: {column.meaning}." in said for column in columns[1:] if column.title in shown)


def test_every_cell_stands_beneath_its_heading(sweeps: Path) -> None:
    head, *lines = compare(sweeps).as_text(400).splitlines()
    row = next(line for line in lines if line.startswith("small "))
    cells = zip(COLUMNS, fields(head).values(), fields(row).items(), strict=True)
    (sweep,) = (each for each in compare(sweeps).groups[0].sweeps if each.name == "small")
    for column, (start, stop), (text, (cell_start, cell_stop)) in cells:
        assert text == column.text(sweep)
        assert cell_start == start if column.words else cell_stop == max(stop, cell_stop)


def test_settings_that_differ_are_those_that_a_loop_finds(sweeps: Path) -> None:
    loaded = {name: yaml.safe_load((sweeps / name / "config.yaml").read_text()) for name in CONFIGS}
    finished = compare(sweeps).groups[0].sweeps
    expected = set()
    for path in ("seeds", "model.units", "model.dropout", "model.l2", "windows.transform", "evaluation.alpha"):
        found = set()
        for config in loaded.values():
            value, swept = config, config.get("search") or {}
            for name in path.split("."):
                value = value.get(name) if isinstance(value, dict) else None
                swept = swept.get(name) if isinstance(swept, dict) else None
            found.add(str(swept if swept is not None else value))
        expected |= {path} if len(found) > 1 else set()
    assert set(differing(finished)) == expected == {"seeds", "model.units", "model.dropout"}
    text = compare(sweeps).as_text(200)
    assert "  seeds: 3 in large; 2 in the other 3" in text
    assert "  model.dropout: swept 0.1 to 0.5 in range; 0.0 in units; 0.1 in the other 2" in text
    assert "  model.units: " in text
    assert "swept 4, 8 in units" in text


def test_older_sweep_differs_only_where_the_newer_one_has_no_default(tmp_path: Path) -> None:
    add_sweep(tmp_path, "old", settings={"data": {"every": None}})
    new = {"data": {"every": None, "stamp": "start", "join": {}, "missing": [], "decimal": ","}}
    add_sweep(tmp_path, "new", settings=new)
    assert differing(compare(tmp_path).groups[0].sweeps) == {"data.decimal": {",": ["new"], "null": ["old"]}}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "true"),
        (0.123456, "0.1235"),
        ("relu", "relu"),
        ("/home/someone/prices/of/a/very/long/folder/btc.csv", ".../btc.csv"),
        ("x" * 50, "x" * 36 + " ..."),
    ],
)
def test_value_is_said_in_short(value: object, words: str) -> None:
    assert setting_words(value) == words


def test_values_that_are_cut_to_the_same_words_stay_apart(tmp_path: Path) -> None:
    for number in range(3):
        add_sweep(tmp_path, f"sweep_{number}", settings={"data": {"path": f"/{'folder/' * 9}{number}/btc.csv"}})
    (values,) = differing(compare(tmp_path).groups[0].sweeps).values()
    assert list(values) == [".../btc.csv", ".../btc.csv (2)", ".../btc.csv (3)"]


def test_command_that_resumes_is_on_one_line(tmp_path: Path) -> None:
    folder = add_sweep(tmp_path, "a_sweep_of_a_long_name")
    (folder / "summary.json").unlink()
    lines = compare(tmp_path).as_text(40).splitlines()
    assert "  resume it: lstm-sweep sweep name=a_sweep_of_a_long_name resume=true" in lines


def test_nothing_that_changes_a_terminal_is_printed(tmp_path: Path) -> None:
    harm = "a\x1b[31m\nb\tc\x07"
    summary = {"best": {"trial": "0", "values": {harm: harm}, "score": 0.1}, "data": {"name": harm, "digest": harm}}
    for number in range(2):
        add_sweep(tmp_path, f"sweep_{number}", settings={harm: number}, summary=summary)
    text = compare(tmp_path).as_text(100)
    assert all(line.isprintable() for line in text.splitlines())
    assert sum(line.startswith("sweep_") for line in text.splitlines()) == 2


def hyperband(factor: int) -> dict[str, Any]:
    return {"tuner": {"oracle": "hyperband", "batch": 4, "factor": factor}}


def test_setting_that_the_other_sweeps_cannot_have_differs_only_among_those_that_have_it(tmp_path: Path) -> None:
    add_sweep(tmp_path, "grid", settings={"tuner": {"oracle": "grid", "batch": 4}})
    add_sweep(tmp_path, "one", settings=hyperband(3))
    assert list(differing(compare(tmp_path).groups[0].sweeps)) == ["tuner.oracle"]
    add_sweep(tmp_path, "two", settings=hyperband(4))
    found = differing(compare(tmp_path).groups[0].sweeps)
    assert found["tuner.factor"] == {"none": ["grid"], "3": ["one"], "4": ["two"]}


def test_sweep_of_one_configuration_is_won_by_its_settings(tmp_path: Path) -> None:
    best = {"trial": "0000", "values": {}, "score": 0.1}
    settings = {"model": {"layers": 1, "units": 4}, "windows": {"lags": 30}, "training": {"epochs": 2}}
    add_sweep(tmp_path, "one", settings=settings, summary={"best": best})
    (add_sweep(tmp_path, "lost", summary={"best": best}) / "config.yaml").unlink()
    (column,) = (each for each in COLUMNS if each.title == "winner")
    won = {sweep.name: column.text(sweep) for sweep in compare(tmp_path).groups[0].sweeps}
    assert won == {"one": "layers=1, units=4, lags=30, epochs=2", "lost": "the only one"}


@pytest.mark.parametrize(
    ("fits", "verdict_seeds", "text"),
    [(8, 2, "2 x 2 x 2"), (32, 8, "2 x up to 8 x 2"), (32, None, "2 x 2 and more x 2"), (4, 2, "2 x 2 x 2")],
)
def test_extra_seeds_are_counted(tmp_path: Path, fits: int, verdict_seeds: int | None, text: str) -> None:
    settings = {"seeds": 2, "evaluation": {"folds": 2, "extra_seeds": True}}
    summary = {"trials": 2, "fits": fits, "stopped": None, "verdict": verdict(num_seeds=verdict_seeds)}
    add_sweep(tmp_path, "extra", settings=settings, summary=summary)
    (column,) = (each for each in COLUMNS if each.title == "trials x seeds")
    assert [column.text(sweep) for sweep in compare(tmp_path).groups[0].sweeps] == [text]
