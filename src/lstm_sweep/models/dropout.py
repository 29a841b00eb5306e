"""Dropout whose masks are the same bits on every Keras backend.

A mask is a counter-based integer hash of (seed, number of the training step, position), so it needs no generator
state that differs between backends, and rate, seed and counter are plain non-trainable weights: a compiled program
serves any of them. The mixing function is the 32-bit finalizer of MurmurHash3 (Appleby, 2011, public domain).
"""

import math
from typing import Any, ClassVar

import keras
from keras import ops


def _mix(state: Any) -> Any:
    """MurmurHash3's fmix32 on uint32 tensors: every input bit flips every output bit half of the time."""
    state = ops.bitwise_xor(state, ops.right_shift(state, _uint32(16)))
    state = ops.multiply(state, _uint32(0x85EBCA6B))
    state = ops.bitwise_xor(state, ops.right_shift(state, _uint32(13)))
    state = ops.multiply(state, _uint32(0xC2B2AE35))
    return ops.bitwise_xor(state, ops.right_shift(state, _uint32(16)))


def _uint32(value: int) -> Any:
    return ops.convert_to_tensor(value, dtype="uint32")


def uniform(shape: tuple[Any, ...], seed: Any, counter: Any) -> Any:
    """Numbers in [0, 1), a function of position, seed and counter alone.

    Args:
        shape: of the result; entries may be tensors.
        seed: int32 scalar.
        counter: int32 scalar.

    Returns:
        float32 tensor; multiples of 2**-24, so that they are exact.
    """
    key = _mix(ops.add(ops.multiply(ops.cast(seed, "uint32"), _uint32(0x9E3779B9)), ops.cast(counter, "uint32")))
    # TensorFlow has no uint32 range.
    position = ops.cast(ops.arange(math.prod(shape), dtype="int32"), "uint32")
    bits = _mix(ops.bitwise_xor(_mix(ops.add(position, key)), key))
    fraction = ops.cast(ops.right_shift(bits, _uint32(8)), "float32") * (2.0**-24)
    return ops.reshape(fraction, shape)


class MaskSource(keras.layers.Layer):
    """Rate, seed and step counter of a dropout, as non-trainable weights, and the masks that they determine.

    Args:
        rate: share of values dropped, at least 0 and below 1.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rate = self.add_weight(name="rate", initializer=keras.initializers.Constant(rate), trainable=False)
        self.seed = self.add_weight(name="seed", dtype="int32", initializer="zeros", trainable=False)
        self.counter = self.add_weight(name="counter", dtype="int32", initializer="zeros", trainable=False)
        self.built = True

    def advance(self) -> None:
        """Switch to the masks of the next training step."""
        self.counter.assign(self.counter + 1)

    def mask(self, shape: tuple[Any, ...]) -> Any:
        """0 where dropped, 1 / (1 - rate) elsewhere, float32 of `shape`; the same until `advance`."""
        keep = ops.cast(uniform(shape, self.seed, self.counter) >= self.rate, "float32")
        return keep / (1.0 - self.rate)


class SeededDropout(keras.layers.Layer):
    """Dropout on the last axes of its input, a fresh mask for every training step.

    Args:
        rate: share of values dropped, at least 0 and below 1.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.masks = MaskSource(rate, name="masks")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drop while training, pass through otherwise."""
        if not training:
            return inputs
        self.masks.advance()
        return inputs * self.masks.mask(ops.shape(inputs))


class RecurrentDropoutCell(keras.layers.Layer):
    """Recurrent dropout with the masks of `MaskSource`, for a Keras cell to inherit from, ahead of Keras' class.

    Attributes:
        gates: masks of a step, one for each gate; as many as Keras' cell has blocks of columns in each kernel.
    """

    gates: ClassVar[int]

    def __init__(self, units: int, rate: float, **kwargs: Any) -> None:
        # A rate above zero makes Keras use a mask; which one is for `get_recurrent_dropout_mask` to say.
        super().__init__(units, recurrent_dropout=rate, **kwargs)
        self.masks = MaskSource(rate, name="masks")

    def get_recurrent_dropout_mask(self, step_input: Any) -> Any:
        """A mask `(batch, units)` for each gate, in Keras' order."""
        if getattr(self, "_recurrent_dropout_mask", None) is None:
            batch, units = ops.shape(step_input)
            mask = self.masks.mask((self.gates, batch, units))
            self._recurrent_dropout_mask = [mask[gate] for gate in range(self.gates)]
        return self._recurrent_dropout_mask


class RecurrentDropoutRNN(keras.layers.RNN):
    """A recurrent layer over a `RecurrentDropoutCell`; its masks hold for a whole window and change every step."""

    def call(self, sequences: Any, initial_state: Any = None, mask: Any = None, training: bool = False) -> Any:
        """Run the cell over `(batch, time, feature)`."""
        if training:
            self.cell.masks.advance()
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)
