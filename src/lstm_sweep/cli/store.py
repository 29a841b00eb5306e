"""What was recorded: lists it, verifies it, makes few files of many, and takes bars and rows out of it."""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lstm_sweep.cli.command import Command
from lstm_sweep.errors import UserError, require
from lstm_sweep.invocation import spelled

if TYPE_CHECKING:
    from lstm_sweep.config import StoreConfig
    from lstm_sweep.market_store.layout import MarketFolder


def _help() -> str:
    from lstm_sweep.cli.composition.help import store_settings

    command = spelled("store")
    return f"""{command} ls|show|verify|compact|features|export [setting=value ...]

  ls        markets, since when, messages, bytes, holes, and whether somebody is recording now
  show      the best levels of a market's book at its last message; with into=x.png, its variables as a picture
  verify    every file against its manifest, and every part played through its book again: says what is missing or
            has changed; exit status 1 where nothing that was written down explains it
  compact   seals what a killed recorder left, makes one file of all parts of a day that is over, and removes raw
            lines that are older than raw_days
  features  bars of a market with all its variables, as CSV or Parquet
  export    what was recorded, as rows: CSV and Parquet with prices and times as people write them, or TFRecord,
            which tf.data reads, with prices in ticks, sizes in 1e-8 and times in nanoseconds

  {command} ls
  {command} show market=BTCUSDT into=variables.png every=10s
  {command} verify market=BTCUSDT
  {command} compact raw_days=7
  {command} features market=BTCUSDT every=10s into=bars.csv
  {command} export market=BTCUSDT kind=trades since=2024-08-08 until=2024-08-09 into=trades.parquet

Settings and their defaults:
{store_settings()}"""


def _run(arguments: Sequence[str]) -> int:
    """Returns 0, or 1 where something is wrong with what was recorded."""
    require(
        bool(arguments) and arguments[0] in _ACTIONS,
        f"what to do must be one of {', '.join(_ACTIONS)}, but is {(list(arguments) or ['nothing'])[0]!r}: write "
        f"{spelled('store')} ls.",
    )
    from lstm_sweep.cli.composition.compose import compose_store
    from lstm_sweep.cli.composition.literal import quote_literal

    config = compose_store(quote_literal(arguments[1:]))
    return _ACTIONS[arguments[0]](config, _folders(config))


def _folders(config: "StoreConfig") -> "list[MarketFolder]":
    """The markets that are asked for; at least one."""
    from lstm_sweep.config.spelling import typed
    from lstm_sweep.market_store.layout import MarketFolder, markets_in

    there = markets_in(Path(config.store))
    require(
        bool(there),
        f"store must be the folder of a store, but {config.store} holds no market: record one with "
        f"{spelled('record')}, or set store.",
    )
    found = [
        each for each in there if config.exchange in (None, each.exchange) and config.market in (None, each.symbol)
    ]
    known = ", or ".join(f"{typed('exchange', each.exchange)} {typed('market', each.symbol)}" for each in there[:8])
    require(
        bool(found),
        f"exchange and market must name one of {config.store}, but {config.exchange or 'any exchange'} has no "
        f"{config.market or 'market'} there: set {known}.",
    )
    return [MarketFolder(Path(config.store), each) for each in found]


def _one(config: "StoreConfig", folders: "list[MarketFolder]", needs_file: bool = True) -> "tuple[MarketFolder, Path]":
    """The only market that is asked for, and the file that is to be written."""
    from lstm_sweep.config.spelling import typed

    markets = [folder.market for folder in folders]
    known = ", or ".join(f"{typed('exchange', each.exchange)} {typed('market', each.symbol)}" for each in markets[:8])
    require(len(folders) == 1, f"one market must be named, but {len(folders)} are asked for: set {known}.")
    require(
        not needs_file or config.into is not None,
        "into must name the file that is written, but is null: add into=x.parquet.",
    )
    return folders[0], Path(config.into or "")


def _ls(config: "StoreConfig", folders: "list[MarketFolder]") -> int:
    from lstm_sweep.market_store.iso_utc import iso_utc
    from lstm_sweep.market_store.listing import summary_of

    for folder in folders:
        found = summary_of(folder)
        print(f"{folder.market.exchange} {folder.market.symbol}  (tick {folder.market.tick}, {folder.path})")
        if found.first is not None and found.last is not None:
            print(f"  {iso_utc(found.first)[:19]} to {iso_utc(found.last)[:19]}")
        print(f"  {found.messages:,} messages in {found.parts:,} parts, {found.files:,} files, {found.bytes:,} bytes")
        print(f"  {found.holes:,} holes" + (f", {found.open_lines:,} lines not sealed" if found.open_lines else ""))
        print("  somebody is recording it now" if found.is_recorded else "  nobody is recording it now")
    return 0


