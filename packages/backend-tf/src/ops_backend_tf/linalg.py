"""TensorFlow, family linalg. Where only one triangle is read, the matrix is first made Hermitian, for correct
gradients."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import (
    EAGER,
    constant_like,
    current_context,
    dtype,
    dynamic_shape,
    execute,
    ints,
    raw_ops,
    shape,
    whole,
)
from ops_backend_tf.elementwise.gradients import nothing_records
from ops_common import dtypes, shapes
from ops_common.errors import LinAlgError
from ops_common.host import linalg as host_linalg

Tensor = Any

# Other dtypes are decomposed in float32.
_NATIVE = frozenset({tf.float32, tf.float64, tf.complex64, tf.complex128})


def _wide(x: Tensor) -> Tensor:
    return x if x.dtype in _NATIVE else raw_ops.Cast(x=x, DstT=tf.float32)


def _as(x: Tensor, native: tf.DType) -> Tensor:
    return x if x.dtype is native or x.dtype == native else raw_ops.Cast(x=x, DstT=native)


def _real(x: Tensor) -> Tensor:
    return tf.math.real(x) if x.dtype.is_complex else x


def _real_type(native: tf.DType) -> tf.DType:
    return native.real_dtype if native.is_complex else native


def _adjoint(x: Tensor) -> Tensor:
    return raw_ops.ConjugateTranspose(x=x, perm=_turn(x)) if x.dtype.is_complex else _transposed(x)


def _transposed(x: Tensor) -> Tensor:
    return raw_ops.Transpose(x=x, perm=_turn(x))


def _turn(x: Tensor) -> Any:
    rank = len(x.shape)
    return ints(x, (*range(rank - 2), rank - 1, rank - 2))


def _finite(x: Tensor) -> bool:
    """Returns whether an eager tensor has only finite numbers; a graph's is assumed to."""
    return type(x) is not EAGER or bool(np.isfinite(x.numpy()).all())


def _tried(call: Callable[[], Any], message: str) -> Any:
    try:
        return call()
    except tf.errors.InvalidArgumentError as error:
        raise LinAlgError(message) from error


def _hermitian(x: Tensor) -> Tensor:
    """Returns the Hermitian matrices that have x's lower triangle."""
    shapes.square(shape(x))
    x = _wide(x)
    lower = raw_ops.MatrixBandPart(input=x, num_lower=whole(x, -1), num_upper=whole(x, 0))
    diagonal = raw_ops.MatrixDiagPart(input=lower)
    below = raw_ops.MatrixSetDiag(input=lower, diagonal=raw_ops.ZerosLike(x=diagonal))
    return raw_ops.AddV2(x=lower, y=_adjoint(below))


def _turned(x: Tensor) -> Tensor:
    """Returns the factors that make the leading element of each column real and positive; see `host_linalg.NEARLY`."""
    if 0 in shape(x):
        return tf.ones((*dynamic_shape(x)[:-2], 1, dynamic_shape(x)[-1]), x.dtype)
    rows = _transposed(x)  # everything is faster along the last axis
    size = raw_ops.ComplexAbs(x=rows, Tout=_real_type(x.dtype)) if x.dtype.is_complex else raw_ops.Abs(x=rows)
    last = whole(x, -1)
    bound = raw_ops.Mul(x=raw_ops.Max(input=size, axis=last, keep_dims=True), y=constant_like(host_linalg.NEARLY, size))
    near = raw_ops.Cast(x=raw_ops.GreaterEqual(x=size, y=bound), DstT=tf.int8)
    if None in shape(x):  # a column may be empty, which ArgMax does not accept
        near = tf.pad(near, [*[(0, 0)] * (len(x.shape) - 1), (0, 1)])
    first = raw_ops.ArgMax(input=near, dimension=last)
    lead = raw_ops.GatherV2(params=rows, indices=first, axis=last, batch_dims=len(x.shape) - 1)
    if x.dtype.is_complex:
        turned = tf.math.conj(lead) / tf.cast(tf.abs(lead), x.dtype)
    else:
        is_negative = raw_ops.Less(x=lead, y=constant_like(0, x))
        turned = raw_ops.SelectV2(condition=is_negative, t=constant_like(-1, x), e=constant_like(1, x))
    return raw_ops.ExpandDims(input=turned, axis=whole(x, -2))


