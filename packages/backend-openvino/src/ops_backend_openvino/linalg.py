"""OpenVINO, family linalg. Eager calls run on the host: LAPACK is faster than a model.

In a graph, matrices are factored by loops over their columns, and systems are solved with the framework's inverse.
There, no error depends on values: where there is no result, it is NaN or infinite.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.loop_node import repeated
from ops_backend_openvino.native_types import FLOATS, unsupported
from ops_backend_openvino.nodes import like, node_of
from ops_backend_openvino.run_time_sizes import filled, ints, node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, from_numpy, sizes, traced
from ops_common import shapes
from ops_common.errors import UnsupportedError
from ops_common.host import linalg as host_linalg

_I32 = ov.Type.i32


def _served(host: Callable[..., Any], build: Callable[..., Any] | None, operands: Sequence[Tensor], *rest: Any) -> Any:
    """Returns the host's result for concrete tensors, else that of the graph, which computes in float32."""
    if all(x.node is None for x in operands):
        with np.errstate(all="ignore"):
            result = host(*(x.host for x in operands), *rest)
        return tuple(from_numpy(part) for part in result) if isinstance(result, tuple) else from_numpy(result)
    if build is None:
        raise UnsupportedError(
            f"{host.__name__} cannot be part of a traced function on backend 'openvino', which has no decomposition "
            "into singular values or eigenvalues; call it outside of ops.jit"
        )
    dtype = operands[0].dtype
    if dtype not in FLOATS:
        raise unsupported(host.__name__, dtype)
    nodes = [opset.convert(node_of(x, dtype), ov.Type.f32).output(0) for x in operands]
    result = build(*nodes, *rest)
    if isinstance(result, tuple):
        return tuple(_in_dtype(part, dtype) for part in result)
    return _in_dtype(result, dtype)


def _in_dtype(x: Any, dtype: str) -> Tensor:
    """Returns a traced tensor in this dtype; int32 is not changed."""
    x = x if isinstance(x, Node) else x.output(0)
    if x.get_element_type() == _I32:
        return traced(x, "int32")
    return traced(opset.convert(x, ov.Type.f16) if dtype == "float16" else x, dtype)


def _range(count: Any) -> Any:
    """Returns the int32 node of the numbers below a size or a node of one."""
    if isinstance(count, int):
        return opset.constant(np.arange(count, dtype=np.int32))
    return opset.range(scalar(0), scalar(count), scalar(1), "i32")


def _places(count: Any, axis: int) -> Any:
    """Returns the indices of the rows (axis -2) or columns (-1), along that axis of a matrix."""
    return opset.unsqueeze(_range(count), ints([1 if axis == -2 else 0]))


def _on_diagonal(rows: Any, columns: Any) -> Any:
    return opset.equal(_places(rows, -2), _places(columns, -1))


def _smaller(first: Any, second: Any) -> Any:
    """Returns the smaller of two sizes or nodes of sizes."""
    if isinstance(first, int) and isinstance(second, int):
        return min(first, second)
    return opset.minimum(scalar(first), scalar(second)).output(0)


def _row(x: Any, number: Any) -> Any:
    return opset.gather(x, number, opset.constant(len(sizes(x)) - 2)).output(0)


def _column(x: Any, number: Any) -> Any:
    return opset.gather(x, number, opset.constant(len(sizes(x)) - 1)).output(0)


def _where(condition: Any, x: Any, y: Any) -> Any:
    return select(condition, x, y).output(0)


def _zero() -> Any:
    return opset.constant(np.float32(0))


def _times(x: Any, y: Any, left: bool = False, right: bool = False) -> Any:
    return opset.matmul(x, y, left, right).output(0)


def _sum(x: Any, axes: Sequence[int], keepdims: bool = True) -> Any:
    return opset.reduce_sum(x, ints(axes), keepdims).output(0)


def _turn(x: Any) -> Any:
    rank = len(sizes(x))
    return opset.transpose(x, ints([*range(rank - 2), rank - 1, rank - 2])).output(0)


def _triangle(x: Any, lower: bool, others: float = 0) -> Any:
    rows, columns = (_places(size, axis) for axis, size in zip((-2, -1), node_dimensions(x)[-2:], strict=True))
    kept = opset.greater_equal(rows, columns) if lower else opset.less_equal(rows, columns)
    return _where(kept, x, opset.constant(np.float32(others)))


