"""Contract, family elementwise. Operands broadcast; comparisons, logic and ``is...`` return bool.

The second operand of a binary function, and sometimes the first, may be a Python number (see `ops_common.contract`).
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any
Operand = Any


@required
def add(x1: Operand, x2: Operand) -> Tensor:
    """Sum; for bools, logical or."""
    ...


@required
def subtract(x1: Operand, x2: Operand) -> Tensor:
    """Difference; never called with bools."""
    ...


@required
def multiply(x1: Operand, x2: Operand) -> Tensor:
    """Product; for bools, logical and."""
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
    """The larger operand, NaN where either is NaN; bools are allowed."""
    ...


@required
def minimum(x1: Operand, x2: Operand) -> Tensor:
    """The smaller operand, NaN where either is NaN; bools are allowed."""
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
    """Logical and of bool tensors."""
    ...


@required
def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    """Logical or of bool tensors."""
    ...


@required
def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    """Logical exclusive or of bool tensors."""
    ...


@required
def arctan2(x1: Operand, x2: Operand) -> Tensor:
    """The angle of the point (x2, x1); float operands."""
    ...


@required
def bitwise_and(x: Operand, y: Operand) -> Tensor:
    """Bitwise and of integers or bools, as in the three functions below."""
    ...


@required
def bitwise_or(x: Operand, y: Operand) -> Tensor: ...
@required
def bitwise_xor(x: Operand, y: Operand) -> Tensor: ...
@required
def bitwise_not(x: Tensor) -> Tensor: ...
@required
def left_shift(x: Operand, y: Operand) -> Tensor:
    """Left shift of integers. 0 where y is negative or at least the dtype's width."""
    ...


@required
def right_shift(x: Operand, y: Operand) -> Tensor:
    """Right shift of integers. Where y is negative or at least the dtype's width: 0, or -1 for a negative x."""
    ...


@optional
def divide_no_nan(x1: Operand, x2: Operand) -> Tensor:
    """Quotient of inexact operands, and 0 where x2 is 0."""
    ...


@optional
def fmax(x1: Operand, x2: Operand) -> Tensor:
    """The larger operand, and where one is NaN the other; bools are allowed."""
    ...


@optional
def fmin(x1: Operand, x2: Operand) -> Tensor:
    """The smaller operand, and where one is NaN the other; bools are allowed."""
    ...


@required
def fmod(x1: Operand, x2: Operand) -> Tensor:
    """Remainder with the dividend's sign; 0 for integers divided by 0; never called with bools."""
    ...


@required
def gcd(x1: Operand, x2: Operand) -> Tensor:
    """Greatest common divisor of integers."""
    ...


@required
def lcm(x1: Operand, x2: Operand) -> Tensor:
    """Least common multiple of integers, 0 if either is 0; wraps around."""
    ...


@optional
def heaviside(x1: Operand, x2: Operand) -> Tensor:
    """0, x2 or 1 by the sign of x1, NaN for NaN; float operands."""
    ...


@optional
def hypot(x1: Operand, x2: Operand) -> Tensor:
    """sqrt(x1**2 + x2**2) without overflow; infinite where either is; float operands."""
    ...


