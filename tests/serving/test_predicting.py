"""Forecasts over HTTP: the newest, and those after prices that a request brings."""

import json
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_sweep.serving.app import build_app
from lstm_sweep.serving.predicting import NewestAnswer
from tests.serving.servers import Site, live_site
from tests.serving.stepping import SteppingProcess, iso

PRICES = [100.0, 101.5, 99.0, 102.25]
TREND = 102.25 - 99.0
FORECAST = [102.25 + 0.5 * TREND, 102.25 + TREND]
SPLIT = {"columns": ["price"], "data": [[price] for price in PRICES]}
RECORDS = [{"price": price} for price in PRICES]
CSV = "price\n" + "\n".join(map(str, PRICES)) + "\n"


def test_newest_forecast_is_that_of_the_view_to_the_last_digit(site: Site, process: SteppingProcess) -> None:
    answer = site.ask("/predict")
    assert answer.status == 200
    last, before = process.prices[59], process.prices[58]
    expected = [last + 0.5 * (last - before) * step for step in (1, 2)]
    assert [step["price"] for step in answer.json["forecast"]["steps"]] == expected
    assert [step["time"] for step in answer.json["forecast"]["steps"]] == [iso(60), iso(61)]
    assert answer.json["forecast"]["naive"] == last
    assert answer.json["judgement"] == process.view.judgements[0].sentence
    assert answer.json["reason"] is None


def test_newest_forecast_follows_the_bars_and_is_made_once_for_each(process: SteppingProcess) -> None:
    newest = NewestAnswer(process)
    first = newest.bytes()
    assert newest.bytes() is first
    process.step()
    assert json.loads(newest.bytes())["forecast"]["origin"] == iso(60)


def test_no_forecast_is_a_state_with_its_reason() -> None:
    process = SteppingProcess()
    with live_site(process) as site:
        answer = site.ask("/predict")
        assert (answer.status, answer.json["forecast"]) == (200, None)
        assert answer.json["reason"] == "no bar has come yet"
        process.step(5)
        assert site.ask("/predict").json["forecast"] is not None
        process.show(state="expired", said="the model is older than 30 days")
        answer = site.ask("/predict")
        assert (answer.status, answer.json["forecast"]) == (200, None)
        assert (answer.json["state"], answer.json["reason"]) == ("expired", "the model is older than 30 days")


@pytest.mark.parametrize("body", [{"prices": PRICES}, {"records": RECORDS}, {"split": SPLIT}], ids=str)
def test_every_form_of_past_prices_gives_one_forecast(site: Site, body: object) -> None:
    answer = site.ask("/predict", body)
    assert answer.status == 200, answer.body
    assert answer.json == {"naive": 102.25, "forecast": FORECAST, "version": "3", "rows": 4}


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_split": SPLIT},
        {"dataframe_records": RECORDS},
        {"instances": RECORDS},
        {"instances": PRICES},
        {"inputs": {"price": PRICES}},
        {"inputs": PRICES, "params": {"any": 1}},
    ],
    ids=str,
)
def test_every_form_of_mlflow_gives_its_predictions(site: Site, body: object) -> None:
    answer = site.ask("/invocations", body)
    assert answer.status == 200, answer.body
    assert answer.json == {"predictions": [{"step_1": FORECAST[0], "step_2": FORECAST[1]}]}


@pytest.mark.parametrize("path", ["/predict", "/invocations"])
def test_csv_is_read(site: Site, path: str) -> None:
    answer = site.ask(path, CSV.encode(), Content_Type="text/csv; charset=utf-8")
    assert answer.status == 200, answer.body
    found = answer.json.get("forecast") or list(answer.json["predictions"][0].values())
    assert found == FORECAST


def test_covariates_are_read_by_name_and_what_the_model_does_not_read_is_left() -> None:
    columns = ("price", "volume")
    frame = pd.DataFrame({"time": ["a", "b", "c", "d"], "volume": 1.0, "price": PRICES})
    with live_site(SteppingProcess(columns=columns), columns=columns) as site:
        bodies = [{"records": frame.to_dict("records")}, {"split": frame.drop(columns="time").to_dict("split")}]
        for body in bodies:
            assert site.ask("/predict", body).json["forecast"] == FORECAST
        refused = site.ask("/predict", {"prices": PRICES})
        assert refused.status == 400
        assert "needs them all, but prices brings one: send records or split" in refused.error


