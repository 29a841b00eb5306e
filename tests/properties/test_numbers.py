"""A column written in any one style is read as it was meant, or its other reading is shown."""

from decimal import Decimal

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lstm_sweep.config import CsvData
from lstm_sweep.data.files.numbers.read import read_numbers
from lstm_sweep.data.files.table import FilePart, FileTable
from tests.properties.attempt import attempt

NUMBERS = st.lists(st.integers(-(10**9), 10**9) | st.integers(-2000, 2000), min_size=1, max_size=12)
SIGNS = st.sampled_from(
    [(".", ""), (".", ","), (".", " "), (".", "'"), (",", ""), (",", "."), (",", "\u00a0"), (",", "’")]
)
FRAMES = st.sampled_from(["{}", "{}", "${}", "{} €", "CHF {}", "{}%", "{}K", "{} Mrd."])
MINUSES = st.sampled_from(["-{}", "−{}", "({})", "{}-"])


def spelled(number: Decimal, decimal: str, group: str, frame: str, minus: str) -> str:
    whole, _, behind = f"{abs(number):f}".partition(".")
    pieces = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    text = frame.format(group.join(pieces) + (decimal + behind if behind else ""))
    return minus.format(text) if number < 0 else text


@given(NUMBERS, st.integers(0, 5), st.booleans(), SIGNS, FRAMES, MINUSES)
def test_a_column_of_one_style_is_read_or_shows_its_other_reading(numbers, places, trim, signs, frame, minus) -> None:  # type: ignore[no-untyped-def]
    meant = [Decimal(number).scaleb(-places) for number in numbers]
    meant = [number.normalize() if trim else number for number in meant]
    cells = [spelled(number, *signs, frame, minus) for number in meant]
    rows = pd.DataFrame({"price": pd.Series(cells, dtype="str")})
    table = FileTable("prices.csv", rows, True, (FilePart("prices.csv", 0, 1),))
    read = attempt(lambda: read_numbers(table, ["price"], CsvData("csv", None, [], "prices.csv", None, None, None)))
    power = {"{}K": 3, "{} Mrd.": 9}.get(frame, 0)
    expected = [float(number.scaleb(power)) for number in meant]
    if read is None or read[0]["price"].tolist() != expected:
        # Of 1.501, no number may have another form: a zero or four digits before the sign, two signs, other decimals.
        between = [cell.strip("-−()$€CHF%KMrd. \u00a0") for cell in cells]
        assert all(
            sum(sign in cell for sign in ".,") <= 1 and cell.count(".") + cell.count(",") <= 1 for cell in between
        )
        assert read is None or any("reads" in note for note in read[1])
        assert any(cell[-4:-3] in (".", ",") for cell in between)
