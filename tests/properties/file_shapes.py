"""Which columns a file has and what they are called."""

from dataclasses import dataclass, field

from tests.properties.file_cells import Settings

Column = tuple[str, str]
"""What is in it, and its name."""


@dataclass(frozen=True)
class Shape:
    """Columns in order; `header=False` leaves their names out of the file."""

    columns: tuple[Column, ...]
    settings: Settings = field(default_factory=dict)
    clock: str = "Time"
    """Name of a second column for times."""
    header: bool = True
    tickers: bool = False
    """Whether two further lines below the header name the instrument and the index."""

    @property
    def volume(self) -> str | None:
        """Name of the column of volumes, which is asked for as a feature."""
        return dict(self.columns).get("volume")

    @property
    def time(self) -> str:
        """Name of the (first) column of times."""
        return dict(self.columns)["time"]

    def time_names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Names of all columns of times; `names` are usual ones where there are three."""
        return {1: (self.time,), 2: (self.time, self.clock)}.get(len(names), names)

    def time_setting(self, names: tuple[str, ...]) -> Settings:
        """What a user says where day and clock have no usual names."""
        usual = self.time.strip("<>").lower() == "date" or not self.header
        return {"time": list(self.time_names(names))} if len(names) == 2 and not usual else {}


def shape(kinds: str, names: str, **rest: object) -> Shape:
    return Shape(tuple(zip(kinds.split(), names.split(","), strict=True)), **rest)  # type: ignore[arg-type]


CANDLE = "time open high low close volume"
KLINE = "time,open,high,low,close,volume"

SHAPES = {
    "OHLCV": shape(CANDLE, "Date,Open,High,Low,Close,Volume"),
    "two": shape("time close", "date,close"),
    "lower": shape(CANDLE, "timestamp,open,high,low,close,volume"),
    "UPPER": shape(CANDLE, "DATE,OPEN,HIGH,LOW,CLOSE,VOLUME", clock="TIME"),
    "<angle>": shape(CANDLE, "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>", clock="<TIME>"),
    "terminal": shape(
        "ticker per time open high low close", "<TICKER>,<PER>,<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>", clock="<TIME>"
    ),
    "price first": shape("close time volume", "Price,Time,Volume", clock="Clock"),
    "investor": shape("time close open high low volume change", "Date,Price,Open,High,Low,Vol.,Change %"),
    "Close/Last": shape("time close volume open high low", "Date,Close/Last,Volume,Open,High,Low"),
    "Adj Close": shape("time open high low close", "Date,Open,High,Low,Adj Close"),
    "capital": shape("time close capital volume", "snapped_at,price,market_cap,total_volume", clock="clock"),
    "previous": shape("time previous open high low close volume", "Date,Prev Close,Open,High,Low,Close,Volume"),
    "German": shape(
        CANDLE, "Datum,Eröffnung,Hoch,Tief,Schlusskurs,Volumen", settings={"price": "Schlusskurs"}, clock="Uhrzeit"
    ),
    "French": shape(
        "time close open high low", "Date,Clôture,Ouverture,Haut,Bas", settings={"price": "Clôture"}, clock="Heure"
    ),
    "Spanish": shape(
        "time close open high low change",
        "Fecha,Último,Apertura,Máximo,Mínimo,% var.",
        settings={"price": "Último"},
        clock="Hora",
    ),
    "Russian": shape("time close volume", "Дата,Цена,Объём", settings={"price": "Цена"}, clock="Время"),
    "code": shape("time close", "observation_date,XAUUSD", settings={"price": "XAUUSD"}),
    "index": shape("index time close volume", ",date,close,volume"),
    "same names": shape("time close other other volume", "date,close,extra,extra,volume"),
    "tickers": shape("time close high low open volume", "Price,Close,High,Low,Open,Volume", tickers=True),
    "none, 2": shape("time close", "time,close", header=False),
    "none, 6": shape(CANDLE, KLINE, header=False),
    "none, 7": shape(CANDLE, KLINE, header=False),
    "none, 12": shape(f"{CANDLE} end capital trades taker capital zero", f"{KLINE},close_time,a,b,c,d,e", header=False),
}
