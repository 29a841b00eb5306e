"""How far the journal of a sweep has been delivered to MLflow."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from lstm_sweep.storage.files import replacing

FILE = "mlflow.json"


@dataclass(frozen=True)
class Cursor:
    """Where a delivery resumes.

    Attributes:
        address: of the store or server, redacted.
        run_id: of the parent run.
        offset: bytes of the journal that are delivered.
    """

    address: str
    run_id: str
    offset: int

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The cursor in the folder of a sweep; None where there is none that can be read."""
        try:
            return cls(**json.loads((folder / FILE).read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def save(self, folder: Path) -> None:
        """Write it, whole."""
        with replacing(folder / FILE) as unfinished:
            unfinished.write_text(json.dumps(asdict(self)) + "\n")
