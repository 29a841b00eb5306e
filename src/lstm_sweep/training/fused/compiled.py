"""Compiles a function ahead of its call, so that threads can share it."""

import threading
from typing import Any

import jax

from lstm_sweep.training.fused.shared import Shared


class Compiled:
    """A pure function of arrays, compiled once for each device and for each set of array sizes.

    Args:
        function: what to compile.
        tracing: held while Python runs through `function`: Keras layers keep tracers while they are called.
    """

    def __init__(self, function: Any, tracing: threading.Lock) -> None:
        self._function = jax.jit(function)
        self._tracing = tracing
        self._executables: Shared[Any] = Shared()

    def __call__(self, *arguments: Any) -> Any:
        """Run the function where its arguments, arrays on one device, lie."""
        leaves = jax.tree.leaves(arguments)
        signature = (leaves[0].device, *(leaf.shape for leaf in leaves))
        return self._executables.get(signature, lambda: self._compile(*arguments))(*arguments)

    def _compile(self, *arguments: Any) -> Any:
        with self._tracing:
            traced = self._function.trace(*arguments)
        return traced.lower().compile()
