"""Reads server-sent events, as the standard says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from typing import Any

from tests.serving.servers import Site


@dataclass
class Event:
    name: str
    identity: str
    data: Any


class Stream:
    """Events of one connection, in order."""

    def __init__(self, answer: HTTPResponse) -> None:
        self.answer = answer

    def event(self, name: str = "view") -> Event:
        """The next one of that name."""
        while True:
            fields: dict[str, str] = {}
            while line := self.answer.readline().decode().rstrip("\n"):
                key, _, value = line.partition(":")
                fields[key] = value.removeprefix(" ")
            assert fields, "the stream has ended"
            if fields.get("event") == name:
                return Event(name, fields.get("id", ""), json.loads(fields["data"]))

    def has_ended(self) -> bool:
        return self.answer.read() == b""


@contextmanager
def streaming(site: Site, last: str = "") -> Iterator[Stream]:
    connection = site.connect()
    try:
        connection.request("GET", "/live", headers={"Last-Event-ID": last} if last else {})
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer)
        answer.close()
    finally:
        connection.close()