def cholesky(x: Tensor, upper: bool) -> Tensor:
    full = _hermitian(x)
    factor = _tried(lambda: raw_ops.Cholesky(input=full), host_linalg.NOT_POSITIVE)
    if factor.dtype.is_complex:  # for matrices that are not positive definite, TensorFlow returns uninitialised memory
        good = tf.reduce_all(_real(raw_ops.MatrixDiagPart(input=factor)) > 0, -1)
        factor = raw_ops.SelectV2(condition=good[..., None, None], t=factor, e=constant_like(math.nan, factor))
    if not _finite(raw_ops.MatrixDiagPart(input=factor)):
        raise LinAlgError(host_linalg.NOT_POSITIVE)
    return _as(_adjoint(factor) if upper else factor, x.dtype)


# These are decomposed as they are, and dtypes are unique objects.
_FLOAT32, _FLOAT64 = tf.float32, tf.float64


def _is_native(x: Tensor) -> bool:
    dtype = x.dtype
    return dtype is _FLOAT32 or dtype is _FLOAT64


def det(x: Tensor) -> Tensor:
    if _is_native(x):
        return raw_ops.MatrixDeterminant(input=x)
    return _as(raw_ops.MatrixDeterminant(input=_wide(x)), x.dtype)


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    if _is_native(x):
        return tuple(raw_ops.LogMatrixDeterminant(input=x))
    sign, logarithm = raw_ops.LogMatrixDeterminant(input=_wide(x))
    return _as(sign, x.dtype), _as(_real(logarithm), _real_type(x.dtype))


def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    shapes.square(shape(x))
    wide = _wide(x)
    native = tf.complex128 if wide.dtype in (tf.float64, tf.complex128) else tf.complex64
    values, vectors = _tried(lambda: raw_ops.Eig(input=wide, compute_v=True, Tout=native), host_linalg.NOT_FINITE)
    if not _finite(values):
        raise LinAlgError(host_linalg.NOT_FINITE)
    order = _order(tf.stop_gradient(values))
    rank = len(x.shape)
    values = tf.gather(values, order, axis=-1, batch_dims=rank - 2)
    vectors = tf.gather(vectors, order, axis=-1, batch_dims=rank - 2)
    return values, vectors * _turned(vectors)


def _order(values: Tensor) -> Tensor:
    real, imaginary = tf.math.real(values), tf.math.imag(values)
    by_imaginary = tf.argsort(imaginary, -1, stable=True)
    unit = tf.reduce_max(tf.abs(values), -1, keepdims=True) * dtypes.epsilon(dtype(real)) ** 0.5
    key = tf.gather(
        tf.round(tf.math.divide_no_nan(real, unit)), by_imaginary, axis=-1, batch_dims=len(values.shape) - 1
    )
    return tf.gather(by_imaginary, tf.argsort(key, -1, stable=True), axis=-1, batch_dims=len(values.shape) - 1)


def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    shapes.square(shape(x))
    wide = _wide(x)
    # TensorFlow's gradient accounts for the triangle that is read.
    values, vectors = _tried(lambda: raw_ops.SelfAdjointEigV2(input=wide, compute_v=True), host_linalg.NOT_FINITE)
    if not _finite(values):
        raise LinAlgError(host_linalg.NOT_FINITE)
    vectors = raw_ops.Mul(x=vectors, y=_turned(vectors))
    return _as(_real(values), _real_type(x.dtype)), _as(vectors, x.dtype)


def inv(x: Tensor) -> Tensor:
    if type(x) is EAGER and _is_native(x):
        try:
            return raw_ops.MatrixInverse(input=x)
        except tf.errors.InvalidArgumentError:  # not square, or singular
            pass
    wide = _wide(x)
    return _as(_solved(lambda: raw_ops.MatrixInverse(input=wide), x, x), x.dtype)


def _solved(call: Callable[[], Tensor], a: Tensor, b: Tensor) -> Tensor:
    """Returns TensorFlow's result; NaN where NaN in the matrix led to a wrong choice of pivots. TensorFlow raises the
    same error for shapes and for values."""
    try:
        return call()
    except tf.errors.InvalidArgumentError as error:
        shapes.square(shape(a))
        if _finite(a) and _finite(b):
            raise LinAlgError(host_linalg.SINGULAR) from error
    return tf.fill(shapes.solution(shape(a), shape(b)), tf.constant(math.nan, b.dtype))


