"""Order books and trades of exchanges, written down as they come."""

import asyncio
import sys
from collections.abc import Sequence

from lstm_sweep.cli.command import Command
from lstm_sweep.invocation import spelled
from lstm_sweep.sweep.asked import quit_if_interrupted

_CONTINUES = "nothing had been recorded yet"


def _help() -> str:
    from lstm_sweep.cli.composition.help import record_settings

    command = spelled("record")
    return f"""{command} exchange=NAME market=NAME [setting=value ...]

Records order books, trades and best prices of exchanges into a store, until Ctrl-C. What an exchange sends is on the
disk a second later, as it came; a book is kept in step with it meanwhile, by the rules of the exchange, and whatever
is missing is marked as a hole. Every full hour what came is sealed to Parquet files. No key is needed.

  {command} exchange=binance market=BTC/USDT
  {command} 'markets=[binance/BTC/USDT,bitstamp_orders/BTC/USD,coinbase/BTC/USD]'
  {command} exchange=replay path=FILE of=binance market=BTCUSDT tick=0.01 speed=0

bitstamp_orders is level 3: every order. Killed at any moment, at most the last second is lost, and the same command
goes on.

Settings and their defaults:
{record_settings()}
Exit status: 0 it was told to end, 1 the disk was full, 2 something in the command is wrong (one sentence says what)."""


def _run(arguments: Sequence[str]) -> int:
    """Returns once it is told to end."""
    quit_if_interrupted(_CONTINUES)
    from lstm_sweep.cli.composition.compose import compose_record
    from lstm_sweep.cli.composition.literal import quote_literal
    from lstm_sweep.recorder.recording import record

    config = compose_record(quote_literal(arguments))
    return asyncio.run(record(config))


COMMAND = Command(_help, _run, after_interrupt=_CONTINUES)

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
