"""`python -m benchmarks.controls.serving_latency`: how long answers take, beside MLflow's own server on the same model.

Both are processes of their own, asked in turn over connections that stay open; equal answers are a condition.
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import ROOT, describe
from benchmarks.table import Table
from lstm_sweep.config import ModelConfig, WindowsConfig
from lstm_sweep.forecaster import Forecaster
from lstm_sweep.models.initial_weights import set_initial_weights
from lstm_sweep.models.lstm import Shapes, build_lstm, get_weights
from lstm_sweep.windows.scaling import Scaler
from tests.serving.other_servers import mlflow_server, our_server
from tests.serving.servers import Site

LAGS, UNITS, ROWS = 50, 32, 60
CLIENTS = 4
MOST_SECONDS = {"GET /predict": 0.02, "POST /invocations": 0.05}
"""Of the slowest of a hundred answers of ours."""


@dataclass(frozen=True)
class Question:
    """A request; without a body it is a GET."""

    method: str
    path: str
    body: bytes | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def invocation(rows: int) -> Question:
    """The forecast after so many past prices."""
    prices = 100 * np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.01, rows)))
    return Question("POST", "/invocations", json.dumps({"inputs": prices.tolist()}).encode())


def measure(site: Site, question: Question, requests: int) -> NDArray[np.float64]:
    """Seconds of so many answers, one after the other."""
    connection = site.connect()
    seconds = np.empty(requests)
    for number in range(requests):
        began = time.perf_counter()
        answer(connection, question)
        seconds[number] = time.perf_counter() - began
    connection.close()
    return seconds


def answer(connection: http.client.HTTPConnection, question: Question) -> bytes:
    """The body of an answer that must be right."""
    headers = {} if question.body is None else {"Content-Type": "application/json"}
    connection.request(question.method, question.path, question.body, headers)
    found = connection.getresponse()
    body = found.read()
    assert found.status == 200, body
    return body


def measure_at_once(site: Site, question: Question, requests: int) -> NDArray[np.float64]:
    """The same by several clients at once."""
    with ThreadPoolExecutor(CLIENTS) as threads:
        each = threads.map(lambda _: measure(site, question, requests // CLIENTS), range(CLIENTS))
        return np.concatenate(list(each))


@contextmanager
def asking(site: Site, question: Question, per_second: float) -> Iterator[None]:
    """Ask so often, all the while."""
    stop = threading.Event()

    def ask() -> None:
        connection = site.connect()
        while not stop.wait(1 / per_second):
            answer(connection, question)
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def main() -> int:
    """Measure, print and keep; 1 where an answer differs or takes too long."""
    arguments = _parse()
    get, post = Question("GET", "/predict"), invocation(ROWS)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _save(folder / "saved")
        with our_server(folder / "saved") as ours, mlflow_server(folder / "saved", folder / "pyfunc") as theirs:
            same = answer(ours.connect(), post) == answer(theirs.connect(), post)
            for site in (ours, theirs):
                measure(site, post, arguments.requests // 10)  # warm
            rows.append(_row("lstm-sweep", get, "one client", measure(ours, get, arguments.requests)))
            with asking(ours, post, 50):
                during = measure(ours, get, arguments.requests)
            rows.append(_row("lstm-sweep", get, "beside 50 POST a second", during))
            for server, site in (("lstm-sweep", ours), ("MLflow", theirs)):
                rows.append(_row(server, post, "one client", measure(site, post, arguments.requests)))
            for server, site in (("lstm-sweep", ours), ("MLflow", theirs)):
                found = measure_at_once(site, post, arguments.requests)
                rows.append(_row(server, post, f"{CLIENTS} clients", found))
    _publish(rows, same, arguments)
    return 0 if arguments.tiny or (same and all(row["holds"] != "NO" for row in rows)) else 1


def _save(folder: Path) -> None:
    """A forecaster with weights that were never trained, which does not matter here."""
    windows = WindowsConfig(LAGS, 1, "log_return", "standard", 0.5, 0.25, 0.25)
    model = ModelConfig(1, UNITS, "tanh", "sigmoid", 0.0, 0.0, 0.0, stateful=False)
    network = build_lstm(model, Shapes(None, 1, windows.horizon))
    set_initial_weights(network, seed=3)
    scaler = Scaler(np.zeros(1), np.full(1, 0.01))
    Forecaster(windows, (), model, scaler, warmup=0, weights=get_weights(network)).save(folder)


def _row(server: str, question: Question, how: str, seconds: NDArray[np.float64]) -> dict[str, Any]:
    half, most, worst = (1000 * float(each) for each in np.quantile(seconds, [0.5, 0.99, 1.0]))
    bound = 1000 * MOST_SECONDS[question.name] if server == "lstm-sweep" and "clients" not in how else None
    holds = "-" if bound is None else "yes" if most < bound else "NO"
    row = {"request": question.name, "server": server, "asked by": how, "p50, ms": half, "p99, ms": most}
    print(f"{time.strftime('%H:%M:%S')} serving: {row}", file=sys.stderr, flush=True)
    return row | {"worst, ms": worst, "p99 below, ms": bound, "holds": holds}


def _publish(rows: list[dict[str, Any]], same: bool, arguments: argparse.Namespace) -> None:
    notes = [
        f"An LSTM of {UNITS} units that reads {LAGS} lags, asked with {ROWS} past prices; {arguments.requests:,} "
        "requests a row, after a warm-up. The client runs on the same cores.",
        f"The answers of both servers are {'equal to the byte' if same else 'NOT EQUAL'}.",
    ]
    table = Table("serving", "how long does an answer take?", rows, notes)
    machine = describe()
    print(table.to_markdown(machine), flush=True)
    if not arguments.tiny:
        print(f"Kept as {table.save(machine, arguments.results)}", flush=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.controls.serving_latency", description="How long do answers take?"
    )
    parser.add_argument("--requests", type=int, default=2000, help="requests of each row (2000)")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results", help="folder for the record")
    parser.add_argument("--tiny", action="store_true", help="only see whether all of it runs; keeps no record")
    arguments = parser.parse_args()
    if arguments.tiny:
        arguments.requests = 20
    return arguments


if __name__ == "__main__":
    sys.exit(main())
