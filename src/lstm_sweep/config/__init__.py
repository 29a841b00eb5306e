"""The typed schema of conf/: plain dataclasses whose checks run before any data is read.

Field types live here, values live in conf/*.yaml. Every message names the setting as the user types it.
"""

from lstm_sweep.config.data import BitcoinData, CsvData, DataConfig, Sp500Data, SyntheticData
from lstm_sweep.config.live import LiveConfig, LiveSettings
from lstm_sweep.config.model import ModelConfig, TrainingConfig
from lstm_sweep.config.record import RecordConfig
from lstm_sweep.config.recorded import BookData, RecordedData, TradesData
from lstm_sweep.config.results import affecting_results, known_before, may_change_on_resume
from lstm_sweep.config.running import (
    BudgetConfig,
    EvaluationConfig,
    FusedRunnerConfig,
    HyperbandTuner,
    RunnerConfig,
    TrackingConfig,
    TunerConfig,
)
from lstm_sweep.config.search import FIXED, SWEPT_SECTIONS, SearchConfig
from lstm_sweep.config.sources import SOURCES
from lstm_sweep.config.store import StoreConfig
from lstm_sweep.config.whole import Config
from lstm_sweep.config.windows import SCALES, TRANSFORMS, WindowsConfig, iso_time

__all__ = [
    "BitcoinData",
    "BookData",
    "BudgetConfig",
    "Config",
    "CsvData",
    "DataConfig",
    "EvaluationConfig",
    "FIXED",
    "FusedRunnerConfig",
    "HyperbandTuner",
    "LiveConfig",
    "LiveSettings",
    "ModelConfig",
    "RecordedData",
    "RecordConfig",
    "RunnerConfig",
    "SCALES",
    "SOURCES",
    "SWEPT_SECTIONS",
    "TRANSFORMS",
    "SearchConfig",
    "Sp500Data",
    "StoreConfig",
    "SyntheticData",
    "TrackingConfig",
    "TradesData",
    "TrainingConfig",
    "TunerConfig",
    "WindowsConfig",
    "affecting_results",
    "iso_time",
    "known_before",
    "may_change_on_resume",
]
