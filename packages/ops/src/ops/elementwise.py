"""Family elementwise: arithmetic, comparison, logic and functions of one number, with broadcasting."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import composite, primitive
from ops._types import Mask, Operand, Tensor
from ops_common import shapes


def _same(x: Any) -> shapes.Shape:
    return x.shape


def _broadcast(*operands: Any) -> shapes.Shape:
    return shapes.broadcast(*(operand.shape for operand in operands))


@primitive(dtype=rules.PROMOTE, shape=_broadcast)
def add(x1: Operand, x2: Operand) -> Tensor:
    """Sum, element by element.

    The dtype is the one that both promote to. For bools it is their logical or.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.add([1, 2], 3))
        array([4, 5], dtype=int32)
    """
    ...


@primitive(dtype=rules.NO_BOOL, shape=_broadcast)
def subtract(x1: Operand, x2: Operand) -> Tensor:
    """Difference, element by element.

    The dtype is the one that both promote to; bools must be cast first.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.subtract([1, 2], 3))
        array([-2, -1], dtype=int32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=_broadcast)
def multiply(x1: Operand, x2: Operand) -> Tensor:
    """Product, element by element.

    The dtype is the one that both promote to. For bools it is their logical and.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.multiply([1, 2], 3))
        array([3, 6], dtype=int32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_broadcast)
def divide(x1: Operand, x2: Operand) -> Tensor:
    """Quotient, element by element, as a float: integers are divided in `floatx`.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.divide([1, 3], 2))
        array([0.5, 1.5], dtype=float32)
    """
    ...


@composite(dtype=rules.FLOATS)
def true_divide(x1: Operand, x2: Operand) -> Tensor:
    """The same as `divide`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.true_divide([1, 3], 2))
        array([0.5, 1.5], dtype=float32)
    """
    return divide(x1, x2)


@primitive(dtype=rules.REALS, shape=_broadcast)
def floor_divide(x1: Operand, x2: Operand) -> Tensor:
    """Quotient rounded towards minus infinity; bools count as int32.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.floor_divide([7, -7], 2))
        array([ 3, -4], dtype=int32)
    """
    ...


@primitive(dtype=rules.REALS, shape=_broadcast)
def mod(x1: Operand, x2: Operand) -> Tensor:
    """Remainder with the divisor's sign; bools count as int32.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.mod([7, -7], 3))
        array([1, 2], dtype=int32)
    """
    ...


@primitive(dtype=rules.NUMBERS, shape=_broadcast)
def power(x1: Operand, x2: Operand) -> Tensor:
    """x1 to the power of x2; bools count as int32.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.power([2, 3], 2))
        array([4, 9], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_broadcast)
def maximum(x1: Operand, x2: Operand) -> Tensor:
    """The larger of two, NaN where either is NaN.

    The dtype is the one that both promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.maximum([1, 5], 3))
        array([3, 5], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_broadcast)
def minimum(x1: Operand, x2: Operand) -> Tensor:
    """The smaller of two, NaN where either is NaN.

    The dtype is the one that both promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.minimum([1, 5], 3))
        array([1, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.COMPARE, shape=_broadcast)
def equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether two are equal, element by element, as bool.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.equal([1, 3], 3))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.COMPARE, shape=_broadcast)
def not_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether two differ, element by element, as bool.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.not_equal([1, 3], 3))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def greater(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is greater than x2, element by element, as bool. Complex numbers have no order.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.greater([1, 3], 3))
        array([False, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def greater_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is at least x2, element by element, as bool. Complex numbers have no order.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.greater_equal([1, 3], 3))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def less(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is less than x2, element by element, as bool. Complex numbers have no order.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.less([1, 3], 3))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def less_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is at most x2, element by element, as bool. Complex numbers have no order.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.less_equal([1, 3], 3))
        array([ True,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_broadcast)
def logical_and(x1: Mask, x2: Mask) -> Tensor:
    """Whether both are true, element by element; numbers count as true unless they are zero.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_and([True, False], [True, True]))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_broadcast)
def logical_or(x1: Mask, x2: Mask) -> Tensor:
    """Whether either is true, element by element; numbers count as true unless they are zero.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_or([True, False], [True, True]))
        array([ True,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_broadcast)
def logical_xor(x1: Mask, x2: Mask) -> Tensor:
    """Whether exactly one is true, element by element; numbers count as true unless they are zero.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_xor([True, False], [True, True]))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_same)
def logical_not(x: Mask) -> Tensor:
    """Whether x is false; numbers count as true unless they are zero.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_not([True, False]))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.NO_BOOL, shape=_same)
