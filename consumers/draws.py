"""Random numbers that are the same on every framework, in place of those of keras.random and ops.random.

keras draws other numbers on each backend. These draws depend on the distribution and the last two sizes alone, as
packages do not draw in the same order everywhere: a loop's body runs once where it is traced, and at each step
elsewhere; bayesflow draws the noise of all steps at once on JAX. Their distribution does not matter.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def replace(module: Any, ops: Any) -> None:
    """Replaces the functions of a module that draw. Its generators of seeds stay."""

    def sizes(shape: Any) -> tuple[int, ...]:
        return tuple(int(size) for size in shape)

    def draw(name: str, shape: Any) -> Array:
        whole = sizes(shape)
        generator = np.random.default_rng(zlib.crc32(f"{name} {whole[-2:]}".encode()))
        return np.broadcast_to(getattr(generator, name)(size=whole[-2:]), whole)

    def tensor(value: Any, dtype: Any) -> Any:
        return ops.convert_to_tensor(np.asarray(value), dtype=dtype or "float32")

    def normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        return tensor(draw("normal", shape), dtype) * stddev + mean

    def truncated_normal(shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        return tensor(draw("normal", shape).clip(-2, 2), dtype) * stddev + mean

    def uniform(shape: Any, minval: Any = 0.0, maxval: Any = 1.0, dtype: Any = None, seed: Any = None) -> Any:
        return tensor(draw("uniform", shape), dtype) * (maxval - minval) + minval

    def randint(shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None) -> Any:
        return tensor(np.floor(minval + draw("uniform", shape) * (maxval - minval)), dtype)

    def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
        return tensor(draw("standard_exponential", shape), dtype) * alpha

    def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Any:
        """Returns the second most likely class if it is nearly as likely as the first, whatever their order."""
        values, classes = ops.top_k(logits, 2)
        is_close = values[..., 1:] > values[..., :1] - 3.0
        result = ops.cast(ops.where(is_close, classes[..., 1:], classes[..., :1]), dtype)
        return ops.repeat(result, num_samples, axis=-1)

    def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
        count = ops.shape(x)[axis]
        return ops.take(x, tensor(np.argsort(draw("uniform", (count,))), "int32"), axis=axis)

    functions: tuple[Callable[..., Any], ...] = (
        normal, truncated_normal, uniform, randint, gamma, categorical, shuffle,
    )  # fmt: skip
    for function in functions:
        setattr(module, function.__name__, function)
