"""What is wrong at first sight is answered before the libraries that read and train are imported."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import PYTHONPATH

HEAVY = ("jax", "tensorflow", "keras", "keras_tuner", "mlflow", "pandas", "scipy", "sklearn", "tensorboard")
PROGRAM = f"""
import runpy, sys
sys.argv[0] = sys.argv.pop(1)
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
except SystemExit as ended:
    status = ended.code
print("imported:", *[name for name in {HEAVY!r} if name in sys.modules])
sys.exit(status)
"""
CSV = ("src.sweep", "+experiment=dropout", "data=csv")

ANSWERS = {
    "missing file": ((*CSV, "data.path=nowhere.csv"), 2, "there is no nowhere.csv (looked in "),
    "missing file in a folder of nobody": ((*CSV, "data.path=~/no/where.csv"), 2, "there is no ~/no/where.csv"),
    "missing file with odd signs": ((*CSV, "data.path=no(where), €.csv"), 2, "there is no no(where), €.csv"),
    "help": (("src.sweep", "--help"), 0, "+experiment=dropout"),
    "help in short": (("src.sweep", "-h"), 0, "+experiment=dropout"),
    "help with one dash": (("src.sweep", "-help"), 0, "+experiment=dropout"),
    "help in a word": (("src.sweep", "help"), 0, "+experiment=dropout"),
    "version": (("src.sweep", "--version"), 0, "lstm-sweep "),
    "version of a small command": (("src.audit", "-V"), 0, "lstm-sweep "),
    "flag": (("src.sweep", "--resume"), 2, "write resume=true"),
    "flag with a value": (("src.sweep", "--name", "foo"), 2, "write name=foo"),
    "unknown experiment": (("src.sweep", "+experiment=dropuot"), 2, "+experiment=dropuot does not exist"),
    "unknown setting": (("src.sweep", "model.droput=0"), 2, "did you mean model.dropout?"),
    "nothing": (("src.sweep",), 2, "add +experiment=NAME"),
    "budget without room for a trial": (
        ("src.sweep", "+experiment=dropout", "seeds=2", "evaluation.folds=3", "budget.fits=5"),
        2,
        "one trial, which takes 6 fits (seeds=2 x evaluation.folds=3), but is 5: write budget.fits=6 or more.",
    ),
    "sweep that is not there to be resumed": (("src.sweep", "name=mine", "resume=true"), 2, "there is no sweeps/mine"),
    "name that is too long": (("src.sweep", f"name={'ä' * 71}"), 2, "at most 140 bytes long, but"),
    "audit of nothing": (("src.audit", "sweep=mine"), 2, "sweeps/mine must be a finished sweep"),
    "audit of nothing named": (("src.audit",), 2, "add sweep=NAME"),
    "report of nothing named": (("src.report", "mine"), 2, "sweep=NAME"),
    "sync of nothing": (("src.sync", "sweep=mine"), 2, "sweeps/mine must be the folder of a sweep"),
    "unknown command": (("lstm_sweep", "swep"), 2, "a command must be one of"),
    "all commands": (("lstm_sweep", "help"), 0, "audit"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_answer_comes_before_anything_heavy_is_imported(case: str, tmp_path: Path) -> None:
    arguments, status, told = ANSWERS[case]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": PYTHONPATH, "HOME": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    assert told in (done.stderr if status else done.stdout)
    assert done.stderr.count("\n") == (1 if status else 0)
    assert done.stdout.splitlines()[-1] == "imported:"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["[a.csv,b.csv]", "*.csv", "a.zip:b.csv", "'a?.csv'"])
def test_paths_that_are_more_than_a_files_name_are_left_to_the_reader(path: str, tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv[1:] = []\n"
        "from lstm_sweep.cli.composition.compose import compose_command\n"
        "from lstm_sweep.sweep.early import check_early\n"
        f"check_early(compose_command(['+experiment=dropout', 'data=csv', {f'data.path={path}'!r}]))\n"
    )
    environment = {"PYTHONPATH": PYTHONPATH}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, timeout=60)
    assert done.returncode == 0
