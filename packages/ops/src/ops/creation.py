"""Family creation: tensors created from shapes and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration import backend_function, canonical_count, canonical_int, canonical_shape, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import DtypeLike, Operand, ShapeLike, Tensor
from ops.core import _beside, cast, convert_to_tensor
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.elementwise import abs, add, divide, equal, floor, greater_equal, multiply, power, sign, sqrt, subtract, where
from ops.indexing import diagonal, get_item
from ops.manipulation import concatenate, expand_dims, flip, reshape, transpose
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend, number_dtype
from ops_common.shapes import Shape, broadcast_to, normalize_axis
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "arange",
    "array",
    "copy",
    "diag",
    "diagflat",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "geomspace",
    "identity",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "tri",
    "tril",
    "triu",
    "vander",
    "zeros",
    "zeros_like",
]

_NUMBERS = (bool, int, float, complex)


def _sizes(shape: Any) -> tuple[int, ...]:
    sizes = canonical_shape(shape)
    if any(size < 0 for size in sizes):
        raise ShapeError(f"sizes are not negative; got shape {sizes}")
    return sizes


def _run(backend: Backend, name: str, dtype: str, *arguments: Any) -> Tensor:
    backend.check_dtype(dtype)
    return backend.run(f"creation.{name}", dtype in backend.fast_dtypes, *arguments, dtype)


@backend_function
def zeros(backend: Backend, shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """A tensor of zeros.

    Args:
        shape: the shape of the result.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.zeros((2,), "int32"))
        array([0, 0], dtype=int32)
    """
    return _run(backend, "zeros", dtypes.standardize(dtype), _sizes(shape))


@backend_function
def ones(backend: Backend, shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """A tensor of ones.

    Args:
        shape: the shape of the result.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ones((2,), "bool"))
        array([ True,  True])
    """
    return _run(backend, "ones", dtypes.standardize(dtype), _sizes(shape))


@backend_function
def empty(backend: Backend, shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """A tensor whose values are unspecified; every backend fills it with zeros, so that results are reproducible.

    Example:
        >>> import ops
        >>> ops.shape(ops.empty((2, 3)))
        (2, 3)
    """
    return _run(backend, "zeros", dtypes.standardize(dtype), _sizes(shape))


@backend_function
def full(backend: Backend, shape: ShapeLike, fill_value: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor filled with one value, or with values that broadcast to its shape.

    Args:
        shape: the shape of the result.
        fill_value: a number or a tensor; cast to the dtype.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative, or the fill value does not broadcast to the shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.full((2,), 7))
        array([7., 7.], dtype=float32)
    """
    name = dtypes.standardize(dtype)
    sizes = _sizes(shape)
    if isinstance(fill_value, SymbolicTensor):
        broadcast_to(fill_value.shape, sizes)
        return SymbolicTensor(sizes, name)
    return _run(backend, "full", name, sizes, _fill(backend, fill_value, name, sizes))


def _fill(backend: Backend, value: Operand, dtype: str, sizes: Shape) -> Any:
    if isinstance(value, _NUMBERS):
        return value
    tensor = backend.to_tensor(value, dtype)
    broadcast_to(backend.shape(tensor), sizes)
    return tensor


@backend_function
def zeros_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of zeros with x's shape, and x's dtype unless a dtype is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.zeros_like([3, 4]))
        array([0, 0], dtype=int32)
    """
    return _like(backend, "zeros_like", x, dtype)


@backend_function
def ones_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of ones with x's shape, and x's dtype unless a dtype is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ones_like([3, 4]))
        array([1, 1], dtype=int32)
    """
    return _like(backend, "ones_like", x, dtype)


@backend_function
def empty_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor with x's shape whose values are unspecified; see `empty`.

    Example:
        >>> import ops
        >>> ops.shape(ops.empty_like([3, 4]))
        (2,)
    """
    return _like(backend, "zeros_like", x, dtype)


@backend_function
def full_like(backend: Backend, x: Operand, fill_value: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor with x's shape filled with a value, and x's dtype unless a dtype is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.full_like([3, 4], 9))
        array([9, 9], dtype=int32)
    """
    return _like(backend, "full_like", x, dtype, fill_value)


