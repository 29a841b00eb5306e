"""Parquet files of one part or several, written in row groups that fit into little memory."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from lstm_sweep.market_store.layout import KINDS, Kind, MarketFolder
from lstm_sweep.market_store.manifest import SealedFile, facts_of
from lstm_sweep.market_store.tables.all import TABLES
from lstm_sweep.market_store.tables.bars import BAR_SCHEMA
from lstm_sweep.market_store.tables.raw import RAW_SCHEMA
from lstm_sweep.market_store.whole_files import UNFINISHED, make_folder, publish

ROWS: Final = 100_000
GROUP_BYTES: Final = 1 << 26
"""Of a row group, about: what is held in memory of a table."""

SCHEMAS: Final[dict[Kind, pa.Schema]] = {
    "raw": RAW_SCHEMA,
    "bars": BAR_SCHEMA,
    **{table.kind: table.schema for table in TABLES},
}

_DIFFERENCES: Final[dict[Kind, tuple[str, ...]]] = {
    "raw": ("line", "received"),
    "bars": ("start", "end"),
    **{table.kind: table.differences for table in TABLES},
}

_REPEATED: Final[dict[Kind, tuple[str, ...]]] = {
    "raw": ("part",),
    "bars": ("part", "trades"),
    **{table.kind: table.repeated for table in TABLES},
}

_LEVEL, _LEVEL_OF_RAW = 3, 1
"""Of zstd: numbers become a tenth smaller than with level 1, hardly slower; lines become no smaller, and slower."""


class PartFiles:
    """The Parquet files of one name; none counts before a manifest: the block in which they are written ends with it.

    Where the block fails, as on a full disk, all of them go.

    Attributes:
        rows: of each kind until now.
    """

    def __init__(self, folder: MarketFolder, name: int | str) -> None:
        self.rows: dict[Kind, int] = {}
        self._folder = folder
        self._name = name
        self._writers: dict[Kind, Any] = {}
        self._waiting: dict[Kind, list[pa.RecordBatch]] = {}
        self._bytes: dict[Kind, int] = {}
        self._written: dict[Kind, int] = {}

    def __enter__(self) -> "PartFiles":
        """Itself."""
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        """Remove the files where something failed."""
        for kind, writer in self._writers.items() if failed else ():
            with suppress(OSError):
                writer.close()
            _unfinished(self._path(kind)).unlink(missing_ok=True)
            self._path(kind).unlink(missing_ok=True)

    def write(self, kind: Kind, batch: pa.RecordBatch) -> None:
        """Add rows; a row group is written once there are enough."""
        self._waiting.setdefault(kind, []).append(batch)
        self._bytes[kind] = self._bytes.get(kind, 0) + batch.nbytes
        self.rows[kind] = self.rows.get(kind, 0) + batch.num_rows
        if self.rows[kind] - self._written.get(kind, 0) >= ROWS or self._bytes[kind] >= GROUP_BYTES:
            self._write_group(kind)

    def publish(self) -> dict[Kind, SealedFile]:
        """Let the files be seen, and say what a manifest says of them; files of this name of other kinds go."""
        self.close()
        files: dict[Kind, SealedFile] = {}
        for kind in KINDS:
            path = self._path(kind)
            if kind in self.rows:
                publish(_unfinished(path), path)
                files[kind] = facts_of(path, self.rows[kind])
            else:
                path.unlink(missing_ok=True)
                _unfinished(path).unlink(missing_ok=True)
        return files

    def close(self) -> None:
        """Write what waits, and no more."""
        for kind in self._waiting:
            self._write_group(kind)
        for writer in self._writers.values():
            writer.close()

    def _write_group(self, kind: Kind) -> None:
        waiting, self._waiting[kind], self._bytes[kind] = self._waiting[kind], [], 0
        self._written[kind] = self.rows[kind]
        if not waiting:
            return
        if kind not in self._writers:
            path = self._path(kind)
            make_folder(path.parent)
            self._writers[kind] = _writer(_unfinished(path), kind)
        self._writers[kind].write_table(pa.Table.from_batches(waiting).combine_chunks())

    def _path(self, kind: Kind) -> Path:
        return self._folder.part(kind, self._name)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}{UNFINISHED}")


def _writer(path: Path, kind: Kind) -> Any:
    return pq.ParquetWriter(
        path,
        SCHEMAS[kind],
        compression="zstd",
        compression_level=_LEVEL_OF_RAW if kind == "raw" else _LEVEL,
        use_dictionary=list(_REPEATED[kind]),
        column_encoding=dict.fromkeys(_DIFFERENCES[kind], "DELTA_BINARY_PACKED") or None,
        store_schema=False,
    )
