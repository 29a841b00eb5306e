"""All bars as JSON and CSV, beside a loop and pandas."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace

import pandas as pd
import pytest

from lstm_sweep.live.view import PointView
from lstm_sweep.serving.past_bars import as_csv, as_json_list
from tests.serving.servers import Site, live_site
from tests.serving.stepping import SteppingProcess, iso


def test_json_has_every_bar(site: Site, process: SteppingProcess) -> None:
    answer = site.ask("/history")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == [asdict(point) for point in process.points]


def test_csv_has_every_bar_to_the_last_digit(site: Site, process: SteppingProcess) -> None:
    process.points[7] = replace(process.points[7], actual=None, late=True)
    answer = site.ask("/history?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    found = pd.read_csv(io.BytesIO(answer.body))
    expected = pd.DataFrame([asdict(point) for point in process.points]).astype({"actual": float})
    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_dtype=False)


@pytest.mark.parametrize("number", [0, 1, 499, 500, 501, 1001])
def test_parts_join_to_one_table_whatever_their_number(number: int) -> None:
    points = [PointView(iso(bar), 1.5, 2.5) for bar in range(number)]
    assert json.loads(b"".join(as_json_list(points))) == [asdict(point) for point in points]
    assert len("".join(as_csv(points)).splitlines()) == number + 1


@pytest.mark.parametrize("after", [iso(49), "2024-02-19", "2024-02-19T01:00:00%2B01:00", "2024-02-19T01:00:00+01:00"])
def test_after_and_limit_choose_bars(site: Site, after: str) -> None:
    assert iso(49).startswith("2024-02-19")
    answer = site.ask(f"/history?after={after}&limit=3")
    assert [point["time"] for point in answer.json] == [iso(50), iso(51), iso(52)]
    assert site.ask(f"/history?after={iso(59)}").json == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", "limit must be as /openapi.json says (Input should be greater than or equal to 1), but is '0'"),
        ("limit=many", "but is 'many'"),
        ("format=xml", "format must be as /openapi.json says (Input should be 'json' or 'csv'), but is 'xml'"),
        ("after=yesterday", "after must be an ISO time, but is 'yesterday': write it like 2024-12-31T23:00:00Z."),
    ],
)
def test_what_cannot_be_chosen_is_one_sentence(site: Site, query: str, expected: str) -> None:
    answer = site.ask(f"/history?{query}")
    assert answer.status == 400
    assert expected in answer.error


def test_history_is_read_as_it_is_sent() -> None:
    read = 0

    class Endless(SteppingProcess):
        def history(self) -> Iterator[PointView]:
            nonlocal read
            while True:
                read += 1
                yield PointView("2024-01-01T00:00:00Z", 1.0, 1.0)

    with live_site(Endless()) as site:
        connection = site.connect()
        connection.request("GET", "/history")
        assert connection.getresponse().read(1_000_000).startswith(b'[\n{"time"')
        connection.close()
        assert read < 500_000
