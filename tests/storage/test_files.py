import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lstm_sweep.errors import UserError
from lstm_sweep.storage.files import load_weights, replacing, save_arrays, save_weights


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


class Payload:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self._path,)


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return path


def malicious(path: Path) -> Path:
    """Weights of which one is an object array that makes the file `ran` beside them when it is unpickled."""
    content = io.BytesIO()
    np.lib.format.write_array(content, np.array([Payload(path.with_name("ran"))], dtype=object), allow_pickle=True)
    plain = io.BytesIO()
    np.lib.format.write_array(plain, np.zeros(3))
    return archive(path, arr_0=plain.getvalue(), arr_1=content.getvalue())


def test_a_payload_in_weights_is_refused_and_never_run(tmp_path: Path) -> None:
    path = malicious(tmp_path / "weights.npz")
    with pytest.raises(UserError, match="weights.npz must hold plain arrays .* from elsewhere .*: restore it"):
        load_weights(path)
    assert not (tmp_path / "ran").exists()
    # It would have run where unpickling is allowed.
    with np.load(path, allow_pickle=True) as arrays:
        assert arrays["arr_1"].shape == (1,)
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK",
        pickle.dumps([1.0]),
        b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }"
        + 61 * b" "
        + b"\n"
        + 8 * b"\0",
    ],
    ids=["nothing", "two letters", "a pickle", "one array"],
)
def test_what_is_no_archive_of_arrays_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.npz").write_bytes(content)
    with pytest.raises(UserError, match="weights.npz must hold plain arrays"):
        load_weights(tmp_path / "weights.npz")


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone.npz must hold arrays, but cannot be read \(No such file or directory\)"):
        load_weights(tmp_path / "gone.npz")


def test_arrays_of_other_names_are_no_weights(tmp_path: Path) -> None:
    save_arrays(tmp_path / "other.npz", {"kernel": np.zeros(3)})
    with pytest.raises(UserError, match=r"other.npz must hold weights, but holds \['kernel'\]: restore it"):
        load_weights(tmp_path / "other.npz")


def test_an_array_too_large_for_memory_is_refused(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (10**14,)})
    path = archive(tmp_path / "weights.npz", arr_0=header.getvalue() + bytes(16))
    with pytest.raises(UserError, match="weights.npz must hold plain arrays"):
        load_weights(path)


def test_no_flipped_bit_and_no_cut_end_gives_other_weights(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    weights = [np.arange(3, dtype=np.float32), np.array(7, np.int32)]
    save_weights(path, weights)
    content = path.read_bytes()
    flipped = [
        content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]
        for place in range(len(content))
    ]
    num_sound = 0
    for damaged in [*flipped, *(content[:length] for length in range(len(content)))]:
        path.write_bytes(damaged)
        try:
            read = load_weights(path)
        except UserError as error:
            num_sound += str(error).startswith(f"{path} must hold") and str(error).isprintable()
        else:  # times and flags of the archive matter to nobody
            num_sound += [(each.dtype, each.tolist()) for each in read] == [(w.dtype, w.tolist()) for w in weights]
    assert num_sound == 2 * len(content)


def _run_out_of_space(path: Path) -> None:
    with replacing(path) as unfinished:
        unfinished.write_text("ne")
        raise OSError("no space left on device")