def _like(backend: Backend, kernel: str, x: Operand, dtype: DtypeLike, *fill: Operand) -> Tensor:
    tensor = x if isinstance(x, SymbolicTensor) else backend.to_tensor(x)
    have = tensor.dtype if isinstance(tensor, SymbolicTensor) else backend.dtype(tensor)
    name = have if dtype is None else dtypes.standardize(dtype)
    if isinstance(tensor, SymbolicTensor) or any(isinstance(value, SymbolicTensor) for value in fill):
        sizes = shape_of(tensor)
        for value in fill:
            broadcast_to(shape_of(value), sizes)
        return SymbolicTensor(sizes, name)
    backend.check_dtype(name)
    fast = name in backend.fast_dtypes and have in backend.fast_dtypes
    return backend.run(
        f"creation.{kernel}", fast, tensor, *(_fill(backend, f, name, backend.shape(tensor)) for f in fill), name
    )


@backend_function
def arange(backend: Backend, start: Any, stop: Any = None, step: Any = None, dtype: DtypeLike = None) -> Tensor:
    """Evenly spaced numbers: ``start, start + step, ...`` up to, and without, ``stop``.

    Args:
        start: the first number; if `stop` is omitted, the end, and the first number is 0.
        stop: the end, which is not included.
        step: the spacing; 1 for None.
        dtype: the dtype; None for the dtype that start, stop and step promote to.

    Returns:
        A tensor of rank 1.

    Raises:
        ArgumentError: the step is zero.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arange(1, 7, 2))
        array([1, 3, 5], dtype=int32)
    """
    given = [value for value in (start, stop, step) if value is not None]
    for value in given:
        if isinstance(value, SymbolicTensor):
            raise ArgumentTypeError("numbers are needed, not symbolic tensors: the length depends on them")
    numbers = [_number(backend, value) for value in given]
    if dtype is None:
        dtype = _promoted(given)
    name = dtypes.standardize(dtype)
    first, last = (0, numbers[0]) if stop is None else numbers[:2]
    distance = 1 if step is None else numbers[-1]
    if distance == 0:
        raise ArgumentError("step must not be zero")
    if name in dtypes.INTEGERS:
        for number in (first, last, distance):
            if type(number) is int:
                dtypes.check_range(number, "uint64" if name == "uint64" and number >= 0 else "int64")
    return _run(backend, "arange", name, first, last, distance)


def _promoted(values: Sequence[Any]) -> str:
    """The dtype that numbers and tensors promote to. Python numbers are weak: arange(np.int64(3), 5) stays int64."""
    names = [number_dtype(value) if isinstance(value, _NUMBERS) else dtype_of(value) for value in values]
    return dtypes.promote(
        [
            dtypes.weak_type(value) if isinstance(value, _NUMBERS) and name != "int64" else name
            for value, name in zip(values, names, strict=True)
        ]
    )


def _number(backend: Backend, value: Any) -> Any:
    if isinstance(value, _NUMBERS):
        return value
    array = backend.core.convert_to_numpy(backend.to_tensor(value))
    if array.ndim:
        raise ShapeError(f"numbers are needed; got a tensor of shape {array.shape}")
    return array.item()


def _eye(N: int, M: int | None, k: int, dtype: str) -> tuple[Any, ...]:
    return (*_sizes((N, N if M is None else M)), canonical_int(k), dtype)


@composite(canonical=_eye)
def eye(N: int, M: Any = None, k: int = 0, dtype: DtypeLike = None) -> Tensor:
    """A matrix with ones on one diagonal and zeros elsewhere.

    Args:
        N: the number of rows.
        M: the number of columns; N for None.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.eye(2, 3, k=1, dtype="int32"))
        array([[0, 1, 0],
               [0, 0, 1]], dtype=int32)
    """
    return cast(equal(expand_dims(arange(k, N + k), 1), arange(M)), dtype)


@composite(canonical=_eye)
def tri(N: int, M: Any = None, k: int = 0, dtype: DtypeLike = None) -> Tensor:
    """A matrix with ones at and below one diagonal and zeros above it.

    Args:
        N: the number of rows.
        M: the number of columns; N for None.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tri(2, 3, dtype="int32"))
        array([[1, 0, 0],
               [1, 1, 0]], dtype=int32)
    """
    return cast(greater_equal(expand_dims(arange(k, N + k), 1), arange(M)), dtype)


def _matrices(x: Any, k: int) -> Shape:
    if len(x.shape) < 2:
        raise ShapeError(f"a triangle is of a tensor's last two axes; got shape {x.shape}")
    return x.shape


