"""How the generator of file forms writes numbers and times: each form by an example, checked by hand."""

from datetime import UTC, datetime

import pytest

from tests.properties.file_cells import NUMBERS, TIMES, three_digits, unclear_days

MOMENT = datetime(2021, 2, 3, 13, 5, tzinfo=UTC)

NUMBER_EXAMPLES = {
    "point": "9505.10",
    "comma": "9505,10",
    "1,234.5": "9,505.10",
    "1.234,5": "9.505,10",
    "1 234,5": "9 505,10",
    "1 234.5": "9 505.10",
    "1_234,5": "9\u00a0505,10",
    "1'234.5": "9'505.10",
    "$1,234.5": "$9,505.10",
    "1.234,5 €": "9.505,10 €",
    "exponent": "9.50510e+3",
    "1,234.5 told": "9,505.10",
    "1.234,5 told": "9.505,10",
}


@pytest.mark.parametrize("form", NUMBERS)
def test_numbers_are_written_as_people_write_them(form: str) -> None:
    assert NUMBERS[form].write("9505.10") == NUMBER_EXAMPLES[form]


TIME_EXAMPLES = {
    "iso": "2021-02-03 13:05:00",
    "iso minutes": "2021-02-03 13:05",
    "iso T": "2021-02-03T13:05:00",
    "iso Z": "2021-02-03T13:05:00Z",
    "iso ms Z": "2021-02-03T13:05:00.000Z",
    "iso UTC": "2021-02-03 13:05:00 UTC",
    "iso +02:00": "2021-02-03 15:05:00+02:00",
    "iso -0500": "2021-02-03 08:05:00-0500",
    "iso day": "2021-02-03",
    "Y/M/D": "2021/02/03 13:05",
    "Y.M.D": "2021.02.03 13:05:00",
    "D.M.Y": "03.02.2021",
    "D.M.Y clock": "03.02.2021 13:05",
    "M/D/Y": "02/03/2021",
    "M/D/Y clock": "02/03/2021 13:05:00",
    "M/D/Y AM": "02/03/2021 01:05 PM",
    "D/M/Y clock": "03/02/2021 13:05",
    "D/M/Y told": "03/02/2021 13:05",
    "D-M-Y": "03-02-2021",
    "D-M-Y clock": "03-02-2021 13:05:00",
    "D.M.y": "03.02.21",
    "M/D/y clock": "02/03/21 13:05",
    "D.M.y told": "03.02.21",
    "Mon D, Y": "Feb 03, 2021",
    "D-Mon-Y": "03-Feb-2021",
    "D Month Y clock": "03 February 2021 13:05",
    "Mon D Y clock": "Feb 03, 2021 13:05:00",
    "RFC 2822": "Wed, 03 Feb 2021 13:05:00 GMT",
    "RFC 2822 offset": "Wed, 03 Feb 2021 09:05:00 -0400",
    "iso PM": "2021-02-03 01:05:00 PM",
    "hour-PM": "2021-02-03 01-PM",
    "YYYYMM": "202102",
    "YYYY-MM": "2021-02",
    "8 digits": "20210203",
    "10 digits": "2021020313",
    "12 digits": "202102031305",
    "14 digits": "20210203130500",
    "17 digits": "20210203130500000",
    "s": "1612357500",
    "ms": "1612357500000",
    "us": "1612357500000000",
    "ns": "1612357500000000000",
    "s.0": "1612357500.0",
    "excel": "44230.54513888889",
    "ticks": "637479543000000000",
    "day, clock": "2021-02-03|13:05:00",
    "day, minutes": "2021.02.03|13:05",
    "day, PM": "02/03/2021|01:05 PM",
    "day, HHMMSS": "20210203|130500",
    "day, HHMM": "20210203|1305",
    "Y, M, D": "2021|2|3",
    "bare midnight": "03.02.2021 13:05",
    "bare iso midnight": "2021-02-03 13:05:00",
    "wall clock, spring": "2021-02-03 14:05",
    "wall clock, autumn": "2021-02-03 14:05",
    "German wall clock, autumn": "03.02.2021 14:05",
    "offsets, spring": "2021-02-03T14:05:00+0100",
}


@pytest.mark.parametrize("form", TIMES)
def test_times_are_written_as_people_write_them(form: str) -> None:
    assert "|".join(TIMES[form].cells(MOMENT)) == TIME_EXAMPLES[form]


def test_midnight_has_no_clock_where_it_is_left_out() -> None:
    midnight = datetime(2021, 2, 3, tzinfo=UTC)
    assert TIMES["bare midnight"].cells(midnight) == ("03.02.2021",)
    assert TIMES["excel"].cells(midnight) == ("44230",)
    assert TIMES["Y, M, D"].cells(midnight) == ("2021", "2", "3")


@pytest.mark.parametrize(
    ("cells", "unclear"),
    [
        (["1.501", "999"], True),
        (["151.234", "152.001"], True),
        (["1,501", "1,502"], True),
        (["0.951", "0.952"], False),
        (["1.501", "999.5"], False),
        (["1,501.25", "999.125"], False),
        (["9505.123"], False),
        (["1.234.567", "999"], False),
        (["999", "998"], False),
        (["1.501e+3"], False),
        (["1 501"], False),
    ],
)
def test_three_digits_after_the_only_sign_are_unclear(cells: list[str], unclear: bool) -> None:
    assert three_digits(cells) is unclear


def test_days_up_to_the_twelfth_are_unclear_and_others_are_not() -> None:
    early, late = datetime(2021, 2, 1, tzinfo=UTC), datetime(2021, 2, 13, tzinfo=UTC)
    assert unclear_days(TIMES["D.M.Y"], [early, datetime(2021, 2, 12, tzinfo=UTC)])
    assert not unclear_days(TIMES["D.M.Y"], [early, late])
    assert not unclear_days(TIMES["iso"], [early])
    assert not unclear_days(TIMES["D/M/Y told"], [early])
    assert unclear_days(TIMES["D.M.y"], [late])
    assert not unclear_days(TIMES["M/D/Y"], [datetime(2021, 2, 2, tzinfo=UTC)])
