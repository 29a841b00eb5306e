"""keras-tuner's own GridSearch, as its users write it: `build_model(hp)`, `search`, TensorBoard and MLflow callbacks.

MLflow's callback is the shortest that people write, a run per fit and one call per epoch: `mlflow.keras.MlflowCallback`
does more and takes longer. The store is a SQLite file, as in a sweep of ours.
"""

from typing import Any, ClassVar

import keras
import keras_tuner
import mlflow

from benchmarks.contenders.job import Arrays, Job, read_job
from benchmarks.contenders.network import build_network, callbacks, fit_arguments, warm_up
from benchmarks.contenders.turns import Turns


class LogToMlflow(keras.callbacks.Callback):
    """A run per fit, its losses per epoch."""

    val_losses: ClassVar[list[float]] = []  # of the class, because keras-tuner copies callbacks for every fit

    def on_train_begin(self, logs: Any = None) -> None:
        mlflow.start_run()
        mlflow.log_param("learning_rate", float(self.model.optimizer.learning_rate))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        mlflow.log_metrics(logs, step=epoch)
        self.last = logs["val_loss"]

    def on_train_end(self, logs: Any = None) -> None:
        mlflow.end_run()
        self.val_losses.append(self.last)


def trackers(folder: str) -> list[keras.callbacks.Callback]:
    """TensorBoard in `folder`, and MLflow."""
    return [keras.callbacks.TensorBoard(log_dir=folder), LogToMlflow()]


def make_tuner(job: Job, lags: int, turns: Turns) -> keras_tuner.GridSearch:
    """A tuner for one number of lags, because keras-tuner's data are the same for all its trials."""

    def build_model(hp: keras_tuner.HyperParameters) -> keras.Model:
        turns.next()
        chosen = {name: hp.Choice(name, values) for name, values in job.choices.items()}
        return build_network(job.settings | chosen | {"lags": lags}, **job.lstm)

    return keras_tuner.GridSearch(
        build_model,
        objective="val_loss",
        executions_per_trial=job.seeds,
        directory="tuner",
        project_name=f"lags_{lags}",
    )


def search(tuner: keras_tuner.GridSearch, job: Job, arrays: Arrays) -> None:
    """Train the grid."""
    tuner.search(
        **fit_arguments(job.settings, arrays),
        epochs=job.settings["epochs"],
        callbacks=[*trackers("tensorboard"), *callbacks(job.settings)],
        verbose=0,
    )


def main() -> None:
    job, turns = read_job(), Turns()
    mlflow.set_tracking_uri("sqlite:///mlflow.db")
    mlflow.set_experiment("grid")
    arrays = job.arrays
    tuners = {lags: make_tuner(job, lags, turns) for lags in arrays}
    first = next(iter(arrays))
    # TensorBoard's callback imports TensorFlow on any backend, and MLflow's first run prepares the store.
    warm_up(job.settings | {"lags": first}, arrays[first], job.lstm, callbacks=trackers("warm_up"))
    LogToMlflow.val_losses.clear()
    turns.open()
    for lags, tuner in tuners.items():
        search(tuner, job, arrays[lags])
    turns.finish(LogToMlflow.val_losses)


if __name__ == "__main__":
    main()