@primitive(dtype=rules.KEEP, shape=_matrices)
def tril(x: Operand, k: int = 0) -> Tensor:
    """The lower triangles of matrices: zeros above a diagonal.

    Args:
        x: a tensor of rank 2 or more; the last two axes are those of the matrices.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.

    Raises:
        ShapeError: the rank is lower than 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tril([[1, 2], [3, 4]]))
        array([[1, 0],
               [3, 4]], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=_matrices)
def triu(x: Operand, k: int = 0) -> Tensor:
    """The upper triangles of matrices: zeros below a diagonal; see `tril`.

    Raises:
        ShapeError: the rank is lower than 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.triu([[1, 2], [3, 4]]))
        array([[1, 2],
               [0, 4]], dtype=int32)
    """
    ...


def _square(x: Any, k: int) -> Shape:
    size = None if x.shape[0] is None else x.shape[0] + max(k, -k)
    return (size, size)


@primitive(dtype=rules.KEEP, shape=_square, kernel="diag")
def _matrix(x: Operand, k: int) -> Tensor:
    """A matrix with the elements of a tensor of rank 1 on a diagonal; implemented by the kernels."""
    ...


@composite(kernel=None)
def diag(x: Operand, k: int = 0) -> Tensor:
    """A diagonal of a matrix, or a square matrix with a given diagonal and zeros elsewhere.

    Args:
        x: a tensor of rank 2, whose diagonal is returned, or of rank 1, which becomes the diagonal of a matrix.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.

    Raises:
        ShapeError: the rank is neither 1 nor 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diag([1, 2]))
        array([[1, 0],
               [0, 2]], dtype=int32)
        >>> ops.convert_to_numpy(ops.diag([[1, 2], [3, 4]], k=1))
        array([2], dtype=int32)
    """
    sizes = shape_of(x)
    if len(sizes) == 1:
        return _matrix(x, k)
    if len(sizes) != 2:
        raise ShapeError(f"diag takes a tensor of rank 1 or 2; got shape {sizes}")
    return diagonal(x, k, 0, 1)


@composite(kernel=None)
def diagflat(x: Operand, k: int = 0) -> Tensor:
    """A square matrix with the elements of x on a diagonal and zeros elsewhere.

    Args:
        x: a tensor; it is flattened.
        k: the diagonal: 0 for the main diagonal, positive above it, negative below it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diagflat([[1, 2]], k=1))
        array([[0, 1, 0],
               [0, 0, 2],
               [0, 0, 0]], dtype=int32)
    """
    return _matrix(reshape(x, (-1,)), k)


@primitive(dtype=rules.KEEP, shape=lambda x: x.shape)
def copy(x: Operand) -> Tensor:
    """A copy of x that does not share memory with it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.copy([1, 2]))
        array([1, 2], dtype=int32)
    """
    ...


@backend_function
def array(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A new tensor that does not share memory with x; the result of `convert_to_tensor` may.

    Args:
        x: anything that `convert_to_tensor` accepts.
        dtype: the dtype; None keeps that of tensors and arrays, and uses `floatx` for Python floats, int32 for ints.

    Raises:
        ForeignTensorError: x is, or holds, another framework's tensor.
        ShapeError: a nested list is ragged.
        DtypeError: the dtype is unknown, or the framework does not support it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.array([1, 2.5]))
        array([1. , 2.5], dtype=float32)
    """
    name = None if dtype is None else dtypes.standardize(dtype)
    if isinstance(x, SymbolicTensor):
        return x if name in (None, x.dtype) else SymbolicTensor(x.shape, name)
    tensor = backend.to_tensor(x, name)
    if isinstance(x, (list, tuple, *_NUMBERS)):
        return tensor  # already a new tensor
    return backend.run("creation.copy", backend.dtype(tensor) in backend.fast_dtypes, tensor)


@composite()
def identity(n: int, dtype: DtypeLike = None) -> Tensor:
    """A square matrix with ones on the main diagonal and zeros elsewhere.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.identity(2, "int32"))
        array([[1, 0],
               [0, 1]], dtype=int32)
    """
    return eye(n, n, 0, dtype)


