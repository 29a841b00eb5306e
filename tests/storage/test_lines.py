"""Damage is known from what was written: truncated, flipped and doubled lines."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lstm_sweep.storage.encoding import decode, encode, read_lines
from lstm_sweep.storage.facts import SweepEnd
from lstm_sweep.storage.history import History
from lstm_sweep.storage.lines import JOURNAL, EndLine, FitLine, Line, RunLine, ScoresLine, TrialLine
from lstm_sweep.trials.outcome import EpochRecord
from lstm_sweep.trials.spec import Trial
from tests.storage.records import make_outcome, make_record

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.integers(0, 2**53)
METRICS = st.dictionaries(
    st.text().filter(lambda name: name not in {"kind", *vars(make_record(1))}), FLOATS, max_size=4
)
LINES: st.SearchStrategy[Line] = st.one_of(
    st.builds(RunLine, run=st.integers(), changes=st.lists(st.text(), max_size=3).map(tuple), timestamp=TIMES),
    st.builds(TrialLine, st.builds(Trial, st.text(), st.dictionaries(st.text(), VALUES, max_size=4)), TIMES),
    st.builds(
        EpochRecord,
        trial_id=st.text(),
        replicate=st.integers(),
        fold=st.none() | st.integers(),
        epoch=st.integers(),
        metrics=METRICS,
        timestamp=TIMES,
    ),
    st.builds(
        lambda key, origin, time: FitLine.of(make_outcome(), key, origin, time), st.text(), st.none() | st.text(), TIMES
    ),
    st.builds(ScoresLine, st.text(), METRICS, TIMES),
    st.builds(EndLine, st.builds(SweepEnd, METRICS, st.dictionaries(st.text(), st.text())), TIMES),
)


@given(LINES)
def test_line_comes_back_as_it_was(line: Line) -> None:
    text = encode(line)
    assert text.count(b"\n") == 1
    assert decode(text[:-1]) == line


@given(LINES, st.data())
def test_flipped_bit_is_seen(line: Line, data: st.DataObject) -> None:
    text = bytearray(encode(line)[:-1])
    place = data.draw(st.integers(0, 8 * len(text) - 1))
    text[place // 8] ^= 1 << place % 8
    assert decode(bytes(text)) is None


@given(LINES, st.data())
def test_cut_line_is_seen(line: Line, data: st.DataObject) -> None:
    text = encode(line)[:-1]
    assert decode(text[: data.draw(st.integers(0, len(text) - 1))]) is None


@given(st.binary())
def test_anything_else_is_no_line(text: bytes) -> None:
    assert decode(text) is None


@given(st.lists(st.integers(0, 9), max_size=12), st.data())
def test_what_is_whole_is_read_and_what_is_not_is_counted(epochs: list[int], data: st.DataObject) -> None:
    """Lines of one fit, some doubled, one bit flipped somewhere, the end cut off somewhere."""
    texts = [encode(make_record(epoch)) for epoch in epochs]
    damaged = data.draw(st.sets(st.integers(0, max(0, len(texts) - 1)), max_size=len(texts)))
    for number in damaged & set(range(len(texts))):
        texts[number] = texts[number].replace(b'"epoch":', b'"epoch" :', 1)
    content = b"".join(texts)
    cut = data.draw(st.integers(0, len(content)))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / JOURNAL).write_bytes(content[:cut])
        ends = [sum(map(len, texts[: number + 1])) for number in range(len(texts))]
        whole = [number for number, end in enumerate(ends) if end <= cut]
        expected = [None if number in damaged else make_record(epochs[number]) for number in whole]
        assert [line for _, line in read_lines(Path(folder))] == expected
        assert [end for end, _ in read_lines(Path(folder))] == [ends[number] for number in whole]
        assert History.read(Path(folder)).num_damaged == expected.count(None)
        if whole:
            assert [line for _, line in read_lines(Path(folder), ends[whole[0]])] == expected[1:]
