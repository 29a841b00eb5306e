"""Server-sent events: what a page that listens knows, whatever it missed."""

import socket
import threading
import time
from contextlib import ExitStack
from typing import Any

import pytest

from lstm_sweep.serving import events
from lstm_sweep.serving.plain import plain
from tests.commands import wait_for
from tests.serving.servers import Site, live_site
from tests.serving.stepping import SteppingProcess, iso
from tests.serving.streams import Event, streaming


class Reader:
    """Puts events together as the page does, in the slowest way."""

    def __init__(self) -> None:
        self.points: list[dict[str, Any]] = []

    def take(self, event: Event) -> None:
        known = [] if event.data["whole"] else self.points
        came = event.data["points"]
        kept = [point for point in known if all(point["time"] != each["time"] for each in came)]
        points = sorted([*kept, *came], key=lambda point: str(point["time"]))
        self.points = [point for point in points if point["time"] >= event.data["first"]]


def test_first_event_is_the_whole_view_and_later_ones_bring_what_is_new(site: Site, process: SteppingProcess) -> None:
    with streaming(site) as stream:
        first = stream.event()
        view = plain(process.view)
        assert first.data == view | {"first": iso(0), "whole": True}
        process.step()
        second = stream.event()
        assert [point["time"] for point in second.data["points"]] == [iso(60)]
        assert second.data["forecast"] == plain(process.view.forecast)
        assert second.data["judgements"] == plain(process.view.judgements)
        assert int(second.identity.partition("@")[0]) == process.view.number


def test_corrected_bars_come_again_and_old_ones_leave(process: SteppingProcess) -> None:
    long, reader = SteppingProcess(900), Reader()
    long.step(499)
    with live_site(long) as site, streaming(site) as stream:
        reader.take(stream.event())
        for change in (lambda: long.correct(450, 1.5), lambda: long.step(3), lambda: long.correct(499, 2.5)):
            change()
            event = stream.event()
            assert len(event.data["points"]) <= 3
            reader.take(event)
            assert reader.points == plain(long.view.points)
    assert len(reader.points) == 500


def test_stream_that_comes_back_gets_what_it_missed_and_no_more(site: Site, process: SteppingProcess) -> None:
    with streaming(site) as stream:
        last = stream.event().identity
    process.step(2)
    process.step(1)
    with streaming(site, last) as stream:
        event = stream.event()
        assert event.data["whole"] is False
        assert [point["time"] for point in event.data["points"]] == [iso(60), iso(61), iso(62)]


@pytest.mark.parametrize("last", ["1@another", "x", "1", "-1@", "99999@", "²@"])
def test_stream_that_knows_another_run_gets_everything(site: Site, last: str) -> None:
    with streaming(site, last) as stream:
        assert stream.event().data["whole"] is True


def test_nothing_new_is_a_heartbeat(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)
    with streaming(site) as stream:
        stream.event()
        for _ in range(3):
            assert stream.event("heartbeat").data == {}


def test_many_streams_all_see_the_newest_and_are_forgotten_when_they_leave(
    site: Site, process: SteppingProcess
) -> None:
    with ExitStack() as stack:
        streams = [stack.enter_context(streaming(site)) for _ in range(30)]
        for stream in streams:
            stream.event()
        assert "lstm_sweep_event_streams 30" in site.ask("/metrics").body.decode()
        process.step()
        assert {stream.event().data["number"] for stream in streams} == {process.view.number}
    wait_for(lambda: "lstm_sweep_event_streams 0" in site.ask("/metrics").body.decode(), 10)


def test_stream_that_does_not_read_holds_up_no_other_and_not_the_end(process: SteppingProcess) -> None:
    long = SteppingProcess(2000)
    long.step(500)
    with live_site(long) as site:
        deaf = socket.create_connection((site.connect().host, site.connect().port))
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with streaming(site) as stream:
            stream.event()
            for _ in range(300):
                long.step()
            number = 0
            while number < long.view.number:
                number = stream.event().data["number"]
            began = time.monotonic()
            assert site.ask("/predict").status == 200
            assert time.monotonic() - began < 1
            began = time.monotonic()
            assert site.server is not None
            site.server.should_exit = True
            assert stream.has_ended()
    assert time.monotonic() - began < 8
    deaf.close()


def test_process_that_has_stopped_is_not_asked_without_a_pause(process: SteppingProcess) -> None:
    asked = []
    next_view = process.next_view
    process.next_view = lambda *arguments: asked.append(1) or next_view(*arguments)  # type: ignore[method-assign]
    with live_site(process) as site:
        process.show(state="ended", said="no bar will come any more")
        process.stop()
        threading.Event().wait(1.2)
        with streaming(site) as stream:
            assert stream.event().data["state"] == "ended"
    assert len(asked) < 10
