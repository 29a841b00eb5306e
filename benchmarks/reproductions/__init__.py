"""Published forecasts of Bitcoin, trained and scored as they were, beside ours: docs/reproductions.md."""
