"""Which settings may differ between the fits of one compiled program."""

FUSIBLE = {"fusible": True}
"""Marks a setting in which fits of one compiled program may differ; any other makes another program."""
