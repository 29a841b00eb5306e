"""A live process after 60 bars, and its server."""

from collections.abc import Iterator

import pytest

from tests.serving.pages import browser, long, shown
from tests.serving.servers import Site, live_site
from tests.serving.stepping import SteppingProcess

__all__ = ["browser", "long", "process", "shown", "site"]


@pytest.fixture
def process() -> SteppingProcess:
    made = SteppingProcess()
    made.step(60)
    return made


@pytest.fixture
def site(process: SteppingProcess) -> Iterator[Site]:
    with live_site(process) as opened:
        yield opened
