"""The zone that the name of a column says: Time (EST), hour_utc, time[Europe/Berlin], Zeit (UTC+1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from lstm_sweep.data.files.times.words import plain

_WORDS = re.compile(r"(?<![A-Z])[A-Z]+(?![A-Za-z\d])|[A-Z]?[a-z]+")  # of DateTime_ET, openTimeUtc
_OFFSET = re.compile(r"(?i)(?:utc|gmt)\s*([+-]\s?\d{1,2}(?::?\d\d)?)(?!\d)|(?<!\d)([+-]\d\d:\d\d)(?!\d)")
_PLACE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+){1,2}")
_UTC = ("utc", "gmt")

_ABBREVIATIONS = {
    "America/New_York": "EST EDT ET",
    "America/Chicago": "CST CDT CT",
    "America/Denver": "MST MDT MT",
    "America/Los_Angeles": "PST PDT PT",
    "Europe/Berlin": "CET CEST MEZ MESZ",
    "Europe/London": "BST",
    "Europe/Lisbon": "WET WEST",
    "Europe/Athens": "EET EEST",
    "Europe/Moscow": "MSK",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Asia/Hong_Kong": "HKT",
    "Asia/Shanghai": "CST",
    "Asia/Singapore": "SGT",
    "Asia/Kolkata": "IST",
    "Asia/Jerusalem": "IST IDT",
    "Australia/Sydney": "AEST AEDT AET",
    "Pacific/Auckland": "NZST NZDT",
    "America/Sao_Paulo": "BRT",
}
"""What columns are called after, by zone; another is a line more."""

_ALSO_WORDS = ("et", "ct", "mt", "pt", "ist", "west")
"""Abbreviations that, in small letters, are words of some language or nothing."""


@dataclass(frozen=True)
class NamedZone:
    """What a name says.

    Attributes:
        name: of the column.
        word: of the name, as it stands there.
        zone: as `data.time_zone` takes it; None where the word is of no zone alone.
        likely: zones that an abbreviation may mean.
    """

    name: str
    word: str
    zone: str | None
    likely: tuple[str, ...] = ()


def named_zone(names: Sequence[str]) -> NamedZone | None:
    """The zone that the first name with any says, or None."""
    return next((found for found in map(_named, names) if found is not None), None)


def says_utc(name: str) -> bool:
    """Whether a column is called after UTC or GMT, without an offset."""
    found = _named(name)
    return found is not None and found.zone == "UTC"


def _named(name: str) -> NamedZone | None:
    place = _PLACE.search(name)
    if place and place[0] in available_timezones():
        return NamedZone(name, place[0], place[0])
    if offset := _OFFSET.search(name):
        return NamedZone(name, offset[0].strip(), (offset[1] or offset[2]).replace(" ", ""))
    words = _WORDS.findall(name)
    whole = re.sub(r"[\W\d_]", "", plain(name))
    if whole.startswith(_UTC) or whole.endswith(_UTC) or any(word.lower() in _UTC for word in words):
        return NamedZone(name, "GMT" if "gmt" in whole else "UTC", "UTC")
    for word in words:
        likely = tuple(zone for zone, known in _ABBREVIATIONS.items() if word.upper() in known.split())
        if likely and (word.isupper() or (word.islower() and word not in _ALSO_WORDS)):
            return NamedZone(name, word, None, likely)
    return None
