"""In which encoding a text was written, told from its bytes."""

import codecs
import re

from lstm_sweep.errors import UserError

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_SAMPLE = 1_000_000
_FEW = 0.1  # of UTF-16 nearly every other byte of a table is zero, and few are of those between
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x19\x1b-\x1f\x7f]")  # tabs, line and page ends, and DOS' end of a file are text
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_WESTERN = re.compile(r"[À-ÖØ-öø-ÿ]{3}|[^\W\d_][€‚ƒ„…†‡ˆ‰‹‘“”•˜™›¡-¿][^\W\d_]")
"""Letters beyond ASCII stand alone in Western words, and no sign stands inside of one: as in other old encodings."""


def decode(content: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """The text that bytes stand for.

    UTF-8, UTF-16 and UTF-32 by their byte order mark; without one UTF-16 by its zero bytes, UTF-8 where the bytes are
    valid, else Windows-1252, which is Latin-1 with a few signs more.

    Args:
        content: of the file.
        path: of the file, for messages.

    Returns:
        The text, lines ending in a line feed; and what was taken where bytes do not say it, a sentence each.

    Raises:
        UserError: where the bytes are no text, cut off, or in another old encoding.
    """
    mark = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    encoding = _MARKS.get(mark) or _utf_16(content)
    notes: tuple[str, ...] = ()
    if encoding is None and _is_utf_8(content):
        encoding = "utf-8"
    elif encoding is None:
        encoding = "cp1252"
        notes = (_western(content, path),)
    elif not mark:
        notes = (f"no byte order mark, but every other byte is zero: read as {encoding.upper()}",)
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UserError(
            f"{path}, line {line}: text must be {encoding.upper()} as its first bytes say, but is not from here on: "
            "it is damaged or cut off, so write or download it again."
        ) from None
    if "\0" in text:
        raise UserError(_binary(path))
    return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"), notes


def _binary(path: str) -> str:
    return f"data.path must be a CSV file, gzipped or not, but {path} is binary (no text): export it as CSV."


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf_16(content: bytes) -> str | None:
    """UTF-16 without a mark: digits, separators and line ends have a zero byte, all on one side."""
    sample = content[:_SAMPLE]
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if len(content) % 2 or max(zeros) < 0.5 * len(sample) / 2 or min(zeros) > _FEW * max(zeros):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _western(content: bytes, path: str) -> str:
    """The note on a text in Windows-1252, with a word by which people see whether it is."""
    if _CONTROL.search(content):
        raise UserError(_binary(path))
    text = content.decode("cp1252", errors="replace")
    if "\ufffd" in text or _UTF_8.search(content) or _NOT_WESTERN.search(text):
        raise UserError(
            f"{path} must be UTF-8 text, but is in an old encoding that cannot be told, or damaged: save it as UTF-8."
        )
    word = re.search(r"[^\s,;\"|]*[^\x00-\x7f][^\s,;\"|]*", text)
    return f"not UTF-8: read as Windows-1252, as in {word and word[0][:40]!r} (save it as UTF-8 if that looks wrong)"
