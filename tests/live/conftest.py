"""The small sweep that has ended, whose winner is used."""

import pytest

from tests.small_search import concluded, folder, search

# Its assertions tell values, as those of tests do.
pytest.register_assert_rewrite("tests.live.by_hand")

__all__ = ["concluded", "folder", "search"]
