"""The small search that all rooms evaluate."""

from tests.small_search import concluded, evaluation, folder, search

__all__ = ["concluded", "evaluation", "folder", "search"]