@optional
def isclose(x1: Operand, x2: Operand, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    """Whether abs(x1 - x2) <= atol + rtol * abs(x2), for inexact operands; infinities are close only to themselves."""
    ...


@required
def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    """x1 * 2**x2, also where 2**x2 overflows; a float tensor and an integer one of any dtype; returns x1's dtype."""
    ...


@required
def logaddexp(x1: Operand, x2: Operand) -> Tensor:
    """log(exp(x1) + exp(x2)) of float operands; exact for infinities."""
    ...


@required
def logaddexp2(x1: Operand, x2: Operand) -> Tensor:
    """log2(2**x1 + 2**x2) of float operands; exact for infinities."""
    ...


@required
def nextafter(x1: Operand, x2: Operand) -> Tensor:
    """The next float after x1 towards x2, exact for denormal numbers and signed zeros."""
    ...


@required
def logical_not(x: Tensor) -> Tensor:
    """Logical not of a bool tensor."""
    ...


@required
def negative(x: Tensor) -> Tensor:
    """-x; never called with bools."""
    ...


@required
def abs(x: Tensor) -> Tensor:
    """Absolute value; bools unchanged; for complex numbers, the modulus in the matching float dtype."""
    ...


@required
def sign(x: Tensor) -> Tensor:
    """-1, 0 or 1; NaN for NaN; never called with bools; for complex numbers, x / abs(x)."""
    ...


@required
def square(x: Tensor) -> Tensor:
    """x * x; never called with bools."""
    ...


@optional
def i0(x: Tensor) -> Tensor:
    """Bessel function I0 of a real inexact operand."""
    ...


@required
def exp(x: Tensor) -> Tensor:
    """Exponential of an inexact operand, as in the five functions below."""
    ...


@required
def log(x: Tensor) -> Tensor: ...
@required
def sqrt(x: Tensor) -> Tensor: ...
@optional
def rsqrt(x: Tensor) -> Tensor: ...


@required
def tanh(x: Tensor) -> Tensor: ...
@required
def sin(x: Tensor) -> Tensor: ...
@required
def cos(x: Tensor) -> Tensor: ...
@required
def floor(x: Tensor) -> Tensor:
    """Floor of a float operand, as in `ceil`."""
    ...


@required
def ceil(x: Tensor) -> Tensor: ...
@required
def isnan(x: Tensor) -> Tensor:
    """Whether elements are NaN; inexact operand, as in the two functions below."""
    ...


@required
def isinf(x: Tensor) -> Tensor: ...
@required
def isfinite(x: Tensor) -> Tensor: ...
@required
def angle(x: Tensor) -> Tensor:
    """Angle of an inexact operand, for complex numbers in the matching float dtype; pi for negative zero, NaN for
    NaN."""
    ...


@required
def arccos(x: Tensor) -> Tensor:
    """Inverse cosine of an inexact operand, as in the ten functions below."""
    ...


@required
def arccosh(x: Tensor) -> Tensor: ...
@required
def arcsin(x: Tensor) -> Tensor: ...
@required
def arcsinh(x: Tensor) -> Tensor: ...
@required
def arctan(x: Tensor) -> Tensor: ...
@required
def arctanh(x: Tensor) -> Tensor: ...
@required
def cosh(x: Tensor) -> Tensor: ...
@required
def sinh(x: Tensor) -> Tensor: ...
@required
def tan(x: Tensor) -> Tensor: ...
@required
def expm1(x: Tensor) -> Tensor: ...
@required
def log1p(x: Tensor) -> Tensor: ...
@required
def rint(x: Tensor) -> Tensor:
    """The nearest whole number, halves to even; for complex numbers part by part."""
    ...


@required
def conj(x: Tensor) -> Tensor:
    """Complex conjugate of any operand; a real one may be returned itself."""
    ...


@required
def real(x: Tensor) -> Tensor:
    """Real part of any operand, for complex numbers in the matching float dtype; a real one may be returned itself."""
    ...


@required
def imag(x: Tensor) -> Tensor:
    """Imaginary part of any operand, for complex numbers in the matching float dtype; zeros for others."""
    ...


@required
def signbit(x: Tensor) -> Tensor:
    """Whether the sign bit is set; real operand or bool; True for negative zero."""
    ...


@required
def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    """x with NaN and infinities replaced; integers and bools may be returned themselves. None is the dtype's largest or
    lowest number."""
    ...


@optional
def exp2(x: Tensor) -> Tensor:
    """2**x of an inexact operand, as in the three functions below."""
    ...


@optional
def log2(x: Tensor) -> Tensor: ...
@optional
def log10(x: Tensor) -> Tensor: ...
@optional
def sinc(x: Tensor) -> Tensor: ...
@optional
def cbrt(x: Tensor) -> Tensor:
    """Cube root of a float operand."""
    ...


@optional
def isposinf(x: Tensor) -> Tensor:
    """Whether elements are positive infinity; real operand or bool, as in the function below."""
    ...


@optional
def isneginf(x: Tensor) -> Tensor: ...
@optional
def isreal(x: Tensor) -> Tensor:
    """Whether the imaginary part is 0; any operand."""
    ...


@optional
def trunc(x: Tensor) -> Tensor:
    """x rounded towards 0; real operand or bool; integers and bools may be returned themselves."""
    ...


@optional
def round(x: Tensor, decimals: int) -> Tensor:
    """x rounded to decimals, which are not 0 and whose power of 10 the dtype holds; float32, float64 or complex
    operand. Numbers that are not finite, or would not be when scaled, are returned unchanged."""
    ...


@required
def where(condition: Tensor, x1: Operand, x2: Operand) -> Tensor:
    """x1 where the condition, a bool tensor, is true, else x2; they share a dtype, and either may be a number if the
    other is a tensor."""
    ...


@required
def clip(x: Tensor, x_min: Operand, x_max: Operand) -> Tensor:
    """``minimum(maximum(x, x_min), x_max)``: the upper bound wins; never called with bools."""
    ...


@required
def erf(x: Tensor) -> Tensor:
    """The error function of a real float operand."""
    ...


@required
def erfc(x: Tensor) -> Tensor:
    """One minus the error function, accurate where that is small."""
    ...


@required
def erfinv(x: Tensor) -> Tensor:
    """The inverse of the error function: infinite at -1 and 1, NaN beyond."""
    ...


@required
def gammainc(a: Operand, x: Operand) -> Tensor:
    """The regularized lower incomplete gamma function of real float operands with a > 0 and x >= 0; NaN elsewhere,
    except for its limit 1 where a is 0 and x is positive."""
    ...


@optional
def lgamma(x: Tensor) -> Tensor:
    """The logarithm of the absolute value of the gamma function of a real float operand."""
    ...


@optional
def reciprocal(x: Tensor) -> Tensor:
    """One over an inexact operand."""
    ...
