"""Further small files of the kinds that public bug reports tell of, with what is right to read from each."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lstm_sweep.config import CsvData
from lstm_sweep.data.load import load_series
from lstm_sweep.data.series import Series
from lstm_sweep.errors import UserError
from tests.configs import compose_config
from tests.data.advice import filled, load, load_or_refusal, moments, refusal, says, settings_in

START = datetime(2021, 1, 13, tzinfo=UTC)


def times(form: str, count: int, step: timedelta = timedelta(hours=1), start: datetime = START) -> list[str]:
    return [(start + row * step).strftime(form) for row in range(count)]


def iso(count: int, step: timedelta = timedelta(hours=1), start: datetime = START) -> list[str]:
    return times("%Y-%m-%dT%H:%M:%S", count, step, start)


def lines(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


@pytest.fixture
def file(tmp_path: Path) -> "Writer":
    return Writer(tmp_path)


class Writer:
    """Writes files into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, content: str | bytes, name: str = "prices.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


class TestTimesAsDigits:
    def test_ten_digits_are_an_hour_of_the_calendar_and_no_seconds_of_2034(self, file: Writer) -> None:
        path = file(lines("time,close", *(f"{time},{row + 10}" for row, time in enumerate(times("%Y%m%d%H", 30)))))
        series = load(path)
        assert moments(series) == iso(30)
        assert says(series, "data.time_"), series.notes

    def test_ticks_are_read_where_they_are_named_and_never_guessed_in_silence(self, file: Writer) -> None:
        ticks = [637_460_928_000_000_000 + row * 36_000_000_000 for row in range(30)]  # since the year 1, 100 ns each
        path = file(lines("time,close", *(f"{tick},{row + 10}" for row, tick in enumerate(ticks))))
        found = load(path, "data.time_unit=ticks")
        assert moments(found) == iso(30)
        without = load_or_refusal(path)
        assert "data.time_unit" in (without if isinstance(without, str) else " ".join(without.notes))

    def test_more_bars_made_up_than_a_quarter_are_refused_and_rows_that_are_there_do_not_count(
        self, file: Writer
    ) -> None:
        every = iso(60)
        rows = [f"{time},{row + 10}" for row, time in enumerate(every)]
        sentence = refusal(file(lines("time,close", *rows[:20], *rows[45:])))
        (advice,) = [each for each in settings_in(sentence) if "max_filled" in each]
        assert filled(load(file.folder / "prices.csv", advice)) == every[20:45]
        empty = [f"{time}," if 20 <= row < 45 else f"{time},{row + 10}" for row, time in enumerate(every)]
        assert filled(load(file(lines("time,close", *empty)))) == every[20:45]


class TestThousands:
    def test_commas_beside_shorter_numbers_are_refused_or_said(self, file: Writer) -> None:
        days, prices = times("%Y-%m-%d", 30, timedelta(days=1)), [985 + row for row in range(30)]
        path = file(lines("date\tclose", *(f"{day}\t{price:,}" for day, price in zip(days, prices, strict=True))))
        found = load_or_refusal(path)
        if isinstance(found, str):
            readings = [load(path, each) for each in settings_in(found)]
            assert len(readings) >= 2, found
            (found,) = [each for each in readings if each.values.tolist() == prices]
        assert says(found, "data.") or found.values.tolist() == prices
        assert load(path, "\"data.thousands=','\"").values.tolist() == prices

    def test_quotes_of_a_currency_with_three_decimals_keep_their_point_and_show_the_other_reading(
        self, file: Writer
    ) -> None:
        days, prices = times("%Y-%m-%d", 30, timedelta(days=1)), [151.234 + row for row in range(30)]
        path = file(lines("date,close", *(f"{day},{price:.3f}" for day, price in zip(days, prices, strict=True))))
        series = load(path)
        assert series.values.tolist() == [float(f"{price:.3f}") for price in prices]
        assert says(series, "data.thousands") or says(series, "data.decimal"), series.notes
        other = load(path, "\"data.thousands='.'\"")
        assert other.values.tolist() == [round(price * 1000) for price in prices]

    def test_groups_of_two_digits_are_read_or_refused(self, file: Writer) -> None:
        days = times("%Y-%m-%d", 3, timedelta(days=1))
        cells = ["1,23,456.70", "1,24,000.05", "99,999.95"]
        path = file(lines("date;close", *(f"{day};{cell}" for day, cell in zip(days, cells, strict=True))))
        found = load_or_refusal(path)
        assert isinstance(found, str) or found.values.tolist() == [123456.70, 124000.05, 99999.95]


