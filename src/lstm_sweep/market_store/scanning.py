"""Rows of sealed files, few at a time: only row groups whose times may be wanted are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from lstm_sweep.errors import UserError, printable
from lstm_sweep.market_store.layout import Kind, MarketFolder
from lstm_sweep.market_store.manifest import Manifest
from lstm_sweep.market_store.tables.bars import filled
from lstm_sweep.market_store.writing import SCHEMAS

BATCH = 1 << 16
"""Rows of a batch, at most."""


class SealedRows:
    """Rows of one kind in the files of a manifest, in the order in which they came.

    The file is opened at once, so that it can be read even where it is compacted meanwhile.

    Args:
        folder: of the market.
        manifest: whose files are read.
        kind: one that the manifest has a file of.
        part: start of the only part that is wanted, or None for all.
        start, end: nanoseconds since 1970 of the first time that is wanted, and of the first that is not; of bars,
            their beginnings.
        columns: those that are wanted, None for all.

    Attributes:
        missing: columns that the file does not have, as an earlier version wrote it; of bars, they are NaN.

    Raises:
        FileNotFoundError: where the file is gone, as after compacting.
        UserError: where it is damaged; also while it is read.
    """

    def __init__(
        self,
        folder: MarketFolder,
        manifest: Manifest,
        kind: Kind,
        *,
        part: int | None = None,
        start: int | None = None,
        end: int | None = None,
        columns: list[str] | None = None,
    ) -> None:
        self._folder, self._path = folder, folder.part(kind, manifest.name)
        with _told(self._folder, self._path):
            fragment = ds.ParquetFileFormat().make_fragment(pa.OSFile(str(self._path)))
            self.missing = frozenset(SCHEMAS[kind].names) - frozenset(fragment.physical_schema.names)
        self._has_bars = kind == "bars" and columns is None
        time = "start" if kind == "bars" else "received"
        wanted = [
            *([pc.field("part") == part] if part is not None and len(manifest.parts) > 1 else []),
            *([pc.field(time) >= start] if start is not None else []),
            *([pc.field(time) < end] if end is not None else []),
        ]
        condition = None
        for each in wanted:
            condition = each if condition is None else condition & each
        self._scanner = fragment.scanner(
            schema=SCHEMAS[kind],
            columns=columns,
            filter=condition,
            batch_size=BATCH,
            batch_readahead=1,
            fragment_readahead=1,
            use_threads=False,
        )

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Batches of at least one row."""
        return map(filled, self._batches()) if self._has_bars else self._batches()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        with _told(self._folder, self._path):
            scanned = iter(self._scanner.to_batches())
        while True:
            with _told(self._folder, self._path):
                batch = next(scanned, None)
            if batch is None:
                return
            if batch.num_rows:
                yield batch


@contextmanager
def _told(folder: MarketFolder, path: Path) -> Iterator[None]:
    """Say of which file it is that it is gone or damaged, which pyarrow does not."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from None
    except (pa.ArrowException, OSError) as error:
        raise UserError(
            f"{path} must be as it was sealed, but cannot be read ({printable(str(error))}): restore it; "
            f"{folder.command('verify')} says what else has changed."
        ) from None


def missing_variables(folder: MarketFolder, manifest: Manifest) -> frozenset[str]:
    """Variables that its base bars do not have, as they were sealed by an earlier version."""
    return SealedRows(folder, manifest, "bars").missing if "bars" in manifest.files else frozenset()


def whole_events(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches that end with an event: rows of one event may lie in two of them."""
    rest: list[pa.RecordBatch] = []
    for batch in batches:
        line, item = (batch.column(name).to_numpy() for name in ("line", "item"))
        last = len(line) - 1
        begin = last
        while begin > 0 and (line[begin - 1], item[begin - 1]) == (line[last], item[last]):
            begin -= 1
        rest.append(batch)
        if begin > 0 or _begins_anew(rest):
            whole = pa.concat_batches(rest)
            cut = whole.num_rows - (len(line) - begin)
            if cut:
                yield whole.slice(0, cut)
            rest = [batch.slice(begin)]
    if rest:
        yield pa.concat_batches(rest)


def _begins_anew(batches: list[pa.RecordBatch]) -> bool:
    """Whether the last batch begins with another event than the ones before it end with."""
    if len(batches) < 2:
        return False
    return any(batches[-2].column(name)[-1] != batches[-1].column(name)[0] for name in ("line", "item"))
