"""The last line of a text that is being written."""

import codecs

from lstm_sweep.data.files.contents.json_text import is_json
from lstm_sweep.data.files.contents.unpack import Content

_SAMPLE = 4096


def whole_lines(content: Content) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a text without a last line that has no end yet, and a note where there is one.

    What is packed is whole, and JSON is whole or cannot be read: both stay as they are.
    """
    data = content.data
    if content.is_packed or is_json(data[:_SAMPLE].decode("utf-8", errors="ignore").lstrip("\ufeff")):
        return data, ()
    end = _end_of_last_line(data)
    if end == len(data):
        return data, ()
    return data[:end], (f"{content.name}: the last line has no end yet and is left out until it has one",)


def _end_of_last_line(data: bytes) -> int:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            end, feed = len(data), "\n".encode(encoding)
            # Its two bytes may also be halves of two other letters.
            while (end := data.rfind(feed, 0, end + 1)) % 2 and end > 0:
                pass
            return max(end, 0) + 2 if end >= 0 else len(mark)
    return max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