def negative(x: Operand) -> Tensor:
    """The number with its sign turned; unsigned integers wrap around.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.negative([1, -2]))
        array([-1,  2], dtype=int32)
    """
    ...


@primitive(dtype=rules.MODULUS, shape=_same)
def abs(x: Operand) -> Tensor:
    """The absolute value; of a complex number its modulus, as a float.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.abs([1, -2]))
        array([1, 2], dtype=int32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def absolute(x: Operand) -> Tensor:
    """The same as `abs`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.absolute([1, -2]))
        array([1, 2], dtype=int32)
    """
    return abs(x)


@primitive(dtype=rules.NO_BOOL, shape=_same)
def sign(x: Operand) -> Tensor:
    """-1, 0 or 1 by the sign; NaN of NaN; of a complex number, x / abs(x).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sign([3, -2, 0]))
        array([ 1, -1,  0], dtype=int32)
    """
    ...


@primitive(dtype=rules.NUMBERS, shape=_same)
def square(x: Operand) -> Tensor:
    """The square; bools count as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.square([3, -2]))
        array([9, 4], dtype=int32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def exp(x: Operand) -> Tensor:
    """The exponential function, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.exp([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def log(x: Operand) -> Tensor:
    """The natural logarithm; NaN below zero, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log([1.0, 2.0]))
        array([0.       , 0.6931472], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def sqrt(x: Operand) -> Tensor:
    """The square root; NaN below zero, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sqrt([4, 9]))
        array([2., 3.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def tanh(x: Operand) -> Tensor:
    """The hyperbolic tangent, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tanh([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def sin(x: Operand) -> Tensor:
    """The sine of an angle in radians, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sin([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def cos(x: Operand) -> Tensor:
    """The cosine of an angle in radians, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cos([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def floor(x: Operand) -> Tensor:
    """The largest whole number that is not above x, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.floor([1.5, -1.5]))
        array([ 1., -2.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def ceil(x: Operand) -> Tensor:
    """The smallest whole number that is not below x, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ceil([1.5, -1.5]))
        array([ 2., -1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=_same)
def isnan(x: Operand) -> Tensor:
    """Whether x is NaN, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isnan([1.0, float("nan"), float("inf")]))
        array([False,  True, False])
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=_same)
def isinf(x: Operand) -> Tensor:
    """Whether x is infinite, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isinf([1.0, float("nan"), float("inf")]))
        array([False, False,  True])
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=_same)
def isfinite(x: Operand) -> Tensor:
    """Whether x is neither NaN nor infinite, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isfinite([1.0, float("nan"), float("inf")]))
        array([ True, False, False])
    """
    ...


@composite(dtype=rules.FLOATS)
def reciprocal(x: Operand) -> Tensor:
    """One over x, in the float dtype (integers in `floatx`).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.reciprocal([2, 4]))
        array([0.5 , 0.25], dtype=float32)
    """
    return divide(1.0, x)


@primitive(dtype=rules.PROMOTE, shape=_broadcast)
def where(condition: Mask, x1: Operand = None, x2: Operand = None) -> Tensor:
    """x1 where the condition is true, else x2.

    Args:
        condition: bools; numbers count as true unless they are zero.
        x1: values for true.
        x2: values for false; the answer's dtype is the one that x1 and x2 promote to.

    Raises:
        ShapeError: the three shapes do not broadcast.
        ArgumentTypeError: x1 or x2 is missing.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.where([True, False], [1, 2], 9))
        array([1, 9], dtype=int32)
    """
    ...


@primitive(dtype=rules.REALS, shape=_broadcast)
def clip(x: Operand, x_min: Operand, x_max: Operand) -> Tensor:
    """x limited to an interval; where the bounds cross, the upper one wins.

    Args:
        x: real numbers; bools count as int32.
        x_min: the lower bound, a number or a tensor.
        x_max: the upper bound, a number or a tensor.

    Returns:
        A tensor of the dtype that all three promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.clip([1, 5, 9], 2, 6))
        array([2, 5, 6], dtype=int32)
    """
    ...
