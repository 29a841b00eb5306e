"""The small search that all rooms evaluate."""

from tests.small_search import evaluation, search

__all__ = ["evaluation", "search"]
