"""What can be refused at once, before the libraries that read and train are imported, which takes seconds."""

import glob
from pathlib import Path

from lstm_sweep.config import Config, CsvData
from lstm_sweep.errors import require
from lstm_sweep.search.space import build_space
from lstm_sweep.storage.folder import check_resumable


def check_early(config: Config) -> None:
    """Refuse a sweep that is not there to be resumed, cannot be searched, or reads a file that is not there.

    Raises:
        UserError: as what comes later would.
    """
    check_resumable(config.name, config.resume)
    build_space(config)
    if isinstance(config.data, CsvData):
        _check_there(config.data.path)


def _check_there(path: object) -> None:
    """Only what can be nothing else than the name of a file is looked for; patterns and archives are the reader's."""
    text = str(path)
    if isinstance(path, list) or glob.has_magic(text) or ":" in text or not text.strip() or "\0" in text:
        return
    try:
        is_there = Path(text).expanduser().exists()
    except (OSError, RuntimeError):  # the reader says what is wrong with it
        return
    require(
        is_there,
        "data.path must name a file, a folder, a pattern or a list of them, but there is no "
        f"{text} (looked in {Path.cwd()}): check the path.",
    )
