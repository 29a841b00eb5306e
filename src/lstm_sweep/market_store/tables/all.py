"""Which table an event belongs to."""

from typing import Any, Final

from lstm_sweep.market_store.tables.levels import LevelTable
from lstm_sweep.market_store.tables.marks import MarkTable
from lstm_sweep.market_store.tables.orders import OrderTable
from lstm_sweep.market_store.tables.quotes import QuoteTable
from lstm_sweep.market_store.tables.table import EventTable
from lstm_sweep.market_store.tables.trades import TradeTable
from lstm_sweep.orderbook.messages import BookCheckpoint, Levels, Lost, Order, OrderSnapshot, Snapshot, TopOfBook, Trade

TABLES: Final[tuple[EventTable[Any], ...]] = (LevelTable(), OrderTable(), QuoteTable(), TradeTable(), MarkTable())
"""One of each kind."""

_LEVELS, _ORDERS, _QUOTES, _TRADES, _MARKS = TABLES

TABLE_OF: Final[dict[type, EventTable[Any]]] = {
    Levels: _LEVELS,
    Snapshot: _LEVELS,
    Order: _ORDERS,
    OrderSnapshot: _ORDERS,
    TopOfBook: _QUOTES,
    Trade: _TRADES,
    Lost: _MARKS,
    BookCheckpoint: _MARKS,
}
"""By the class of the event."""
