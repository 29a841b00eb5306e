"""Names of columns that messages and settings can carry."""

from collections.abc import Iterable


def column_names(names: Iterable[object]) -> list[str]:
    """Names without signs that would change a terminal, none empty, none twice.

    Args:
        names: as they stand in the file.
    """
    unique: list[str] = []
    for place, each in enumerate(names):
        shown = (letter if letter.isprintable() else "?" for letter in str(each).strip())
        name = "".join(shown)[:60] or str(place)
        while name in unique:
            name = f"{name}.{place}"
        unique.append(name)
    return unique
