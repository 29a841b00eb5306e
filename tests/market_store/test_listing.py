"""What `ls` says of a market."""

from dataclasses import replace
from pathlib import Path

import pytest

from lstm_sweep.market_store.listing import summary_of
from lstm_sweep.market_store.manifest import manifests_of, write_manifest
from lstm_sweep.market_store.sealing import seal_abandoned
from tests.market_store.recorded import invented_lines, market_folder, record


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ([], [], 0),
        ([(5, 9)], [(5, 12)], 1),
        ([(5, 9), (5, 12)], [], 2),
        ([(5, 9), (5, 12)], [(5, 12), (20, 21)], 3),
        ([(5, 9)], [(20, 21)], 2),
    ],
)
def test_a_hole_over_two_parts_is_one_and_two_that_begin_at_once_are_two(
    tmp_path: Path, first: list[tuple[int, int]], second: list[tuple[int, int]], count: int
) -> None:
    folder = market_folder(tmp_path)
    record(folder, invented_lines(14, 60), rotations=[60])
    seal_abandoned(folder)
    for manifest, holes in zip(manifests_of(folder), (first, second), strict=True):
        (part,) = manifest.parts
        write_manifest(folder, replace(manifest, parts=(replace(part, holes=tuple((*hole, "") for hole in holes)),)))
    assert summary_of(folder).holes == count
