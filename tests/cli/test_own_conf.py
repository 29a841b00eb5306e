"""Settings of one's own in ./conf, beside those that are shipped."""

import re
from pathlib import Path

import pytest

from lstm_sweep.cli.composition.compose import compose_command, compose_settings
from lstm_sweep.cli.composition.conf import choices, own_conf, shipped_conf
from lstm_sweep.cli.sweep import COMMAND
from lstm_sweep.errors import UserError
from tests.configs import CONF

MINE = """# @package _global_
# python -m src.sweep +experiment=mine        Is mine any good?
name: mine
search:
  model:
    units: [2, 3]
"""


@pytest.fixture
def experiments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for experiments of one's own, below the working folder, whose name has odd letters."""
    place = tmp_path / "my work [ü], 50% = $x"
    (place / "conf" / "experiment").mkdir(parents=True)
    monkeypatch.chdir(place)
    monkeypatch.setattr("sys.argv", ["sweep"])
    (place / "conf" / "experiment" / "mine.yaml").write_text(MINE)
    return place / "conf" / "experiment"


def test_experiment_of_ones_own_is_composed_with_the_shipped_settings(experiments: Path) -> None:
    for config in (
        compose_command(["+experiment=mine", "seeds=2"]),
        compose_settings(["+experiment=mine", "seeds=2"]),
    ):
        assert config is not None
        assert (config.name, config.seeds, config.search.model.units) == ("mine", 2, [2, 3])
        assert config.tuner.oracle == "grid"


def test_shipped_experiments_stay(experiments: Path) -> None:
    config = compose_command(["+experiment=dropout"])
    assert config is not None
    assert config.name == "dropout"


def test_choice_of_any_group_may_be_ones_own(experiments: Path) -> None:
    (experiments.parent / "model").mkdir()
    (experiments.parent / "model" / "small.yaml").write_text("defaults:\n  - lstm\nunits: 3\n")
    config = compose_command(["+experiment=mine", "model=small"])
    assert config is not None
    assert (config.model.units, config.model.layers) == (3, 1)


def test_help_lists_it_with_its_question(experiments: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (experiments / "silent.yaml").write_text("# @package _global_\nname: silent\n")
    (experiments / "empty.yaml").write_text("")
    assert COMMAND.main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  mine               Is mine any good?" in lines
    assert "  silent" in lines
    assert "  empty" in lines
    assert any(line.startswith("  dropout ") for line in lines)


def test_unknown_one_is_refused_with_all_that_there_are(experiments: Path) -> None:
    with pytest.raises(UserError, match=r"experiment=other does not exist: choose one of .*dropout.*, mine, "):
        compose_command(["+experiment=other"])


@pytest.mark.parametrize("name", ["experiment/dropout.yaml", "model/lstm.yaml"])
@pytest.mark.parametrize("arguments", [["+experiment=dropout"], ["--help"], ["+experiment=mine"]])
def test_name_of_a_shipped_file_is_refused_naming_both(
    experiments: Path, name: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (experiments.parent / name).parent.mkdir(exist_ok=True)
    (experiments.parent / name).write_text(MINE)
    assert COMMAND.main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"error: conf/{name} must have a name of its own, but {CONF / name} is shipped")
    assert told.count("\n") == 1


def test_another_programs_config_and_groups_are_none_of_ours(experiments: Path) -> None:
    (experiments.parent / "config.yaml").write_text("port: 80\n")
    (experiments.parent / "server").mkdir()
    (experiments.parent / "server" / "lstm.yaml").write_text("port: 80\n")
    assert compose_command(["+experiment=mine"]) is not None


def test_file_that_is_no_yaml_is_refused_in_one_sentence(experiments: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (experiments / "broken.yaml").write_text("# @package _global_\nname: [mine\n")
    assert COMMAND.main(["+experiment=broken"]) == 2
    told = capsys.readouterr().err
    assert "broken.yaml" in told
    assert told.count("\n") == 1


def test_in_a_checkout_conf_is_the_shipped_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CONF.parent)
    assert shipped_conf() == CONF
    assert own_conf() is None
    assert list(choices("experiment")) == sorted(path.stem for path in (CONF / "experiment").glob("*.yaml"))


@pytest.mark.parametrize("text", ["name: mine\n", "", "- a\n"])
def test_experiment_without_its_first_line_is_refused_with_it(experiments: Path, text: str) -> None:
    (experiments / "mine.yaml").write_text(text)
    for compose in (compose_command, compose_settings):
        with pytest.raises(UserError, match=r"mine\.yaml must begin with the line '# @package _global_'"):
            compose(["+experiment=mine"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (MINE.replace("mine", "m\xe4ne").encode("latin-1"), r"must be UTF-8 text, but is not \(byte 0xe4 in line 2\)"),
        (MINE.encode("utf-16"), r"must be UTF-8 text, but is not \(byte 0xff in line 1\)"),
        (MINE.encode("utf-8-sig"), "must be UTF-8 without a byte order mark, but begins with one"),
    ],
)
@pytest.mark.parametrize("arguments", [["+experiment=mine"], ["--help"]])
def test_file_that_is_no_plain_text_is_refused_by_its_name(
    arguments: list[str], content: bytes, told: str, experiments: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (experiments / "mine.yaml").write_bytes(content)
    assert COMMAND.main(arguments) == 2
    assert re.match(f"error: conf/experiment/mine.yaml {told}: .*\n$", capsys.readouterr().err)


def test_folder_in_place_of_a_file_is_refused_by_its_name(experiments: Path) -> None:
    (experiments / "folder.yaml").mkdir()
    with pytest.raises(UserError, match=r"folder\.yaml must be a file that can be read, but is not \(Is a directory\)"):
        compose_command(["+experiment=mine"])


def test_other_ending_is_said_with_the_right_one(experiments: Path) -> None:
    (experiments / "other.yml").write_text(MINE)
    with pytest.raises(UserError, match=r"other\.yml must end in \.yaml .*: rename it to conf/experiment/other\.yaml"):
        compose_command(["+experiment=other"])
    (experiments / "other.yml").rename(experiments / "other.yaml")
    assert compose_command(["+experiment=other"]) is not None
