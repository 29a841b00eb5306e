"""What is said of a setting on its field: whether fits of one program may differ in it, and what follows from it."""

FUSIBLE = {"fusible": True}
"""Marks a setting in which fits of one compiled program may differ; any other makes another program."""

NO_RESULTS = {"affects": "nothing"}
"""Marks a setting that no number follows from: it may be another on resume, and makes no other configuration."""

LIMIT = {"affects": "end"}
"""Marks a setting that only decides when the search ends: it may be another on resume, but decides who can win."""

ADDED = {"added": "after 0.2"}
"""Marks a setting that older versions did not have: its default is what they did, and belongs to no digest."""
