"""The distributions. Seeds become two words, for the framework's generator or the portable one."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

import ops.random.portable_distributions  # noqa: F401  # pyright: ignore[reportUnusedImport]  # declares what `_run` looks up
from ops._declaration import (
    backend_function,
    canonical_float,
    canonical_int,
    canonical_shape,
    canonical_size,
    check_count,
    check_sizes,
    static_sizes,
)
from ops._declaration.roles import DtypeLike, Operand, ShapeLike, Size, Tensor
from ops_common import dtypes, shapes
from ops_common.algorithms.philox import MASK
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError, UnsupportedError
from ops_common.runtime import config
from ops_common.runtime.active import portable
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, seeds
from ops_common.tensors.seeds import PortableSeed, SeedGenerator

__all__ = [
    "SeedGenerator",
    "beta",
    "binomial",
    "categorical",
    "dropout",
    "gamma",
    "normal",
    "portable",
    "randint",
    "shuffle",
    "truncated_normal",
    "uniform",
]

Seed = int | SeedGenerator | Tensor | None


def _run(backend: Backend, kernel: str, fast: bool, seed: Seed, *arguments: Any) -> Tensor:
    """Returns numbers from the framework's generator or the portable one; the seed is the last argument of both."""
    words = _words(backend, seed)
    if backend.portable or getattr(seed, "portable", False):
        function = getattr(backend.bound, f"random_portable_{kernel}")
        later = getattr(words[1], "draw", None)  # a word that is known only when the compiled function is called
        if later is None and "random.draw_later" in backend.kernels and _has_run_time_size(backend, arguments):
            later = backend.kernels["random.draw_later"]
        return function(*arguments, words) if later is None else later(functools.partial(function, *arguments), words)
    return backend.run(f"random.{kernel}", fast, *arguments, words)


def _has_run_time_size(backend: Backend, value: Any) -> bool:
    """Returns whether a run-time size is among arguments, also in tuples."""
    if isinstance(value, tuple):
        return any(_has_run_time_size(backend, item) for item in value)  # pyright: ignore[reportUnknownVariableType]  # any items
    return backend.is_size(value)


def _words(backend: Backend, seed: Any) -> tuple[Any, Any]:
    """Returns the two words of a seed, as numbers if the seed has a value."""
    if isinstance(seed, PortableSeed):
        return _words(backend, seed.seed)
    if seed is None or isinstance(seed, SeedGenerator):
        generator = seeds.default if seed is None else seed
        replay = scopes.current().replay if scopes.state.entered else None
        return _next(backend, generator) if replay is None else replay.draw(lambda: _next(backend, generator))
    if isinstance(seed, int) or not hasattr(seed, "dtype"):
        return seeds.words(seed)
    tensor = backend.to_tensor(seed)
    if backend.shape(tensor) != (2,) or not dtypes.is_integer(backend.dtype(tensor)):
        raise ArgumentError(
            f"a seed tensor must have two integers; got {backend.dtype(tensor)} of shape {backend.shape(tensor)}"
        )
    return _words_of(backend, tensor)


def _words_of(backend: Backend, tensor: Tensor) -> tuple[Any, Any]:
    """Returns the two words in a tensor of two integers."""
    is_traced = backend.kernels.get("control.is_traced")
    if is_traced is not None and is_traced([tensor]):
        names = backend.bound
        try:
            words = backend.cast(tensor, "int64")
            # Each word has its own memory, which loops require.
            return tuple(names.elementwise_bitwise_and(names.indexing_get_item(words, i), MASK) for i in (0, 1))
        except UnsupportedError as error:
            raise UnsupportedError(
                "a seed must have a value when the function is traced: pass an integer or a SeedGenerator"
            ) from error
    first, second = backend.core.convert_to_numpy(tensor).tolist()
    return first & MASK, second & MASK


