"""Rows that do not fit their header, lines between rows that are none, and rows that spaces separate."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lstm_sweep.errors import UserError
from tests.data.files.contents.reading import prices, read

DAYS = [f"2020-01-{day:02d}" for day in range(2, 32)]
CLOSES = [9000.5 + 10 * place for place in range(len(DAYS))]
ROWS = [f"{day},{close}" for day, close in zip(DAYS, CLOSES, strict=True)]


def write(folder: Path, *lines: str, name: str = "prices.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


def refused(folder: Path, *lines: str) -> str:
    with pytest.raises(UserError) as caught:
        read(write(folder, *lines))
    return str(caught.value)


@pytest.mark.parametrize("row", ['2020-01-09  9036.1  "x"', '2020-01-09  "9036.1" 5'])
def test_a_row_of_another_width_between_spaces_and_quotes_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    rows = [f"{day}  {close}" for day, close in zip(DAYS, CLOSES, strict=True)]

    assert "line 32: a row must have 2 cells, but has 3" in refused(tmp_path, '"Date"  "Close"', *rows, row)


def test_quoted_cells_between_spaces_keep_their_spaces(tmp_path: Path) -> None:
    rows = [f'"{place}" "{day}" {close} "A B"' for place, (day, close) in enumerate(zip(DAYS, CLOSES, strict=True), 1)]

    table = read(write(tmp_path, '"Date" "close" "Name"', *rows))

    assert list(table.rows.columns[1:]) == ["Date", "close", "Name"]
    assert prices(table) == CLOSES
    assert set(table.rows["Name"]) == {"A B"}


@pytest.mark.parametrize(
    ("names", "row"),
    [
        ("Datum,Kurs", "{day},{whole},{cents}"),
        ("Date,Close", "{day},9,{whole}.52"),
        ("Datum,Kurs,Umsatz", "{day},{whole},{cents},100"),
        ("Nr,Kurs", "{place},{whole},{cents}"),
        ("Kurs", "{whole},{cents}"),
        ("Date,Open,Close", "{day},{whole},{cents},{whole},{cents}"),
        ("", "{day},{whole},{cents}"),
        ("", "{whole},{cents}"),
    ],
)
def test_a_number_cut_at_its_comma_is_refused_and_never_read_as_two(tmp_path: Path, names: str, row: str) -> None:
    rows = [row.format(place=place, day=day, whole=100 + place, cents=f"{place:02d}") for place, day in enumerate(DAYS)]

    sentence = refused(tmp_path, *([names] if names else []), *rows)

    assert rows[0][-6:] in sentence
    assert "in quotes" in sentence


def test_whole_numbers_that_may_be_one_with_a_comma_are_said(tmp_path: Path) -> None:
    table = read(write(tmp_path, *(f"{day},{9000 + place},52" for place, day in enumerate(DAYS))))

    assert any("if 9000,52 is one number, write it in quotes" in note for note in table.notes)


def test_a_header_longer_than_its_rows_is_refused_with_both_widths(tmp_path: Path) -> None:
    sentence = refused(tmp_path, "Date,Close,Volume,Note", *ROWS)

    assert "4 names in line 1, but has 2" in sentence


def test_separators_at_the_end_of_the_header_alone_are_no_columns(tmp_path: Path) -> None:
    table = read(write(tmp_path, "Date,close,,", *ROWS))

    assert list(table.rows.columns) == ["Date", "close"]
    assert prices(table) == CLOSES


@pytest.mark.parametrize("index", [range(len(DAYS)), range(1, len(DAYS) + 1)])
def test_an_index_without_a_name_is_one_column_more_than_the_header(tmp_path: Path, index: Any) -> None:
    table = read(write(tmp_path, "Date,close", *(f"{place},{row}" for place, row in zip(index, ROWS, strict=True))))

    assert list(table.rows.columns) == ["0", "Date", "close"]
    assert prices(table) == CLOSES


def test_times_are_an_index_where_no_name_says_time(tmp_path: Path) -> None:
    table = read(
        write(tmp_path, "open,close", *(f"{day},1.5,{close}" for day, close in zip(DAYS, CLOSES, strict=True)))
    )

    assert list(table.rows.columns) == ["0", "open", "close"]
    assert prices(table) == CLOSES


@pytest.mark.parametrize("header", ["Date,close", '"Date","close"'])
def test_comments_and_further_headers_between_rows_are_left_out_and_counted(tmp_path: Path, header: str) -> None:
    path = write(
        tmp_path, header, *ROWS[:9], "# gap, of a weekend", header, *ROWS[9:20], "#", "# gap", header, *ROWS[20:]
    )

    table = read(path)

    assert prices(table) == CLOSES
    lines = path.read_text().split("\n")
    assert [lines[line - 1] for line in table.rows.index] == ROWS
    assert "3 comment lines between rows skipped: '# gap, of a weekend'" in table.notes
    assert "header repeated below: 2 lines left out" in table.notes


def test_rows_that_begin_with_a_number_sign_are_rows(tmp_path: Path) -> None:
    table = read(write(tmp_path, "No,Date,close", *(f"#{place},{row}" for place, row in enumerate(ROWS))))

    assert prices(table) == CLOSES


def test_a_cell_of_number_signs_alone_is_no_comment(tmp_path: Path) -> None:
    table = read(write(tmp_path, "Date,close", *ROWS[:9], "########,9100.5", *ROWS[9:]))

    assert table.rows["Date"].iloc[9] == "########"


@pytest.mark.parametrize(
    "line",
    ["Total,546000", "Month total,5", "Total,,", "Source: an exchange", '"Saved by X, at noon"', "(30 rows)"],
)
@pytest.mark.parametrize("is_last", [True, False])
def test_sums_and_remarks_are_to_be_removed_by_their_line(tmp_path: Path, line: str, is_last: bool) -> None:
    rest = [] if is_last else ["2020-02-01,9500.5"]

    sentence = refused(tmp_path, "Date,close", *ROWS, line, *rest)

    assert "line 32: " in sentence
    assert sentence.endswith("remove the line.")


def test_a_footer_below_rows_that_spaces_separate_is_to_be_removed(tmp_path: Path) -> None:
    rows = [row.replace(",", " ") for row in ROWS]

    sentence = refused(tmp_path, "day        close", "---------- ------", *rows, "", "(30 rows affected)")

    assert sentence.endswith(
        "line 34: a row must hold a time like the first one, but is '(30 rows affected)': remove the line."
    )


def test_a_cell_over_two_lines_is_said_to_have_a_line_break(tmp_path: Path) -> None:
    sentence = refused(tmp_path, "Date,close,note", *(f"{row},x" for row in ROWS), '2020-02-01,9500,"one', 'two"')

    assert "line 32" in sentence
    assert "line break" in sentence


def test_an_unknown_separator_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    assert "commas, semicolons, tabs, bars or spaces" in refused(tmp_path, *(row.replace(",", "^") for row in ROWS))


def test_rows_are_those_that_pandas_reads_where_nothing_is_odd(tmp_path: Path) -> None:
    path = write(tmp_path, "Date,close", *ROWS)

    expected = pd.read_csv(path, dtype="str")

    assert read(path).rows.reset_index(drop=True).astype("str").equals(expected.astype("str"))


def test_rows_in_quotes_as_a_whole_are_unwrapped_and_that_is_said(tmp_path: Path) -> None:
    plain = ["Date,close,remark", *(f'{row},"a, b"' for row in ROWS)]
    quoted = ['"{}"'.format(line.replace('"', '""')) for line in plain]

    table = read(write(tmp_path, *quoted))

    assert table.rows.equals(read(write(tmp_path, *plain, name="plain.csv")).rows)
    assert "rows stand in quotes as a whole: read without these" in table.notes


def test_one_column_of_quoted_numbers_with_commas_stays_one(tmp_path: Path) -> None:
    table = read(write(tmp_path, *(f'"9,{place}.5"' for place in range(100, 130))))

    assert table.rows.iloc[:, 0].tolist() == [f"9,{place}.5" for place in range(100, 130)]


@pytest.mark.parametrize("mark", ["#", "%"])
def test_a_comment_sign_before_the_names_is_no_name(tmp_path: Path, mark: str) -> None:
    table = read(write(tmp_path, f"{mark} Date close", *(row.replace(",", " ") for row in ROWS)))

    assert list(table.rows.columns) == ["Date", "close"]


def test_names_between_other_signs_than_the_rows_are_refused(tmp_path: Path) -> None:
    assert "separate the names by the same sign" in refused(tmp_path, "Date;close", *ROWS)


def test_an_empty_cell_between_spaces_is_advised_as_quotes_and_these_are_read(tmp_path: Path) -> None:
    rows = [row.replace(",", " ") for row in ROWS]

    sentence = refused(tmp_path, "Date close", *rows, "2020-02-01")
    table = read(write(tmp_path, "Date close", *rows, '2020-02-01 ""'))

    assert 'complete it (an empty cell is "")' in sentence
    assert pd.isna(table.rows["close"].iloc[-1])