def _columns(a: Tensor, b: Tensor) -> Tensor:
    """Returns right-hand sides that are vectors as matrices of one column."""
    if shapes.could_be_matrices(shape(a), shape(b)):
        same = tf.debugging.assert_equal(tf.shape(a)[:-1], tf.shape(b), shapes.UNEQUAL_VECTORS)
        with tf.control_dependencies([same]):
            b = tf.identity(b)
    return raw_ops.ExpandDims(input=b, axis=-1)


def _systems(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor, bool]:
    """Returns matrices and right-hand sides with the same stacks, and whether the right-hand sides were vectors."""
    left, right = shape(a), shape(b)
    shapes.square(left)
    shapes.solution(left, right)
    vectors = shapes.are_vectors(left, right)
    a, b = _wide(a), _wide(_columns(a, b) if vectors else b)
    if left[:-2] != shape(b)[:-2] or None in left[:-2]:
        batch = tf.broadcast_dynamic_shape(tf.shape(a)[:-2], tf.shape(b)[:-2])
        a, b = (tf.broadcast_to(x, tf.concat([batch, tf.shape(x)[-2:]], 0)) for x in (a, b))
    return a, b, vectors


def _are_matrices(a: Tensor, b: Tensor) -> bool:
    """Returns whether these are a square matrix and right-hand sides of as many rows, which need no preparation."""
    if type(a) is not EAGER or type(b) is not EAGER or not _is_native(a):
        return False
    left, right = a.shape.as_list(), b.shape.as_list()
    return len(left) == len(right) == 2 and left[0] == left[1] == right[0]


def solve(a: Tensor, b: Tensor) -> Tensor:
    if _are_matrices(a, b):
        try:
            if nothing_records():  # a gradient needs the attributes, too
                return execute(current_context(), "MatrixSolve", None, a, b)
            return raw_ops.MatrixSolve(matrix=a, rhs=b)
        except Exception:  # singular
            pass
    left, right, vectors = _systems(a, b)
    solution = _solved(lambda: raw_ops.MatrixSolve(matrix=left, rhs=right), left, right)
    return _as(solution[..., 0] if vectors else solution, b.dtype)


