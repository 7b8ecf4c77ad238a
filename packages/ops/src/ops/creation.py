"""Family creation: tensors made from shapes and numbers."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import backend_function, canonical_int, canonical_shape, composite, primitive
from ops._types import DtypeLike, Operand, ShapeLike, Tensor
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.elementwise import add, divide, equal, floor, greater_equal, multiply, subtract, where
from ops.indexing import diagonal
from ops.manipulation import expand_dims, reshape, transpose
from ops_common import dtypes
from ops_common.backend import Backend, number_dtype
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.shapes import Shape, broadcast_to, normalize_axis
from ops_common.symbolic import SymbolicTensor

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
        shape: the sizes of the axes.
        dtype: the dtype, `floatx` for None.

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
        shape: the sizes of the axes.
        dtype: the dtype, `floatx` for None.

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
    """A tensor whose values do not matter; they are zeros on every backend, so that nothing depends on chance.

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
        shape: the sizes of the axes.
        fill_value: a number or a tensor; cast to the dtype.
        dtype: the dtype, `floatx` for None.

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
    """A tensor of zeros of x's shape, and of its dtype unless one is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.zeros_like([3, 4]))
        array([0, 0], dtype=int32)
    """
    return _like(backend, "zeros_like", x, dtype)


@backend_function
def ones_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of ones of x's shape, and of its dtype unless one is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ones_like([3, 4]))
        array([1, 1], dtype=int32)
    """
    return _like(backend, "ones_like", x, dtype)


@backend_function
def empty_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of x's shape whose values do not matter; see `empty`.

    Example:
        >>> import ops
        >>> ops.shape(ops.empty_like([3, 4]))
        (2,)
    """
    return _like(backend, "zeros_like", x, dtype)


@backend_function
def full_like(backend: Backend, x: Operand, fill_value: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of x's shape filled with a value, and of its dtype unless one is given.

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
        start: the first number; with `stop` left out, the end, and the first number is 0.
        stop: the end, which is not included.
        step: the distance, 1 for None.
        dtype: the dtype; None takes the one that start, stop and step promote to.

    Returns:
        A rank-1 tensor.

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
        names = [number_dtype(v) if isinstance(v, _NUMBERS) else dtype_of(v) for v in given]
        # Python numbers are weak, so that arange(np.int64(3), 5) stays int64.
        weak = [
            dtypes.weak_type(v) if isinstance(v, _NUMBERS) and n != "int64" else n
            for v, n in zip(given, names, strict=True)
        ]
        dtype = dtypes.promote(weak)
    name = dtypes.standardize(dtype)
    first, last = (0, numbers[0]) if stop is None else numbers[:2]
    distance = 1 if step is None else numbers[-1]
    if distance == 0:
        raise ArgumentError("step must not be zero")
    return _run(backend, "arange", name, first, last, distance)


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
        M: the number of columns, N for None.
        k: which diagonal: 0 the main one, positive above it, negative below.
        dtype: the dtype, `floatx` for None.

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
        M: the number of columns, N for None.
        k: which diagonal: 0 the main one, positive above it, negative below.
        dtype: the dtype, `floatx` for None.

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
    """Matrices with zeros above a diagonal.

    Args:
        x: a tensor of rank 2 or more; its last two axes are the matrices.
        k: which diagonal: 0 the main one, positive above it, negative below.

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
    """Matrices with zeros below a diagonal; see `tril`.

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
    size = None if x.shape[0] is None else x.shape[0] + abs(k)
    return (size, size)


@primitive(dtype=rules.KEEP, shape=_square, kernel="diag")
def _matrix(x: Operand, k: int) -> Tensor:
    """The matrix with a tensor of rank 1 on a diagonal: what the kernels do."""
    ...


@composite(kernel=None)
def diag(x: Operand, k: int = 0) -> Tensor:
    """A diagonal of a matrix, or the square matrix with a given diagonal and zeros elsewhere.

    Args:
        x: a tensor of rank 2, whose diagonal is the answer, or of rank 1, which becomes the matrix's.
        k: which diagonal: 0 the main one, positive above it, negative below.

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
    """The square matrix with a tensor's elements on a diagonal, and zeros elsewhere.

    Args:
        x: a tensor; it is flattened.
        k: which diagonal: 0 the main one, positive above it, negative below.

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
    """The same elements in a tensor of its own: what is written to the memory of one is not seen in the other.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.copy([1, 2]))
        array([1, 2], dtype=int32)
    """
    ...


@backend_function
def array(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A new tensor, which shares no memory with what it is made of; `convert_to_tensor` is the one that may.

    Args:
        x: whatever `convert_to_tensor` takes.
        dtype: the dtype; None keeps that of tensors and arrays, and gives Python floats `floatx` and ints int32.

    Raises:
        ForeignTensorError: x is, or holds, another framework's tensor.
        ShapeError: a nested list is ragged.
        DtypeError: the dtype is unknown, or the framework does not have it.

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
        return tensor  # new already
    return backend.run("creation.copy", backend.dtype(tensor) in backend.fast_dtypes, tensor)


@composite()
def identity(n: int, dtype: DtypeLike = None) -> Tensor:
    """The square matrix with ones on the main diagonal.

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
    """Numbers at equal distances over an interval.

    Args:
        start: the first number, or a tensor of first numbers.
        stop: the last number, or a tensor; broadcasts with start.
        num: how many numbers, 0 or more.
        endpoint: whether `stop` is the last number; if not, the interval is open at its end.
        retstep: whether to answer the distance as well.
        dtype: the dtype; None takes the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded down.
        axis: where the new axis goes in the answer.

    Returns:
        A tensor with the new axis of size num, or (that tensor, the distance).

    Raises:
        ArgumentError: num is negative.
        ShapeError: start and stop do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.linspace(0, 1, 5))
        array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    if num < 0:
        raise ArgumentError(f"num must not be negative; got {num}")
    name = None if dtype is None else dtypes.standardize(dtype)
    if name is not None:
        working = name if name in dtypes.INEXACT else "float64"
        start, stop = cast(start, working), cast(stop, working)
    start, span = multiply(start, 1.0), multiply(subtract(stop, start), 1.0)
    working = dtype_of(add(start, span))
    gaps = max(num - 1 if endpoint else num, 1)
    places = cast(reshape(arange(num), (num,) + (1,) * len(shape_of(span))), working)
    values = add(multiply(divide(places, float(gaps)), expand_dims(span, 0)), start)
    if endpoint and num > 1:
        values = where(equal(places, float(num - 1)), stop, values)  # exact, whatever was rounded on the way
    if name is not None and name not in dtypes.INEXACT:
        values = floor(values)
    if name is not None:
        values = cast(values, name)
    if axis != 0:
        rank = len(shape_of(values))
        order = list(range(1, rank))
        order.insert(normalize_axis(axis, rank), 0)
        values = transpose(values, tuple(order))
    return (values, divide(span, float(gaps))) if retstep else values