WRONG = {
    "nothing": (b"", "cannot be read as such"),
    "half": (b'{"prices": [1, 2', "cannot be read as such"),
    "deep": (b"[" * 100_000, "cannot be read as such"),
    "list": (b"[1, 2, 3]", "it is a list"),
    "other": (b'{"price": [1, 2, 3]}', "one of the fields prices, records, split, but has ['price']"),
    "two": (b'{"prices": [1, 2, 3], "split": {}}', "choose one"),
    "more": (b'{"prices": [1, 2, 3], "params": 1}', "leave them out"),
    "scalar": (b'{"prices": 7}', "prices must be a list, but is a int"),
    "words": (b'{"prices": ["one", 2, 3]}', "past prices must be numbers, but row 0 is not"),
    "nan": (b'{"prices": [1, NaN, 3]}', "row 1 is not"),
    "null": (b'{"prices": [1, 2, null]}', "row 2 is not"),
    "nested": (b'{"prices": [[1], [2], [3]]}', "row 0 is not"),
    "huge": (b'{"prices": [1, 2, 1' + b"0" * 400 + b"]}", ""),
    "short": (b'{"prices": [1, 2]}', "a forecast needs 3 past rows, but got 2"),
    "column": (b'{"records": [{"close": 1}]}', "['price'] are missing from ['close']"),
    "twice": (b'{"split": {"columns": ["price", "price"], "data": [[1, 2]]}}', "come twice"),
    "ragged": (b'{"split": {"columns": ["price"], "data": [[1, 2]]}}', "cannot be read as such"),
    "no object": (b'{"records": [1]}', "but row 0 is none"),
    "long name": (b'{"' + b"x" * 100_000 + b'": 1}', "but has ['xxx"),
    "utf-16": ('{"prices": [1]}'.encode("utf-16"), "must be UTF-8"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_forecast_is_one_sentence(site: Site, case: str) -> None:
    body, expected = WRONG[case]
    answer = site.ask("/predict", body, Content_Type="application/json")
    assert answer.status == 400
    assert expected in answer.error
    assert answer.error.endswith(".")
    assert "Traceback" not in answer.error
    assert len(answer.body) < 1000


def test_csv_whose_rows_are_longer_than_its_header_is_refused(site: Site) -> None:
    answer = site.ask("/invocations", b"price\n1,100\n2,101\n3,102\n", Content_Type="text/csv")
    assert answer.status == 400
    assert answer.error == "CSV must have a name for every column, but has 1 for a row of 2: name them all."


def test_columns_that_are_no_lists_are_refused(site: Site) -> None:
    answer = site.ask("/invocations", {"inputs": {"price": {"b": 1.0, "a": 2.0, "c": 3.0}}})
    assert (answer.status, answer.error) == (400, "price must be a list, but is a dict: write [..].")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-python-pickle", "text/csv; charset=latin-1"])
def test_other_types_are_refused(site: Site, kind: str) -> None:
    answer = site.ask("/invocations", CSV.encode(), Content_Type=kind)
    assert answer.status == 415
    assert answer.error.startswith("a request must be application/json or text/csv in UTF-8")


def test_expired_model_answers_with_its_sentence(site: Site, process: SteppingProcess) -> None:
    process.show(state="expired", said="too old")
    answer = site.ask("/predict", {"prices": PRICES})
    assert (answer.status, answer.error) == (503, "the model must be younger than 30 days, but is older: retrain it.")


def test_ready_answers_are_not_held_up_by_those_that_are_computed(process: SteppingProcess) -> None:
    release, begun = threading.Event(), threading.Event()

    class Slow(SteppingProcess):
        def forecast(self, past: pd.DataFrame) -> tuple[np.ndarray, str]:
            begun.set()
            release.wait(30)
            return super().forecast(past)

    slow = Slow()
    slow.step(5)
    with live_site(slow) as site:
        found = []
        askers = [
            threading.Thread(target=lambda: found.append(site.ask("/predict", {"prices": PRICES}))) for _ in range(8)
        ]
        for each in askers:
            each.start()
        assert begun.wait(10)
        for _ in range(20):
            assert site.ask("/predict").status == 200
        assert found == []
        release.set()
        for each in askers:
            each.join(30)
    assert [answer.json["forecast"] for answer in found] == [FORECAST] * 8


def test_errors_of_the_program_show_nothing_of_its_inside(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(SteppingProcess):
        def forecast(self, past: pd.DataFrame) -> tuple[np.ndarray, str]:
            raise ZeroDivisionError("secret")

    with live_site(Broken()) as site:
        answer = site.ask("/predict", {"prices": PRICES})
        assert answer.status == 500
        assert answer.error == "the server failed to answer this request: its own output says why, try again later."
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert site.ask("/ping").status == 200
    assert "ZeroDivisionError: secret" in capfd.readouterr().err


def test_schema_names_every_path_and_the_columns(process: SteppingProcess) -> None:
    from lstm_sweep.cli.composition.compose import compose_live

    schema = build_app(process, compose_live([]), ("price", "volume")).openapi()
    assert set(schema["paths"]) >= {"/predict", "/invocations", "/live", "/history", "/health", "/metrics"}
    body = schema["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    records = next(each for each in body["oneOf"] if each["required"] == ["records"])["properties"]["records"]
    assert records["items"]["required"] == ["price", "volume"]
    fields = schema["components"]["schemas"]["NewestForecast"]["properties"]
    assert set(fields) == {"series", "number", "state", "said", "forecast", "reason", "judgement"}


def test_nan_of_a_view_becomes_null(process: SteppingProcess) -> None:
    assert process.view.forecast is not None
    process.show(forecast=replace(process.view.forecast, naive=float("nan")))
    assert json.loads(NewestAnswer(process).bytes())["forecast"]["naive"] is None
