"""Seals or compacts copies of a store, each in a process that is killed before its next change of a file: all of them.

Run as a program: WORK STORE COPIES, where WORK is seal or compact. Prints how many copies there are.
"""

import os
import shutil
import signal
import sys
from pathlib import Path

from lstm_sweep.market_store.compacting import compact
from lstm_sweep.market_store.layout import MarketFolder, markets_in
from lstm_sweep.market_store.sealing import seal_abandoned

NOW = 1_700_000_000_000_000_000 + 30 * 86_400 * 10**9
CHANGES = {"os.rename", "os.remove", "os.mkdir", "open"}


def work(name: str, root: Path) -> None:
    os.fsync = lambda _: None  # a kill of the process needs none, and a hundred stores take their time
    folder = MarketFolder(root, markets_in(root)[0])
    if name == "seal":
        seal_abandoned(folder)
    else:
        compact(folder, NOW, raw_days=7)


def kill_at(last: int, root: Path) -> None:
    """Die before change number `last` of a file below `root`."""
    seen = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in CHANGES and str(root) in str(arguments[0]):
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main(name: str, store: Path, copies: Path) -> int:
    """Kill ever later, until the work ends."""
    number = 0
    while True:
        number += 1
        copy = copies / str(number)
        shutil.copytree(store, copy)
        if (child := os.fork()) == 0:
            kill_at(number, copy)
            work(name, copy)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            return number


if __name__ == "__main__":
    print(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))
