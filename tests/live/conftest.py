"""The small sweep that has ended, whose winner is used."""

from tests.small_search import concluded, folder, search

__all__ = ["concluded", "folder", "search"]
