"""The small search that all rooms evaluate, and all that it came to."""

import pytest

from lstm_sweep.evaluation.ended_search import EndedSearch
from lstm_sweep.sweep.conclusion import Concluded
from tests.small_search import conclude_whole, concluded, evaluation, folder, search

__all__ = ["concluded", "evaluation", "folder", "search"]


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, search: EndedSearch) -> Concluded:
    return conclude_whole(tmp_path_factory.mktemp("sweeps") / "sweep", search)
