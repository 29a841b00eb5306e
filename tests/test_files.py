from pathlib import Path

import numpy as np
import pytest

from src.files import load_weights, replacing, save_weights


def test_old_content_stays_until_the_block_has_ended_well(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with replacing(path) as unfinished:
        unfinished.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_old_content_stays_where_the_block_fails(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="no space"):
        _run_out_of_space(path)
    assert path.read_text() == "old"


def test_weights_come_back_bit_for_bit_and_in_order(tmp_path: Path) -> None:
    weights = [np.arange(number, dtype=np.float32) / 3 for number in range(12)] + [np.array(7, np.int32)]
    save_weights(tmp_path / "deep" / "weights.npz", weights)
    read = load_weights(tmp_path / "deep" / "weights.npz")
    assert [(each.dtype, each.tolist()) for each in read] == [(each.dtype, each.tolist()) for each in weights]


def test_a_pickled_weight_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "weights.npz", np.array([{"code": "that would run"}], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        load_weights(tmp_path / "weights.npz")


def _run_out_of_space(path: Path) -> None:
    with replacing(path) as unfinished:
        unfinished.write_text("ne")
        raise OSError("no space left on device")
