"""`python -m benchmarks.controls.market_store`: how fast lines are sealed, and rows become bars, in how much memory.

Every step is a process of its own on one core. What DuckDB, or pyarrow where it is not installed, can do of it (open,
high, low, close and volume of trades by ten minutes, over the same files) stands beside it, and must come to the same.
"""

import argparse
import gzip
import importlib
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from benchmarks.controls.synthetic_market import MARKET, make_store
from benchmarks.machine import ROOT, describe
from benchmarks.table import Table
from lstm_sweep.market_store.features import write_features
from lstm_sweep.market_store.layout import MarketFolder, markets_in
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.part import OpenPart
from lstm_sweep.market_store.sealing import seal
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS

TEN_MINUTES: Final = 600 * NANOSECONDS
SAMPLE: Final = ("binance_spot_btcusdt_20240808.gz", "binance_spot_btcusdt_20240809.gz")
MOST_BYTES, LEAST_MESSAGES = 5.0, 50_000

Found = dict[str, Any]


def seal_sample(root: Path, keep_raw: bool) -> Found:
    """From the lines of the Bitcoin spot sample to sealed files."""
    samples = ROOT.parent / "shared" / "data" / "orderbook"
    lines = [line for name in SAMPLE for line in gzip.decompress((samples / name).read_bytes()).splitlines()]
    folder = MarketFolder(root, Market("binance", "BTCUSDT", "0.01"))
    folder.begin()
    start = int(lines[0].partition(b" ")[0])
    began = time.process_time()
    part = OpenPart.begin(folder, start, None)
    for line in lines:
        part.append(line)
    part.close("stopped")
    manifest = seal(folder, start, keep_raw)
    seconds = time.process_time() - began
    book = manifest.files["book"]
    return {"messages": len(lines), "rows": book.rows, "seconds": seconds, "bytes a level": book.bytes / book.rows}


def make(root: Path, rows: int) -> Found:
    """A synthetic store."""
    folder = make_store(root, rows)
    files = [file for manifest in manifests_of(folder) for file in manifest.files.values()]
    return {"rows": sum(file.rows for file in files), "bytes": sum(file.bytes for file in files)}


def bars(root: Path) -> Found:
    """Ten-minute bars of all variables, from the messages."""
    folder = MarketFolder(root, markets_in(root)[0])
    write_features(folder, root / "bars.parquet", TEN_MINUTES, anew=True)
    table = pd.read_parquet(root / "bars.parquet")
    return {"bars": len(table), "trades": table["trades"].tolist(), "volume": table["volume"].round(6).tolist()}


def reference(root: Path) -> Found:
    """Volume and number of trades by ten minutes, by DuckDB or pyarrow."""
    files = str(root / MARKET.exchange / MARKET.symbol / "trades")
    table = _by_duckdb(files) if _has_duckdb() else _by_pyarrow(files)
    return {"bars": len(table), "trades": table["trades"].tolist(), "volume": (table["volume"] / 1e8).round(6).tolist()}


def _has_duckdb() -> bool:
    return importlib.util.find_spec("duckdb") is not None


def _by_duckdb(files: str) -> pd.DataFrame:
    duckdb = importlib.import_module("duckdb")
    query = f"""select received // {TEN_MINUTES} as bar, arg_min(price, line) as open, max(price) as high,
        min(price) as low, arg_max(price, line) as close, sum(size) as volume, count(*) as trades
        from read_parquet('{files}/*/*.parquet') group by bar order by bar"""
    return pd.DataFrame(duckdb.sql(query).df())


def _by_pyarrow(files: str) -> pd.DataFrame:
    """Batch by batch, as a group-by of all of it holds all of it."""
    parts = []
    for batch in ds.dataset(files, partitioning="hive").scanner(columns=["received", "price", "size"]).to_batches():
        table = pa.table({"bar": pc.divide(batch.column("received"), TEN_MINUTES), **_prices(batch)})
        aggregates = [("price", "first"), ("price", "max"), ("price", "min"), ("price", "last"), ("size", "sum")]
        parts.append(table.group_by("bar", use_threads=False).aggregate([*aggregates, ("size", "count")]).to_pandas())
    whole = pd.concat(parts).groupby("bar").agg({"size_sum": "sum", "size_count": "sum", "price_max": "max"})
    return whole.rename(columns={"size_sum": "volume", "size_count": "trades"})