class TestInstruments:
    def interleaved(self, file: Writer) -> Path:
        rows = [
            f"{time},{pair},{price + row}"
            for row, time in enumerate(iso(20))
            for pair, price in (("BTC/EUR", 900), ("ETH", 30))
        ]
        return file(lines("time,pair,price", *rows))

    def test_interleaved_ones_are_refused_and_each_can_be_chosen(self, file: Writer) -> None:
        sentence = refusal(self.interleaved(file))
        assert all(word in sentence for word in ("pair", "BTC/EUR", "ETH")), sentence
        (advice, *_) = [each for each in settings_in(sentence) if "BTC/EUR" in each or "ETH" in each]
        for name, first in (("BTC/EUR", 900), ("ETH", 30)):
            series = load(self.interleaved(file), re.sub(r"\bETH\b|'?BTC/EUR'?", f"'{name}'", advice))
            assert series.values.tolist() == [first + row for row in range(20)]
            assert moments(series) == iso(20)

    def test_one_that_is_named_in_every_row_needs_no_choice(self, file: Writer) -> None:
        series = load(file(lines("time,symbol,close", *(f"{time},BTC,{row + 1}" for row, time in enumerate(iso(20))))))
        assert series.values.tolist() == list(range(1, 21))

    def test_two_prices_side_by_side_are_refused_with_both_names(self, file: Writer) -> None:
        path = file(
            lines("date,BTC_close,ETH_close", *(f"{time},{row + 900},{row + 30}" for row, time in enumerate(iso(20))))
        )
        sentence = refusal(path)
        assert "BTC_close" in sentence
        assert "ETH_close" in sentence
        for setting in settings_in(sentence):
            assert load(path, setting).values[0] in (900, 30)
        assert load(path, "data.price=ETH_close").values[0] == 30


class TestNamesOfPrices:
    @pytest.mark.parametrize("name", ["Close Time", "Prev. Close", "close_change", "Close Volume", "price_change_24h"])
    def test_a_name_that_only_holds_the_word_is_no_price(self, file: Writer, name: str) -> None:
        path = file(lines(f"date,volume,{name}", *(f"{time},{row + 7},{row + 50}" for row, time in enumerate(iso(20)))))
        sentence = refusal(path)
        assert not any("data.price" in each for each in settings_in(sentence)), sentence

    def test_fees_are_summed_where_that_is_said(self, file: Writer) -> None:
        path = file(lines("time,close,fees", *(f"{time},{row + 10},{row % 3}" for row, time in enumerate(iso(48)))))
        assert load(path, "data.every=1D", "data.features=[fees]", '"data.aggregate={fees: sum}"').covariates[
            "fees"
        ].tolist() == [sum(row % 3 for row in range(24)), sum(row % 3 for row in range(24, 48))]
        guessed = load(path, "data.every=1D", "data.features=[fees]")
        assert says(guessed, "fees", "data.aggregate"), guessed.notes


class TestOffTheGrid:
    @pytest.mark.parametrize("typed", [(), ("data.every=1h",)])
    def test_a_last_row_as_of_now_is_left_out_and_a_gap_is_still_filled(
        self, file: Writer, typed: tuple[str, ...]
    ) -> None:
        rows = [f"{time}Z,{row + 10}" for row, time in enumerate(iso(30)) if row != 12]
        series = load(file(lines("time,close", *rows, "2021-01-14T05:41:07Z,99")), *typed)
        assert moments(series) == iso(30)
        assert filled(series) == [iso(30)[12]]
        assert 99 not in series.values
        assert says(series, "left out") or says(series, "05:41:07"), series.notes


class TestNumbersForPeople:
    @pytest.mark.parametrize(
        ("cells", "values"),
        [
            (["(12.50)", "3.25", "(0.75)"], [-12.5, 3.25, -0.75]),
            (["1.25B", "950.10M", "3.50K"], [1.25e9, 950.1e6, 3.5e3]),
            (["+0.52%", "-0.11%", "\u22120.19%"], [0.52, -0.11, -0.19]),
            (["9\u2019505.10", "9\u2019595.50", "998.10"], [9505.1, 9595.5, 998.1]),
            (["\u20ac30.10", "\u20ac29.95", "\u20ac28.00"], [30.1, 29.95, 28.0]),
            (["30.10 USD", "29.95 USD", "28.00 USD"], [30.1, 29.95, 28.0]),
        ],
    )
    def test_a_covariate_is_read_or_refused_by_name(self, file: Writer, cells: list[str], values: list[float]) -> None:
        days = times("%Y-%m-%d", 3, timedelta(days=1))
        path = file(lines("date;close;flow", *(f"{day};10;{cell}" for day, cell in zip(days, cells, strict=True))))
        found = load_or_refusal(path, "data.features=[flow]")
        if isinstance(found, str):
            assert "flow" in found, found
        else:
            assert found.covariates["flow"].tolist() == pytest.approx(values, rel=1e-15)

    @pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le", "cp1252", "latin-1"])
    def test_text_of_other_encodings_is_read(self, file: Writer, encoding: str) -> None:
        mark = "\ufeff" if "16" in encoding else ""
        text = mark + lines("Datum;Schlu\u00dfkurs", *(f"{time};{row + 10},5" for row, time in enumerate(iso(20))))
        series = load(file(text.encode(encoding)), "\"data.price='Schlu\u00dfkurs'\"")
        assert series.values.tolist() == [row + 10.5 for row in range(20)]


