"""Family nn.activation: the functions between the layers."""

from __future__ import annotations

import math
from typing import Any

from ops import _rules as rules
from ops._declare import composite
from ops._types import Axis, DtypeLike, Index, Operand, Tensor
from ops.core import cast
from ops.core import shape as shape_of
from ops.creation import arange
from ops.elementwise import abs, add, divide, equal, exp, log, maximum, multiply, negative, sign, square, subtract, tanh
from ops.manipulation import expand_dims, reshape
from ops.reduction import max as reduce_max
from ops.reduction import sum as reduce_sum
from ops_common import shapes
from ops_common.errors import ArgumentError


@composite(dtype=rules.REALS)
def relu(x: Operand) -> Tensor:
    """``maximum(x, 0)``; bools count as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.relu([-1.0, 2.0]))
        array([0., 2.], dtype=float32)
    """
    return maximum(x, 0)


@composite(dtype=rules.REAL_FLOATS)
def sigmoid(x: Operand) -> Tensor:
    """``1 / (1 + exp(-x))``, in the float dtype, without overflow.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sigmoid([0.0, -1000.0]))
        array([0.5, 0. ], dtype=float32)
    """
    return multiply(add(tanh(multiply(x, 0.5)), 1), 0.5)


@composite(dtype=rules.REAL_FLOATS, kernel="erf")
def _erf(x: Operand) -> Tensor:
    """The error function, to 1.5e-7: Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26."""
    t = divide(1, add(multiply(abs(x), 0.3275911), 1))
    series = multiply(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = multiply(add(series, coefficient), t)
    return multiply(sign(x), subtract(1, multiply(series, exp(negative(square(x))))))


@composite(dtype=rules.REAL_FLOATS)
def gelu(x: Operand, approximate: bool = True) -> Tensor:
    """Gaussian error linear unit: x times the probability that a standard normal variate is below x.

    Args:
        x: real numbers.
        approximate: whether to use ``0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`` (Hendrycks and Gimpel, 2016,
            arXiv:1606.08415) instead of ``0.5 x (1 + erf(x / sqrt(2)))``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.gelu([0.0, 100.0]))
        array([  0., 100.], dtype=float32)
    """
    if not approximate:
        return multiply(multiply(x, 0.5), add(_erf(multiply(x, math.sqrt(0.5))), 1))
    inner = multiply(multiply(x, math.sqrt(2 / math.pi)), add(1, multiply(square(x), 0.044715)))
    return multiply(multiply(x, 0.5), add(1, tanh(inner)))


@composite(dtype=rules.REAL_FLOATS)
def softmax(x: Operand, axis: Axis = -1) -> Tensor:
    """``exp(x) / sum(exp(x))`` along axes, in the float dtype, without overflow.

    Args:
        x: real numbers.
        axis: an axis or several; None for all.

    Raises:
        ShapeError: an axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.softmax([1000.0, 1000.0]))
        array([0.5, 0.5], dtype=float32)
    """
    powers = exp(subtract(x, reduce_max(x, axis, True, -math.inf)))  # an empty axis has no largest element
    return divide(powers, reduce_sum(powers, axis, True))


@composite(dtype=rules.REAL_FLOATS)
def log_softmax(x: Operand, axis: Axis = -1) -> Tensor:
    """The logarithm of `softmax`, without overflow or the logarithm of zero.

    Raises:
        ShapeError: an axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log_softmax([0.0, -1000.0]))
        array([    0., -1000.], dtype=float32)
    """
    shifted = subtract(x, reduce_max(x, axis, True, -math.inf))
    return subtract(shifted, log(reduce_sum(exp(shifted), axis, True)))


def _classes(x: Any, num_classes: int, axis: int, dtype: str, sparse: bool) -> tuple[Any, ...]:
    if sparse:
        raise ArgumentError("one_hot makes dense tensors only; leave out sparse")
    if num_classes < 0:
        raise ArgumentError(f"num_classes is not negative; got {num_classes}")
    rank = len(getattr(x, "shape", ())) + 1
    return x, num_classes, shapes.normalize_axis(axis, rank), dtype, sparse


@composite(canonical=_classes, kernel=None)
def one_hot(x: Index, num_classes: int, axis: int = -1, dtype: DtypeLike = None, sparse: bool = False) -> Tensor:
    """A new axis with a 1 at the index that x holds, and 0 elsewhere.

    Args:
        x: integers; one out of range gives zeros only.
        num_classes: the size of the new axis.
        axis: where the new axis is in the answer.
        dtype: the answer's dtype, `floatx` for None.
        sparse: must not be True.

    Raises:
        ShapeError: the axis is out of bounds.
        DtypeError: x holds no integers.
        ArgumentError: num_classes is negative, or sparse is True.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.one_hot([1, 0], 3, dtype="int32"))
        array([[0, 1, 0],
               [1, 0, 0]], dtype=int32)
    """
    return _one_hot(x, num_classes, axis, dtype)


@composite(kernel="one_hot")
def _one_hot(x: Index, num_classes: int, axis: int, dtype: DtypeLike) -> Tensor:
    """`one_hot` with canonical arguments: what kernels do."""
    rank = len(shape_of(x)) + 1
    classes = reshape(arange(num_classes), tuple(-1 if i == axis % rank else 1 for i in range(rank)))
    return cast(equal(expand_dims(x, axis), classes), dtype)
