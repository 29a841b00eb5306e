"""Random matrices from NumPy, because Keras' own initializers differ between backends."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def glorot_uniform(generator: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform in +-sqrt(6 / (rows + columns)) (Glorot & Bengio, 2010, eq. 16), float32 `(rows, columns)`."""
    limit = np.sqrt(6.0 / (rows + columns))
    return generator.uniform(-limit, limit, (rows, columns)).astype(np.float32)


def orthogonal(generator: np.random.Generator, rows: int, columns: int) -> Array:
    """Orthonormal rows or columns, whichever are fewer (Saxe et al., 2014), float32 `(rows, columns)`."""
    gaussian = generator.standard_normal((max(rows, columns), min(rows, columns)))
    basis, triangle = np.linalg.qr(gaussian)
    basis *= np.sign(np.diag(triangle))
    return (basis if rows >= columns else basis.T).astype(np.float32)
