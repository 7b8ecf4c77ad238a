"""Arithmetic: sums, products, quotients, remainders, signs.

8-bit integers saturate in the plugin, so they are computed in int32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.nodes import (
    INT32,
    NUMBERS,
    division,
    is_bool,
    is_integer,
    is_negative,
    negated,
    wrapping,
)
from ops_backend_openvino.kernel import Kernel, pointwise
from ops_backend_openvino.native_types import FLOATS, NARROW, SMALL
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node

__all__ = [
    "abs",
    "add",
    "divide",
    "floor_divide",
    "fmod",
    "mod",
    "multiply",
    "negative",
    "reciprocal",
    "sign",
    "square",
    "subtract",
]


def _binary(host: Any, function: Any, logical: Any = None) -> Kernel:
    """Returns the kernel of a binary node; the logical node is for bools."""

    def build(x1: Node, x2: Node) -> Any:
        if is_bool(x1):
            return logical(x1, x2)
        return wrapping(function, x1, x2)

    build.__name__ = host.__name__
    return pointwise(host, 2, NUMBERS if logical is None else NARROW)(build)


add = _binary(np.add, opset.add, opset.logical_or)
subtract = _binary(np.subtract, opset.subtract)
multiply = _binary(np.multiply, opset.multiply, opset.logical_and)


@pointwise(np.true_divide, 2)
def divide(x1: Node, x2: Node) -> Any:
    return division(x1, x2)


@pointwise(np.floor_divide, 2, FLOATS | SMALL, in_graph=frozenset({"int32"}))
def floor_divide(x1: Node, x2: Node) -> Any:
    if not is_integer(x1):
        return _floor_divide(x1, x2)
    if x1.get_element_type() == INT32:
        return _int32_quotient(x1, x2)[0]
    return opset.convert(opset.convert(_small_quotient(x1, x2), INT32), x1.get_element_type())


def _floor_divide(x1: Any, x2: Any) -> Any:
    # As in NumPy: from the exact remainder, since x1 / x2 may round up to the next integer.
    rest = _mod(x1, x2)
    exact = division(opset.subtract(x1, rest), x2)
    exact = select(opset.is_inf(rest), like(-1, x2), exact)  # for infinity of the opposite sign
    quotient = opset.round(exact, "half_to_even")
    # A zero has the sign of x1 / x2.
    negative_zero = opset.not_equal(is_negative(x1), is_negative(x2))
    zero = select(negative_zero, like(-0.0, x2), like(0.0, x2))
    quotient = select(opset.equal(quotient, like(0.0, x2)), zero, quotient)
    # For division by 0, NumPy returns the plain quotient.
    return select(opset.equal(x2, like(0, x2)), division(x1, x2), quotient)


def _int32_quotient(x1: Any, x2: Any) -> tuple[Any, Any]:
    """Returns the floor of a quotient of int32 numbers and the remainder; 0 for division by 0.

    The plugin divides in float32. Its quotient is off by a small part, which is the quotient of the remainder. Products
    and differences are exact modulo 2**32.
    """
    zero, one = (opset.constant(np.int32(n)) for n in (0, 1))
    is_zero = opset.equal(x2, zero)
    divisor = select(is_zero, one, x2)

    def approximate(dividend: Any) -> Any:
        parts = (opset.convert(part, ov.Type.f32) for part in (dividend, divisor))
        return opset.convert(opset.floor(opset.divide(*parts)), INT32)

    quotient: Any = approximate(x1)
    remainder: Any = opset.subtract(x1, opset.multiply(quotient, divisor))
    quotient = opset.add(quotient, approximate(remainder))
    remainder = opset.subtract(x1, opset.multiply(quotient, divisor))
    # It may still be off by one: the remainder has the divisor's sign and is smaller.
    positive = opset.greater(divisor, zero)
    below = select(positive, opset.less(remainder, zero), opset.greater(remainder, zero))
    # Compared with 0, because the plugin compares in float32.
    rest = opset.subtract(remainder, divisor)
    above = select(positive, opset.greater_equal(rest, zero), opset.less_equal(rest, zero))
    above = opset.logical_and(above, opset.not_equal(remainder, zero))
    step = select(below, opset.constant(np.int32(-1)), select(above, one, zero))
    quotient = opset.add(quotient, step)
    remainder = opset.subtract(remainder, opset.multiply(step, divisor))
    return select(is_zero, zero, quotient), select(is_zero, zero, remainder)


def _small_quotient(x1: Node, x2: Node) -> Any:
    # float32 is exact here: a quotient of integers below 2**16 is no nearer to an integer than 2**-16. Division by 0
    # gives 0.
    a, b = opset.convert(x1, ov.Type.f32), opset.convert(x2, ov.Type.f32)
    zero = like(0.0, b.output(0))
    return select(opset.equal(b, zero), zero, opset.floor(division(a, b)))


@pointwise(np.remainder, 2, FLOATS | SMALL, in_graph=frozenset({"int32"}))
def mod(x1: Node, x2: Node) -> Any:
    if not is_integer(x1):
        return _mod(x1, x2)
    if x1.get_element_type() == INT32:
        return _int32_quotient(x1, x2)[1]
    type_ = x1.get_element_type()
    a, b, quotient = (opset.convert(x, INT32) for x in (x1, x2, _small_quotient(x1, x2)))
    remainder = opset.subtract(a, opset.multiply(quotient, b))
    zero = like(0, b.output(0))
    return opset.convert(select(opset.equal(b, zero), zero, remainder), type_)


def _truncated_mod(x1: Any, x2: Any) -> Any:
    """Returns the remainder with the dividend's sign; Mod also returns NaN for an infinite divisor."""
    whole = opset.logical_and(opset.is_inf(x2), opset.is_finite(x1))
    return select(whole, x1, opset.mod(x1, x2))


