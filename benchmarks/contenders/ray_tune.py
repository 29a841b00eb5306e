"""Ray Tune, as its users write it: one CPU per trial, as many trials at once as there are cores, default loggers."""

import os

import ray
from ray import tune

from benchmarks.contenders.job import Arrays, Job, read_job
from benchmarks.contenders.ray_trial import train
from benchmarks.contenders.turns import Turns


def search(job: Job, lags: int, arrays: Arrays) -> list[float]:
    """Train the grid for one number of lags; returns the last validation loss of every fit."""
    settings = job.settings | {"lags": lags}
    trainable = tune.with_parameters(train, settings=settings, arrays=arrays)
    tuner = tune.Tuner(
        tune.with_resources(trainable, {"cpu": 1}),
        param_space={name: tune.grid_search(values) for name, values in job.choices.items()},
        tune_config=tune.TuneConfig(metric="val_loss", mode="min", num_samples=job.seeds),
        run_config=tune.RunConfig(storage_path=os.path.abspath("ray"), verbose=0),
    )
    results = tuner.fit()
    if results.errors:
        raise results.errors[0]
    return [result.metrics["val_loss"] for result in results]


def main() -> None:
    job, turns = read_job(), Turns()
    arrays = job.arrays
    ray.init(num_cpus=job.processes, include_dashboard=False, log_to_driver=False, _temp_dir=os.getcwd())
    turns.open()
    turns.next()
    val_losses = [loss for lags, windows in arrays.items() for loss in search(job, lags, windows)]
    turns.end(fits=len(val_losses))
    turns.finish(val_losses)
    ray.shutdown()


if __name__ == "__main__":
    main()
