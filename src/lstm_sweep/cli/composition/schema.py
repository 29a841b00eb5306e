"""Tells Hydra the types of conf/."""

from hydra.core.config_store import ConfigStore

from lstm_sweep import config

_SCHEMAS: dict[str | None, dict[str, type]] = {
    None: {
        "schema": config.Config,
        "live_schema": config.LiveSettings,
        "record_schema": config.RecordConfig,
        "store_schema": config.StoreConfig,
    },
    "data": {
        "schema_sp500": config.Sp500Data,
        "schema_bitcoin": config.BitcoinData,
        "schema_csv": config.CsvData,
        "schema_book": config.BookData,
        "schema_trades": config.TradesData,
        "schema_synthetic": config.SyntheticData,
    },
    "runner": {"schema_runner": config.RunnerConfig, "schema_fused": config.FusedRunnerConfig},
    "tuner": {"schema_tuner": config.TunerConfig, "schema_hyperband": config.HyperbandTuner},
}


def register_schema() -> None:
    """Store the dataclasses of `lstm_sweep.config` under the names that conf/*.yaml refer to."""
    store = ConfigStore.instance()
    for group, schemas in _SCHEMAS.items():
        for name, schema in schemas.items():
            store.store(group=group, name=name, node=schema)