def _dimensions(x: Node) -> tuple[tuple[Any, ...], Any, Any]:
    """Returns the sizes of the stack, and those of a matrix; as nodes where they are not known yet."""
    shapes.matrices(sizes(x))
    *batch, rows, columns = node_dimensions(x)
    return tuple(batch), rows, columns


def _cholesky(x: Node, upper: bool) -> Any:
    shapes.square(sizes(x))
    batch, size, _ = _dimensions(x)

    def step(j: Any, a: Any, factor: Any, rows: Any, columns: Any) -> Sequence[Any]:
        column = _column(a, j)
        column = opset.divide(column, opset.sqrt(_row(column, j)))
        column = _where(opset.less(rows, j), _zero(), column)
        rest = opset.subtract(a, _times(column, column, right=True))
        return rest, select(opset.equal(columns, j), column, factor)

    places = _places(size, -2), _places(size, -1)
    triangle = repeated(size, step, x, filled((*batch, size, size), 0.0, "float32"), invariants=places)[1]
    return _turn(triangle) if upper else triangle


def cholesky(x: Tensor, upper: bool) -> Tensor:
    return _served(host_linalg.cholesky, _cholesky, [x], upper)


def _lu(x: Node) -> tuple[Any, Any]:
    shape = sizes(x)
    batch, m, n = _dimensions(x)
    count = _smaller(m, n)
    axis = len(shape) - 2

    def step(j: Any, a: Any, pivots: Any, rows: Any, columns: Any, places: Any) -> Sequence[Any]:
        size = _where(opset.less(rows, j), like(-1, a), opset.abs(_column(a, j)))
        at = opset.topk(size, opset.constant(1), axis, "max", "none", index_element_type="i32").output(1)
        here, there = opset.equal(rows, j), opset.equal(rows, at)
        lead = _sum(_where(there, a, _zero()), [axis])
        a = _where(here, lead, _where(there, _row(a, j), a))
        pivot, column = _column(lead, j), _column(a, j)
        below = _where(opset.equal(pivot, _zero()), column, opset.divide(column, pivot))
        reduced = opset.subtract(a, opset.multiply(below, lead))
        reduced = _where(opset.equal(columns, j), below, _where(opset.greater(columns, j), reduced, a))
        at = opset.squeeze(at, ints([axis]))
        return select(opset.greater(rows, j), reduced, a), select(opset.equal(places, j), at, pivots)

    start = filled((*batch, count), 0, "int32")
    packed, pivots = repeated(count, step, x, start, invariants=[_places(m, -2), _places(n, -1), _range(count)])
    return packed, pivots


def lu_factor(x: Tensor) -> tuple[Tensor, Tensor]:
    return _served(host_linalg.lu_factor, _lu, [x])


def _diagonal(x: Node) -> tuple[Any, Any]:
    """Returns the diagonal of U, embedded in ones, and the sign of the row permutation."""
    shapes.square(sizes(x))
    packed, pivots = _lu(x)
    *batch, size, _ = node_dimensions(x)
    diagonal = _where(_on_diagonal(size, size), packed, opset.constant(np.float32(1)))
    moved = opset.not_equal(pivots, _range(size))
    sign = _where(moved, opset.constant(np.float32(-1)), opset.constant(np.float32(1)))
    return diagonal, opset.reduce_prod(sign, ints([len(batch)]), False)


def _product(x: Any) -> Any:
    rank = len(sizes(x))
    return opset.reduce_prod(x, ints([rank - 2, rank - 1]), False)


def _det(x: Node) -> Any:
    diagonal, sign = _diagonal(x)
    return opset.multiply(_product(diagonal), sign)


def det(x: Tensor) -> Tensor:
    return _served(host_linalg.det, _det, [x])


def _slogdet(x: Node) -> tuple[Any, Any]:
    diagonal, sign = _diagonal(x)
    rank = len(sizes(x))
    logarithm = opset.reduce_sum(opset.log(opset.abs(diagonal)), ints([rank - 2, rank - 1]), False)
    return opset.multiply(_product(opset.sign(diagonal).output(0)), sign), logarithm


def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    return _served(host_linalg.slogdet, _slogdet, [x])


