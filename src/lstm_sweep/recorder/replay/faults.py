"""What a connection may do to a feed, at a chosen place."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

FaultKind: TypeAlias = Literal[
    "drop", "double", "reorder", "malformed", "wrong_market", "many_levels", "disconnect", "stall", "old_snapshot"
]


@dataclass(frozen=True)
class Fault:
    """One of them.

    Attributes:
        kind: 'drop': it never comes; 'double': twice; 'reorder': after the next one; 'malformed': its first half;
            'wrong_market': one of another market comes before it; 'many_levels': it changes a thousand levels more;
            'disconnect': the connection breaks before it; 'stall': nothing comes from it on; 'old_snapshot': books that
            are asked for after it are as old as the first one.
        at: which message about the book, counted from 0.
        count: lines that are missed by whoever is away ('disconnect', 'stall'), or books that are old.
    """

    kind: FaultKind
    at: int
    count: int = 0
