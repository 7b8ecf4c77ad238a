"""PyTorch, family elementwise.

Operators are used where the first operand may be a number: `2 < x` works, `torch.lt(2, x)` does not. Elsewhere torch's
functions, which are slightly faster. Trying a kernel first costs nothing; torch raises an error for an unsupported
dtype.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ops_backend_torch import _unsigned
from ops_backend_torch.core import EXACT_TYPES, known
from ops_common.host import special

Tensor = Any

_NUMBERS = frozenset({int, float})
_EXACT = frozenset(EXACT_TYPES)
_is_tracing = torch.compiler.is_dynamo_compiling
_add, _subtract, _multiply, _divide, _power = torch.add, torch.sub, torch.mul, torch.true_divide, torch.pow
_rounded, _remainder = torch.div, torch.remainder
_maximum, _minimum, _clamp = torch.maximum, torch.minimum, torch.clamp

# At every call, torch creates a tensor from a number, in float64 or int64, and converts it to the other operand's
# dtype, which takes longer than the sum itself. So numbers are cached as tensors of rank 0, which every device accepts.
# (Not for the 16-bit floats: for these, torch computes with the unrounded number, but a cached one would be rounded.)
_KEPT: dict[torch.dtype, tuple[np.dtype[Any], dict[Any, Tensor]]] = {
    native: (np.dtype(str(native).removeprefix("torch.")), {})
    for native in (torch.float32, torch.float64, torch.int32, torch.int64)
}
_KEPT_MOST = 256


def _constant(number: Any, x: Tensor) -> Any:
    """Returns the number, or a cached tensor of it in x's dtype."""
    if _is_tracing() or type(x) not in _EXACT:
        return number
    kept = _KEPT.get(x.dtype)
    if kept is None:
        return number
    constant = kept[1].get(number)
    return _keep(number, *kept) if constant is None else constant


def _keep(number: Any, native: np.dtype[Any], table: dict[Any, Tensor]) -> Any:
    # 0.0 and -0.0 have the same key; NaN is never found.
    if number == 0 or number != number or len(table) >= _KEPT_MOST:
        return number
    with torch.inference_mode(False):  # usable outside, too
        constant = torch.from_numpy(np.asarray(number, native))
    try:
        constant.data_ptr()
    except RuntimeError:  # created inside a transform of torch.func, it has no storage and belongs to that transform
        return number
    table[number] = constant
    return constant


def _limit(number: Any, x: Tensor) -> Tensor:
    """Returns the number as a tensor, a cached one if possible."""
    if not number and type(x) in _EXACT and not _is_tracing() and math.copysign(1, number) > 0:
        zero = _ZEROS.get(x.dtype)
        if zero is not None:
            return zero
    else:
        number = _constant(number, x)
    return number if isinstance(number, torch.Tensor) else torch.full((), number, dtype=x.dtype, device=x.device)


_ZEROS = {native: torch.zeros((), dtype=native) for native in _KEPT}