def _prices(batch: pa.RecordBatch) -> dict[str, Any]:
    return {name: batch.column(name) for name in ("price", "size")}


STEPS: Final[dict[str, Callable[..., Found]]] = {
    "raw": lambda root, _: seal_sample(root, keep_raw=True),
    "no-raw": lambda root, _: seal_sample(root, keep_raw=False),
    "make": make,
    "bars": lambda root, _: bars(root),
    "reference": lambda root, _: reference(root),
}


def in_process(step: str, root: Path, rows: int) -> Found:
    """A step in a process of its own, with its time and its highest memory."""
    command = [sys.executable, "-m", "benchmarks.controls.market_store", "--step", step, "--root", str(root)]
    answer = subprocess.run([*command, "--rows", str(rows)], check=True, capture_output=True, text=True)
    print(f"{time.strftime('%H:%M:%S')} market_store: {step}", file=sys.stderr, flush=True)
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def main() -> int:
    """Measure, print and keep; 1 where a figure does not hold or the counts differ."""
    arguments = _parse()
    if arguments.step:
        print(json.dumps(_measured(arguments.step, arguments.root, arguments.rows)))
        return 0
    rows: list[Found] = []
    with tempfile.TemporaryDirectory(dir=arguments.root) as name:
        for step in ("raw", "no-raw"):
            rows.append(_row_of_sealing(step, in_process(step, Path(name) / step, 0)))
        store = Path(name) / "store"
        made = in_process("make", store, arguments.rows)
        ours, theirs = (in_process(step, store, 0) for step in ("bars", "reference"))
    other = "DuckDB" if _has_duckdb() else "pyarrow"
    rows.append(_row_of_bars("all variables from messages", made["rows"], ours))
    rows.append(_row_of_bars(f"trades alone, {other}", sum(theirs["trades"]), theirs))
    same = all(ours[name] == theirs[name] for name in ("trades", "volume"))
    _publish(rows, made, same, arguments)
    return 0 if arguments.tiny or (same and all(row["holds"] != "NO" for row in rows)) else 1


def _measured(step: str, root: Path, rows: int) -> Found:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pa.set_cpu_count(1)
    began = time.perf_counter()
    found = STEPS[step](root, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": time.perf_counter() - began, "peak": peak} | found


def _row_of_sealing(step: str, found: Found) -> Found:
    rate = found["messages"] / found["seconds"]
    holds = rate >= LEAST_MESSAGES and found["bytes a level"] <= MOST_BYTES
    name = "line to sealed, raw lines kept" if step == "raw" else "line to sealed, raw lines left out"
    return _row(name, found["messages"], found["seconds"], found["peak"]) | {
        "bytes a level": found["bytes a level"],
        "holds": "yes" if holds else "NO",
    }


def _row_of_bars(name: str, rows: int, found: Found) -> Found:
    return _row(f"10-minute bars: {name}", rows, found["wall"], found["peak"]) | {"bytes a level": None, "holds": "-"}


def _row(name: str, count: int, seconds: float, peak: float) -> Found:
    return {"step": name, "rows": count, "s": seconds, "rows a second": count / seconds, "peak MiB": peak}


def _publish(rows: list[Found], made: Found, same: bool, arguments: argparse.Namespace) -> None:
    notes = [
        "Sealing: messages of the Bitcoin spot sample and seconds of processor time; must be at least "
        f"{LEAST_MESSAGES:,} a second and at most {MOST_BYTES} bytes a level.",
        f"Bars: a synthetic store of {made['rows']:,} rows in {made['bytes']:,} bytes. Number and volume of trades in "
        f"every bar are {'the same' if same else 'NOT THE SAME'} by both.",
        "A process on one core each; memory is the highest that the process had, libraries included.",
    ]
    table = Table("market-store", "how fast are lines sealed, and rows made into bars?", rows, notes)
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if not arguments.tiny:
        print(f"Kept as {table.save(machine, arguments.results)}", flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.controls.market_store", description="How fast is the store, in how much memory?"
    )
    parser.add_argument("--rows", type=int, default=100_000_000, help="of the synthetic store (100,000,000)")
    parser.add_argument("--root", type=Path, default=None, help="folder for what is made on the way")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder for the record")
    parser.add_argument("--tiny", action="store_true", help="only see whether all of it runs; keeps no record")
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.tiny:
        arguments.rows = 200_000
    return arguments


if __name__ == "__main__":
    sys.exit(main())