def _next(backend: Backend, generator: SeedGenerator) -> tuple[Any, Any]:
    """Returns the next words of a generator; in a traced function, those for each call."""
    state = generator.held_state
    if state is not None and scopes.state.entered:
        tensor = state.mapped()
        if _is_symbolic(tensor):
            return 0, 0  # only shapes and dtypes are computed
        if tensor is not None:
            words = _words_of(backend, tensor)
            one = backend.make(np.array([0, 1], state.own_dtype), state.own_dtype)
            state.assign(backend.bound.elementwise_add(tensor, one))
            return words
    if generator.is_traced:
        return generator.draw()
    traced = backend.kernels.get("random.traced_seed")
    words = None if traced is None else traced(generator)
    if words is None and scopes.state.entered:
        lifting = scopes.current().stateless
        words = lifting.draw(generator) if isinstance(lifting, scopes.Lifting) else None
    return generator.draw() if words is None else words


@backend_function
def _next_seed(backend: Backend, generator: SeedGenerator) -> Tensor:
    """Returns the next seed of a generator as a tensor of two integers, of the dtype of its state."""
    first, count = _next(backend, generator)
    dtype = generator.state.own_dtype
    if type(first) is int and type(count) is int:
        return backend.make(np.array([first, count], dtype), dtype)
    if not backend.is_tensor(count):
        raise UnsupportedError(
            "the next seed is not known before the compiled function is called: pass the SeedGenerator itself as the "
            "seed"
        )
    words = [backend.cast(backend.to_tensor(word), dtype) for word in (first, count)]
    return backend.bound.manipulation_stack(words, 0)


def _draw(
    backend: Backend, name: str, shape: ShapeLike, parameters: Sequence[Operand], dtype: DtypeLike, seed: Seed
) -> Tensor:
    standard = config.floatx() if dtype is None else dtypes.standardize(dtype)
    sizes = check_sizes(canonical_shape(shape, backend))
    static = static_sizes(sizes)
    if not dtypes.is_float(standard):
        raise DtypeError(f"dtype must be a float dtype; got {standard}")
    backend.check_dtype(standard)
    values = [_parameter(backend, value, standard) for value in parameters]
    for value in values:
        parameter_shape = (
            () if isinstance(value, (int, float)) else value.shape if _is_symbolic(value) else backend.shape(value)
        )
        if shapes.broadcast(parameter_shape, static) != shapes.broadcast_to(parameter_shape, static):
            raise ShapeError(f"a parameter of shape {parameter_shape} does not broadcast to shape {static}")
    if any(size is None for size in sizes) or any(map(_is_symbolic, (seed, *values))):
        return SymbolicTensor(static, standard)
    return _run(backend, name, standard in backend.fast_dtypes, seed, sizes, *values, standard)


def _is_symbolic(value: Any) -> bool:
    return isinstance(value.seed if isinstance(value, PortableSeed) else value, SymbolicTensor)


def _parameter(backend: Backend, value: Operand, dtype: str) -> Any:
    if isinstance(value, (int, float)):
        return canonical_float(value)
    return value if _is_symbolic(value) else backend.to_tensor(value, dtype)


def _check_stddev(stddev: Operand) -> None:
    if isinstance(stddev, (int, float)) and stddev < 0:
        raise ArgumentError(f"stddev must not be negative; got {stddev}")


def _integer_dtype(backend: Backend, dtype: DtypeLike) -> str:
    standard = dtypes.standardize(dtype)
    if not dtypes.is_integer(standard):
        raise DtypeError(f"dtype must be an integer dtype; got {standard}")
    return backend.check_dtype(standard)


@backend_function
def normal(
    backend: Backend,
    shape: ShapeLike,
    mean: Operand = 0.0,
    stddev: Operand = 1.0,
    dtype: DtypeLike = None,
    seed: Seed = None,
) -> Tensor:
    """Samples from a normal distribution.

    Args:
        shape: the output's shape.
        mean: the mean, a number or a tensor that broadcasts to the shape.
        stddev: the standard deviation, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: an integer (the same numbers each time), a SeedGenerator (its next numbers), a tensor of two integers (for
            a jitted function that takes it as an argument), or None (different numbers each time). In the body of a
            compiled loop, all steps may use the same draw: make a seed tensor part of the loop's carry.

    Raises:
        DtypeError: the dtype is not a float dtype.
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.shape(ops.random.normal((2, 3), seed=1))
        (2, 3)
    """
    _check_stddev(stddev)
    return _draw(backend, "normal", shape, (mean, stddev), dtype, seed)