def _tensors(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    """Returns both as tensors, for functions that do not accept numbers."""
    if type(x2) in _NUMBERS:
        x2 = torch.full((), x2, dtype=x1.dtype, device=x1.device)
    elif type(x1) in _NUMBERS:
        x1 = torch.full((), x1, dtype=x2.dtype, device=x2.device)
    return x1, x2


# Whether a tensor is inside a transform of torch.func.
_is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


def differentiable(x: Tensor) -> bool:
    """Returns whether a gradient may be computed, so that it must be corrected where torch's is wrong."""
    return _is_tracing() or x.requires_grad or _is_wrapped(x)


def _half_each(x1: Tensor, x2: Tensor) -> Tensor:
    """Returns either of two equal numbers, with half of the gradient for each."""
    return x1 * 0.5 + x2 * 0.5


def add(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    try:
        if type(x1) is type(x2):
            return _add(x1, x2)
        return x1 + x2
    except RuntimeError:
        return _unsigned.modular(_add, x1, x2)


def subtract(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    try:
        return _subtract(x1, x2)
    except RuntimeError:
        return _unsigned.modular(_subtract, x1, x2)


def multiply(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    return x1 * x2


def divide(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    return _divide(x1, x2)


def _is_by_zero(error: RuntimeError) -> bool:
    return "ZeroDivisionError" in str(error)


def _of_integers(x1: Any, x2: Any) -> bool:
    return not (x1 if isinstance(x1, torch.Tensor) else x2).is_floating_point()


def _nothing_by_zero(function: Callable[[Any, Any], Tensor], x1: Any, x2: Any) -> Tensor:
    """Returns an integer division that is 0 for zeros in the divisor, for which torch raises an error. Eager calls use
    it after that error; a compiled function would only raise the error when it runs, too late for an alternative."""
    x1, x2 = _tensors(x1, x2)
    zero = x2 == 0
    return torch.where(zero, 0, function(x1, torch.where(zero, 1, x2)))


def _floor_divide(x1: Any, x2: Any) -> Tensor:
    return _rounded(x1, x2, rounding_mode="floor")  # torch.floor_divide has no gradient, not even zero


def floor_divide(x1: Any, x2: Any) -> Tensor:
    if _is_tracing() and _of_integers(x1, x2):
        return _nothing_by_zero(_floor_divide, x1, x2)
    try:
        return _rounded(x1, x2, rounding_mode="floor")
    except RuntimeError as error:
        return _nothing_by_zero(_floor_divide, x1, x2) if _is_by_zero(error) else _unsigned.floor_divide(x1, x2)


def _with_sign(rest: Tensor, x2: Any) -> Tensor:
    """Returns the remainder, in which a zero has the divisor's sign; torch's has the dividend's."""
    if not differentiable(rest):
        return rest.copysign_(x2)
    still = rest.detach()  # zeros of both signs that keep the remainder's gradient
    x2 = _tensors(rest, x2)[1]
    return torch.where(rest == 0, torch.where(x2 < 0, -(still - rest), rest - still), rest)


def mod(x1: Any, x2: Any) -> Tensor:
    if _is_tracing() and _of_integers(x1, x2):
        return _nothing_by_zero(_remainder, x1, x2)
    try:
        rest = _remainder(x1, x2)
        return _with_sign(rest, x2) if rest.is_floating_point() else rest
    except RuntimeError as error:
        return _nothing_by_zero(_remainder, x1, x2) if _is_by_zero(error) else _unsigned.mod(x1, x2)


def power(x1: Any, x2: Any) -> Tensor:
    try:
        return _power(x1, x2)
    except RuntimeError:
        return _unsigned.modular(_power, x1, x2)


def maximum(x1: Any, x2: Any) -> Tensor:
    try:
        if type(x1) is type(x2):
            return _maximum(x1, x2)
        # An equal number gets half of the gradient, as an equal element does; clamp_min would give it none.
        if type(x2) in _NUMBERS:
            return _maximum(x1, _limit(x2, x1))
        if type(x1) in _NUMBERS:
            return _maximum(_limit(x1, x2), x2)
        return _maximum(x1, x2)
    except RuntimeError:
        return _unsigned.select(maximum, x1, x2)


def minimum(x1: Any, x2: Any) -> Tensor:
    try:
        if type(x1) is type(x2):
            return _minimum(x1, x2)
        if type(x2) in _NUMBERS:
            return _minimum(x1, _limit(x2, x1))
        if type(x1) in _NUMBERS:
            return _minimum(_limit(x1, x2), x2)
        return _minimum(x1, x2)
    except RuntimeError:
        return _unsigned.select(minimum, x1, x2)


def equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    return x1 == x2


def not_equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    return x1 != x2


def greater(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    try:
        return x1 > x2
    except RuntimeError:
        return _unsigned.compare(greater, x1, x2)


def greater_equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    try:
        return x1 >= x2
    except RuntimeError:
        return _unsigned.compare(greater_equal, x1, x2)


def less(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    try:
        return x1 < x2
    except RuntimeError:
        return _unsigned.compare(less, x1, x2)


def less_equal(x1: Any, x2: Any) -> Tensor:
    if type(x2) in _NUMBERS:
        x2 = _constant(x2, x1)
    try:
        return x1 <= x2
    except RuntimeError:
        return _unsigned.compare(less_equal, x1, x2)


logical_and = torch.logical_and
logical_or = torch.logical_or
logical_xor = torch.logical_xor


def arctan2(x1: Any, x2: Any) -> Tensor:
    return torch.atan2(*_tensors(x1, x2))


def bitwise_and(x: Any, y: Any) -> Tensor:
    return x & y


def bitwise_or(x: Any, y: Any) -> Tensor:
    return x | y


def bitwise_xor(x: Any, y: Any) -> Tensor:
    return x ^ y


def bitwise_not(x: Tensor) -> Tensor:
    try:
        return ~x
    except RuntimeError:
        return _unsigned.modular(torch.bitwise_not, x)


def left_shift(x: Any, y: Any) -> Tensor:
    try:
        return x << y
    except RuntimeError:
        return _unsigned.modular(torch.bitwise_left_shift, x, y)


def right_shift(x: Any, y: Any) -> Tensor:
    try:
        return x >> y
    except RuntimeError:
        return _unsigned.right_shift(x, y)


def divide_no_nan(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    if known(x2, _has_no_zero):
        return _divide(x1, x2)
    zero = x2 == 0
    # Where the divisor is 0 the quotient is not computed: its gradient would be NaN.
    return torch.where(zero, 0, _divide(x1, torch.where(zero, 1, x2)))


def fmax(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    try:
        larger = torch.fmax(x1, x2)
    except RuntimeError:
        return _unsigned.select(torch.fmax, x1, x2)
    if not differentiable(larger):
        return larger
    # torch's function gives the whole gradient to the first of two equal operands.
    return torch.where(x1 != x1, x2, torch.where(x2 != x2, x1, _maximum(x1, x2)))


def fmin(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    try:
        smaller = torch.fmin(x1, x2)
    except RuntimeError:
        return _unsigned.select(torch.fmin, x1, x2)
    if not differentiable(smaller):
        return smaller
    return torch.where(x1 != x1, x2, torch.where(x2 != x2, x1, _minimum(x1, x2)))


def fmod(x1: Any, x2: Any) -> Tensor:
    if type(x1) in _NUMBERS:
        x1, x2 = _tensors(x1, x2)
    if _is_tracing() and _of_integers(x1, x2):
        return _nothing_by_zero(torch.fmod, x1, x2)
    try:
        return torch.fmod(x1, x2)
    except RuntimeError as error:
        return _nothing_by_zero(torch.fmod, x1, x2) if _is_by_zero(error) else _unsigned.mod(x1, x2)


def gcd(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    try:
        return torch.abs(torch.gcd(x1, x2))  # the lowest number of a dtype may give a negative result
    except RuntimeError:
        return _unsigned.gcd(x1, x2)


def lcm(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    try:  # torch.lcm does not wrap around in the same way in all its loops
        a, b = torch.abs(x1), torch.abs(x2)
        divisor = gcd(a, b)
        return _rounded(a, divisor + (divisor == 0), rounding_mode="trunc") * b
    except RuntimeError:
        return _unsigned.lcm(x1, x2)


def heaviside(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    if not (x1.requires_grad or x2.requires_grad) and known(x1, _is_finite):
        return torch.heaviside(x1, x2)  # it has no gradient, and is 0 at NaN
    return torch.where(x1 == 0, x2, torch.clamp_min(sign(x1), 0))


def hypot(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    length = torch.hypot(x1, x2)
    if not differentiable(length):
        return length
    # The gradient of a length of 0 is 0; torch's is NaN.
    zero = (x1 == 0) & (x2 == 0)
    return torch.where(zero, 0, torch.hypot(torch.where(zero, 1, x1), x2))


def isclose(x1: Any, x2: Any, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    a, b = _tensors(x1, x2)
    if a.shape != b.shape and a.device.type != "cpu":  # on other devices, torch writes into memory of a's shape
        a, b = torch.broadcast_tensors(a, b)
    return torch.isclose(a, b, rtol, atol, equal_nan)


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    # torch.ldexp multiplies by 2**x2, which may overflow. Here the factors are built from bits, in float64, where the
    # product with a smaller float is exact, so that it is rounded once; float64 needs three factors for the whole
    # range.
    if x1.dtype is not torch.float64 and x2.dtype is torch.int32:  # in four passes instead of ten
        return (x1 * ((torch.clamp(x2, -400, 400) + 1023).to(torch.int64) << 52).view(torch.float64)).to(x1.dtype)
    most, count = (1022, 3) if x1.dtype is torch.float64 else (400, 1)
    rest = x2.to(torch.int64)
    if x2.dtype is torch.uint64:  # values that are negative now were large
        rest = torch.where(rest < 0, most * count, rest)
    rest = torch.clamp(rest, -most * count, most * count)
    product = x1.to(torch.float64)
    for _ in range(count):
        exponent = torch.clamp(rest, -most, most)
        product = product * ((exponent + 1023) << 52).view(torch.float64)
        rest = rest - exponent
    return product.to(x1.dtype)


def logaddexp(x1: Any, x2: Any) -> Tensor:
    return _sum_of_powers(torch.logaddexp, x1, x2)


def logaddexp2(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    if x1.dtype is torch.float32 and x1.device.type == "cpu":
        # In float64, which takes torch as long: near 0 the sum cancels.
        return _sum_of_powers(torch.logaddexp2, x1.double(), x2.double()).float()
    return _sum_of_powers(torch.logaddexp2, x1, x2)


def _sum_of_powers(function: Callable[[Tensor, Tensor], Tensor], x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    total = function(x1, x2)
    if not differentiable(total):
        return total
    # The gradient for equal infinities is one half, as for equal numbers; torch's is NaN.
    same = (x1 == x2) & torch.isinf(x1)
    return torch.where(same, _half_each(x1, x2), function(torch.where(same, 0, x1), torch.where(same, 0, x2)))


_RULE = tuple(zip(*(values.tolist() for values in special.rule()), strict=True))  # computed here: not in a trace


def _incomplete_gamma(a: Tensor, x: Tensor, exactly: bool) -> Tensor:
    # torch's own, in float64: accurate to 2e-9 where a is above 20 and x near it, and arbitrary where a is above 1e6.
    exact = torch.special.gammainc(a, x)
    if not known(exact, lambda y: math.isfinite(y.sum().item()) and math.isfinite(a.sum().item())):
        exact = torch.where(torch.isnan(a) | torch.isnan(x), torch.nan, exact)
    large = (a > special.LARGE) & torch.isfinite(a) & (x > 0) & torch.isfinite(x)
    if not known(a, lambda _: not bool(large.any())):
        far = _temme(torch.where(large, a, 1.0), torch.where(large, x, 1.0))
        exact = torch.where(large, far, exact)
    if exactly:
        distance = torch.abs(x - a)
        bell = (a > 20) & (a <= special.LARGE) & ((distance < 0.3 * a) | (distance < 4.5 * torch.sqrt(a)))
        if not known(a, lambda _: not bool(bell.any())):
            near = _bell(torch.where(bell, a, 50.0), torch.where(bell, x, 50.0))
            exact = torch.where(bell, near, exact)
    return exact


def _excess(ratio: Tensor) -> Tensor:
    return ratio - torch.log1p(ratio)


def _bell(a: Tensor, x: Tensor) -> Tensor:
    """Returns the integral over the smaller side of x by the Gauss-Legendre rule; see `ops_common.host.special` for the
    steps."""
    top = a - 1
    width = torch.sqrt(top)
    above = x > top
    low = torch.minimum(top - 7.5 * width, x - 5 * width).clamp(min=0)
    end = torch.where(above, torch.maximum(top + 11.5 * width, x + 6 * width), low)
    half = (end - x) / 2
    area = torch.zeros_like(x)
    for node, weight in _RULE:
        area = area + weight * torch.exp(-top * _excess((x + half * (1 + node) - top) / top))
    squared = 1 / (top * top)
    stirling = torch.zeros_like(x)
    for coefficient in reversed(special.STIRLING):
        stirling = stirling * squared + coefficient
    area = half * area / (width * math.sqrt(2 * math.pi)) * torch.exp(-stirling / top)
    return torch.where(above, 1 - area, -area)


def _temme(a: Tensor, x: Tensor) -> Tensor:
    """Returns Temme's expansion for large a; see `ops_common.host.special`."""
    ratio = ((x - a) / a).clamp(max=1e6)
    eta = torch.copysign(torch.sqrt(2 * _excess(ratio).clamp(min=0)), ratio)
    near = eta.clamp(-1, 1)
    terms: list[Tensor] = []
    for coefficients in special.TEMME:
        term = torch.zeros_like(a)
        for coefficient in reversed(coefficients):
            term = term * near + coefficient
        terms.append(term)
    rest = torch.exp(-0.5 * a * eta * eta) / torch.sqrt(2 * math.pi * a) * (terms[0] + terms[1] / a)
    return 0.5 * torch.erfc(-eta * torch.sqrt(0.5 * a)) - rest


class _Gammainc(torch.autograd.Function):
    """The incomplete gamma function with a gradient with respect to a, which torch does not have."""

    generate_vmap_rule = True

    @staticmethod
    def forward(a: Tensor, x: Tensor, exactly: bool) -> Tensor:
        return _incomplete_gamma(a, x, exactly)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, Tensor, bool], output: Tensor) -> None:
        ctx.save_for_backward(*inputs[:2])

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, Tensor, None]:
        (slope,), (a, x) = grad_outputs, ctx.saved_tensors
        of_x = torch.exp(torch.xlogy(a - 1, x) - x - torch.lgamma(a))
        # Five-point differences, whose step is a thousandth of the function's width in a.
        step = 1e-3 * a / (1 + torch.sqrt(a))
        near, far = (
            _incomplete_gamma(a + n * step, x, True) - _incomplete_gamma(a - n * step, x, True) for n in (1, 2)
        )
        return slope * (8 * near - far) / (12 * step), slope * of_x, None


def gammainc(a: Any, x: Any) -> Tensor:
    a, x = torch.broadcast_tensors(*_tensors(a, x))
    return _Gammainc.apply(a.double(), x.double(), a.dtype is torch.float64).to(a.dtype)


def nextafter(x1: Any, x2: Any) -> Tensor:
    return torch.nextafter(*_tensors(x1, x2))


logical_not = torch.logical_not


def negative(x: Tensor) -> Tensor:
    try:
        return -x
    except RuntimeError:
        return _unsigned.modular(torch.neg, x)


def abs(x: Tensor) -> Tensor:
    if x.dtype is torch.bool or x.dtype in _unsigned.UNSIGNED:
        return x
    return torch.abs(x)


def sign(x: Tensor) -> Tensor:
    if x.is_floating_point():
        signs = torch.sign(x)  # 0 for NaN
        return signs if known(x, _is_finite) else torch.where(torch.isnan(x), torch.nan, signs)
    if x.dtype in _unsigned.UNSIGNED:
        return (x != 0).to(x.dtype)
    return torch.sgn(x)


def square(x: Tensor) -> Tensor:
    return x * x


exp = torch.exp
erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
lgamma = torch.lgamma
log = torch.log
sqrt = torch.sqrt
rsqrt = torch.rsqrt
tanh = torch.tanh
sin = torch.sin
cos = torch.cos
floor = torch.floor
ceil = torch.ceil
isnan = torch.isnan
isinf = torch.isinf
isfinite = torch.isfinite
reciprocal = torch.reciprocal
arccos = torch.arccos
arcsin = torch.arcsin
arcsinh = torch.arcsinh
arctan = torch.arctan
tan = torch.tan
cosh = torch.cosh
sinh = torch.sinh
log1p = torch.log1p
exp2 = torch.exp2
log2 = torch.log2
log10 = torch.log10
isreal = torch.isreal
isposinf = torch.isposinf
isneginf = torch.isneginf
signbit = torch.signbit


# torch's compiler lowers expm1 to exp(x) - 1 and arctanh to log((1 + x) / (1 - x)) / 2, which cancel near 0, and
# arccosh to log(x + sqrt(x x - 1)), which overflows. In traces, other forms are used.
def expm1(x: Tensor) -> Tensor:
    if _is_tracing() and x.is_floating_point():
        return torch.tanh(x * 0.5) * (torch.exp(x) + 1)
    return torch.expm1(x)


def arctanh(x: Tensor) -> Tensor:
    if _is_tracing() and x.is_floating_point():
        return (torch.log1p(x) - torch.log1p(-x)) * 0.5
    return torch.arctanh(x)


def arccosh(x: Tensor) -> Tensor:
    if _is_tracing() and x.is_floating_point():
        above, large = x - 1, x > 1e10  # above this, the sum, which may overflow, is 2 x
        total = torch.where(large, x, above + torch.sqrt(above) * torch.sqrt(x + 1))
        return torch.log1p(total) + torch.where(large, math.log(2), 0.0)
    return torch.arccosh(x)


def sinc(x: Tensor) -> Tensor:
    if x.is_complex():
        return torch.sinc(x)
    if x.dtype.itemsize < 4:
        return sinc(x.float()).to(x.dtype)
    # As fast as torch.sinc, but without losing digits near the integers: sin(pi x) is (-1)**n sin(pi (x - n)).
    near: Tensor
    series: Any
    if x.requires_grad:  # near 0 the quotient's gradient is a difference of huge numbers; the series' is not
        near = torch.abs(x) < 0.05
        square = torch.square(torch.where(near, x, 0) * math.pi)
        series = 1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72)))
    else:
        near, series = x == 0, 1
    safe = torch.where(near, 1, x)
    whole = torch.round(safe)
    odd = whole - 2 * torch.floor(whole * 0.5)
    sine = torch.sin((safe - whole) * math.pi) * (1 - 2 * odd)
    return torch.where(near, series, sine / (safe * math.pi))


_SIGNED = {2: torch.int16, 4: torch.int32, 8: torch.int64}


def angle(x: Tensor) -> Tensor:
    if x.is_complex():
        return torch.angle(x)
    if known(x, _has_no_negative_zero):
        return torch.angle(x)
    if x.dtype is torch.float16 and x.device.type != "cpu":  # not supported on CUDA
        return angle(x.float()).to(x.dtype)
    # torch.angle treats negative zero as positive; the smallest step away from zero changes no other number's sign.
    return torch.angle(x + torch.copysign(x.new_full((), torch.finfo(x.dtype).tiny), x))


def cbrt(x: Tensor) -> Tensor:
    if x.dtype.itemsize < 4:
        return cbrt(x.float()).to(x.dtype)
    if differentiable(x):  # at 0 the gradient is infinite, as that of the square root; not NaN
        zero = x == 0
        side = torch.copysign(torch.ones_like(x), x).detach()  # the root keeps the sign of zero
        at_zero = side * torch.sqrt(torch.where(zero, side * x, 1))
        return torch.where(zero, at_zero, _cube_root(torch.where(zero, 1, x)))
    return _cube_root(x)


def _cube_root(x: Tensor) -> Tensor:
    size = torch.abs(x)
    # As fast as a power. A Newton step corrects the rounding, except at 0 and infinity; it needs no gradient.
    root = torch.exp(torch.log(size).mul_(1 / 3))
    with torch.no_grad():
        step = torch.div(size, root * root).sub_(root).nan_to_num_(0.0, 0.0, 0.0)
    return torch.copysign(_add(root, step, alpha=1 / 3), x)


def rint(x: Tensor) -> Tensor:
    if x.is_complex():
        return torch.complex(torch.round(x.real), torch.round(x.imag))
    return torch.round(x)


def conj(x: Tensor) -> Tensor:
    return torch.conj_physical(x) if x.is_complex() else x


def real(x: Tensor) -> Tensor:
    return x.real if x.is_complex() else x


def imag(x: Tensor) -> Tensor:
    return x.imag if x.is_complex() else torch.zeros_like(x)


def trunc(x: Tensor) -> Tensor:
    return torch.trunc(x) if x.is_floating_point() else x


def round(x: Tensor, decimals: int) -> Tensor:
    if x.is_complex():
        return torch.complex(round(x.real, decimals), round(x.imag, decimals))
    rounded = torch.round(x, decimals=decimals)
    if decimals < 0 or known(rounded, _is_finite):
        return rounded
    return torch.where(torch.isfinite(rounded), rounded, x)


def _is_finite(x: Tensor) -> bool:
    # If the sum is finite, so are all numbers: a tenth of the work of checking each of them.
    return math.isfinite(x.sum().item())


def _has_no_zero(x: Tensor) -> bool:
    return x.numel() > 0 and x.abs().min().item() > 0


def _has_no_negative_zero(x: Tensor) -> bool:
    native = _SIGNED[x.dtype.itemsize]  # as integers, the bits of negative zero are the lowest number
    return x.numel() > 0 and x.view(native).min().item() > torch.iinfo(native).min


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    return torch.nan_to_num(x, nan, posinf, neginf)


where = torch.where


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    # torch accepts two numbers or two tensors.
    if type(x) in _NUMBERS or (type(x_min) in _NUMBERS) is not (type(x_max) in _NUMBERS):
        return minimum(maximum(x, x_min), x_max)
    try:
        return _clamp(x, x_min, x_max)
    except RuntimeError:
        return _unsigned.select(_clamp, x, x_min, x_max)


def i0(x: Tensor) -> Tensor:
    if x.dtype is not torch.float32 and x.dtype is not torch.float64:
        return i0(x.float()).to(x.dtype)
    # In two factors, since the exponential overflows before the function does; from 1000 on, it is infinite in any
    # dtype.
    size = torch.clamp(torch.abs(x), max=1000)
    root = torch.exp(size * 0.5)
    return torch.special.i0e(size) * root * root


def _clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    return minimum(maximum(x, x_min), x_max)


for _kernel, _instead in (
    (add, lambda x1, x2: _unsigned.modular(_add, x1, x2)),
    (subtract, lambda x1, x2: _unsigned.modular(_subtract, x1, x2)),
    (power, lambda x1, x2: _unsigned.modular(_power, x1, x2)),
    (negative, lambda x: _unsigned.modular(torch.neg, x)),
    (bitwise_not, lambda x: _unsigned.modular(torch.bitwise_not, x)),
    (left_shift, lambda x, y: _unsigned.modular(torch.bitwise_left_shift, x, y)),
    (right_shift, _unsigned.right_shift),
    (floor_divide, _unsigned.floor_divide),
    (mod, _unsigned.mod),
    (fmod, _unsigned.mod),
    (maximum, lambda x1, x2: _unsigned.select(maximum, x1, x2)),
    (minimum, lambda x1, x2: _unsigned.select(minimum, x1, x2)),
    (fmax, lambda x1, x2: _unsigned.select(maximum, x1, x2)),
    (fmin, lambda x1, x2: _unsigned.select(minimum, x1, x2)),
    (clip, _clip),
    (greater, lambda x1, x2: _unsigned.compare(torch.gt, *_tensors(x1, x2))),
    (greater_equal, lambda x1, x2: _unsigned.compare(torch.ge, *_tensors(x1, x2))),
    (less, lambda x1, x2: _unsigned.compare(torch.lt, *_tensors(x1, x2))),
    (less_equal, lambda x1, x2: _unsigned.compare(torch.le, *_tensors(x1, x2))),
    (gcd, lambda x1, x2: _unsigned.gcd(*_tensors(x1, x2))),
    (lcm, lambda x1, x2: _unsigned.lcm(*_tensors(x1, x2))),
):
    _unsigned.in_graph(_kernel, _instead)
