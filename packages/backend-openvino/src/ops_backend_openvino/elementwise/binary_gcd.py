"""Greatest common divisors and least common multiples by the binary algorithm (Stein 1967).

Its steps are shifts and differences, which the plugin computes in int32, whereas it divides in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.loop_node import repeated_while
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.native_types import SMALL, TYPES, unsupported
from ops_backend_openvino.nodes import node_of
from ops_backend_openvino.run_time_sizes import joint_dimensions
from ops_backend_openvino.tensor import Node, Tensor, traced

__all__ = ["gcd", "lcm"]

_NATIVE = SMALL | {"int32"}


def _int(value: int) -> Any:
    return opset.constant(np.int32(value))


def _halved(x: Any) -> Any:
    return opset.bitwise_right_shift(x, _int(1))


def _odd_divisor(a: Node, b: Node) -> tuple[Node, Node]:
    """Returns the divisor without its factors of two, and the number of those. All values are negative or 0, so that
    the lowest integer is included; the divisor of two zeros is 0, and that of zero and another number is the other
    number with all its factors."""
    zero, one = _int(0), _int(1)

    def even(x: Any) -> Any:
        return opset.equal(opset.bitwise_and(x, one), zero)

    def holds(a: Any, b: Any, twos: Any) -> Any:
        on = opset.convert(opset.not_equal(a, zero), ov.Type.i32)
        return opset.equal(opset.reduce_max(on, ints([0]), False), one)

    def step(a: Any, b: Any, twos: Any) -> list[Any]:
        going = opset.not_equal(a, zero)
        even_a, even_b = opset.logical_and(going, even(a)), opset.logical_and(going, even(b))
        odd = opset.logical_and(going, opset.logical_not(opset.logical_or(even_a, even_b)))
        # For two odd numbers, the divisor divides half of their difference and the smaller one.
        small, large = opset.maximum(a, b), opset.minimum(a, b)
        twos = select(opset.logical_and(even_a, even_b), opset.add(twos, one), twos)
        difference = _halved(opset.subtract(large, small))
        return [
            select(odd, difference, select(even_a, _halved(a), a)),
            select(odd, small, select(even_b, _halved(b), b)),
            twos,
        ]

    none = opset.equal(b, zero)
    start = select(none, zero, a), select(none, a, b), opset.multiply(a, zero)
    _, divisor, twos = repeated_while(holds, step, *start)
    return divisor, twos


def _gcd(a: Node, b: Node) -> Any:
    divisor, twos = _odd_divisor(a, b)
    return opset.subtract(_int(0), opset.bitwise_left_shift(divisor, twos))


def _lcm(a: Node, b: Node) -> Any:
    # A multiple of an odd number is divided by multiplying with the number's inverse modulo 2**32. Newton steps double
    # its correct bits; 3 n xor 2 has five.
    divisor, twos = _odd_divisor(a, b)
    inverse = opset.bitwise_xor(opset.multiply(divisor, _int(3)), _int(2))
    for _ in range(3):
        inverse = opset.multiply(inverse, opset.subtract(_int(2), opset.multiply(divisor, inverse)))
    quotient = opset.multiply(opset.bitwise_right_shift(a, twos), inverse)
    return opset.subtract(_int(0), opset.multiply(quotient, b))


def _wrapped(x: Any, dtype: str) -> Any:
    """Returns int32 values in another dtype, modulo its range."""
    type_ = TYPES[dtype]
    if dtype[0] == "u":
        x = opset.bitwise_and(x, _int((1 << 8 * type_.size) - 1))
    elif dtype != "int32":
        places = _int(32 - 8 * type_.size)
        x = opset.bitwise_right_shift(opset.bitwise_left_shift(x, places), places)
    return opset.convert(x, type_)


def _function(name: str, host: Any, build: Callable[[Node, Node], Any]) -> Callable[[Any, Any], Tensor]:
    """Returns a function that computes concrete tensors on the host, which is faster, and others with a graph."""

    def call(x1: Any, x2: Any) -> Tensor:
        operands = [x for x in (x1, x2) if type(x) is Tensor]
        dtype = operands[0].dtype
        if all(x.node is None for x in operands):
            array = host(*(x.host if type(x) is Tensor else x for x in (x1, x2)))
            return Tensor(np.asarray(array), dtype)
        if dtype not in _NATIVE:
            raise unsupported(name, dtype)
        sides = [opset.convert(node_of(x, dtype), ov.Type.i32).output(0) for x in (x1, x2)]
        shape = joint_dimensions(*sides)
        flat: list[Node] = []
        for x in sides:
            x = opset.reshape(opset.broadcast(x, ints(shape)) if shape else x, ints((-1,)), False)
            flat.append(opset.minimum(x, opset.subtract(_int(0), x)).output(0))
        return traced(_wrapped(opset.reshape(build(*flat), ints(shape), False), dtype), dtype)

    return call


gcd = _function("gcd", np.gcd, _gcd)
lcm = _function("lcm", np.lcm, _lcm)