@composite()
def linspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Evenly spaced numbers over an interval.

    Args:
        start: the first number, or a tensor of first numbers.
        stop: the last number, or a tensor; broadcasts with start.
        num: the number of elements, 0 or more.
        endpoint: whether `stop` is the last number; if not, the interval excludes it.
        retstep: whether to return the spacing as well.
        dtype: the dtype; None for the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded down.
        axis: the position of the new axis in the result.

    Returns:
        A tensor with the new axis of size num; with `retstep`, a tuple of that tensor and the spacing.

    Raises:
        ArgumentError: num is negative.
        ShapeError: start and stop do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.linspace(0, 1, 5))
        array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    start, stop, num, name = _interval(start, stop, num, dtype)
    values = _line(start, stop, num, endpoint, name, axis)
    return (values, cast(divide(subtract(stop, start), float(_gaps(num, endpoint))), name)) if retstep else values


# The three series are separate ops with tensor ends, so that a backend that compiles bodies fuses each into one loop.
@composite(kernel="line")
def _line(start: Operand, stop: Operand, num: int, endpoint: bool, dtype: DtypeLike, axis: int) -> Tensor:
    values = _spaced(start, stop, num, endpoint)
    return _placed(values if dtype in dtypes.INEXACT else floor(values), str(dtype), axis)


_MANY = 1 << 12
_SMALL_FLOATS = ("bfloat16", "float16", *dtypes.FLOAT8)


def _interval(start: Operand, stop: Operand, num: int, dtype: Any) -> tuple[Any, Any, int, str]:
    """Both ends as tensors of the dtype of the computation, the checked num, and the dtype of the result.

    Small floats represent few integers exactly, so they are computed in float32; integers are computed in float64.
    """
    num = canonical_count(num, "num")
    name = dtypes.to_float(_promoted((start, stop))) if dtype is None else dtypes.standardize(dtype)
    working = "float32" if name in _SMALL_FLOATS else name if name in dtypes.INEXACT else "float64"
    return convert_to_tensor(start, working), convert_to_tensor(stop, working), num, name


def _gaps(num: int, endpoint: bool) -> int:
    return max(num - 1 if endpoint else num, 1)


def _places(num: int, step: Tensor) -> Tensor:
    """The numbers 0, 1, 2, ... in the dtype of `step`, along a new first axis before its axes."""
    dtype = dtype_of(step)
    places = cast(arange(num), dtype) if dtype in dtypes.COMPLEX else arange(num, dtype=dtype)
    return reshape(_beside(places, step), (num,) + (1,) * len(shape_of(step)))


def _spaced(start: Tensor, stop: Tensor, num: int, endpoint: bool) -> Tensor:
    """Evenly spaced numbers along a new first axis."""
    # Multiples of a step, as in NumPy: with an integer step all integer values are exact.
    step = divide(subtract(stop, start), float(_gaps(num, endpoint)))
    places = _places(num, step)
    values = add(multiply(places, expand_dims(step, 0)), start)
    return _ended(values, places, stop, num) if endpoint and num > 1 else values


def _ended(values: Tensor, places: Tensor, stop: Tensor, num: int) -> Tensor:
    """The values with the last one set to `stop` exactly, whatever the rounding errors."""
    split = num - 1 if num > _MANY else 0  # compare only the last of many numbers
    last = where(equal(places[split:], float(num - 1)), stop, values[split:])
    return concatenate([values[:split], last]) if split else last


def _placed(values: Tensor, dtype: str, axis: int) -> Tensor:
    """The values cast to the dtype of the result, with the first axis moved to its position."""
    values = cast(values, dtype)
    if axis == 0:
        return values
    rank = len(shape_of(values))
    order = list(range(1, rank))
    order.insert(normalize_axis(axis, rank), 0)
    return transpose(values, tuple(order))


def _whole(values: Tensor, dtype: str) -> Tensor:
    """The values, for an integer dtype scaled up slightly, so that rounding errors do not reduce integers by 1."""
    return values if dtype in dtypes.INEXACT else multiply(values, 1.0 + 2.0**-45)


