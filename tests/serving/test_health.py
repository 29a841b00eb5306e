"""Health, the paths of MLflow's servers, and metrics, read by a small reader of Prometheus' format."""

import re
from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
import pytest

from lstm_sweep.serving.metrics.exposition import Metric, Sample, exposed
from lstm_sweep.serving.metrics.requests import RequestMetrics
from tests.serving.servers import Site
from tests.serving.stepping import ALPHA, SteppingProcess, iso

LINE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')


def scraped(text: str) -> dict[str, float]:
    """Numbers by name and labels; each name must have its HELP and TYPE before."""
    found: dict[str, float] = {}
    kinds: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            kinds[line.split()[2]] = line.split()[3]
        elif not line.startswith("# HELP "):
            match = LINE.fullmatch(line)
            assert match, line
            name = re.sub(r"_(bucket|sum|count)$", "", match[1])
            assert match[1] in kinds or kinds.get(name) == "histogram", line
            key = f"{match[1]}{{{match[2]}}}" if match[2] else match[1]
            assert key not in found
            found[key] = float(match[3])
    return found


@pytest.mark.parametrize(
    ("state", "status"), [("starting", 200), ("live", 200), ("expired", 200), ("stale", 503), ("ended", 503)]
)
def test_health_says_what_is_wrong(site: Site, process: SteppingProcess, state: str, status: int) -> None:
    process.show(state=state, said="as it is", warnings=("look here",))
    answer = site.ask("/health")
    assert answer.status == status
    said = {"state": state, "said": "as it is", "warnings": ["look here"], "version": "3"}
    assert answer.json == said | {"healthy": status == 200, "program": version("lstm-sweep")}


def test_ping_and_version_are_those_of_mlflow(site: Site) -> None:
    ping, mlflow = site.ask("/ping"), site.ask("/version")
    assert (ping.status, ping.body, ping.headers["content-type"]) == (200, b"\n", "application/json")
    assert mlflow.body.decode() == version("mlflow")


def test_metrics_are_those_of_the_view(site: Site, process: SteppingProcess) -> None:
    for bar in range(60, 120):
        process.step()
        assert bar == len(process.points) - 1
    found = scraped(site.ask("/metrics").body.decode())
    errors = [abs(point.actual - point.forecast) for point in process.points[2:]]  # type: ignore[operator]
    (judgement,) = process.view.judgements
    expected = {
        "bars_total": 120,
        "forecasts_total": 119,
        "late_forecasts_total": 0,
        "filled_bars_total": 0,
        'state{state="live"}': 1,
        'state{state="stale"}': 0,
        f'model_info{{role="champion",version="3",trained_until="{iso(-10)}"}}': 1,
        "interval_coverage_wanted": 0.9,
        'interval_coverage{step="1"}': np.mean(np.array(errors) <= 30),
        'judgement_p{comparison="champion against naive"}': judgement.p,
        'judgement_alpha{comparison="champion against naive"}': ALPHA,
        'judgement_wealth{comparison="champion against naive"}': judgement.wealth[-1],
        'judgement_claimed{comparison="champion against naive"}': float(judgement.claimed),
        'judgement_scored{comparison="champion against naive"}': 118,
    }
    for name, value in expected.items():
        assert found[f"lstm_sweep_{name}"] == pytest.approx(value), name
    age = datetime.now(UTC).timestamp() - datetime(2024, 4, 29, tzinfo=UTC).timestamp()
    assert found["lstm_sweep_newest_bar_age_seconds"] == pytest.approx(age, abs=60)


def test_requests_are_counted_by_route_method_and_status(site: Site) -> None:
    for path in ("/predict", "/predict", "/nowhere/1", "/nowhere/2"):
        site.ask(path)
    site.ask("/predict", {"prices": [1]})
    site.ask("/predict", method="BREW")
    found = scraped(site.ask("/metrics").body.decode())

    def count(route: str, method: str, status: int) -> float:
        return found[f'lstm_sweep_requests_total{{route="{route}",method="{method}",status="{status}"}}']

    assert (count("/predict", "GET", 200), count("other", "GET", 404), count("/predict", "POST", 400)) == (2, 2, 1)
    assert count("/predict", "other", 405) == 1
    assert found['lstm_sweep_request_seconds_count{route="/predict"}'] == 4
    assert found['lstm_sweep_request_seconds_bucket{route="/predict",le="+Inf"}'] == 4


def test_histogram_counts_what_is_at_most_each_bound() -> None:
    metrics = RequestMetrics()
    metrics.paths = {"/a"}
    seconds = [0.0005, 0.001, 0.0011, 0.3, 7.0]
    for each in seconds:
        metrics.count("GET", "/a", 200, each)
    found = scraped(exposed(metrics.metrics()))
    for bound in (0.001, 0.002, 0.2, 0.5, 5.0):
        below = found[f'lstm_sweep_request_seconds_bucket{{route="/a",le="{bound}"}}']
        assert below == sum(each <= bound for each in seconds)
    assert found['lstm_sweep_request_seconds_sum{route="/a"}'] == pytest.approx(sum(seconds))


def test_labels_with_any_sign_stay_one_line() -> None:
    text = exposed([Metric("x", "gauge", "of\nall", (Sample(float("nan"), {"name": 'a"b\\c\nd'}),))])
    assert text.splitlines() == [
        r"# HELP lstm_sweep_x of\nall",
        "# TYPE lstm_sweep_x gauge",
        r'lstm_sweep_x{name="a\"b\\c\nd"} NaN',
    ]