@backend_function
def uniform(
    backend: Backend,
    shape: ShapeLike,
    minval: Operand = 0.0,
    maxval: Operand = 1.0,
    dtype: DtypeLike = None,
    seed: Seed = None,
) -> Tensor:
    """Samples from a uniform distribution over [minval, maxval).

    Args:
        shape: the output's shape.
        minval: the lower bound, a number or a tensor that broadcasts to the shape.
        maxval: the upper bound, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: see `normal`.

    Raises:
        DtypeError: the dtype is not a float dtype.
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.dtype(ops.random.uniform((2,), dtype="float16"))
        'float16'
    """
    if isinstance(minval, (int, float)) and isinstance(maxval, (int, float)) and maxval < minval:
        raise ArgumentError(f"maxval must not be below minval; got {minval} and {maxval}")
    return _draw(backend, "uniform", shape, (minval, maxval), dtype, seed)


@backend_function
def truncated_normal(
    backend: Backend,
    shape: ShapeLike,
    mean: Operand = 0.0,
    stddev: Operand = 1.0,
    dtype: DtypeLike = None,
    seed: Seed = None,
) -> Tensor:
    """Samples from a normal distribution truncated at two standard deviations from its mean.

    Args:
        shape: the output's shape.
        mean: the mean before truncation, a number or a tensor that broadcasts to the shape.
        stddev: the standard deviation before truncation, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: see `normal`.

    Raises:
        DtypeError: the dtype is not a float dtype.
        ShapeError: a size is negative, or a parameter does not broadcast to the shape.

    Example:
        >>> import ops
        >>> bool(ops.convert_to_numpy(ops.max(ops.abs(ops.random.truncated_normal((100,), seed=1)))) <= 2)
        True
    """
    _check_stddev(stddev)
    return _draw(backend, "truncated_normal", shape, (mean, stddev), dtype, seed)


@backend_function
def randint(
    backend: Backend, shape: ShapeLike, minval: int, maxval: int, dtype: DtypeLike = "int32", seed: Seed = None
) -> Tensor:
    """Samples uniformly distributed integers in [minval, maxval).

    Args:
        shape: the output's shape.
        minval: the lower bound, included.
        maxval: the upper bound, not included.
        dtype: an integer dtype.
        seed: see `normal`.

    Raises:
        DtypeError: the dtype is not an integer dtype.
        ShapeError: a size is negative.
        ArgumentError: maxval is not above minval, or more than 2**63 above it; or the dtype cannot represent the range.

    Example:
        >>> import ops
        >>> sorted(set(ops.convert_to_numpy(ops.random.randint((100,), 3, 6, seed=1)).tolist()))
        [3, 4, 5]
    """
    standard, sizes = _integer_dtype(backend, dtype), check_sizes(canonical_shape(shape, backend))
    low, high = canonical_int(minval, 2**64), canonical_int(maxval, 2**64)  # to the end of uint64
    if not 0 < high - low <= 2**63:
        raise ArgumentError(f"maxval must be above minval, by 2**63 at most; got {low} and {high}")
    dtypes.check_range(low, standard)
    dtypes.check_range(high - 1, standard)
    if any(size is None for size in sizes) or _is_symbolic(seed):
        return SymbolicTensor(static_sizes(sizes), standard)
    return _run(backend, "randint", standard in backend.fast_dtypes, seed, sizes, low, high, standard)


