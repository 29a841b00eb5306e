"""A text is decoded as its bytes say, or refused; what they do not say is noted."""

import codecs

import pytest

from lstm_sweep.data.files.contents.encodings import decode
from lstm_sweep.errors import UserError

TEXT = "Datum;Eröffnung;Währung €\n" + "2024-01-01;10,5;é\n" * 20


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_unicode_is_read_by_its_mark_without_a_word(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding), "x.csv") == (TEXT, ())


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zero_bytes_and_said(encoding: str) -> None:
    for text in (TEXT, "日付,終値\n2024-01-01,10\n"):
        decoded, notes = decode(text.encode(encoding), "x.csv")
        assert decoded == text
        assert notes == (f"no byte order mark, but every other byte is zero: read as {encoding.upper()}",)


@pytest.mark.parametrize(("encoding", "word"), [("cp1252", "Eröffnung"), ("latin-1", "Eröffnung")])
def test_an_old_western_encoding_is_read_and_a_word_of_it_shown(encoding: str, word: str) -> None:
    text = TEXT if encoding == "cp1252" else TEXT.replace("€", "£")
    decoded, notes = decode(text.encode(encoding), "x.csv")
    assert decoded == text
    assert notes == (f"not UTF-8: read as Windows-1252, as in {word!r} (save it as UTF-8 if that looks wrong)",)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("дата,close,объём\n2024-01-01,10,5\n", "cp1251"),
        ("дата,close,объём\n2024-01-01,10,5\n", "koi8-r"),
        ("ημέρα,close\n2024-01-01,10\n", "iso8859-7"),
        ("日付,終値\n2024-01-01,10\n", "shift-jis"),
        ("日付,終値\n2024-01-01,10\n", "gbk"),
        ("date,close\n2024-01-01,10\n", "cp037"),
        ("Datum;Eröffnung\n2024-01-01;10\n", "cp850"),
    ],
)
def test_another_old_encoding_is_refused_with_what_to_do(text: str, encoding: str) -> None:
    with pytest.raises(UserError, match="x.csv must be UTF-8 text, but .*: save it as UTF-8"):
        decode(text.encode(encoding), "x.csv")
    assert decode(text.encode("utf-8"), "x.csv") == (text, ())


def test_damaged_utf_8_is_not_taken_for_another_encoding() -> None:
    with pytest.raises(UserError, match="or damaged: save it as UTF-8"):
        decode(TEXT.encode() + b"\xff", "x.csv")


@pytest.mark.parametrize(
    "content", [bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n\0\0", b"date\0\0\0\0", b"\x80\x04\x95\x01"]
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(UserError, match="x.csv is binary"):
        decode(content, "x.csv")


def test_a_text_that_breaks_the_promise_of_its_mark_is_refused_with_its_line() -> None:
    with pytest.raises(UserError, match="x.csv, line 21: text must be UTF-16-LE .* damaged or cut off"):
        decode(TEXT.encode("utf-16")[:-1], "x.csv")
    with pytest.raises(UserError, match="x.csv, line 1: text must be UTF-8 .* damaged or cut off"):
        decode(codecs.BOM_UTF8 + b"date,\xff", "x.csv")


def test_all_line_ends_become_line_feeds() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert decode(TEXT.replace("\n", end).encode("utf-16"), "x.csv")[0] == TEXT
