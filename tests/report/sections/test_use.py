"""What the page says can be run is run, as it stands there."""

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lstm_sweep import open_sweep
from lstm_sweep.report.page.build import write_report
from lstm_sweep.tracking.mlflow.cursor import Cursor
from lstm_sweep.trials.outcome import FitStatus
from tests.commands import PYTHONPATH, QUICK, run
from tests.report.folder import COMMAND, make_sweep
from tests.report.reading import Reader

NAME = "odd.name_1-2"


def snippets(page: str) -> list[tuple[str, str]]:
    """Language and text of everything that can be run, in the order of the page."""
    found = re.findall(r'<pre class="command" data-language="(\w+)">(.*?)</pre>', page, re.DOTALL)
    return [(language, html.unescape(text)) for language, text in found]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a sweep was run."""
    place = tmp_path_factory.mktemp("work")
    search = "search.model.dropout={low: 0.0, high: 0.4}"
    swept = ("tuner=random", "tuner.max_trials=2", search, "search.model.activation=[tanh,relu]")
    done = run(place, "src.sweep", *QUICK, *swept, f"name={NAME}")
    assert done.returncode == 0, done.stderr
    return place


def printed(place: Path, *command: str) -> str:
    """What a command prints in `place`, where `python` is the one that runs this test."""
    programs = place / "programs"
    programs.mkdir(exist_ok=True)
    if not (programs / "python").exists():
        (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (programs / "python").chmod(0o755)
    environment = os.environ | {"PYTHONPATH": PYTHONPATH, "PATH": f"{programs}:{os.environ['PATH']}"}
    environment.pop("KERAS_BACKEND", None)
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_everything_on_the_page_runs(place: Path) -> None:
    sweeps = place / "sweeps"
    sweep = open_sweep(NAME, sweeps)
    printed(place, "python", "-m", "src.report", f"sweep={NAME}")
    found = snippets((sweep.folder / "report.html").read_text())
    assert [language for language, _ in found] == ["shell"] * 2 + ["python"] * 2 + ["shell"] * 4
    ahead, promote = (code for _, code in found[:2])
    assert f"of sweep {NAME})" in printed(place, "bash", "-c", ahead)
    printed(place, "bash", "-c", f"{promote} force=true")
    past = pd.read_csv(sweep.folder / "model" / "example.csv")
    expected = sweep.best_forecaster().forecast(past)
    for language, code in found[2:4]:
        assert language == "python"
        said = re.findall(r"\d+\.\d+", printed(place, sys.executable, "-c", code))
        np.testing.assert_allclose([float(number) for number in said], expected, rtol=1e-6)
    best, again, audit, report = (code for _, code in found[4:])
    printed(place, "bash", "-c", best)
    config = json.loads((sweeps / f"{NAME}-best" / "summary.json").read_text())
    assert config["best"]["values"] == sweep.summary["best"]["values"]
    assert (config["fits"], config["test"]) == (10, None)
    printed(place, "bash", "-c", again)
    assert json.loads((sweeps / f"{NAME}-2" / "summary.json").read_text())["best"] == sweep.summary["best"]
    assert "report.html" in printed(place, "bash", "-c", report)
    pytest.importorskip("tensorflow")
    assert "within the tolerance" in printed(place, "bash", "-c", audit)


def test_sweep_that_was_not_logged_says_nothing_of_mlflow(tmp_path: Path) -> None:
    found = snippets(write_report(make_sweep(tmp_path / "example")).read_text())
    assert [language for language, _ in found] == ["shell", "shell", "python", *["shell"] * 4]
    assert found[4] == ("shell", COMMAND)


def test_hidden_parts_of_an_address_are_spoken_of(tmp_path: Path) -> None:
    folder = make_sweep(tmp_path / "example")
    Cursor("https://***@example.org", "12ab", 0).save(folder)
    text = Reader(write_report(folder).read_text()).texts["use"]
    assert "mlflow.set_tracking_uri('https://***@example.org')" in text
    assert "runs:/12ab/forecaster" in text
    assert "Write what the address keeps secret in place of ***." in text


def test_without_a_model_the_sweep_can_still_be_repeated(tmp_path: Path) -> None:
    lost = dict.fromkeys(range(4), (FitStatus.DIVERGED, "the loss stopped being finite"))
    found = snippets(write_report(make_sweep(tmp_path / "example", lost=lost)).read_text())
    assert [text.split()[0] for _, text in found] == ["python", "lstm-sweep", "lstm-sweep"]
    page = Reader(write_report(make_sweep(tmp_path / "none", lost=lost, summary={"command": None})).read_text())
    assert ": No trial completed, and summary.json holds no command." in page.texts["use"]
