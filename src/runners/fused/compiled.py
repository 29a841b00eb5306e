"""Compiles a function ahead of its call, so that threads can share it."""

import threading
from typing import Any

import jax


class Compiled:
    """A pure function of arrays, compiled once for each device and for each set of array sizes.

    Args:
        function: what to compile.
        tracing: held while Python runs through `function`: Keras layers keep tracers while they are called.
    """

    def __init__(self, function: Any, tracing: threading.Lock) -> None:
        self._function = jax.jit(function)
        self._tracing = tracing
        self._executables: dict[Any, Any] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Run the function where its arguments, arrays on one device, lie; devices compile at the same time."""
        leaves = jax.tree.leaves(arguments)
        signature = (leaves[0].device, *(leaf.shape for leaf in leaves))
        if signature not in self._executables:
            with self._tracing:
                traced = self._function.trace(*arguments)
            self._executables[signature] = traced.lower().compile()
        return self._executables[signature](*arguments)
