"""A grid that is cut, from the command to its resumption."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from lstm_sweep.storage.encoding import encode, read_lines
from lstm_sweep.storage.lines import JOURNAL, StartLine
from tests.commands import QUICK, run

CUT = ("+experiment=dropout", *QUICK, "tracking.uri=null", "tracking.tensorboard=false", "tuner.max_trials=3")


def dropouts(folder: Path) -> list[float]:
    """In the order of the trials."""
    return list(pd.read_csv(folder / "leaderboard.csv").sort_values("trial")["model.dropout"])


@pytest.mark.slow
def test_a_cut_grid_goes_on_with_the_order_that_it_began_with(tmp_path: Path) -> None:
    done = run(tmp_path, "src.sweep", *CUT)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "sweeps" / "dropout"
    (note,) = json.loads((folder / "summary.json").read_text())["notes"]
    assert note.startswith(
        "grid: tuner.max_trials=3 tries 3 of 6 points, drawn evenly; never tried: dropout=0.0, 0.2, 0.4"
    )
    assert f"  {note}" in done.stdout.splitlines()
    drawn = dropouts(folder)
    assert sorted(drawn) == [0.1, 0.3, 0.5]
    for num_drawn, expected in ((3, drawn), (0, [0.0, 0.1, 0.2])):  # none are in journals of older versions
        start = next(line for _, line in read_lines(folder) if isinstance(line, StartLine))
        began = replace(start, start=replace(start.start, num_drawn=num_drawn))
        (folder / JOURNAL).write_bytes(encode(began))
        (folder / "summary.json").unlink()
        resumed = run(tmp_path, "src.sweep", "name=dropout", "resume=true")
        assert resumed.returncode == 0, resumed.stderr
        assert dropouts(folder) == expected