def solve_triangular(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    if _are_matrices(a, b):
        return raw_ops.MatrixTriangularSolve(matrix=a, rhs=b, lower=lower)
    left, right, vectors = _systems(a, b)
    solution = raw_ops.MatrixTriangularSolve(matrix=left, rhs=right, lower=lower)
    return _as(solution[..., 0] if vectors else solution, b.dtype)


@tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
def _pinv(x: Tensor, part: Tensor) -> Any:
    values, u, v = raw_ops.Svd(input=x)
    values = _real(values)
    limit = part * tf.reduce_max(values, -1, keepdims=True)
    kept = values > limit
    inverse = tf.where(kept, 1 / tf.where(kept, values, tf.ones_like(values)), tf.zeros_like(values))
    inverted = tf.matmul(v * tf.cast(inverse, x.dtype)[..., None, :], u, adjoint_b=True)  # pyright: ignore[reportArgumentType]  # the stubs do not allow None

    def gradient(slope: Tensor) -> Any:
        # Golub and Pereyra's derivative for a constant rank, transposed. That of the singular vectors would be infinite
        # for equal singular values. The inverse is recomputed, so that it has a derivative of its own.
        p = _pinv(x, part)
        adjoint, slope = _adjoint(p), _adjoint(slope)
        turned = -adjoint @ _adjoint(slope) @ adjoint
        orthogonal = slope - x @ (p @ slope)
        above = slope - (slope @ p) @ x
        return turned + orthogonal @ p @ adjoint + adjoint @ p @ above, None

    return inverted, gradient


def _inverse(x: Tensor, rcond: float | None) -> Tensor:
    shapes.matrices(shape(x))
    wide = _wide(x)
    if not _finite(wide):
        raise LinAlgError(host_linalg.NOT_FINITE)
    native = _real_type(wide.dtype)
    if rcond is None:
        part = tf.cast(tf.reduce_max(tf.shape(x)[-2:]), native) * dtypes.epsilon(dtype(x))
    else:
        part = tf.constant(rcond, native)
    return _pinv(wide, part)


def pinv(x: Tensor, rcond: float | None) -> Tensor:
    return _as(_inverse(x, rcond), x.dtype)


def lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Tensor:
    shapes.solution(shape(a), shape(b))
    vectors = shapes.are_vectors(shape(a), shape(b))
    result = tf.matmul(_inverse(a, rcond), _wide(_columns(a, b) if vectors else b))
    return _as(result[..., 0] if vectors else result, b.dtype)


def qr(x: Tensor, mode: str) -> tuple[Tensor, Tensor]:
    _, rows, columns = shapes.matrices(shape(x))
    wide = _wide(x)
    q, r = raw_ops.Qr(input=wide)
    # The diagonal is real, as Householder reflections compute it.
    diagonal = _real(raw_ops.MatrixDiagPart(input=tf.stop_gradient(r)))
    sign = tf.where(diagonal < 0, tf.constant(-1, r.dtype), tf.constant(1, r.dtype))
    q, r = q * sign[..., None, :], r * sign[..., :, None]  # pyright: ignore[reportArgumentType]  # the stubs do not allow None
    if mode == "complete" and (rows is None or columns is None or rows > columns):
        rest = _rest(q, wide)
        q = tf.concat([q, rest], -1)
        r = tf.concat([r, tf.zeros_like(tf.matmul(rest, wide, adjoint_a=True))], -2)
    return _as(q, x.dtype), _as(r, x.dtype)


def _rest(q: Tensor, x: Tensor) -> Tensor:
    """Returns further columns that complete the orthonormal ones, which span x, to a basis. Their values are constants:
    the subtracted term is 0, and has the gradient of columns that stay orthogonal to q."""
    rest = raw_ops.Qr(input=tf.stop_gradient(x), full_matrices=True)[0][..., tf.shape(q)[-1] :]
    return rest - tf.matmul(q, tf.matmul(q, rest, adjoint_a=True))


def svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any:
    _, rows, columns = shapes.matrices(shape(x))
    wide = _wide(x)
    values, u, v = raw_ops.Svd(input=wide, compute_uv=compute_uv)
    if not _finite(values):
        raise LinAlgError(host_linalg.NOT_FINITE)
    values = _as(_real(values), _real_type(x.dtype))
    if not compute_uv:
        return values
    turned = _turned(u)
    u, v = raw_ops.Mul(x=u, y=turned), raw_ops.Mul(x=v, y=turned)
    known = rows is not None and columns is not None
    if full_matrices and not (known and rows <= columns):  # type: ignore[operator]  # known sizes
        u = _completed(u)
    if full_matrices and not (known and columns <= rows):  # type: ignore[operator]  # known sizes
        v = _completed(v)
    return _as(u, x.dtype), values, _as(_adjoint(v), x.dtype)


def _completed(u: Tensor) -> Tensor:
    rest = _rest(u, u)
    return tf.concat([u, rest * _turned(rest)], -1)


def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    shapes.matrices(shape(x))
    packed, pivots = _factored(_wide(x))
    return _as(packed, x.dtype), pivots


@tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
def _factored(x: Tensor) -> Any:
    packed, pivots, order = _factors(x)

    def gradient(slope: Tensor, _: Any) -> Tensor:
        # The factors are recomputed, so that they have a derivative of their own.
        packed, _ = _factored(x)
        count = tf.reduce_min(tf.shape(x)[-2:])
        lower = tf.linalg.set_diag(tf.linalg.band_part(packed, -1, 0), tf.ones_like(tf.linalg.diag_part(packed)))
        upper = tf.linalg.band_part(packed, 0, -1)[..., :count, :]
        lower = lower[..., :, :count]
        for_upper = tf.linalg.band_part(slope, 0, -1)[..., :count, :]
        for_lower = (slope - tf.linalg.band_part(slope, 0, -1))[..., :, :count]
        # From the equation of the first square block, plus the contributions of the rows below it and the columns next
        # to it.
        top, bottom = lower[..., :count, :], lower[..., count:, :]
        front, right = upper[..., :, :count], upper[..., :, count:]
        first = tf.linalg.matmul(top, for_lower[..., :count, :], adjoint_a=True)
        first -= tf.linalg.matmul(for_upper[..., :, count:], right, adjoint_b=True)
        second = tf.linalg.matmul(for_upper[..., :, :count], front, adjoint_b=True)
        second -= tf.linalg.matmul(bottom, for_lower[..., count:, :], adjoint_a=True)
        inner = first - tf.linalg.band_part(first, 0, -1) + tf.linalg.band_part(second, 0, -1)
        square = _behind(front, tf.linalg.triangular_solve(top, inner, adjoint=True))
        right = tf.linalg.triangular_solve(top, for_upper[..., :, count:], adjoint=True)
        below = _behind(front, for_lower[..., count:, :])
        corner = tf.zeros_like(packed[..., count:, count:])
        whole = tf.concat([tf.concat([square, right], -1), tf.concat([below, corner], -1)], -2)
        return tf.gather(whole, tf.argsort(order, -1), axis=-2, batch_dims=len(x.shape) - 2)

    return (packed, pivots), gradient


def _behind(upper: Tensor, x: Tensor) -> Tensor:
    """Returns x times the inverse of the adjoint of the upper triangle."""
    return _adjoint(tf.linalg.triangular_solve(upper, _adjoint(x), lower=False))


def _factors(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Returns both factors in one matrix, the exchanges of rows, and the resulting order of rows."""
    sizes = shape(x)
    if sizes[-1] is not None and sizes[-1] == sizes[-2]:  # TensorFlow only factors square matrices
        try:
            packed, order = raw_ops.Lu(input=x)
        except tf.errors.InvalidArgumentError:  # singular
            pass
        else:
            if type(order) is EAGER:
                return packed, tf.constant(host_linalg.exchanges(order.numpy())), order
            return packed, _exchanges(order), order
    return _elimination(len(x.shape), x.dtype)(x)


def _exchanges(order: Tensor) -> Tensor:
    count = tf.shape(order)[-1]
    every = tf.range(count)

    def step(j: Tensor, rows: Tensor, pivots: Tensor) -> Any:
        wanted, here = order[..., j, None], rows[..., j, None]
        at = tf.cast(tf.argmax(tf.cast(rows == wanted, tf.int8), -1), tf.int32)[..., None]  # pyright: ignore[reportArgumentType]  # the stubs do not allow None
        rows = tf.where(every == j, wanted, tf.where(every == at, here, rows))
        return j + 1, rows, tf.where(every == j, at, pivots)

    start = tf.zeros_like(order)
    return tf.while_loop(lambda j, *_: j < count, step, (0, every + start, start))[2]


@functools.cache
def _elimination(rank: int, native: tf.DType) -> Callable[[Tensor], tuple[Tensor, Tensor, Tensor]]:
    """Returns a graph for any sizes, since loops are slow without one."""
    return tf.function(_eliminated, [tf.TensorSpec([None] * rank, native)], autograph=False)


def _eliminated(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Returns the result of Gaussian elimination, column by column."""
    rows, columns = tf.range(tf.shape(x)[-2]), tf.range(tf.shape(x)[-1])
    count = tf.reduce_min(tf.shape(x)[-2:])
    places = tf.range(count)
    stacks = tf.zeros_like(tf.reduce_sum(tf.math.real(x), (-2, -1)), tf.int32)[..., None]  # pyright: ignore[reportArgumentType]  # the stubs do not allow None

    def step(j: Tensor, a: Tensor, pivots: Tensor, order: Tensor) -> Any:
        column = a[..., :, j]
        size = tf.abs(tf.math.real(column)) + tf.abs(tf.math.imag(column)) if x.dtype.is_complex else tf.abs(column)
        at = tf.cast(tf.argmax(tf.where(rows < j, tf.cast(-1, size.dtype), size), -1), tf.int32)[..., None]  # pyright: ignore[reportArgumentType]  # the stubs do not allow None
        there, here = rows == at, rows == j
        lead = tf.gather(a, at, axis=-2, batch_dims=len(x.shape) - 2)
        a = tf.where(here[..., None], lead, tf.where(there[..., None], a[..., j : j + 1, :], a))
        order = tf.where(
            here,
            tf.gather(order, at, axis=-1, batch_dims=len(x.shape) - 2),
            tf.where(there, order[..., j, None], order),
        )
        pivot, column = lead[..., j, None], a[..., :, j, None]
        below = tf.where(pivot == 0, column, column / pivot)  # a column of zeros needs no elimination
        reduced = tf.where(columns == j, below, tf.where(columns > j, a - below * lead, a))
        return j + 1, tf.where(rows[:, None] > j, reduced, a), tf.where(places == j, at, pivots), order

    state = (0, x, places * 0 + stacks, rows + stacks)
    numbers = tf.TensorShape([*x.shape[:-2], None])
    invariants = (tf.TensorShape([]), x.shape, numbers, numbers)
    _, packed, pivots, order = tf.while_loop(lambda j, *_: j < count, step, state, invariants)
    return packed, pivots, order