@backend_function
def categorical(
    backend: Backend, logits: Operand, num_samples: Size, dtype: DtypeLike = "int32", seed: Seed = None
) -> Tensor:
    """Samples from categorical distributions that are given by unnormalised log-probabilities.

    Args:
        logits: float tensor of shape (..., classes).
        num_samples: the number of samples for each distribution.
        dtype: an integer dtype.
        seed: see `normal`.

    Returns:
        A tensor of shape (..., num_samples) with integers from 0 to classes - 1.

    Raises:
        DtypeError: the dtype is not an integer dtype, or the logits are complex.
        ShapeError: the logits have rank 0 or no classes.
        ArgumentError: num_samples is negative.

    Example:
        >>> import ops
        >>> certain = [[0.0, -1e9], [-1e9, 0.0]]
        >>> ops.convert_to_numpy(ops.random.categorical(certain, 3, seed=1))
        array([[0, 0, 0],
               [1, 1, 1]], dtype=int32)
    """
    standard, count = (
        _integer_dtype(backend, dtype),
        check_count(canonical_size(num_samples, backend, "num_samples"), "num_samples"),
    )
    x = logits if isinstance(logits, SymbolicTensor) else backend.to_tensor(logits)
    logits_shape, logits_dtype = (
        (x.shape, x.dtype) if isinstance(x, SymbolicTensor) else (backend.shape(x), backend.dtype(x))
    )
    if not logits_shape or logits_shape[-1] == 0:
        raise ShapeError(f"logits must have an axis of classes, at least one; got shape {logits_shape}")
    if logits_dtype in dtypes.COMPLEX:
        raise DtypeError(f"logits must be real; got {logits_dtype}")
    if _is_symbolic(x) or _is_symbolic(seed):
        return SymbolicTensor((*logits_shape[:-1], *static_sizes([count])), standard)
    x = x if dtypes.is_float(logits_dtype) else backend.cast(x, config.floatx())
    fast = standard in backend.fast_dtypes and backend.dtype(x) in backend.fast_dtypes
    return _run(backend, "categorical", fast, seed, x, count, standard)


@backend_function
def binomial(
    backend: Backend,
    shape: ShapeLike,
    counts: Operand,
    probabilities: Operand,
    dtype: DtypeLike = None,
    seed: Seed = None,
) -> Tensor:
    """Samples from a binomial distribution: the number of successes in independent trials.

    Args:
        shape: the output's shape.
        counts: the number of trials, a number or a tensor that broadcasts to the shape; truncated to an integer.
        probabilities: the probability of success in a trial, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: see `normal`.

    Returns:
        A float tensor; NaN where a count is negative or a probability is outside [0, 1].

    Raises:
        DtypeError: the dtype is not a float dtype.
        ShapeError: a size is negative, or a parameter does not broadcast to the shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.random.binomial((3,), 5.0, [0.0, 1.0, 0.0], seed=1))
        array([0., 5., 0.], dtype=float32)
    """
    return _draw(backend, "binomial", shape, (counts, probabilities), dtype, seed)


@backend_function
def beta(
    backend: Backend, shape: ShapeLike, alpha: Operand, beta: Operand, dtype: DtypeLike = None, seed: Seed = None
) -> Tensor:
    """Samples from a beta distribution, between 0 and 1.

    Args:
        shape: the output's shape.
        alpha: the first parameter, a number or a tensor that broadcasts to the shape.
        beta: the second parameter, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: see `normal`.

    Returns:
        A float tensor; NaN where a parameter is not positive.

    Raises:
        DtypeError: the dtype is not a float dtype.
        ShapeError: a size is negative, or a parameter does not broadcast to the shape.

    Example:
        >>> import ops
        >>> ops.shape(ops.random.beta((2, 3), 0.5, 2.0, seed=1))
        (2, 3)
    """
    return _draw(backend, "beta", shape, (alpha, beta), dtype, seed)


@backend_function
def gamma(backend: Backend, shape: ShapeLike, alpha: Operand, dtype: DtypeLike = None, seed: Seed = None) -> Tensor:
    """Samples from a gamma distribution with scale 1.

    Args:
        shape: the output's shape.
        alpha: the distribution's shape parameter, a number or a tensor that broadcasts to the output's shape.
        dtype: a float dtype, `floatx` for None.
        seed: see `normal`.

    Returns:
        A float tensor; NaN where alpha is not positive.

    Raises:
        DtypeError: the dtype is not a float dtype.
        ShapeError: a size is negative, or alpha does not broadcast to the shape.

    Example:
        >>> import ops
        >>> ops.shape(ops.random.gamma((2, 3), 0.5, seed=1))
        (2, 3)
    """
    return _draw(backend, "gamma", shape, (alpha,), dtype, seed)


