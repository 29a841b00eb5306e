"""Who may ask, how much and how often."""

import pytest

from lstm_sweep.serving.rates import RateLimit
from tests.serving.servers import Site, live_site
from tests.serving.stepping import SteppingProcess

BODY = {"prices": [1.0, 2.0, 3.0]}


def test_with_a_token_every_post_asks_for_it_and_no_get_does(process: SteppingProcess) -> None:
    with live_site(process, "live.token='grün:42'") as site:
        for path in ("/predict", "/invocations", "/nowhere"):
            for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}):
                refused = site.ask(path, BODY, **header)
                assert refused.status == 401
                assert refused.headers["www-authenticate"] == "Bearer"
                assert "grün" not in refused.error
        token = "grün:42".encode().decode("latin-1")
        assert site.ask("/predict", BODY, Authorization=f"Bearer {token}").status == 200
        assert site.ask("/predict").status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "localhost:x"])
def test_names_of_other_machines_are_refused_where_only_this_one_may_ask(site: Site, host: str) -> None:
    answer = site.ask("/predict", Host=host)
    assert answer.status == 421
    assert "the address must name this machine" in answer.error


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_names_of_this_machine_are_let_in(site: Site, host: str) -> None:
    assert site.ask("/predict", Host=host).status == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", '"::1"'])
def test_every_address_of_this_machine_alone_is_guarded(process: SteppingProcess, host: str) -> None:
    with live_site(process, f"live.host={host}") as site:
        assert site.ask("/predict", Host="evil.example").status == 421
        assert site.ask("/predict", Host="127.0.0.2:80").status == (200 if host == "127.0.0.2" else 421)


def test_any_name_is_let_in_where_others_may_ask(process: SteppingProcess) -> None:
    with live_site(process, "live.host=0.0.0.0") as site:
        assert site.ask("/predict", Host="prices.example").status == 200


def test_rows_and_bytes_are_limited(process: SteppingProcess) -> None:
    with live_site(process, "live.most_rows=5") as site:
        assert site.ask("/predict", {"prices": [1.0] * 5}).status == 200
        rows = site.ask("/predict", {"prices": [1.0] * 6})
        assert (rows.status, "at most 5 past prices, but brings 6" in rows.error) == (413, True)
        large = site.ask("/predict", {"prices": [1.0] * 5000})
        assert (large.status, "bytes, but has 25,012" in large.error) == (413, True)


def test_a_body_that_does_not_say_its_length_is_limited_too(process: SteppingProcess) -> None:
    with live_site(process, "live.most_rows=5") as site:
        connection = site.connect()
        parts = iter([b"x" * 5000, b"y" * 5000])
        connection.request("POST", "/predict", parts, {"Content-Type": "application/json"}, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, b"bytes, but has more" in answer.read()) == (413, True)
        connection.close()


def test_who_asks_too_often_is_told_when_to_come_back(process: SteppingProcess) -> None:
    with live_site(process, "live.most_requests=0.3") as site:
        statuses = [site.ask("/predict", BODY).status for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        answer = site.ask("/history")
        assert (answer.status, int(answer.headers["retry-after"])) == (429, 4)
        assert site.ask("/predict").status == 200


def test_rate_is_an_average_over_ten_seconds_of_each_client() -> None:
    now = 0.0
    rates = RateLimit(2.0, lambda: now)
    assert [rates.wait("a") for _ in range(21)] == [0] * 20 + [1]
    assert rates.wait("b") == 0
    allowed = 0
    for tick in range(1, 1001):  # ten seconds at a hundred requests a second
        now = tick / 100
        allowed += rates.wait("a") == 0
    assert allowed in (19, 20)  # sums of hundredths
    now = 100.0
    assert [rates.wait("a") for _ in range(21)] == [0] * 20 + [1]


def test_clients_that_are_forgotten_do_not_fill_the_memory() -> None:
    rates = RateLimit(1.0, lambda: 0.0)
    for number in range(12_000):
        rates.wait(str(number))
    assert len(rates._levels) == 10_000


@pytest.mark.parametrize("path", ["/", "/predict", "/health", "/metrics", "/nowhere", "/openapi.json"])
def test_every_answer_has_the_headers_that_keep_a_browser_safe(site: Site, path: str) -> None:
    headers = site.ask(path, Origin="http://evil.example").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in headers["content-security-policy"]
    assert not [name for name in headers if name.startswith("access-control")]
    assert "server" not in headers


def test_unknown_paths_and_methods_are_one_sentence(site: Site) -> None:
    unknown = site.ask("/docs")
    assert (unknown.status, unknown.error.startswith("the path must be one of /, /health,")) == (404, True)
    wrong = site.ask("/predict", method="DELETE")
    assert wrong.status == 405
    assert wrong.error == "/predict must be asked by GET or POST, but was by DELETE: change the method."
    assert wrong.headers["allow"] == "GET, POST"
