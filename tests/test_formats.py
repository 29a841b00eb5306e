"""Numbers as people read them, on the page, in the verdict and on a terminal."""

import math

import pytest

from lstm_sweep import formats


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (formats.percent(0.0005), "+0.05 %"),
        (formats.percent(-0.000001), "+0.00 %"),
        (formats.percent(0.25, 0, ""), "25 %"),
        (formats.percent(math.inf), "–"),
        (formats.percent(None), "–"),
        (formats.short_percent(0.0214), "2.1 %"),
        (formats.short_percent(0.0214, "+"), "+2.1 %"),
        (formats.short_percent(0.001), "0.1 %"),
        (formats.short_percent(0.000999), "0.10 %"),
        (formats.short_percent(-1e-9), "0.00 %"),
        (formats.short_percent(math.nan), "undefined"),
        (formats.short_percent(-math.inf), "-inf %"),
        (formats.signed_percent(0.00214), "+0.21 %"),
        (formats.signed_percent(-1e-6), "-0.00 %"),
    ],
)
def test_a_fraction_is_a_percentage(text: str, expected: str) -> None:
    assert text == expected


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2012.04, 1, "2012.0"),
        (-0.00001, 4, "0.0000"),
        (999_999_999.0, 0, "999999999"),
        (1e9, 0, "1.000e+09"),
        (-1.5e12, 2, "-1.500e+12"),
        (9.4964e-08, None, "9.496e-08"),
        (0.0, None, "0"),
        (math.inf, 3, "inf"),
        (math.nan, 3, "-"),
    ],
)
def test_a_number_in_a_terminal_has_the_decimals_of_its_column(value: float, decimals: int, expected: str) -> None:
    assert formats.fixed(value, decimals) == expected


@pytest.mark.parametrize(
    ("mean", "deviation", "terminal", "page"),
    [
        (0.00052, 0.00178, "0.0005±0.0018", "0.0005 ± 0.0018"),
        (0.1, math.nan, "0.1000", "0.1000"),
        (1e10, 0.5, "1.000e+10±0.5000", "1.000e+10 ± 0.5000"),
        (math.inf, math.nan, "inf", "–"),
        (math.nan, math.nan, "-", "–"),
    ],
)
def test_a_spread_is_dense_in_a_terminal_and_airy_on_the_page(
    mean: float, deviation: float, terminal: str, page: str
) -> None:
    assert formats.fixed_spread(mean, deviation, 4) == terminal
    assert formats.spread(mean, deviation, 4) == page


@pytest.mark.parametrize("exponent", range(-12, 12))
@pytest.mark.parametrize(("digits", "most"), [(5, 8), (4, 10)])
def test_decimals_show_as_many_digits_as_asked_for(exponent: int, digits: int, most: int) -> None:
    """Counted on the written number, not reckoned."""
    number = 1.2345678 * 10.0**exponent
    decimals = formats.decimals_for(number, digits, most)
    written = f"{number:.{most if decimals is None else decimals}f}".replace(".", "").lstrip("0")
    if decimals is None:
        assert len(written) < 4 or len(written) > 9
        assert formats.fixed(number, None) == f"1.235e{exponent:+03d}"
    else:
        assert decimals == most or decimals == 0 or len(written) == digits
        assert 0 <= decimals <= most
        assert 4 <= len(written) <= max(digits, exponent + 1)


@pytest.mark.parametrize("magnitude", [0.0, -1.0, math.nan, math.inf, None])
def test_decimals_of_what_has_no_magnitude_are_those_of_a_number_near_one(magnitude: float | None) -> None:
    assert formats.decimals_for(magnitude) == formats.decimals_for(1.0) == 4


@pytest.mark.parametrize(
    ("p", "expected"), [(0.0, "p < 0.001"), (0.0124, "p = 0.012"), (0.1, "p = 0.10"), (1.0, "p = 1.00"), (None, "–")]
)
def test_a_p_value_has_three_decimals_where_they_matter(p: float | None, expected: str) -> None:
    assert formats.p_value(p) == expected


@pytest.mark.parametrize(
    ("per_second", "expected"), [(12.345, "12.3 fits/s"), (1.0, "1 fits/s"), (0.5, "2 s/fit"), (0.001, "1e+03 s/fit")]
)
def test_a_rate_below_one_is_turned_round(per_second: float, expected: str) -> None:
    assert formats.rate(per_second) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (0.1 + 0.2, "0.3"),
        (1e-5, "1e-05"),
        (64, "64"),
        ("relu" * 9, "relurelurelurelur..."),
    ],
)
def test_a_setting_is_written_as_it_is_typed_and_fits_its_column(value: object, expected: str) -> None:
    assert formats.setting_within(value, 20) == expected


def test_a_paragraph_is_wrapped_and_a_percentage_is_not_parted() -> None:
    text = "an approximate 90 % interval of -0.4 to 0.5 in a-word-that-is-longer-than-a-line"
    lines = formats.wrapped(text, 17, indent="  ")
    assert lines == [
        "an approximate",
        "  90 % interval",
        "  of -0.4 to 0.5",
        "  in",
        "  a-word-that-is-longer-than-a-line",
    ]
    assert " ".join(line.strip() for line in lines) == text
    assert formats.wrapped("", 10) == []
