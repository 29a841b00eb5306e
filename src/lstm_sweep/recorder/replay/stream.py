"""What a server sends of a recording, line by line, faults included."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lstm_sweep.recorder.replay.faults import Fault
from lstm_sweep.recorder.replay.served import ServedMarket

MANY: int = 1000
"""Levels that are changed at once."""


@dataclass(frozen=True)
class ServedStep:
    """What is done next.

    Attributes:
        kind: 'send': `texts` go to whoever has subscribed; 'answer': the moment of a recorded snapshot has come;
            'break': the connection ends; 'stall': nothing is sent until the client comes anew.
        place: lines of the recording before and with this one.
        received: local time of the line as recorded.
        texts: as the exchange sends them.
    """

    kind: Literal["send", "answer", "break", "stall"]
    place: int
    received: int
    texts: tuple[str, ...] = ()


def altered(
    recording: Iterable[tuple[int, str]], served: ServedMarket, faults: Sequence[Fault]
) -> Iterator[tuple[int, str]]:
    """The lines as the exchange truly has them: faults of the connection are not among what is changed here."""
    places = {fault.at for fault in faults if fault.kind == "many_levels"}
    changes = 0
    for received, payload in recording:
        if places and served.is_change(payload):
            if changes in places:
                payload = served.with_levels(payload, MANY)
            changes += 1
        yield received, payload


def steps(recording: Iterable[tuple[int, str]], served: ServedMarket, faults: Sequence[Fault]) -> Iterator[ServedStep]:
    """All that is done, in order."""
    at = {fault.at: fault for fault in faults}
    changes, missed, kept = -1, 0, None
    for place, (received, payload) in enumerate(altered(recording, served, faults), start=1):
        fault = None
        if served.is_change(payload):
            changes += 1
            fault = at.get(changes)
        if fault is not None and fault.kind in ("disconnect", "stall"):
            yield ServedStep("break" if fault.kind == "disconnect" else "stall", place - 1, received)
            missed = fault.count
        if missed:
            missed -= 1
        elif payload.startswith("!"):
            if payload.startswith("!lost"):
                yield ServedStep("break", place, received)
        elif served.is_snapshot(payload) and not served.is_in_stream:
            yield ServedStep("answer", place, received, (payload,))
        elif fault is not None and fault.kind == "reorder":
            kept = payload
        else:
            texts = _faulty(payload, fault, served)
            is_next = kept is not None and served.is_change(payload)
            yield ServedStep("send", place, received, (*texts, kept) if is_next and kept else texts)
            kept = None if is_next else kept


def _faulty(payload: str, fault: Fault | None, served: ServedMarket) -> tuple[str, ...]:
    kind = None if fault is None else fault.kind
    if kind == "drop":
        return ()
    if kind == "double":
        return payload, payload
    if kind == "malformed":
        return (payload[: len(payload) // 2],)
    return (served.of_other_market(payload), payload) if kind == "wrong_market" else (payload,)
