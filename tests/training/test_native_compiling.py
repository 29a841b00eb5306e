"""Where the LSTM in C comes from: a compiler, a folder, a name that says all; and what happens without."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_sweep.config import FusedRunnerConfig, RunnerConfig
from lstm_sweep.training.build import describe_runner
from lstm_sweep.training.fused.native import compiling, library
from lstm_sweep.training.fused.native.compiling import SOURCE, compile_library, compiler_command, compiler_version
from lstm_sweep.training.fused.native.library import library_for
from tests.commands import REPOSITORY

needs_compiler = pytest.mark.skipif(library_for(True) is None, reason="there is no C compiler")


def config_of(native: bool) -> FusedRunnerConfig:
    return FusedRunnerConfig(kind="fused", backend="jax", checkpoint_seconds=60.0, max_members=None, native=native)


def script(path: Path, lines: str) -> Path:
    """A program that stands in for a compiler."""
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A process that has not looked for the library yet, with an empty cache folder."""
    monkeypatch.setattr(library, "_library", library._library.__wrapped__)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@needs_compiler
def test_a_library_is_compiled_once_and_found_by_whoever_comes_after(tmp_path: Path) -> None:
    command = compiler_command()
    made = compile_library(command, tmp_path)
    before = made.stat()
    assert compile_library(command, tmp_path) == made
    assert (made.stat().st_mtime_ns, made.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert list(tmp_path.iterdir()) == [made]


@needs_compiler
def test_other_flags_another_processor_and_another_source_are_other_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = compiler_command()
    made = {compile_library(command, tmp_path), compile_library(command, tmp_path, ["-O1"])}
    monkeypatch.setattr(compiling, "instruction_sets", lambda: "sse2")
    made.add(compile_library(command, tmp_path))
    monkeypatch.setattr(compiling, "compiler_version", lambda command: "another compiler 1.0")
    made.add(compile_library(command, tmp_path))
    copy = tmp_path / "source" / "lstm.c"
    copy.parent.mkdir()
    for source in SOURCE.parent.glob("*.[ch]"):
        copy.with_name(source.name).write_bytes(source.read_bytes() + b"\n")
    monkeypatch.setattr(compiling, "SOURCE", copy)
    made.add(compile_library(command, tmp_path))
    assert len(made) == 5


COMPILE = """
import sys
from pathlib import Path
from lstm_sweep.training.fused.native.compiling import compile_library, compiler_command
from lstm_sweep.training.fused.native.library import NativeLibrary
NativeLibrary(compile_library(compiler_command(), Path(sys.argv[1])), "")
"""


@needs_compiler
def test_processes_that_compile_at_the_same_time_all_get_a_whole_library(tmp_path: Path) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", COMPILE, tmp_path], cwd=REPOSITORY) for _ in range(4)]
    assert [process.wait(100) for process in processes] == [0, 0, 0, 0]
    assert [path.suffix for path in tmp_path.iterdir()] == [".so"]


def test_the_compiler_is_the_one_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = script(tmp_path / "mine", "echo mine 1.0; echo Copyright nobody")
    monkeypatch.setenv("CC", f"{named} -pipe")
    assert compiler_command() == [str(named), "-pipe"]
    assert compiler_version(compiler_command()) == "mine 1.0"


@pytest.mark.parametrize(
    ("compiler", "told"),
    [
        (None, "cc, gcc or clang is not on the path"),
        ("/nowhere/cc", "/nowhere/cc is not on the path"),
        ("echo 'internal error: out of ideas' >&2; exit 1", "internal error: out of ideas"),
        ("exit 3", "exit status 3"),
        ('[ "$1" = --version ] && echo liar 1.0; exit 0', "No such file"),
        (
            'if [ "$1" = --version ]; then echo liar 1.0; else for last; do :; done; echo text > "$last"; fi',
            "too short",
        ),
    ],
    ids=["none", "not there", "broken", "silent", "makes nothing", "makes no library"],
)
def test_without_a_library_there_is_one_warning_and_xla(
    fresh: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    compiler: str | None,
    told: str,
) -> None:
    if compiler is None:
        monkeypatch.delenv("CC", raising=False)
        monkeypatch.setenv("PATH", str(fresh))
    else:
        named = compiler if compiler.startswith("/nowhere") else str(script(fresh / "cc", compiler))
        monkeypatch.setenv("CC", named)
    assert library_for(True) is None
    assert len(caplog.messages) == 1
    assert told in caplog.text
    assert "install gcc or clang, or set runner.native=false" in caplog.text
    assert describe_runner(config_of(native=True))["lstm"] == "XLA"


def test_nobody_looks_for_a_compiler_where_none_is_wanted(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CC", "/nowhere/cc")
    assert library_for(False) is None
    assert describe_runner(config_of(native=False))["lstm"] == "XLA"
    assert "lstm" not in describe_runner(RunnerConfig(kind="sequential", backend="jax", checkpoint_seconds=60.0))
    assert caplog.messages == []


@needs_compiler
def test_the_environment_names_the_compiler() -> None:
    assert describe_runner(config_of(native=True))["lstm"] == compiler_version(compiler_command())
