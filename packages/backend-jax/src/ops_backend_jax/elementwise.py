"""JAX, family elementwise."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ops_backend_jax.core import kernel

Tensor = Any
Operand = Any

# Exponents up to here are compiled in, as products; each of them is one program more.
_UNROLLED = 32

_compiled = kernel()

add = _compiled(jnp.add)
subtract = _compiled(jnp.subtract)
multiply = _compiled(jnp.multiply)
divide = _compiled(jnp.true_divide)
floor_divide = _compiled(jnp.floor_divide)
mod = _compiled(jnp.remainder)
maximum = _compiled(jnp.maximum)
minimum = _compiled(jnp.minimum)
equal = _compiled(jnp.equal)
not_equal = _compiled(jnp.not_equal)
greater = _compiled(jnp.greater)
greater_equal = _compiled(jnp.greater_equal)
less = _compiled(jnp.less)
less_equal = _compiled(jnp.less_equal)
logical_and = _compiled(jnp.logical_and)
logical_or = _compiled(jnp.logical_or)
logical_xor = _compiled(jnp.logical_xor)
logical_not = _compiled(jnp.logical_not)
negative = _compiled(jnp.negative)
abs = _compiled(jnp.abs)
sign = _compiled(jnp.sign)
square = _compiled(jnp.square)
exp = _compiled(jnp.exp)
log = _compiled(jnp.log)
sqrt = _compiled(jnp.sqrt)
tanh = _compiled(jnp.tanh)
sin = _compiled(jnp.sin)
cos = _compiled(jnp.cos)
floor = _compiled(jnp.floor)
ceil = _compiled(jnp.ceil)
isnan = _compiled(jnp.isnan)
isinf = _compiled(jnp.isinf)
isfinite = _compiled(jnp.isfinite)
reciprocal = _compiled(jnp.reciprocal)
where = _compiled(jnp.where)
clip = _compiled(lambda x, x_min, x_max: jnp.minimum(jnp.maximum(x, x_min), x_max))

_power = _compiled(jnp.power)
_integer_power = kernel(static=(1,))(jnp.power)


def power(x1: Operand, x2: Operand) -> Tensor:
    if type(x2) is int and -_UNROLLED <= x2 <= _UNROLLED:
        return _integer_power(x1, x2)
    return _power(x1, x2)