def _inverse(x: Any) -> Any:
    shapes.square(sizes(x))
    return opset.inverse(x, adjoint=False)


def inv(x: Tensor) -> Tensor:
    return _served(host_linalg.inv, _inverse, [x])


def _by_inverse(a: Any, b: Any) -> Any:
    vectors = shapes.are_vectors(sizes(a), sizes(b))
    shapes.solution(sizes(a), sizes(b))
    if vectors and shapes.could_be_matrices(sizes(a), sizes(b)):  # fails unless b has a's shape without its last axis
        *shape, columns = node_dimensions(a)
        a, b = opset.reshape(a, ints((*node_dimensions(b), columns)), False), opset.broadcast(b, ints(shape)).output(0)
        a = a.output(0)
    right = opset.unsqueeze(b, ints([-1])).output(0) if vectors else b
    inverse = _inverse(a).output(0)
    result = _times(inverse, right)
    # One step of refinement makes the result as accurate as that of an elimination.
    result = opset.add(result, _times(inverse, opset.subtract(right, _times(a, result))))
    return opset.squeeze(result, ints([-1])) if vectors else result


def solve(a: Tensor, b: Tensor) -> Tensor:
    return _served(host_linalg.solve, _by_inverse, [a, b])


def _solve_triangular(a: Any, b: Any, lower: bool) -> Any:
    shapes.square(sizes(a))
    return _by_inverse(_triangle(a, lower), b)


def solve_triangular(a: Tensor, b: Tensor, lower: bool) -> Tensor:
    return _served(host_linalg.solve_triangular, _solve_triangular, [a, b], lower)


def _qr(x: Node, mode: str) -> tuple[Any, Any]:
    shape = sizes(x)
    batch, m, n = _dimensions(x)
    count = _smaller(m, n)
    axis = len(shape) - 2

    def step(j: Any, q: Any, r: Any, rows: Any) -> Sequence[Any]:
        # Householder reflection of the column's lower part onto its first axis.
        column = _where(opset.less(rows, j), _zero(), _column(r, j))
        length = opset.sqrt(_sum(opset.multiply(column, column), [axis]))
        to = _where(opset.less(_row(column, j), _zero()), length, opset.negative(length))
        normal = _where(opset.equal(rows, j), opset.subtract(column, to), column)
        square = _sum(opset.multiply(normal, normal), [axis])
        scale = _where(opset.equal(square, _zero()), _zero(), opset.divide(like(2, square), square))
        scaled = opset.multiply(normal, scale)
        r = opset.subtract(r, _times(scaled, _times(normal, r, left=True)))
        return opset.subtract(q, _times(_times(q, normal), scaled, right=True)), r

    identity = opset.convert(_on_diagonal(m, m), ov.Type.f32)
    q, r = repeated(count, step, opset.broadcast(identity, ints((*batch, m, m))), x, invariants=[_places(m, -2)])
    diagonal = _sum(_where(_on_diagonal(m, n), r, _zero()), [axis + 1])
    sign = _where(opset.less(diagonal, _zero()), opset.constant(np.float32(-1)), opset.constant(np.float32(1)))
    r = _triangle(opset.multiply(r, sign).output(0), lower=False)
    q = opset.multiply(q, _turn(sign))
    if mode == "reduced" and not (isinstance(m, int) and count == m):
        first = _range(count)
        return opset.gather(q, first, opset.constant(axis + 1)), opset.gather(r, first, opset.constant(axis))
    return q, r


def qr(x: Tensor, mode: str) -> tuple[Tensor, Tensor]:
    return _served(host_linalg.qr, _qr, [x], mode)


def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    shapes.square(x.shape)
    raise UnsupportedError(
        "eig returns complex numbers, and backend 'openvino' has no complex dtype; use another backend"
    )


def eigh(x: Tensor) -> tuple[Tensor, Tensor]:
    return _served(host_linalg.eigh, None, [x])


def lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Tensor:
    return _served(host_linalg.lstsq, None, [a, b], rcond)


def pinv(x: Tensor, rcond: float | None) -> Tensor:
    return _served(host_linalg.pinv, None, [x], rcond)


def svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any:
    return _served(host_linalg.svd, None, [x], full_matrices, compute_uv)
