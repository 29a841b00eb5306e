"""Where compiled programs are kept from one sweep to the next."""

import atexit
import logging
import shutil
import tempfile
from functools import cache
from pathlib import Path

import platformdirs


@cache
def cache_folder() -> Path:
    """The user's cache folder of this program; where it cannot be written to, one for this process, and a warning."""
    folder = Path(platformdirs.user_cache_dir("lstm-sweep", appauthor=False))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        logging.getLogger(__name__).warning(
            "%s cannot be written to (%s): what is compiled is not kept for the next sweep; set XDG_CACHE_HOME to a "
            "folder that can be written to",
            folder,
            error.strerror,
        )
    passing = Path(tempfile.mkdtemp(prefix="lstm-sweep-"))
    atexit.register(shutil.rmtree, passing, ignore_errors=True)
    return passing
