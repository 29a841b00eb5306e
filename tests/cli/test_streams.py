"""Standard output and error that cannot be written to: nothing comes to depend on who reads."""

import shlex
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from tests.commands import PYTHONPATH, QUICK

LOST = "standard output cannot be written to (No space left on device): what would be there is left out\n"
WHOLE = {"leaderboard.csv", "summary.json", "report.html", "journal.jsonl"}


def shell(folder: Path, before: str, module: str, *arguments: str, after: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in bash, between what sets its environment and what redirects it."""
    command = shlex.join([sys.executable, "-m", module, *arguments])
    line = f"set -o pipefail; PYTHONPATH={shlex.quote(PYTHONPATH)} {before} {command} {after}"
    return subprocess.run(["bash", "-c", line], cwd=folder, capture_output=True, text=True, timeout=280)


@pytest.mark.parametrize("module", ["src.sweep", "src.report", "src.sync", "src.audit", "lstm_sweep"])
@pytest.mark.parametrize(
    ("redirected", "told"),
    [
        (">&-", ""),
        ("2>&- >/dev/null", ""),
        ("| true", ""),
        (">/dev/full", LOST),
        (">/dev/full 2>/dev/full", ""),
        ("<&- >&- 2>&-", ""),
    ],
)
def test_help_that_nobody_can_read_ends_without_a_traceback(
    redirected: str, told: str, module: str, tmp_path: Path
) -> None:
    done = shell(tmp_path, "", module, "--help", after=redirected)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", told)


def test_error_that_nobody_can_read_is_nowhere_else_and_keeps_its_status(tmp_path: Path) -> None:
    for redirected in ("2>&-", "2>/dev/full", "2> >(true)"):
        done = shell(tmp_path, "", "src.report", "swep=mine", after=redirected)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", ""), redirected


def test_letters_that_the_encoding_lacks_are_replaced(tmp_path: Path) -> None:
    done = shell(tmp_path, "PYTHONIOENCODING=ascii", "src.report", "swep=±")
    assert done.returncode == 2
    assert r"but is 'swep=\xb1'" in done.stderr


def test_file_that_is_opened_next_is_not_taken_for_a_closed_stream(tmp_path: Path) -> None:
    code = (
        "import os; from lstm_sweep.cli.streams import settle_streams; settle_streams(); "
        "mine = open('mine', 'w'); os.write(1, b'C code writes here'); os.write(2, b'and here'); mine.write('me')"
    )
    line = f"PYTHONPATH={shlex.quote(PYTHONPATH)} {sys.executable} -c {shlex.quote(code)} <&- >&- 2>&-"
    assert subprocess.run(["bash", "-c", line], cwd=tmp_path, timeout=60).returncode == 0
    assert (tmp_path / "mine").read_text() == "me"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", ">&-", ""),
        ("", "2>&-", ""),
        ("", "| head -1", ""),
        ("", ">/dev/full", LOST),
        ("", "<&- >&- 2>&-", ""),
        ("PYTHONIOENCODING=ascii", "", ""),
        ("LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "", ""),
        ("COLUMNS=20", "", ""),
    ],
)
def test_sweep_is_whole_whoever_reads(before: str, after: str, told: str, tmp_path: Path) -> None:
    settings = (*QUICK, "seeds=2", "tracking.uri=null")
    done = shell(tmp_path, before, "src.sweep", "+experiment=dropout", *settings, after=after)
    assert (done.returncode, done.stderr) == (0, told)
    assert {path.name for path in (tmp_path / "sweeps" / "dropout").iterdir()} >= WHOLE
    if after == "":
        assert ("? = deviation" in done.stdout) == (before != "COLUMNS=20")
    if after == "| head -1":
        assert done.stdout.startswith("Sweep dropout: ")
        assert done.stdout.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(which("script") is None, reason="there is no `script` to make a terminal")
@pytest.mark.parametrize("before", ["COLUMNS=20", "COLUMNS=100", "PYTHONIOENCODING=ascii TERM=dumb"])
def test_progress_bar_counts_fits_on_any_terminal(before: str, tmp_path: Path) -> None:
    settings = ["+experiment=dropout", *QUICK, "tracking.uri=null"]
    command = shlex.join(["env", *before.split(), sys.executable, "-m", "src.sweep", *settings])
    line = f"PYTHONPATH={shlex.quote(PYTHONPATH)} script -qec {shlex.quote(command)} /dev/null"
    shown = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert shown.returncode == 0
    assert "Traceback" not in shown.stdout
    assert "6/6" in shown.stdout
    assert "…" not in shown.stdout
