"""From the settings of `data` to a `Series`: the source, then resampling, then the gaps."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_sweep.config import BitcoinData, CsvData, DataConfig, Sp500Data, SyntheticData
from lstm_sweep.data.bars import Bars
from lstm_sweep.data.grid import fill_forward, insert_gaps
from lstm_sweep.data.resample import resample
from lstm_sweep.data.series import Series


def load_series(config: DataConfig, features: Sequence[str], signed: bool = False) -> Series:
    """The prices that `config` asks for, checked, resampled to `config.every`, empty bars filled forward and flagged.

    Args:
        config: settings of one source; its type picks the source.
        features: names of all covariates that any trial reads, each once; the series holds these and no others.
        signed: whether values at or below zero are taken: no trial's transform makes a logarithm or a ratio.

    Raises:
        UserError: for whatever a user can do wrong, in one sentence.
    """
    bars = _read(config, features, signed)
    bars = insert_gaps(bars) if config.every is None else resample(bars, config.every)
    series = fill_forward(bars, features)
    if not signed:
        series.refuse_signed()
    return replace(series, notes=(*series.notes, *series.notes_on_sign()))


def _read(config: DataConfig, features: Sequence[str], signed: bool) -> Bars:
    # A source and its libraries are imported when they are asked for: pandas, pyarrow and ccxt take seconds.
    match config:
        case Sp500Data():
            from lstm_sweep.data.sp500 import read_sp500

            return read_sp500(features)
        case SyntheticData():
            from lstm_sweep.data.synthetic import read_synthetic

            return read_synthetic(config, features)
        case CsvData():
            from lstm_sweep.data.files.file import read_files

            return read_files(config, features, signed)
        case BitcoinData():
            from lstm_sweep.data.exchange.source import read_exchange

            return read_exchange(config, features)
    raise ValueError(f"There is no source for a {type(config).__name__}.")
