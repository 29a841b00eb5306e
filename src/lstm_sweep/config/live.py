"""The winner at work: how a series is followed, and who may ask."""

import re
from dataclasses import dataclass
from typing import Any

from lstm_sweep.config.checks import above_zero, at_least, one_of
from lstm_sweep.config.windows import iso_time
from lstm_sweep.errors import require

PROMOTES = ("ask", "auto")


@dataclass
class LiveConfig:
    """One live process.

    Attributes:
        name: of its folder live/<name>/, which is continued where it is there; null: that of the model or sweep.
        host: address to listen at; 127.0.0.1 is this machine only.
        port: to listen at; 0 takes a free one.
        token: that writing requests must bear, or null where nobody needs one.
        coverage: share of actual prices that intervals are to hold.
        alpha: level of the live judgement.
        replay: seconds a bar where a stored series is replayed (0: as fast as it goes), or null to follow it.
        begin: ISO time of the first bar that is forecast, or null: of the test span where it is replayed, else the
            newest one.
        grace: seconds after the end of a bar before it is asked for.
        poll: longest time in seconds between two looks at the source.
        alias_seconds: between two looks at which version is champion, and which challenger.
        expire: age of its newest training price ('30d') from which a model forecasts no more, or null.
        retrain: time between two retrainings ('7d'), or null.
        promote: ask: the challenger waits for `promote`; auto: it becomes champion once it is shown better.
        most_rows: past prices that one request may bring.
        most_requests: requests per second, on average over ten seconds, that one client may make of what is computed.
    """

    name: str | None
    host: str
    port: int
    token: str | None
    coverage: float
    alpha: float
    replay: float | None
    begin: str | None
    grace: float
    poll: float
    alias_seconds: float
    expire: str | None
    retrain: str | None
    promote: str
    most_rows: int
    most_requests: float

    def __post_init__(self) -> None:
        """Check the settings."""
        require(
            0 <= self.port <= 65535,
            f"live.port must be a port from 0 to 65535, but is {self.port}: choose one, such as 8000.",
        )
        for name in ("coverage", "alpha"):
            _share(f"live.{name}", getattr(self, name))
        require(
            self.name is None or re.fullmatch(r"\w[\w.-]*", self.name) is not None,
            f"live.name must be of letters, digits, dots and dashes, for a folder is called so, but is {self.name!r}: "
            "choose such a name.",
        )
        require(
            bool(self.host.strip()),
            "live.host must be an address, but is empty: live.host=127.0.0.1 is this machine only, live.host=0.0.0.0 "
            "lets others in.",
        )
        at_least("live.replay", self.replay, 0)
        if self.begin is not None:
            iso_time("live.begin", self.begin)
            require(
                self.replay is not None,
                f"live.begin is where a replay starts, but live.begin={self.begin} came without one, and what has "
                "closed cannot be forecast: add live.replay=1, or leave live.begin out.",
            )
        at_least("live.grace", self.grace, 0)
        above_zero("live.poll", self.poll)
        above_zero("live.alias_seconds", self.alias_seconds)
        one_of("live.promote", self.promote, PROMOTES)
        at_least("live.most_rows", self.most_rows, 1)
        above_zero("live.most_requests", self.most_requests)
        require(
            self.token is None or bool(self.token.strip()),
            "live.token must hold letters, but is empty: choose one, or live.token=null for none.",
        )


def _share(name: str, value: Any) -> None:
    require(0 < value < 1, f"{name} must be above 0 and below 1, but is {value}: choose a share.")


@dataclass
class LiveSettings:
    """What conf/live.yaml holds."""

    live: LiveConfig
