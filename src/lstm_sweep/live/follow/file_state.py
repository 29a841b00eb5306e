"""Whether files have changed since they were read."""

from lstm_sweep.config import CsvData, DataConfig
from lstm_sweep.config.join import joined_files
from lstm_sweep.data.files.contents.paths import find_files
from lstm_sweep.errors import UserError

FileState = tuple[tuple[str, int, int, int], ...]


def file_state(config: DataConfig) -> FileState | None:
    """What changes when a file that `config` names is written or replaced; None where one is not there.

    Args:
        config: a source; its own files, where it has any, and those of `data.join` count.
    """
    paths = [config.path] if isinstance(config, CsvData) else []
    paths += [file.path for file in joined_files(config.join).values()]
    try:
        files = [file.path for path in paths for file in find_files(path)[0]]
        states = [(str(file), file.stat()) for file in files]
    except (UserError, OSError):
        return None
    return tuple((name, state.st_ino, state.st_size, state.st_mtime_ns) for name, state in states)