@backend_function
def dropout(
    backend: Backend, inputs: Operand, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Seed = None
) -> Tensor:
    """Returns the inputs with random elements set to 0 and the others scaled by 1 / (1 - rate).

    The scaling keeps the expected sum of the elements unchanged.

    Args:
        inputs: a float tensor.
        rate: the probability that an element is set to 0, in [0, 1].
        noise_shape: the shape of the mask, which broadcasts to the inputs' shape: elements along an axis of size 1 are
            kept or dropped together; a size of None means that of the inputs.
        seed: see `normal`.

    Returns:
        A tensor of the inputs' shape and dtype (integers become `floatx`).

    Raises:
        ArgumentError: the rate is not in [0, 1].
        ShapeError: the noise shape does not broadcast to the inputs' shape.
        DtypeError: the inputs are complex.

    Example:
        >>> import ops
        >>> kept = ops.convert_to_numpy(ops.random.dropout(ops.ones((1000,)), 0.5, seed=1))
        >>> sorted(set(kept.tolist()))
        [0.0, 2.0]
    """
    share = canonical_float(rate)
    if not 0.0 <= share <= 1.0:
        raise ArgumentError(f"rate must be in [0, 1]; got {rate}")
    x = inputs if isinstance(inputs, SymbolicTensor) else backend.to_tensor(inputs)
    in_shape, in_dtype = (x.shape, x.dtype) if isinstance(x, SymbolicTensor) else (backend.shape(x), backend.dtype(x))
    if in_dtype in dtypes.COMPLEX:
        raise DtypeError(f"dropout does not support complex inputs; got {in_dtype}")
    out_dtype = in_dtype if dtypes.is_float(in_dtype) else config.floatx()
    mask = in_shape if noise_shape is None else _mask_shape(noise_shape, in_shape, backend)
    if _is_symbolic(x) or _is_symbolic(seed):
        return SymbolicTensor(shapes.broadcast(in_shape, mask), out_dtype)
    x = backend.cast(x, out_dtype)
    if share == 0.0:
        return x
    if any(size is None for size in mask):
        mask = tuple(n if size is None else size for size, n in zip(mask, backend.bound.core_shape(x), strict=True))
    noise = _run(backend, "uniform", True, seed, mask, 0.0, 1.0, "float32")
    bound = backend.bound
    scaled = bound.elementwise_multiply(x, 1.0 / (1.0 - share)) if share < 1.0 else 0.0
    return bound.elementwise_where(bound.elementwise_greater_equal(noise, share), scaled, bound.creation_zeros_like(x))


def _mask_shape(noise_shape: Sequence[Any], shape: shapes.Shape, backend: Backend) -> tuple[Any, ...]:
    if not isinstance(noise_shape, (list, tuple)):
        raise ArgumentTypeError(f"noise_shape must be a tuple of sizes or None; got {short(noise_shape)}")
    if len(noise_shape) != len(shape):
        raise ShapeError(f"noise_shape {tuple(noise_shape)} must have as many axes as the inputs, of shape {shape}")
    mask = tuple(size if mask_size is None else mask_size for mask_size, size in zip(noise_shape, shape, strict=True))
    known = [pair for pair in zip(mask, shape, strict=True) if not backend.is_size(pair[0])]
    if any(mask_size not in (1, size) and size is not None for mask_size, size in known):
        raise ShapeError(f"noise_shape {tuple(noise_shape)} does not broadcast to {shape}")
    return mask


@backend_function
def shuffle(backend: Backend, x: Operand, axis: int = 0, seed: Seed = None) -> Tensor:
    """Returns the slices along an axis in a random order; every order is equally likely.

    Args:
        x: a tensor of rank 1 or more.
        axis: the axis to shuffle along.
        seed: see `normal`.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> sorted(ops.convert_to_numpy(ops.random.shuffle([1, 2, 3], seed=1)).tolist())
        [1, 2, 3]
    """
    tensor = x if isinstance(x, SymbolicTensor) else backend.to_tensor(x)
    sizes = tensor.shape if isinstance(tensor, SymbolicTensor) else backend.shape(tensor)
    at = shapes.normalize_axis(canonical_int(axis), len(sizes))
    if _is_symbolic(tensor) or _is_symbolic(seed):
        return SymbolicTensor(sizes, tensor.dtype if isinstance(tensor, SymbolicTensor) else backend.dtype(tensor))
    size = backend.bound.core_shape(tensor)[at] if sizes[at] is None else sizes[at]
    order = _run(backend, "permutation", True, seed, size)
    return backend.bound.indexing_take(tensor, order, at)
