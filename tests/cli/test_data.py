"""`src.data` and `--check` show how a file is read, and train nothing."""

from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.data.preview import sparkline
from tests.commands import run
from tests.data.files.reading import days, rows, walk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "btc.csv").write_text(rows("date,close,volume", days(30), walk(30), list(range(30))))
    return tmp_path


def test_what_was_understood_is_shown_with_the_first_and_last_five_bars(folder: Path) -> None:
    shown = run(folder, "src.data", "btc.csv", "data.features=[volume]").stdout.splitlines()
    assert shown[0] == "btc.csv: 30 bars"
    assert shown[1] == "  file: 30 rows of date, close, volume"
    assert "  price: column 'close', by its name" in shown
    assert (
        shown[shown.index("") - 1]
        == f"  bars: 1D apart, 2021-01-03 ({walk(30)[0]}) to 2021-02-01 ({walk(30)[-1]}), UTC"
    )
    table = [line.split() for line in shown[shown.index("") + 2 :]]
    expected = [
        [day, f"{float(str(price)):g}", str(n)] for n, (day, price) in enumerate(zip(days(30), walk(30), strict=True))
    ]
    assert table[:11] == [*expected[:5], ["..."], *expected[-5:]]
    assert list(folder.iterdir()) == [folder / "btc.csv"]


def test_a_sweep_shows_its_data_alone_when_it_is_asked_to(folder: Path) -> None:
    settings = ("+experiment=dropout", "data=csv", "data.path=btc.csv")
    shown = run(folder, "src.sweep", *settings, "--check")
    assert shown.stdout.startswith("btc.csv: 30 bars\n")
    assert list(folder.iterdir()) == [folder / "btc.csv"]


def test_values_of_any_sign_are_shown(folder: Path) -> None:
    (folder / "spread.csv").write_text(rows("date,price", days(20), [n - 10 for n in range(20)]))
    assert "11 of 20 values are at or below zero" in run(folder, "src.data", "spread.csv").stdout


def test_what_cannot_be_read_is_one_sentence(folder: Path) -> None:
    for arguments, told in ((("none.csv",), "there is no none.csv"), ((), "a file must be named")):
        ended = run(folder, "src.data", *arguments)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert told in ended.stderr
        assert ended.stderr.count("\n") == 1


def test_a_sparkline_is_the_mean_of_each_share() -> None:
    values = np.array([1.0, 1.0, 8.0, 8.0, 4.0, 5.0])
    assert sparkline(values, 3) == "▁█▅"
    assert sparkline(np.ones(5), 60) == "▁▁▁▁▁"
