"""Special functions: Bessel, error and gamma functions."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.elementwise._common import broadcast, in_float32, same
from ops.elementwise.arithmetic import abs, add, divide, multiply, subtract
from ops.elementwise.comparison import equal, greater, less
from ops.elementwise.exponential import exp, log, log1p
from ops.elementwise.floating_point import isinf
from ops.elementwise.logical import logical_or
from ops.elementwise.powers import sqrt, square
from ops.elementwise.rounding import _rint
from ops.elementwise.selection import maximum, minimum, where
from ops.elementwise.trigonometric import sin
from ops_common.algorithms import bessel
from ops_common.host import special

__all__ = [
    "erf",
    "erfc",
    "erfinv",
    "gammainc",
    "i0",
    "lgamma",
]


@composite(dtype=rules.REAL_FLOATS)
def i0(x: Operand) -> Tensor:
    """The modified Bessel function of the first kind and order 0, in the float dtype (`floatx` for integers).

    Computed by the Chebyshev series of Cephes (https://www.netlib.org/cephes), or by the framework's own function.

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.i0(1.0))), 4)
        1.2661
    """
    working = "float64" if dtype_of(x) == "float64" else "float32"
    size = minimum(abs(cast(x, working)), 1000.0)  # larger ones give infinity, also in float64
    beyond = maximum(size, 8.0)
    near = _series(bessel.NEAR[working], subtract(divide(minimum(size, 8.0), 4.0), 1.0))
    far = divide(_series(bessel.FAR[working], subtract(divide(16.0, beyond), 1.0)), sqrt(beyond))
    # Two factors, because the exponential overflows before the function does.
    root = exp(multiply(size, 0.5))
    return cast(multiply(multiply(where(greater(size, 8.0), far, near), root), root), dtype_of(x))


def _series(coefficients: tuple[float, ...], t: Tensor) -> Tensor:
    """Returns the sum of a Chebyshev series, by Clenshaw's backward recurrence."""
    twice = multiply(t, 2.0)
    ahead, now = 0.0, coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        ahead, now = now, add(subtract(multiply(twice, now), ahead), coefficient)
    return add(subtract(multiply(t, now), ahead), coefficients[0])


@primitive(dtype=rules.REAL_FLOATS, shape=same)
def erf(x: Operand) -> Tensor:
    """The error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t^2)`` from 0 to x (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.erf([0.0, 9.0]))
        array([0., 1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=same)
def erfc(x: Operand) -> Tensor:
    """``1 - erf(x)``, accurate where it is small (`floatx` for integers).

    Example:
        >>> import ops
        >>> round(1e5 * float(ops.convert_to_numpy(ops.erfc(3.0))), 3)
        2.209
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=same)
def erfinv(x: Operand) -> Tensor:
    """The inverse of `erf`: infinite at -1 and 1, NaN beyond (`floatx` for integers).

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.erfinv(0.5))), 4)
        0.4769
    """
    ...


@composite(dtype=rules.REAL_FLOATS)
def lgamma(x: Operand) -> Tensor:
    """The logarithm of the absolute value of the gamma function, in the float dtype (`floatx` for integers).

    The result is infinite at 0, the negative integers and the infinities.

    NumPy, OpenVINO and JAX (whose own function is not 0 at 1 and 2) use Stirling's series
    (https://dlmf.nist.gov/5.11#E1) above 7, the recurrence below 7, a series around the zeros, and the reflection
    formula (https://dlmf.nist.gov/5.5#E3) below 1/2. Other backends use the framework's own function.

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.lgamma(5.0))), 4)  # log(4!)
        3.1781
    """
    return in_float32(_log_gamma, x)


def _log_gamma(x: Any) -> Any:
    reflect = less(x, 0.5)
    right = where(reflect, subtract(1.0, x), x)
    # A separate series near the zeros, 1 and 2, avoids cancellation there.
    near, below = less(right, 2.5), less(right, 1.5)
    distance = where(near, subtract(right, where(below, 1.0, 2.0)), 0.0)
    at_two: Any = 0.0
    for coefficient in reversed(special.AT_TWO):
        at_two = multiply(add(at_two, coefficient), distance)
    near_zeros = where(below, subtract(at_two, log1p(distance)), at_two)
    low = less(right, 7.0)
    product: Any = 1.0
    for step in range(7):
        product = multiply(product, add(where(low, right, 1.0), float(step)))
    large = where(low, add(right, 7.0), right)
    inverse = divide(1.0, large)
    rest: Any = 0.0
    for coefficient in reversed(special.LOG_GAMMA):
        rest = add(multiply(rest, square(inverse)), coefficient)
    whole = add(multiply(subtract(large, 0.5), subtract(log(large), 1.0)), 0.5 * math.log(2 * math.pi) - 0.5)
    shift = where(low, log(product), 0.0)
    at_right = where(near, near_zeros, subtract(add(whole, multiply(rest, inverse)), shift))
    # The branches that are not selected have finite gradients. The distance to the nearest integer is exact.
    part = where(reflect, subtract(x, _rint(x)), 0.5)
    mirrored = subtract(subtract(math.log(math.pi), log(abs(sin(multiply(part, math.pi))))), at_right)
    # At the poles (all large negative numbers are poles) the difference may be infinity minus infinity.
    return where(logical_or(isinf(x), equal(part, 0.0)), math.inf, where(reflect, mirrored, at_right))


@primitive(dtype=rules.REAL_FLOATS, shape=broadcast)
def gammainc(a: Operand, x: Operand) -> Tensor:
    """The regularized lower incomplete gamma function, in the float dtype (`floatx` for integers):
    the integral of ``t**(a - 1) exp(-t)`` from 0 to x, over Gamma(a) (https://dlmf.nist.gov/8.2#E4).

    This is the cumulative distribution function at x of a gamma distribution of shape a. The result is NaN where a or
    x is negative, or both are 0. PyTorch does not provide the gradient with respect to a; it is computed there by
    finite differences in float64, with an error of about 1e-9.

    Args:
        a: nonnegative numbers; the result is 1 where a is 0.
        x: nonnegative numbers.

    Raises:
        ShapeError: the shapes do not broadcast.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.gammainc(1.0, 2.0))), 4)  # 1 - exp(-2)
        0.8647
    """
    ...
