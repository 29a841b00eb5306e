"""Addresses without what they keep secret: nothing else is logged, printed or written."""

import re
from typing import Any

_ADDRESS = re.compile(r"[a-z][\w+.-]*://", re.IGNORECASE)
_LOGIN = re.compile(r"//(?:\S*|[^\s/@]+:[^/@]*)@")
_UNCLEAR = re.compile(r"//\S*\?\S*@\S*")  # a question mark in a password, or an @ in a query?
_NO_PORT = re.compile(r"(?<!/)//[^\s:/@\[]+:(?!\d)[^\s/@?]+(?![^\s/?])")  # a login whose @host was forgotten
_QUERY = re.compile(r"(//[^\s?]*\?\S+?|\?[^\s?=]+=\S*?)(?=[)'\".,:;]*(?:\s|$))")
_NAMED = re.compile(r"\b(\w*(?:password|passwd|pwd|secret|token|api_?key|access_?key|credential)\w*)=[^\s&]+", re.I)


def redacted(text: str) -> str:
    """`text` without what addresses in it may keep secret: user, password and query.

    Args:
        text: an address, or a sentence with addresses, their paths, or settings like `password=...` in it.
    """
    if _ADDRESS.match(text):
        if "?" in text.rpartition("@")[0]:
            return text.partition("//")[0] + "//***"
        text = _NO_PORT.sub("//***", re.sub("//.*@", "//***@", text, flags=re.DOTALL))
        return re.sub(r"\?.+", "?***", text, flags=re.DOTALL)
    text = _NO_PORT.sub("//***", _LOGIN.sub("//***@", _UNCLEAR.sub("//***", text)))
    return _NAMED.sub(r"\1=***", _QUERY.sub(_without_query, text))


def _without_query(address: re.Match[str]) -> str:
    return address[0].partition("?")[0] + "?***"


def redacted_settings(settings: Any) -> Any:
    """Nested plain settings with every address in them redacted; whatever is no address stays as it is."""
    if isinstance(settings, dict):
        return {name: redacted_settings(value) for name, value in settings.items()}
    if isinstance(settings, list):
        return [redacted_settings(value) for value in settings]
    return redacted(settings) if isinstance(settings, str) and "://" in settings else settings
