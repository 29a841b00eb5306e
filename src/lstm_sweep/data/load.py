"""From the settings of `data` to a `Series`: the source, then resampling, then the gaps, then what is joined."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lstm_sweep.config import BitcoinData, BookData, CsvData, DataConfig, Sp500Data, SyntheticData, TradesData
from lstm_sweep.config.join import errors_of_joined, joined_files
from lstm_sweep.config.spelling import typed
from lstm_sweep.data.bars import Bars, check_features, spell
from lstm_sweep.data.gaps import check_made_up
from lstm_sweep.data.grid import fill_forward, insert_gaps
from lstm_sweep.data.join import join
from lstm_sweep.data.resample import resample
from lstm_sweep.data.series import Series
from lstm_sweep.data.spacing import Spacing, spacing
from lstm_sweep.data.times import written_times

Reader = Callable[[DataConfig, Sequence[str], bool], Bars]
"""From settings, features and whether values may be signed to the bars of one source."""


def load_series(
    config: DataConfig, features: Sequence[str], signed: bool = False, read: Reader | None = None
) -> Series:
    """The prices that `config` asks for, checked, resampled to `config.every`, empty bars filled forward and flagged.

    Args:
        config: settings of one source; its type picks the source.
        features: names of all covariates that any trial reads, each once; the series holds these and no others.
            Those of `config.join` are the name of a file, for its price, and 'name.COLUMN'.
        signed: whether values at or below zero are taken: no trial's transform makes a logarithm or a ratio.
        read: how the bars of each source are read, joined ones too, None for `read_bars`.

    Raises:
        UserError: for whatever a user can do wrong, in one sentence.
    """
    names = set(map(str, config.join))
    own = [each for each in features if each.partition(".")[0] not in names]
    bars = _joined(_bars(config, own, signed, read or read_bars), config.join, features, read or read_bars)
    check_features(bars.name, config.levels, [*bars.others, *_offered(config.join)], "data.levels")
    series = fill_forward(replace(bars, levels=(*bars.levels, *config.levels)), features)
    if not signed:
        series.refuse_signed()
    return replace(series, notes=(*series.notes, *series.notes_on_sign(), _described(series, spacing(bars))))


def _described(series: Series, grid: Spacing) -> str:
    """'bars: 1D apart, 2021-01-03 (95.05) to 2021-09-19 (30.1), UTC'."""
    first, last = written_times(series.timestamps[[0, -1]])
    ends = f"{first} ({series.values[0]:.10g}) to {last} ({series.values[-1]:.10g})"
    if len(series) == 1:
        return f"bars: one, {first} ({series.values[0]:.10g}), UTC"
    return f"bars: {'' if grid.regular else 'mostly '}{spell(grid.step)} apart, {ends}, UTC"


def _joined(bars: Bars, wanted: Mapping[str, Any], features: Sequence[str], read: Reader) -> Bars:
    """Bars with the covariates that `data.join` brings, as far as they are read."""
    files = joined_files(wanted)
    for name, file in files.items():
        columns = [each.partition(".")[2] for each in features if each.startswith(f"{name}.")]
        if columns or name in features:
            with errors_of_joined(name, file.path):
                other = _bars(file, columns, True, read)
            bars = join(bars, name, other, columns, file.path)
    unread = [each for each in _offered(wanted) if each not in features]
    if not unread:
        return bars
    all_read = typed("data.features", [*features, *unread])
    return replace(bars, notes=(*bars.notes, f"joined, but not read: {', '.join(unread)}; {all_read} reads all"))


def _offered(wanted: Mapping[str, Any]) -> list[str]:
    """Names of the covariates that `data.join` brings."""
    files = joined_files(wanted)
    return [each for name, file in files.items() for each in (name, *(f"{name}.{of}" for of in file.features))]


def _bars(config: DataConfig, features: Sequence[str], signed: bool, read: Reader) -> Bars:
    """Bars of one source, resampled, gaps inserted."""
    bars = read(config, features, signed)
    check_features(bars.name, list(config.aggregate), bars.others, "data.aggregate")
    bars = replace(bars, stamp=config.stamp, aggregate={**bars.aggregate, **config.aggregate})
    zone = config.time_zone if isinstance(config, CsvData) else None
    if config.every is not None and not config.makes_bars:
        notes = (f"bars of {config.every} are counted from 00:00 UTC, not of {zone}",) if zone else ()
        return resample(replace(bars, notes=(*bars.notes, *notes)), config.every)
    bars = insert_gaps(replace(bars, zone=zone))
    check_made_up(bars, config.max_filled)
    return bars


def read_bars(config: DataConfig, features: Sequence[str], signed: bool) -> Bars:
    """The bars of one source as they stand there.

    Raises:
        UserError: where they cannot be read.
    """
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
        case BookData():
            from lstm_sweep.data.recorded.book import read_book

            return read_book(config, features)
        case TradesData():
            from lstm_sweep.data.recorded.trades import read_trades

            return read_trades(config, features)
        case BitcoinData():
            from lstm_sweep.data.exchange.source import read_exchange

            return read_exchange(config, features)
    raise ValueError(f"There is no source for a {type(config).__name__}.")
