"""Arrays come back bit for bit, and nothing lies around that nobody needs."""

from pathlib import Path

import numpy as np
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.storage.files import save_arrays
from lstm_sweep.storage.fit_files import FitFiles
from lstm_sweep.trials.outcome import FitStatus
from tests.storage.records import FORECAST, STATE, WEIGHTS, make_checkpoint, make_outcome, same_bits

NAME = "0003/seed_1"


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_fit_comes_back_bit_for_bit(tmp_path: Path) -> None:
    files = FitFiles(tmp_path)
    files.save(make_outcome(), with_state=True)
    assert same_bits(files.load(NAME).weights, WEIGHTS)
    assert same_bits([files.load(NAME).validation_forecast], [FORECAST])
    assert same_bits(files.load_state(NAME).weights, STATE.weights)
    assert same_bits(files.load_state(NAME).optimizer, STATE.optimizer)


def test_checkpoint_comes_back_bit_for_bit_and_the_last_one_counts(tmp_path: Path) -> None:
    files, expected = FitFiles(tmp_path), make_checkpoint()
    assert files.load_checkpoint(NAME) is None
    for _ in range(2):
        files.save_checkpoint(NAME, expected)
    found = files.load_checkpoint(NAME)
    assert found is not None
    assert (found.val_losses, found.seconds) == (expected.val_losses, expected.seconds)
    assert (found.kept.epoch, found.kept.score, found.kept.val_loss) == (3, -0.1, 0.2)
    assert same_bits(found.kept.weights, expected.kept.weights)
    assert same_bits([found.kept.validation_forecast], [FORECAST])
    assert same_bits(found.state.weights, WEIGHTS)
    assert same_bits(found.state.optimizer, STATE.optimizer)
    assert files_below(tmp_path) == ["checkpoints/0003/seed_1.npz"]


def test_what_nothing_needs_any_more_is_removed(tmp_path: Path) -> None:
    files = FitFiles(tmp_path)
    files.save(make_outcome(), with_state=True)
    files.save_checkpoint(NAME, make_checkpoint())
    for _ in range(2):
        files.remove_state(NAME)
        files.remove_checkpoint(NAME)
    assert files_below(tmp_path) == ["fits/0003/seed_1.npz"]


def test_state_is_kept_only_where_it_is_asked_for(tmp_path: Path) -> None:
    FitFiles(tmp_path).save(make_outcome(), with_state=False)
    assert files_below(tmp_path) == ["fits/0003/seed_1.npz"]


def test_fit_that_came_to_nothing_leaves_no_file(tmp_path: Path) -> None:
    outcome = make_outcome(status=FitStatus.DIVERGED, weights=None, validation_forecast=None, state=None)
    FitFiles(tmp_path).save(outcome, with_state=True)
    assert files_below(tmp_path) == []


def test_file_that_would_run_code_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "fits" / f"{NAME}.npz"
    path.parent.mkdir(parents=True)
    np.savez(path, weight_0=np.array([print], dtype=object))
    with pytest.raises(UserError, match=r"seed_1.npz must hold plain arrays"):
        FitFiles(tmp_path).load(NAME)


@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_damaged_file_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    files = FitFiles(tmp_path)
    files.save(make_outcome(), with_state=False)
    path = tmp_path / "fits" / f"{NAME}.npz"
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[len(content) // 3] ^= 4
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"seed_1.npz must hold"):
        files.load(NAME)


@pytest.mark.parametrize("arrays", [{}, {"weight_0": 1.0}, {"weight_1": 1.0, "validation_forecast": 2.0}])
def test_sound_file_of_something_else_is_refused_by_name(arrays: dict[str, float], tmp_path: Path) -> None:
    save_arrays(tmp_path / "fits" / f"{NAME}.npz", {name: np.array(number) for name, number in arrays.items()})
    save_arrays(tmp_path / "checkpoints" / f"{NAME}.npz", {"foreign": np.zeros(3)})
    files = FitFiles(tmp_path)
    with pytest.raises(UserError, match=r"seed_1.npz must hold weight, validation_forecast, but holds"):
        files.load(NAME)
    with pytest.raises(
        UserError, match=r"seed_1.npz must hold weight, optimizer, kept, .*, but holds foreign: restore"
    ):
        files.load_checkpoint(NAME)
