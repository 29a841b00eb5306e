"""Names that messages and settings can carry."""

from collections.abc import Iterable


def printable(text: str) -> str:
    """Text in which '?' stands for every sign that would change a terminal or a line."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "?" for sign in text)


def column_names(names: Iterable[object]) -> list[str]:
    """Names that are printable, none empty, none twice.

    Args:
        names: as they stand in the file; the brackets of <CLOSE> decorate it.
    """
    unique: dict[str, None] = {}
    for place, each in enumerate(names):
        name = printable(str(each).strip().strip("<>"))[:60] or str(place)
        while name in unique:
            name = f"{name}.{place}"
        unique[name] = None
    return list(unique)
