"""The only room that knows MLflow; what MLflow reads from the environment is set before any of it is imported."""

import os

# Read by MLflow, or the driver of a database, as it is imported or as it connects; what the user has set wins. No
# retries of MLflow's own: whoever calls tries again, and is to be refused soon where nobody answers.
for _name, _value in {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "PGCONNECT_TIMEOUT": "5",
}.items():
    os.environ.setdefault(_name, _value)
