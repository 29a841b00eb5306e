"""A path names a file, a folder, a pattern or a list, and is taken as it stands where it exists."""

import os
import shlex
from pathlib import Path
from typing import Any

import pytest

from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.data.files.contents.reading import month, prices, read


@pytest.fixture
def months(tmp_path: Path) -> Path:
    for number in (1, 2, 10):
        (tmp_path / f"btc-{number}.csv").write_text(month(number))
    return tmp_path


ALL = [100 * number + day for number in (1, 2, 10) for day in range(1, 29)]


def test_a_folder_is_its_files_in_the_order_of_the_numbers_in_their_names(months: Path) -> None:
    table = read(str(months))
    assert prices(table) == ALL
    assert table.notes == (f"3 files: {months}/btc-1.csv to {months}/btc-10.csv",)
    assert table.path == str(months)
    assert prices(read(f"{months}/")) == ALL


def test_what_is_no_data_is_left_out_of_a_folder_and_said(months: Path) -> None:
    for name in (".DS_Store", "README.txt", "LICENSE", "btc-1.csv.CHECKSUM", "load.py", "btc-3.csv.part", "notes.md"):
        (months / name).write_text("no data")
    (months / "more").mkdir()
    table = read(str(months))
    assert prices(table) == ALL
    assert table.notes[1] == f"{months}: left out .DS_Store, LICENSE, README.txt and 5 more"


@pytest.mark.parametrize("pattern", ["btc-*.csv", "*", "btc-?*.csv", "**/btc-*", "btc-[0-9]*.csv"])
def test_a_pattern_is_the_files_that_it_matches(months: Path, pattern: str) -> None:
    assert prices(read(f"{months}/{pattern}")) == ALL


def test_two_stars_look_into_folders(months: Path) -> None:
    (months / "a" / "b").mkdir(parents=True)
    os.rename(months / "btc-2.csv", months / "a" / "b" / "btc-2.csv")
    assert sorted(prices(read(f"{months}/**/*.csv"))) == ALL
    assert len(prices(read(f"{months}/*.csv"))) == 56


def test_a_list_is_read_in_its_order(months: Path) -> None:
    table = read([f"{months}/btc-2.csv", f"{months}/btc-1.csv"])
    assert prices(table) == [*range(201, 229), *range(101, 129)]
    assert table.path == "btc-2.csv and 1 more"
    assert prices(read([str(months)])) == ALL
    assert prices(read([f"{months}/btc-1*.csv", months / "btc-2.csv"])) == sorted(ALL[:28]) + ALL[56:] + ALL[28:56]


def test_a_list_comes_from_the_command_line(months: Path) -> None:
    config = compose_config("data=csv", f"data.path=['{months}/btc-1.csv','{months}/btc-2.csv']")
    assert prices(read(config.data.path)) == ALL[:56]  # type: ignore[attr-defined]


def test_a_tilde_is_the_home_folder(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(months))
    assert prices(read("~/btc-1.csv")) == ALL[:28]
    table = read("~/btc-*.csv")
    assert prices(table) == ALL
    assert table.parts[0].path == "~/btc-1.csv"
    assert prices(read("~")) == ALL


@pytest.mark.parametrize(
    "name", ["a*.csv", "b[1].csv", "c (2).csv", "d?.csv", "e:f.csv", "g,h=i €{}.csv", "-x.csv", " "]
)
def test_a_path_that_exists_is_taken_as_it_stands(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name.replace("*", "z").replace("?", "z").replace("[1]", "1")).write_text(month(2))
    (tmp_path / name).write_text(month(1))
    if name.strip():
        assert prices(read(name)) == ALL[:28]
    assert prices(read(str(tmp_path / name))) == ALL[:28]


def test_a_number_is_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "1.csv").write_text(month(1))
    assert prices(read(2024)) == ALL[:28]


def test_a_stream_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, month(1).encode())
    os.close(writing)
    assert prices(read(f"/dev/fd/{reading}")) == ALL[:28]
    os.close(reading)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (None, "but is None: write it like data.path=btc.csv"),
        ([], "but is an empty list: write it like data.path=btc.csv"),
        ("", "but is '': write it like"),
        ([["a.csv"]], r"but is \['a.csv'\]: write it like"),
        (True, "but is True: write it like"),
        ({"a": "b"}, "but is {'a': 'b'}: write it like"),
        ("nowhere.csv", r"there is no nowhere.csv \(looked in .*\): check the path"),
        ("nowhere-*.csv", "no data file matches nowhere-.*: check the pattern"),
        ("~nobody_has_this_name/x.csv", "'~nobody_has_this_name/x.csv' is no path .*: check the path"),
        ("a\0.csv", r"'a\\x00.csv' is no path .*: check the path"),
        ("a" * 300, "a{200} cannot be looked for .*: check the path"),
    ],
)
def test_what_names_no_file_is_refused(wanted: Any, expected: str) -> None:
    with pytest.raises(UserError, match=expected) as caught:
        read(wanted)
    assert str(caught.value).endswith(".")


def test_a_folder_of_folders_is_refused_and_the_advice_works(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "a.csv").write_text(month(1))
    with pytest.raises(UserError, match=r"holds folders only \(2024\): name one of them, or the files below") as caught:
        read(str(tmp_path))
    (argument,) = shlex.split(str(caught.value).rpartition("as in ")[2].removesuffix("."))
    assert prices(read(compose_config("data=csv", argument).data.path)) == ALL[:28]  # type: ignore[attr-defined]


def test_a_file_named_twice_is_refused(months: Path) -> None:
    with pytest.raises(UserError, match=f"names {months}/btc-1.csv 2 times: name it once"):
        read([f"{months}/btc-2.csv", f"{months}/btc-1*.csv", f"{months}/btc-1.csv"])


def test_a_file_that_may_not_be_read_is_refused(months: Path) -> None:
    with pytest.raises(UserError, match=r"but /proc/self/mem cannot \(.*\): check the path and its permissions"):
        read("/proc/self/mem")
