"""Killed fifty times while recording: what was on the disk a second before is there, and what is missing is known."""

import random
import signal
import time
from pathlib import Path

import pytest

from lstm_sweep.market_store.layout import MarketFolder
from lstm_sweep.market_store.manifest import manifests_of
from lstm_sweep.market_store.sections import sections
from lstm_sweep.market_store.verifying import verify
from lstm_sweep.orderbook.market import Market
from lstm_sweep.recorder.replay.recording import recording_at
from lstm_sweep.recorder.replay.stored import StoredLines
from tests.commands import started, wait_for
from tests.orderbook.invented import invented
from tests.recorder.replays import serving, written
from tests.recorder.test_faults import with_snapshot

MARKET = Market("binance", "XYUSD", "0.01")
KILLS = 50
SECOND = 1_000_000_000


def lines_of(market: MarketFolder, start: int) -> list[int]:
    """When the whole lines of an open part came."""
    content = market.lines(start).read_bytes()
    return [int(line.split(b" ")[0]) for line in content[: content.rfind(b"\n") + 1].splitlines()]


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_kills_lose_at_most_the_last_second_and_verify_says_what(tmp_path: Path) -> None:
    recording = written(tmp_path, with_snapshot(invented(30, 60_000)))
    market = MarketFolder(tmp_path / "market", MARKET)
    draw = random.Random(5)
    lasts = []
    with serving(MARKET, recording, speed=5) as (_, settings):
        for _ in range(KILLS):
            before = {each.start for each in sections(market)}
            with started(tmp_path, "src.record", *settings) as process:
                wait_for(lambda known=before: bool({each.start for each in sections(market)} - known))
                time.sleep(draw.uniform(0, 2.5))
                killed = time.time_ns()
                process.send_signal(signal.SIGKILL)
                process.wait()
            start = max(each.start for each in sections(market))
            received = lines_of(market, start)
            # Lines come every four milliseconds; a pause of the machine is no loss.
            assert not received or killed - received[-1] < 1.5 * SECOND
            lasts.append(len(received))
        with started(tmp_path, "src.record", *settings) as process:
            wait_for(lambda: len(manifests_of(market)) == KILLS)
            process.terminate()
            assert process.wait(60) == 0
    parts = [part for manifest in manifests_of(market) for part in manifest.parts]
    assert [part.lines for part in parts[:KILLS]] == lasts
    assert [part.ended for part in parts] == [None] * KILLS + ["the recorder was told to end"]
    # What each part holds was sent in one go: nothing is missing between its first and its last line.
    messages = (payload for _, payload in recording_at(recording) if "@" in payload[:40])
    sent = {payload: place for place, payload in enumerate(messages)}
    stored = [payload for _, payload in StoredLines(market)]
    place = 0
    for part in parts:
        places = [sent[each] for each in stored[place : place + part.lines] if each in sent]
        assert places == list(range(places[0], places[0] + len(places))) if places else True
        place += part.lines
    findings = list(verify(market))
    assert not any(finding.is_wrong for finding in findings)
    killed_parts = {finding.part for finding in findings if "was killed" in finding.said}
    assert killed_parts == {part.start for part in parts[:KILLS]}