def _mod(x1: Any, x2: Any) -> Any:
    rest = _truncated_mod(x1, x2).output(0)
    zero = like(0, x2)
    other_sign = opset.not_equal(opset.less(rest, zero), opset.less(x2, zero))
    rest = select(opset.logical_and(opset.not_equal(rest, zero), other_sign), opset.add(rest, x2), rest)
    # A zero has the divisor's sign.
    signed = select(opset.less(x2, zero), like(-0.0, x2), like(0.0, x2))
    return select(opset.equal(rest, zero), signed, rest)


@pointwise(np.fmod, 2, FLOATS | SMALL)
def fmod(x1: Node, x2: Node) -> Any:
    if not is_integer(x1):
        rest = _truncated_mod(x1, x2).output(0)
        # A zero has the dividend's sign.
        signed = select(is_negative(x1), like(-0.0, x1), like(0.0, x1))
        return select(opset.equal(rest, like(0.0, x1)), signed, rest)
    # float32 is exact here. Division by 0 gives 0.
    a, b = (opset.convert(x, ov.Type.f32) for x in (x1, x2))
    zero = opset.constant(0.0, ov.Type.f32)
    rest = select(opset.equal(b, zero), zero, opset.mod(a, b))
    return opset.convert(opset.convert(rest, INT32), x1.get_element_type())


@pointwise(np.negative, 1, NUMBERS)
def negative(x: Node) -> Any:
    if is_integer(x):
        return wrapping(lambda a: opset.subtract(opset.constant(0, INT32), a), x)
    return negated(x)


@pointwise(np.absolute, 1, NARROW)
def abs(x: Node) -> Any:
    return x if is_bool(x) else wrapping(opset.abs, x)


@pointwise(np.sign, 1, NUMBERS)
def sign(x: Node) -> Any:
    return opset.sign(x)


@pointwise(np.square, 1, NUMBERS)
def square(x: Node) -> Any:
    return wrapping(lambda a: opset.multiply(a, a), x)


@pointwise(np.reciprocal)
def reciprocal(x: Node) -> Any:
    return division(like(1.0, x), x)