class TestDates:
    def test_days_up_to_the_twelfth_are_refused_with_a_row_or_said_and_a_format_decides(self, file: Writer) -> None:
        days = times("%d/%m/%Y", 10, timedelta(days=1), datetime(2021, 3, 1, tzinfo=UTC))
        path = file(lines("date,close", *(f"{day},{row + 10}" for row, day in enumerate(days))))
        found = load_or_refusal(path)
        text = found if isinstance(found, str) else " ".join(found.notes)
        advice = [each for each in settings_in(text) if "time_format" in each]
        assert advice, text
        if isinstance(found, str):
            assert {moments(load(path, each))[1] for each in advice} & {"2021-03-02T00:00:00", "2021-02-03T00:00:00"}
        march = load(path, "data.time_format=%d/%m/%Y")
        assert moments(march) == iso(10, timedelta(days=1), datetime(2021, 3, 1, tzinfo=UTC))
        american = load(path, "data.time_format=%m/%d/%Y", "data.max_filled=1")
        assert "2021-02-03T00:00:00" in moments(american)

    def test_years_of_two_digits_are_refused_or_said(self, file: Writer) -> None:
        days = times("%d.%m.%y", 25, timedelta(days=1))
        path = file(lines("date;close", *(f"{day};{row + 10}" for row, day in enumerate(days))))
        found = load_or_refusal(path)
        text = found if isinstance(found, str) else " ".join(found.notes)
        assert "data.time_format" in text, text
        assert moments(load(path, "data.time_format=%d.%m.%y")) == iso(25, timedelta(days=1))

    def test_a_wall_clock_that_was_skipped_in_spring_is_refused_by_its_name(self, file: Writer) -> None:
        path = file(lines("time,close", *(f"2024-03-10 {hour:02d}:30,{hour + 10}" for hour in range(6))))
        sentence = refusal(path, "data.time_zone=America/New_York")
        assert "2024-03-10" in sentence
        assert "clock" in sentence, sentence

    def test_a_zone_moves_a_wall_clock_and_leaves_times_with_an_offset(self, file: Writer) -> None:
        rows = [f"{time},{row + 10}" for row, time in enumerate(times("%Y-%m-%d %H:%M", 20))]
        assert moments(load(file(lines("time,close", *rows)), "data.time_zone=Asia/Tokyo"))[0] == "2021-01-12T15:00:00"
        rows = [f"{time}+00:00,{row + 10}" for row, time in enumerate(times("%Y-%m-%d %H:%M", 20))]
        assert moments(load(file(lines("time,close", *rows)), "data.time_zone=Asia/Tokyo")) == iso(20)

    def test_day_and_clock_are_found_among_other_columns_by_their_names(self, file: Writer) -> None:
        rows = [f"20210115,{time},x,{row + 10}" for row, time in enumerate(times("%d.%m.%Y,%H.%M", 20))]
        path = file(lines("asked,Tag,Uhr,source,close", *rows))
        found = load_or_refusal(path, "data.time=[Tag,Uhr]")
        assert isinstance(found, str) or moments(found) == iso(20)
        colons = file(re.sub(r",(\d\d)\.(\d\d),", r",\1:\2,", path.read_text()))
        assert moments(load(colons, "data.time=[Tag,Uhr]")) == iso(20)


