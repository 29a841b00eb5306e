"""Prints whether a registered model has a champion ('yes' or 'no'), for container/start.sh."""

import sys

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST, ErrorCode

from lstm_sweep.config import TrackingConfig
from lstm_sweep.errors import printable
from lstm_sweep.redaction import redacted
from lstm_sweep.tracking.destination import LEFT, URI_VARIABLE, find_destination
from lstm_sweep.tracking.mlflow.errors import STORE_ERRORS, reason
from lstm_sweep.tracking.mlflow.registry import CHAMPION
from lstm_sweep.tracking.mlflow.store import open_client


def has_champion(client: MlflowClient, name: str) -> bool:
    """Whether a version is the champion of a registered model; a model that is not there has none.

    Raises:
        MlflowException: where MLflow does not answer.
    """
    try:
        return CHAMPION in client.get_registered_model(name).aliases
    except MlflowException as error:
        if error.error_code != ErrorCode.Name(RESOURCE_DOES_NOT_EXIST):
            raise
        return False


def main(name: str) -> int:
    """Look where sweeps are logged unless told; 'no' is printed, too, for no error must read as it.

    Returns:
        0, or 2 after one sentence where MLflow does not answer.
    """
    address = find_destination(TrackingConfig(uri=LEFT, tensorboard=False), None).config.uri
    assert address is not None
    try:
        print("yes" if has_champion(open_client(address), name) else "no")
    except STORE_ERRORS as error:
        sentence = (
            f"{URI_VARIABLE} must be an MLflow database or server that answers, but {redacted(address)} does not "
            f"({reason(error)}): start it, or correct the address."
        )
        print(f"error: {printable(sentence)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
