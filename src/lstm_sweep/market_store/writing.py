"""Parquet files of one part or several, written in row groups that fit into little memory."""

from collections.abc import Callable
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
"""Of a row group, about: what is held in memory of a table."""

SCHEMAS: Final[dict[Kind, pa.Schema]] = {
    "raw": RAW_SCHEMA,
    "bars": BAR_SCHEMA,
    **{table.kind: table.schema for table in TABLES},
}

_DIFFERENCES: Final[dict[Kind, tuple[str, ...]]] = {
    "raw": ("line", "received"),
    "bars": ("start", "end"),
    **{table.kind: table.plain for table in TABLES},
}

_DIFFERENCE: Final = "DELTA_BINARY_PACKED"


class PartFiles:
    """The Parquet files of one name; none counts before `publish` and a manifest.

    Attributes:
        rows: of each kind until now.
    """

    def __init__(self, folder: MarketFolder, name: int | str) -> None:
        self.rows: dict[Kind, int] = {}
        self._folder = folder
        self._name = name
        self._writers: dict[Kind, Any] = {}

    def write(self, kind: Kind, batch: pa.RecordBatch) -> None:
        """Add a row group."""
        if kind not in self._writers:
            path = self._path(kind)
            make_folder(path.parent)
            self._writers[kind] = _writer(_unfinished(path), kind)
        self._writers[kind].write_batch(batch)
        self.rows[kind] = self.rows.get(kind, 0) + batch.num_rows

    def publish(self, at: Callable[[str], None] = lambda _: None) -> dict[Kind, SealedFile]:
        """Let the files be seen, and say what a manifest says of them; files of this name of other kinds go.

        Args:
            at: is told of each step, before it.
        """
        self.close()
        files: dict[Kind, SealedFile] = {}
        for kind in KINDS:
            path = self._path(kind)
            at(f"publish {kind}")
            if kind in self.rows:
                publish(_unfinished(path), path)
                files[kind] = facts_of(path, self.rows[kind])
            else:
                path.unlink(missing_ok=True)
                _unfinished(path).unlink(missing_ok=True)
        return files

    def close(self) -> None:
        """Write no more."""
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def _path(self, kind: Kind) -> Path:
        return self._folder.part(kind, self._name)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}{UNFINISHED}")


def _writer(path: Path, kind: Kind) -> Any:
    differences = set(_DIFFERENCES[kind])
    return pq.ParquetWriter(
        path,
        SCHEMAS[kind],
        compression="zstd",
        use_dictionary=[name for name in SCHEMAS[kind].names if name not in differences],
        column_encoding=dict.fromkeys(differences, _DIFFERENCE) or None,
        store_schema=False,
    )