class TestFilesPeopleHave:
    def test_a_header_of_numbers_with_one_word_is_a_header(self, file: Writer) -> None:
        rows = [f"{row + 10},{row + 20},{row + 30},{time}" for row, time in enumerate(iso(20))]
        series = load(file(lines("0,1,2,date", *rows)), "data.price='\"1\"'")
        assert series.values.tolist() == [row + 20 for row in range(20)]
        assert moments(series) == iso(20)

    def test_rows_are_steps_where_there_are_no_times(self, file: Writer) -> None:
        series = load(file(lines("close,volume", *(f"{row + 10},{row % 5}" for row in range(20)))), "data.time=none")
        assert series.values.tolist() == [row + 10 for row in range(20)]
        assert not series.filled.any()

    def test_trades_of_one_second_newest_first_are_refused_or_their_order_is_said(self, file: Writer) -> None:
        trades = [(second, trade) for second in range(0, 600, 20) for trade in (1, 2, 3)]
        rows = [f"{1700000000 + second},{1000 + second + trade}" for second, trade in reversed(trades)]
        found = load_or_refusal(file(lines("timestamp,price", *rows)), "data.every=1min")
        if not isinstance(found, str):
            assert says(found, "data.") or says(found, "newest first"), found.notes
            # The minute of 22:13 holds the seconds 20 and 40: the last trade of the later one came last.
            assert found.values[0] in (1000 + 20 + 3, 1000 + 20 + 1)

    @pytest.mark.parametrize("form", ["folder", "pattern", "list"])
    def test_monthly_dumps_are_put_together(self, file: Writer, form: str) -> None:
        start, day = datetime(2021, 1, 1, tzinfo=UTC), timedelta(days=1)
        every = [f"{time},{row + 10}" for row, time in enumerate(iso(59, day, start))]
        one, two = (
            file(lines("date,close", *part), f"btc-2021-0{month}.csv")
            for month, part in ((2, every[31:]), (1, every[:31]))
        )
        path: object = {
            "folder": str(file.folder),
            "pattern": str(file.folder / "btc-*.csv"),
            "list": [str(one), str(two)],
        }[form]
        series = of(replace(base(), path=path))
        assert moments(series) == iso(59, day, start)
        assert series.values.tolist() == [row + 10 for row in range(59)]

    def test_dumps_that_disagree_on_a_day_are_refused(self, file: Writer) -> None:
        file(lines("date,close", "2021-01-01,10", "2021-01-02,11"), "a.csv")
        file(lines("date,close", "2021-01-02,12", "2021-01-03,13"), "b.csv")
        with pytest.raises(UserError, match="2021-01-02"):
            of(replace(base(), path=str(file.folder)))

    @pytest.mark.parametrize("reply", ["binance", "coingecko", "kraken"])
    def test_replies_of_exchanges_are_read(self, file: Writer, reply: str) -> None:
        times_and_closes = [(1610496000 + row * 3600, f"{95 + row}.25") for row in range(20)]
        path = file(json.dumps(replies(times_and_closes)[reply]), "reply.json")
        found = load_or_refusal(path)
        if isinstance(found, str):
            advice = [each for each in settings_in(found) if "data.price" in each]
            assert advice, found
            found = load(path, advice[0])
        assert moments(found) == iso(20)
        assert found.values.tolist() == [float(close) for _, close in times_and_closes]

    def test_a_daily_series_beside_an_hourly_one_is_not_known_before_its_day_has_ended(self, file: Writer) -> None:
        hourly = file(lines("time,close", *(f"{time},{row + 10}" for row, time in enumerate(iso(96)))), "btc.csv")
        gold = [1800 + day for day in range(-1, 4)]
        days = iso(5, timedelta(days=1), START - timedelta(days=1))
        file(lines("date,close", *(f"{day[:10]},{price}" for day, price in zip(days, gold, strict=True))), "gold.csv")
        config = replace(base(), path=str(hourly), join={"gold": str(file.folder / "gold.csv")}, features=["gold"])
        series = of(config)
        known = dict(zip(moments(series), series.covariates["gold"].tolist(), strict=True))
        assert len(known) == 96
        for time, value in known.items():
            moment = datetime.fromisoformat(time).replace(tzinfo=UTC)
            yesterday = 1800 + (moment - START).days - 1
            assert value == yesterday or (moment.hour == 23 and value == yesterday + 1), time


def replies(rows: list[tuple[int, str]]) -> dict[str, object]:
    """What exchanges answer for these times (in seconds) and closes."""
    edges = [(second, close, f"{float(close) + 1}", f"{float(close) - 1}", close) for second, close in rows]
    binance = [
        [second * 1000, *prices, "5.0", second * 1000 + 3599999, "1", 7, "2", "3", "0"] for second, *prices in edges
    ]
    kraken = [[second, *prices, prices[0], "5.0", 7] for second, *prices in edges]
    pairs = [[second * 1000, float(close)] for second, close in rows]
    return {
        "binance": binance,
        "coingecko": {"prices": pairs, "market_caps": [], "total_volumes": []},
        "kraken": {"error": [], "result": {"XXBTZUSD": kraken, "last": rows[-1][0]}},
    }


def base() -> CsvData:
    data = compose_config("data=csv", "data.path=prices.csv").data
    assert isinstance(data, CsvData)
    return data


def of(config: CsvData) -> Series:
    return load_series(config, config.features)