@composite()
def logspace(
    start: Operand,
    stop: Operand,
    num: int = 50,
    endpoint: bool = True,
    base: Operand = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Powers of a base with evenly spaced exponents over an interval.

    Args:
        start: the first exponent, or a tensor of first exponents.
        stop: the last exponent, or a tensor; broadcasts with start.
        num: the number of elements, 0 or more.
        endpoint: whether `stop` is the last exponent; if not, the interval excludes it.
        base: the base; broadcasts with start and stop.
        dtype: the dtype; None for the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded towards zero.
        axis: the position of the new axis in the result.

    Returns:
        A tensor with the new axis of size num.

    Raises:
        ArgumentError: num is negative.
        ShapeError: start, stop and base do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logspace(0, 3, 4, base=2))
        array([1., 2., 4., 8.], dtype=float32)
    """
    start, stop, num, name = _interval(start, stop, num, dtype)
    return _powers(start, stop, convert_to_tensor(base, dtype_of(start)), num, endpoint, name, axis)


@composite()
def _powers(
    start: Operand, stop: Operand, base: Operand, num: int, endpoint: bool, dtype: DtypeLike, axis: int
) -> Tensor:
    values = power(base, _spaced(start, stop, num, endpoint))
    return _placed(_whole(values, str(dtype)), str(dtype), axis)


@composite()
def geomspace(
    start: Operand, stop: Operand, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Tensor:
    """Numbers over an interval in geometric progression.

    Args:
        start: the first number, or a tensor of first numbers.
        stop: the last number, or a tensor; broadcasts with start. Real numbers must be nonzero and have start's sign;
            otherwise the numbers between are NaN.
        num: the number of elements, 0 or more.
        endpoint: whether `stop` is the last number; if not, the interval excludes it.
        dtype: the dtype; None for the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded towards zero.
        axis: the position of the new axis in the result.

    Returns:
        A tensor with the new axis of size num.

    Raises:
        ArgumentError: num is negative.
        ShapeError: start and stop do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.geomspace(1, 8, 4, dtype="int32"))
        array([1, 2, 4, 8], dtype=int32)
    """
    start, stop, num, name = _interval(start, stop, num, dtype)
    return _geometric(start, stop, num, endpoint, name, axis)


@composite()
def _geometric(start: Operand, stop: Operand, num: int, endpoint: bool, dtype: DtypeLike, axis: int) -> Tensor:
    ratio = divide(stop, start)
    places = _places(num, ratio)
    part = divide(places, float(_gaps(num, endpoint)))
    if dtype in dtypes.COMPLEX:
        values = multiply(start, power(expand_dims(ratio, 0), part))
    else:
        # Multiply by the root of the ratio twice, because the ratio may overflow. For opposite signs the root is NaN;
        # NaN to the power of 0 is 1, so the first number is always start.
        root = multiply(divide(sqrt(abs(stop)), sqrt(abs(start))), sqrt(multiply(sign(start), sign(stop))))
        half = power(expand_dims(root, 0), part)
        values = multiply(multiply(start, half), half)
    if endpoint and num > 1:
        values = _ended(values, places, stop, num)
    return _placed(_whole(values, str(dtype)), str(dtype), axis)


def _column_count(x: Any, N: Any, increasing: bool) -> tuple[Any, ...]:
    return x, None if N is None else canonical_count(N, "N"), increasing


@composite(dtype=rules.NUMBERS, canonical=_column_count)
def vander(x: Operand, N: Any = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix of x: each row contains the powers of an element.

    Args:
        x: a tensor of rank 1; bools are treated as int32.
        N: the number of columns; the size of x for None.
        increasing: whether the powers increase from 0 to N - 1; by default they decrease to 0.

    Returns:
        A matrix of x's dtype with a row for each element.

    Raises:
        ShapeError: x does not have rank 1.
        ArgumentError: N is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vander([2, 3], 3))
        array([[4, 2, 1],
               [9, 3, 1]], dtype=int32)
    """
    sizes = shape_of(x)
    if len(sizes) != 1:
        raise ShapeError(f"x has rank 1; got shape {sizes}")
    columns = sizes[0] if N is None else N
    if columns is None:
        raise ShapeError("the number of columns must be known: name N, or give x a size")
    table = _increasing_powers(x, columns)
    return table if increasing else flip(table, 1)


@composite(kernel="increasing_powers")
def _increasing_powers(x: Operand, columns: int) -> Tensor:
    factor = expand_dims(x, 1)
    table = ones_like(factor)
    width = 1
    while width < columns:
        # Each step doubles the number of powers: it appends the table multiplied by x**width.
        table = concatenate([table, multiply(table, factor)], 1)
        factor = multiply(factor, factor)
        width *= 2
    return get_item(table, (slice(None), slice(0, columns)))
