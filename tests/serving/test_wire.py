"""POST /invocations beside MLflow's own server on the same model: what one answers, the other does."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.serving.forecasting import ForecastingProcess
from tests.serving.other_servers import mlflow_server
from tests.serving.servers import Site, live_site
from tests.test_forecaster import make_forecaster

FEATURES = {"alone": (), "covariates": ("volume",)}
PRICES = [100.0, 101, 99.5, 102.25, 103, 101.125, 100.0625, 99, 98.3, 97.123456789012345]
ROWS = [{"price": price, "volume": 10.0 + number} for number, price in enumerate(PRICES)]
COLUMNS = {"price": PRICES, "volume": [row["volume"] for row in ROWS]}
CSV = "price,volume\n" + "".join(f"{row['price']},{row['volume']}\n" for row in ROWS)
JSON = "application/json"

VALUES = [[row["price"], row["volume"]] for row in ROWS]
TURNED = [[volume, price] for price, volume in VALUES]
WORDS = [{name: str(value) for name, value in row.items()} for row in ROWS]

REQUESTS: dict[str, tuple[Any, str]] = {
    "split": ({"dataframe_split": {"columns": ["volume", "price"], "data": TURNED}}, JSON),
    "with index": ({"dataframe_split": {"index": [*range(10)], "columns": [*COLUMNS], "data": VALUES}}, JSON),
    "records": ({"dataframe_records": ROWS}, JSON),
    "more columns": ({"dataframe_records": [row | {"day": "x"} for row in ROWS]}, JSON),
    "params": ({"dataframe_records": ROWS, "params": {}}, JSON),
    "instances": ({"instances": ROWS}, JSON),
    "instances by column": ({"instances": COLUMNS}, JSON),
    "inputs": ({"inputs": COLUMNS}, JSON),
    "inputs as rows": ({"inputs": ROWS}, JSON),
    "a list": ({"inputs": PRICES}, JSON),
    "instances as a list": ({"instances": PRICES}, JSON),
    "csv": (CSV.encode(), "text/csv"),
    "csv in utf-8": (CSV.encode(), "text/csv; charset=utf-8"),
    "numbers as words": ({"dataframe_records": WORDS}, JSON),
    "whole numbers": ({"dataframe_records": [{"price": 100 + n, "volume": n} for n in range(10)]}, JSON),
    "too few": ({"dataframe_records": ROWS[:3]}, JSON),
    "nothing": ({"dataframe_records": []}, JSON),
    "null": ({"dataframe_records": [*ROWS, {"price": None, "volume": 1.0}]}, JSON),
    "below zero": ({"dataframe_records": [*ROWS, {"price": -1.0, "volume": 1.0}]}, JSON),
    "another column": ({"dataframe_records": [{"close": 1.0}] * 10}, JSON),
    "words": ({"dataframe_records": [{"price": "many", "volume": 1.0}] * 10}, JSON),
    "nested": ({"inputs": [[price] for price in PRICES]}, JSON),
    "ragged": ({"instances": {"price": PRICES, "volume": [1.0]}}, JSON),
    "no object": ({"dataframe_split": PRICES}, JSON),
    "no field": ({"prices": PRICES}, JSON),
    "two fields": ({"inputs": COLUMNS, "instances": ROWS}, JSON),
    "list alone": (PRICES, JSON),
    "no json": (b"{", JSON),
    "csv without columns": (b"1\n2\n", "text/csv"),
    "text": (CSV.encode(), "text/plain"),
    "latin-1": (CSV.encode(), "text/csv; charset=latin-1"),
}  # fmt: skip


@pytest.fixture(scope="module", params=FEATURES)
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Site]]:
    folder: Path = tmp_path_factory.mktemp("model")
    forecaster, _, _ = make_forecaster(features=FEATURES[request.param])
    forecaster.save(folder / "saved")
    columns = ("price", *forecaster.features)
    with ExitStack() as stack:
        theirs = stack.enter_context(mlflow_server(folder / "saved", folder / "pyfunc"))
        yield stack.enter_context(live_site(ForecastingProcess(forecaster, 10), columns=columns)), theirs


@pytest.mark.slow
@pytest.mark.parametrize("name", REQUESTS)
def test_answers_are_those_of_mlflow(sites: tuple[Site, Site], name: str) -> None:
    body, kind = REQUESTS[name]
    ours, theirs = (site.ask("/invocations", body, Content_Type=kind) for site in sites)
    assert ours.status == theirs.status, (ours.body, theirs.body)
    if ours.status == 200:
        assert ours.body == theirs.body
        assert ours.headers["content-type"] == theirs.headers["content-type"]
    else:
        assert ours.error


@pytest.mark.slow
def test_ping_health_and_version_are_those_of_mlflow(sites: tuple[Site, Site]) -> None:
    ours, theirs = sites
    for path in ("/ping", "/version"):
        assert ours.ask(path).body == theirs.ask(path).body
    assert ours.ask("/health").status == theirs.ask("/health").status == 200
