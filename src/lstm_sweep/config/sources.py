"""All sources of prices, by the names that `data.source` gives them."""

from lstm_sweep.config.data import BitcoinData, CsvData, DataConfig, Sp500Data, SyntheticData
from lstm_sweep.config.recorded import BookData, TradesData

SOURCES: dict[str, type[DataConfig]] = {
    "sp500": Sp500Data,
    "bitcoin": BitcoinData,
    "csv": CsvData,
    "synthetic": SyntheticData,
    "book": BookData,
    "trades": TradesData,
}