def _show(config: "StoreConfig", folders: "list[MarketFolder]") -> int:
    from lstm_sweep.market_store.iso_utc import iso_utc
    from lstm_sweep.market_store.last_book import last_book

    folder, into = _one(config, folders, needs_file=False)
    book = last_book(folder)
    state = "in step" if book.is_right else "not in step: what stands here may be old"
    name = f"{folder.market.exchange} {folder.market.symbol}"
    print(
        f"{name} at {iso_utc(book.time)[:19]}, {state}, {book.holes:,} holes in its last part", *book.lines(), sep="\n"
    )
    if config.into is not None:
        from lstm_sweep.data.bars import bar_length
        from lstm_sweep.market_store.features import bars_table
        from lstm_sweep.market_store.picture import draw_variables

        require(into.suffix == ".png", f"into must end in .png where a picture is drawn, but is {into}: name it so.")
        table = bars_table(folder, bar_length("every", config.every).value, *config.span)
        require(
            len(table) > 0,
            f"{folder.path} must hold bars in the span that is asked for, but holds none: choose another.",
        )
        try:
            draw_variables(table, f"{name}, bars of {config.every}", into)
        except OSError as error:
            raise UserError(
                f"{into} must be a file that can be written, but cannot be ({error.strerror}): choose another one."
            ) from None
        print(f"drawn: {into}")
    return 0


def _verify(config: "StoreConfig", folders: "list[MarketFolder]") -> int:
    from lstm_sweep.market_store.iso_utc import iso_utc
    from lstm_sweep.market_store.verifying import verify

    wrong = 0
    for folder in folders:
        name, said = f"{folder.market.exchange} {folder.market.symbol}", 0
        for finding in verify(folder, config.replay):
            said += 1
            wrong += finding.is_wrong
            where = "" if finding.part is None else f" part {iso_utc(finding.part)[:19]} ({finding.part}):"
            print(f"{name}{where} {'WRONG: ' if finding.is_wrong else ''}{finding.said}")
        if not said:
            print(f"{name}: nothing is missing")
    print(f"{wrong:,} things are wrong" if wrong else "nothing is wrong that was not known")
    return 1 if wrong else 0


def _compact(config: "StoreConfig", folders: "list[MarketFolder]") -> int:
    from lstm_sweep.market_store.compacting import compact
    from lstm_sweep.market_store.sealing import seal_abandoned

    for folder in folders:
        try:
            sealed = seal_abandoned(folder, config.keep_raw)
            written = compact(folder, time.time_ns(), config.raw_days)
        except OSError as error:
            raise UserError(
                f"{folder.path} must be a folder that can be written, but cannot be ({error.strerror or error}): all "
                "is as it was; make room there, and type the same again."
            ) from None
        size = sum(file.bytes for each in written for file in each.files.values())
        print(
            f"{folder.market.exchange} {folder.market.symbol}: {len(sealed):,} parts sealed, {len(written):,} sets of "
            f"files written, {size:,} bytes"
        )
    return 0


def _features(config: "StoreConfig", folders: "list[MarketFolder]") -> int:
    from lstm_sweep.data.bars import bar_length
    from lstm_sweep.market_store.features import compare_anew, write_features

    folder, into = _one(config, folders, needs_file=not config.anew)
    length = bar_length("every", config.every).value
    if config.anew:
        difference = compare_anew(folder, *config.span)
        print(difference or "base bars made again from the messages are equal, to the bit")
        if difference or config.into is None:
            return 1 if difference else 0
    for note in write_features(folder, into, length, *config.span, anew=config.anew):
        print(note)
    return 0


def _export(config: "StoreConfig", folders: "list[MarketFolder]") -> int:
    from lstm_sweep.market_store.exporting import export
    from lstm_sweep.market_store.layout import KINDS

    folder, into = _one(config, folders)
    kind = next(each for each in KINDS if each == config.kind)
    for note in export(folder, kind, into, *config.span):
        print(note)
    return 0


_ACTIONS: "dict[str, Callable[[StoreConfig, list[MarketFolder]], int]]" = {
    "ls": _ls,
    "show": _show,
    "verify": _verify,
    "compact": _compact,
    "features": _features,
    "export": _export,
}

COMMAND = Command(_help, _run, after_interrupt="what was sealed is as it was; the same command goes on")

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
