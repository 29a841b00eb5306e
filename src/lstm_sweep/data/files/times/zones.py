"""Zones as they stand behind a time: Z, +01:00, GMT+1, EST."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
from numpy.typing import NDArray

from lstm_sweep.config.spelling import typed
from lstm_sweep.errors import UserError

_UTC = ("z", "utc", "gmt", "ut", "zulu")
_OFFSET = re.compile(r"(?:utc|gmt|ut)?([+-])(\d{1,2}):?(\d\d)?")
_BEHIND = re.compile(r"\s*[\[(].*[\])]$|(?<=\d)\s[A-Z]{2,5}$")  # +01:00[Europe/Berlin], GMT+0100 (CET), +0000 UTC

ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago", "America/Denver"),
    *("America/Los_Angeles", "Australia/Sydney", "Pacific/Auckland", "America/Sao_Paulo", "America/Santiago"),
    *("Asia/Jerusalem", "America/Halifax", "Atlantic/Azores", "Australia/Adelaide", "Asia/Tokyo", "Asia/Hong_Kong"),
    *("Asia/Kolkata", "Asia/Singapore", "Asia/Shanghai", "Europe/Moscow"),
)
"""Where exchanges stand, the usual ones first; another is a word more."""


def read_offsets(texts: Sequence[str]) -> tuple[NDArray[np.timedelta64], NDArray[Any]]:
    """What zones are.

    Args:
        texts: distinct zones, '' where there is none.

    Returns:
        timedelta64[ns] `(text,)` east of UTC, NaT where a text is none; and the texts that are abbreviations, else ''.
    """
    offsets = np.full(len(texts), np.timedelta64("NaT", "ns"))
    words = np.full(len(texts), "", dtype=object)
    for place, text in enumerate(texts):
        word = _BEHIND.sub("", text.strip()) or text.strip()
        found = _OFFSET.fullmatch(word.lower())
        if found and int(found[2]) <= 15 and int(found[3] or 0) < 60:
            minutes = int(found[2]) * 60 + int(found[3] or 0)
            offsets[place] = np.timedelta64(minutes if found[1] == "+" else -minutes, "m")
        elif word.lower() in _UTC:
            offsets[place] = np.timedelta64(0, "ns")
        else:
            words[place] = word
    return offsets, words


def fixed_offset(zone: str) -> np.timedelta64 | None:
    """How far east of UTC a zone is that is written as an offset (UTC, +01:00, UTC+1, GMT+1), or None.

    Etc/GMT+1 is no such zone: in the time zone database it is an hour west.
    """
    offset = read_offsets([zone])[0][0]
    return None if np.isnat(offset) else offset


def check_zone(name: str) -> None:
    """Refuse a zone that is neither an offset nor in the time zone database.

    Raises:
        UserError: with names alike.
    """
    if fixed_offset(name) is not None:
        return
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        cities = {each.rpartition("/")[2].lower(): each for each in sorted(available_timezones(), reverse=True)}
        cities = {city: each for city, each in cities.items() if not each.startswith("Etc/")}
        wanted = name.rpartition("/")[2].lower().replace(" ", "_")
        alike = list(dict.fromkeys(cities[city] for city in get_close_matches(wanted, cities, cutoff=0.7)))
        choices = " or ".join(typed("data.time_zone", each) for each in alike or (ZONES[0], "+01:00"))
        raise UserError(
            f"data.time_zone must be a zone of the time zone database or an offset, but is {name[:60]!r}: "
            f"try {choices}."
        ) from None
