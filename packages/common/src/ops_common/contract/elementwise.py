"""Contract, family elementwise. Operands broadcast; comparisons, logic and ``is...`` answer bool.

The second operand of a binary function, and sometimes the first, may be a Python number (see the package's text).
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any
Operand = Any


@required
def add(x1: Operand, x2: Operand) -> Tensor:
    """Sum; of bools, their logical or."""
    ...


@required
def subtract(x1: Operand, x2: Operand) -> Tensor:
    """Difference; never called with bools."""
    ...


@required
def multiply(x1: Operand, x2: Operand) -> Tensor:
    """Product; of bools, their logical and."""
    ...


@required
def divide(x1: Operand, x2: Operand) -> Tensor:
    """Quotient of inexact operands."""
    ...


@required
def floor_divide(x1: Operand, x2: Operand) -> Tensor:
    """Quotient rounded towards minus infinity; never called with bools."""
    ...


@required
def mod(x1: Operand, x2: Operand) -> Tensor:
    """Remainder with the divisor's sign; never called with bools."""
    ...


@required
def power(x1: Operand, x2: Operand) -> Tensor:
    """Power; never called with bools."""
    ...


@required
def maximum(x1: Operand, x2: Operand) -> Tensor:
    """The larger, NaN where either is NaN; bools are allowed."""
    ...


@required
def minimum(x1: Operand, x2: Operand) -> Tensor:
    """The smaller, NaN where either is NaN; bools are allowed."""
    ...


@required
def equal(x1: Operand, x2: Operand) -> Tensor: ...
@required
def not_equal(x1: Operand, x2: Operand) -> Tensor: ...
@required
def greater(x1: Operand, x2: Operand) -> Tensor: ...
@required
def greater_equal(x1: Operand, x2: Operand) -> Tensor: ...
@required
def less(x1: Operand, x2: Operand) -> Tensor: ...
@required
def less_equal(x1: Operand, x2: Operand) -> Tensor: ...
@required
def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    """Both operands are bool tensors."""
    ...


@required
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Both operands are bool tensors."""
    ...


@required
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Both operands are bool tensors."""
    ...


@required
def logical_not(x: Tensor) -> Tensor:
    """The operand is a bool tensor."""
    ...


@required
def negative(x: Tensor) -> Tensor:
    """Never called with bools."""
    ...


@required
def abs(x: Tensor) -> Tensor:
    """Absolute value; of bools, themselves; of complex numbers, their modulus in the matching float dtype."""
    ...


@required
def sign(x: Tensor) -> Tensor:
    """-1, 0 or 1; NaN of NaN; never called with bools; of complex numbers, x / abs(x)."""
    ...


@required
def square(x: Tensor) -> Tensor:
    """Never called with bools."""
    ...


@required
def exp(x: Tensor) -> Tensor:
    """Inexact operand, as in the five functions below."""
    ...


@required
def log(x: Tensor) -> Tensor: ...
@required
def sqrt(x: Tensor) -> Tensor: ...
@required
def tanh(x: Tensor) -> Tensor: ...
@required
def sin(x: Tensor) -> Tensor: ...
@required
def cos(x: Tensor) -> Tensor: ...
@required
def floor(x: Tensor) -> Tensor:
    """Float operand, as in `ceil`."""
    ...


@required
def ceil(x: Tensor) -> Tensor: ...
@required
def isnan(x: Tensor) -> Tensor:
    """Inexact operand, as in the two functions below."""
    ...


@required
def isinf(x: Tensor) -> Tensor: ...
@required
def isfinite(x: Tensor) -> Tensor: ...
@required
def where(condition: Tensor, x1: Operand, x2: Operand) -> Tensor:
    """The condition is a bool tensor; x1 and x2 share a dtype, each may be a number if the other is a tensor."""
    ...


@required
def clip(x: Tensor, x_min: Operand, x_max: Operand) -> Tensor:
    """``minimum(maximum(x, x_min), x_max)``: the upper bound wins; never called with bools."""
    ...


@optional
def reciprocal(x: Tensor) -> Tensor:
    """One over an inexact operand."""
    ...
