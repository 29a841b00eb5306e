"""Does the verdict keep its word? Whole sweeps over simulated prices whose answer is known, counted."""

import os

# Keras reads it once, at its first import; the fused runner needs this one.
os.environ["KERAS_BACKEND"] = "jax"
