"""JAX, family elementwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from ops_backend_jax.core import kernel

Tensor = Any
Operand = Any

# Exponents up to here are compiled in, as products; each of them is one program more.
_UNROLLED = 32


def _fit(*operands: Operand) -> list[Operand]:
    """Python ints as scalars of the tensors' dtype: compiled code takes ints of 32 bits only."""
    dtype = next(x.dtype for x in reversed(operands) if hasattr(x, "dtype"))
    return [np.asarray(x, dtype) if type(x) is int else x for x in operands]


def _binary(function: Callable[..., Tensor]) -> Callable[[Operand, Operand], Tensor]:
    compiled = kernel()(function)

    def call(x1: Operand, x2: Operand) -> Tensor:
        try:
            return compiled(x1, x2)
        except OverflowError:
            return compiled(*_fit(x1, x2))

    return call


def _ternary(function: Callable[..., Tensor]) -> Callable[[Operand, Operand, Operand], Tensor]:
    compiled = kernel()(function)

    def call(x1: Operand, x2: Operand, x3: Operand) -> Tensor:
        try:
            return compiled(x1, x2, x3)
        except OverflowError:
            return compiled(*_fit(x1, x2, x3))

    return call


_unary = kernel()

add = _binary(jnp.add)
subtract = _binary(jnp.subtract)
multiply = _binary(jnp.multiply)
divide = _binary(jnp.true_divide)
floor_divide = _binary(jnp.floor_divide)
mod = _binary(jnp.remainder)
maximum = _binary(jnp.maximum)
minimum = _binary(jnp.minimum)
equal = _binary(jnp.equal)
not_equal = _binary(jnp.not_equal)
greater = _binary(jnp.greater)
greater_equal = _binary(jnp.greater_equal)
less = _binary(jnp.less)
less_equal = _binary(jnp.less_equal)
logical_and = kernel()(jnp.logical_and)
logical_or = kernel()(jnp.logical_or)
logical_xor = kernel()(jnp.logical_xor)
logical_not = _unary(jnp.logical_not)
negative = _unary(jnp.negative)
abs = _unary(jnp.abs)
sign = _unary(jnp.sign)
square = _unary(jnp.square)
exp = _unary(jnp.exp)
log = _unary(jnp.log)
sqrt = _unary(jnp.sqrt)
tanh = _unary(jnp.tanh)
sin = _unary(jnp.sin)
cos = _unary(jnp.cos)
floor = _unary(jnp.floor)
ceil = _unary(jnp.ceil)
isnan = _unary(jnp.isnan)
isinf = _unary(jnp.isinf)
isfinite = _unary(jnp.isfinite)
reciprocal = _unary(jnp.reciprocal)
where = _ternary(jnp.where)
clip = _ternary(lambda x, x_min, x_max: jnp.minimum(jnp.maximum(x, x_min), x_max))

_power = _binary(jnp.power)
_integer_power = kernel(static=(1,))(jnp.power)


def power(x1: Operand, x2: Operand) -> Tensor:
    if type(x2) is int and -_UNROLLED <= x2 <= _UNROLLED:
        return _integer_power(x1, x2)
    return _power(x1, x2)
