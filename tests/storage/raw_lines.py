"""Lines of a journal as the JSON that they are, read without the package's decoder."""

import json
from pathlib import Path
from typing import Any

from lstm_sweep.storage.encoding import decode
from lstm_sweep.storage.lines import JOURNAL


def raw_lines(folder: Path) -> list[dict[str, Any]]:
    """Every whole line, without its checksum."""
    texts = (folder / JOURNAL).read_bytes().splitlines(keepends=True)
    whole = [text for text in texts if text.endswith(b"\n") and decode(text[:-1]) is not None]
    return [{name: value for name, value in json.loads(text).items() if name != "crc"} for text in whole]
