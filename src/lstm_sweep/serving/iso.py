"""Times as texts."""

from datetime import UTC, datetime


def utc(text: str) -> datetime:
    """An ISO time; one without a zone is UTC.

    Raises:
        ValueError: where it is none.
    """
    time = datetime.fromisoformat(text)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
