"""`python -m benchmarks.controls.recorder`: hours of messages through a recorder, hourly parts, in flat memory.

Lines are made, not received: a network is no part of it. All else is what `src.record` does with them.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, describe
from benchmarks.table import Table
from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.orderbook.market import Market
from lstm_sweep.orderbook.units import NANOSECONDS
from lstm_sweep.recorder.sealing import PartSealer
from lstm_sweep.recorder.tape import MarketTape
from lstm_sweep.recorder.writer import PartWriter
from tests.recorder.endless import endless_lines

GROWTH = 32e6
"""Bytes by which memory may be larger at the end of a part than at the end of the second one."""


def main() -> int:
    """Measure, print and keep; 1 where memory grows."""
    arguments = _parse()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        rows = list(recorded_parts(Path(name), arguments.hours, 3600, arguments.rate))
    table = Table(
        "recorder",
        f"{arguments.hours} hours of {arguments.rate:,} messages a second",
        rows,
        [
            "Messages a second and core time: making a line, and from it to the open part, book and bars included. "
            "Sealing is a process of its own meanwhile. Memory: resident, of the recorder, once the part before was "
            "sealed.",
            "Bytes a message: of all sealed files; lines are not kept.",
        ],
    )
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if not arguments.tiny:
        print(f"Kept as {table.save(machine, arguments.results)}", flush=True)
    return 0 if arguments.tiny or all(row["holds"] != "NO" for row in rows) else 1


def recorded_parts(folder: Path, count: int, seconds: int, rate: int) -> Iterator[dict[str, Any]]:
    """Record so many parts as fast as lines are made, a row each."""
    market = MarketFolder(folder, Market("binance", "XYUSD", "0.01"))
    market.begin()
    failures: list[Exception] = []
    sealer = PartSealer(False, failures.append)
    writer = PartWriter(market, lambda start: sealer.seal(market, start), failures.append)
    tape = MarketTape(market, writer, seconds * NANOSECONDS)
    lines = endless_lines(rate, 1)
    memory = list[int]()
    for part in range(1, count + 1):
        begun, core = time.perf_counter(), time.process_time()
        # The first line of the next one turns the part over.
        for received, payload in islice(lines, seconds * rate + 2 * (part == 1)):
            tape.take(received, payload)
        took, core = time.perf_counter() - begun, time.process_time() - core
        while len(market.open_parts()) > 1 and not failures:
            time.sleep(0.1)
        memory.append(resident())
        sealed = sum(path.stat().st_size for path in folder.rglob("*.parquet"))
        row = {
            "part": part,
            "messages/s": seconds * rate / took,
            "us of a core a message": 1e6 * core / (seconds * rate),
            "memory, MB": memory[-1] / 1e6,
            "bytes a message": sealed / (seconds * rate * max(1, part - 1)) if part > 1 else None,
            "holds": "-" if part <= 2 else "yes" if memory[-1] < memory[1] + GROWTH else "NO",
        }
        print(f"{time.strftime('%H:%M:%S')} recorder: {row}", file=sys.stderr, flush=True)
        yield row
    tape.end("told")
    writer.stop()
    sealer.stop()
    if failures:
        raise failures[0]


def resident() -> int:
    """Bytes of memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.controls.recorder", description="Hours of messages in flat memory?"
    )
    parser.add_argument("--hours", type=int, default=24, help="hours that are recorded (24)")
    parser.add_argument("--rate", type=int, default=2000, help="messages a second of them (2000)")
    parser.add_argument("--folder", type=Path, default=None, help="where the store is put, and removed again")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder for the record")
    parser.add_argument("--tiny", action="store_true", help="only see whether all of it runs; keeps no record")
    arguments = parser.parse_args()
    if arguments.tiny:
        arguments.hours, arguments.rate = 3, 20
    return arguments


if __name__ == "__main__":
    sys.exit(main())
