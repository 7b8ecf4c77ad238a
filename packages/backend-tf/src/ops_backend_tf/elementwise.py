"""TensorFlow, family elementwise.

Kernels first try TensorFlow's operation, which costs nothing; TensorFlow raises an error for an unsupported dtype, also
while a graph is traced. The few functions for which it would raise only when the graph runs check the dtype first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python import pywrap_tfe

from ops_backend_tf.core import EAGER, NUMBERS, can_be_read, ints, number_like, raw_ops, zero_like
from ops_common import dtypes
from ops_common.host import special

Tensor = Any

_AddV2, _Sub, _Mul, _RealDiv = raw_ops.AddV2, raw_ops.Sub, raw_ops.Mul, raw_ops.RealDiv
_FloorDiv, _FloorMod, _Pow = raw_ops.FloorDiv, raw_ops.FloorMod, raw_ops.Pow
_Maximum, _Minimum, _SelectV2, _Cast = raw_ops.Maximum, raw_ops.Minimum, raw_ops.SelectV2, raw_ops.Cast
_Equal, _NotEqual, _Less, _LessEqual = raw_ops.Equal, raw_ops.NotEqual, raw_ops.Less, raw_ops.LessEqual
_Greater, _GreaterEqual = raw_ops.Greater, raw_ops.GreaterEqual
_LogicalAnd, _LogicalOr, _LogicalNot = raw_ops.LogicalAnd, raw_ops.LogicalOr, raw_ops.LogicalNot

UNSIGNED = frozenset({tf.uint8, tf.uint16, tf.uint32, tf.uint64})
_COMPLEX = frozenset({tf.complex64, tf.complex128})


def _require(allowed: Any, *operands: Any) -> None:
    """Re-raises the error being handled, unless the operands' dtype is one of those with an alternative."""
    dtype = next(x.dtype for x in operands if type(x) not in NUMBERS)
    if dtype not in allowed:
        raise  # the caller is an except clause


_BOOL = frozenset({tf.bool})


def _binary(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns a function of two operands, of which the first may be a number.

    TensorFlow accepts a number as the second operand, but may use a cached 0.0 for -0.0 (see `scalar`).
    """

    def call(x1: Any, x2: Any) -> Tensor:
        if type(x2) is float and x2 == 0:
            x2 = zero_like(x2, x1)
        return function(number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)

    return call


def _or_of_bools(function: Callable[..., Tensor], logical: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns a binary function from TensorFlow's function of numbers and another function for bools."""

    def call(x1: Any, x2: Any) -> Tensor:
        if type(x1) in NUMBERS:
            x1 = number_like(x1, x2)
        elif type(x2) is float and x2 == 0:
            x2 = zero_like(x2, x1)
        try:
            return function(x1, x2)
        except Exception:
            _require(_BOOL, x1, x2)
            return logical(x1, x2)

    return call


def _ordered(function: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns a comparison; bools are compared as small integers."""
    return _or_of_bools(function, lambda x1, x2: function(x=_Cast(x=x1, DstT=tf.uint8), y=_Cast(x=x2, DstT=tf.uint8)))


# Whether no tape and no accumulator records this thread's operations. There is no public function for this; without a
# private one, something is assumed to record.
_nothing_records = getattr(pywrap_tfe, "TFE_Py_TapeSetIsEmpty", lambda: False)


def differentiable(x: Tensor) -> bool:
    """Returns whether a gradient may be computed (of a graph, also later), so that it must be corrected where
    TensorFlow's is wrong."""
    return not _nothing_records() or type(x) is not EAGER


def _half_each(x1: Tensor, x2: Tensor) -> Tensor:
    """Returns either of two equal numbers, with half of the gradient for each."""
    half = number_like(0.5, x1)
    return _AddV2(x=_Mul(x=x1, y=half), y=_Mul(x=x2, y=half))


def _extreme(function: Callable[..., Tensor], logical: Callable[..., Tensor]) -> Callable[[Any, Any], Tensor]:
    """Returns the larger or smaller of two operands; TensorFlow gives the first of equal ones the whole gradient."""
    plain = _or_of_bools(function, logical)

    def call(x1: Any, x2: Any) -> Tensor:
        extreme = plain(x1, x2)
        if (_nothing_records() and type(extreme) is EAGER) or not extreme.dtype.is_floating:
            return extreme
        x1, x2 = _tensors(x1, x2)
        return _SelectV2(condition=_Equal(x=x1, y=x2), t=_half_each(x1, x2), e=extreme)

    return call


add = _or_of_bools(_AddV2, _LogicalOr)
subtract = _binary(_Sub)
multiply = _or_of_bools(_Mul, _LogicalAnd)
divide = _binary(_RealDiv)
maximum = _extreme(_Maximum, _LogicalOr)
minimum = _extreme(_Minimum, _LogicalAnd)
_raise, _lower = _or_of_bools(_Maximum, _LogicalOr), _or_of_bools(_Minimum, _LogicalAnd)
equal = _binary(_Equal)
not_equal = _binary(_NotEqual)
greater = _ordered(_Greater)
greater_equal = _ordered(_GreaterEqual)
less = _ordered(_Less)
less_equal = _ordered(_LessEqual)


def arctan2(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    angle = raw_ops.Atan2(y=x1, x=x2)
    if not differentiable(angle):
        return angle
    zero = number_like(0, x1)  # at the origin the gradient is 0; TensorFlow's is NaN
    origin = _LogicalAnd(_Equal(x=x1, y=zero), _Equal(x=x2, y=zero))
    away = raw_ops.Atan2(y=x1, x=_SelectV2(condition=origin, t=number_like(1, x2), e=x2))
    return _SelectV2(condition=origin, t=tf.stop_gradient(angle), e=away)


divide_no_nan = _binary(raw_ops.DivNoNan)
bitwise_and = _or_of_bools(raw_ops.BitwiseAnd, _LogicalAnd)
bitwise_or = _or_of_bools(raw_ops.BitwiseOr, _LogicalOr)
bitwise_xor = _or_of_bools(raw_ops.BitwiseXor, _NotEqual)


def _whole(function: Callable[..., Tensor], x1: Tensor, x2: Any) -> Tensor:
    """Returns an integer division that is 0 for zeros in the divisor, for which TensorFlow raises an error."""
    if type(x1) is EAGER:
        try:
            return function(x1, x2)
        except tf.errors.InvalidArgumentError as error:
            if "division by zero" not in str(error):
                raise
    elif not x1.dtype.is_integer:
        return function(x1, x2)
    zero = _Equal(x=x2, y=number_like(0, x1))
    quotient = function(x1, _SelectV2(condition=zero, t=number_like(1, x1), e=x2))
    return _SelectV2(condition=zero, t=number_like(0, x1), e=quotient)


def floor_divide(x1: Any, x2: Any) -> Tensor:
    if type(x2) is float and x2 == 0:
        x2 = zero_like(x2, x1)
    quotient = _whole(_FloorDiv, number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)
    if not quotient.dtype.is_floating or (can_be_read(quotient) and _is_plain(quotient.numpy())):
        return quotient
    # As in Python and NumPy: infinity gives NaN, and a quotient between -1 and 0, which may have been rounded to 0,
    # gives -1.
    x1, x2 = _tensors(x1, x2)
    zero = number_like(0, x1)
    other_side = _NotEqual(x=_Less(x=x1, y=zero), y=_Less(x=x2, y=zero))
    small = _LogicalAnd(_LogicalAnd(other_side, _NotEqual(x=x1, y=zero)), _Equal(x=quotient, y=zero))
    quotient = _SelectV2(condition=small, t=number_like(-1, x1), e=quotient)
    unknown = _LogicalAnd(raw_ops.IsInf(x=x1), _NotEqual(x=x2, y=zero))
    return _SelectV2(condition=unknown, t=number_like(math.nan, x1), e=quotient)


def _is_plain(x: Any) -> bool:
    """Returns whether an array has neither infinity, NaN nor negative zero."""
    native = np.dtype(f"i{x.itemsize}")  # as integers, the bits of negative zero are the lowest number
    return bool(np.isfinite(x.sum())) and x.view(native).min(initial=0) > np.iinfo(native).min


def mod(x1: Any, x2: Any) -> Tensor:
    rest = _whole(_FloorMod, number_like(x1, x2) if type(x1) in NUMBERS else x1, x2)
    if not rest.dtype.is_floating:
        return rest
    # A zero has the divisor's sign; TensorFlow's has the dividend's.
    x2 = number_like(x2, rest) if type(x2) in NUMBERS else x2
    zero = number_like(0, rest)
    above: Tensor = zero
    below: Tensor = number_like(-0.0, rest)
    if differentiable(rest):  # zeros of both signs that keep the remainder's gradient
        still = tf.stop_gradient(rest)
        above, below = _Sub(x=rest, y=still), raw_ops.Neg(x=_Sub(x=still, y=rest))
    signed = _SelectV2(condition=_Less(x=x2, y=zero), t=below, e=above)
    return _SelectV2(condition=_Equal(x=rest, y=zero), t=signed, e=rest)


def power(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    try:
        if type(x2) in NUMBERS:
            if x2 != 0 or not x1.dtype.is_floating:
                return _Pow(x1, x2)
        elif (_nothing_records() and type(x1) is EAGER and type(x2) is EAGER) or not x1.dtype.is_floating:
            return _Pow(x1, x2)
        # For 0 to the power of 0, TensorFlow's gradient is NaN; 1 has the same power, and the right gradient.
        both = _Equal(x=x1, y=number_like(0, x1))
        if type(x2) not in NUMBERS:
            both = _LogicalAnd(both, _Equal(x=x2, y=number_like(0, x2)))
        return _Pow(_SelectV2(condition=both, t=number_like(1, x1), e=x1), x2)
    except Exception:
        _require(UNSIGNED, x1, x2)
        # A power modulo 2**64 is also one modulo any smaller power of two.
        x2 = number_like(x2, x1) if type(x2) in NUMBERS else x2
        wide = _Pow(x=_Cast(x=x1, DstT=tf.int64), y=_Cast(x=x2, DstT=tf.int64))
        return _Cast(x=wide, DstT=x1.dtype)


def logical_and(x1: Tensor, x2: Tensor) -> Tensor:
    return _LogicalAnd(x1, x2)


def logical_or(x1: Tensor, x2: Tensor) -> Tensor:
    return _LogicalOr(x1, x2)


def logical_xor(x1: Tensor, x2: Tensor) -> Tensor:
    return _NotEqual(x1, x2)


def bitwise_not(x: Tensor) -> Tensor:
    try:
        return raw_ops.Invert(x=x)
    except Exception:
        _require(_BOOL, x)
        return _LogicalNot(x=x)


def _places(x: Any, y: Any, stops: bool) -> tuple[Tensor, Tensor, Any, int]:
    """Returns a shift's operands, whether y is from 0 to the largest shift (True if all of it is), and the largest
    shift.

    TensorFlow clamps shifts to this range: ``stops`` states that a larger shift may be treated as the largest.
    """
    if type(x) in NUMBERS:
        x = number_like(x, y)
    last = 8 * x.dtype.size - 1
    if type(y) in NUMBERS:
        return x, number_like(y, x), 0 <= y <= last, last
    if can_be_read(y):  # the maximum takes a third of the time of a mask; read as unsigned, negative shifts are large
        places = np.asarray(y)
        most = int(places.view(f"u{places.itemsize}").max(initial=0))
        if most <= last or (stops and most < 1 << last):
            return x, y, True, last
    above = number_like(~last if x.dtype not in UNSIGNED else x.dtype.max - last, y)
    return x, y, _Equal(x=raw_ops.BitwiseAnd(x=y, y=above), y=number_like(0, y)), last


def left_shift(x: Any, y: Any) -> Tensor:
    x, y, inside, _ = _places(x, y, False)
    moved = raw_ops.LeftShift(x=x, y=y)
    return moved if inside is True else _SelectV2(condition=inside, t=moved, e=number_like(0, x))


def right_shift(x: Any, y: Any) -> Tensor:
    x, y, inside, last = _places(x, y, type(x) not in NUMBERS and x.dtype not in UNSIGNED)
    if inside is True:
        return raw_ops.RightShift(x=x, y=y)
    if x.dtype in UNSIGNED:
        return _SelectV2(condition=inside, t=raw_ops.RightShift(x=x, y=y), e=number_like(0, x))
    return raw_ops.RightShift(x=x, y=_SelectV2(condition=inside, t=y, e=number_like(last, x)))


def fmod(x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    if x1.dtype.is_integer:
        rest = mod(x1, x2)
        if x1.dtype in UNSIGNED:
            return rest
        zero = number_like(0, x1)
        turned = _NotEqual(x=_Less(x=x1, y=zero), y=_Less(x=rest, y=zero))
        return _SelectV2(condition=_LogicalAnd(turned, _NotEqual(x=rest, y=zero)), t=_Sub(x=rest, y=x2), e=rest)
    # TensorFlow's own, TruncateMod, has no gradient and does not support the smaller integers.
    rest = _FloorMod(x=raw_ops.Abs(x=x1), y=abs(number_like(x2, x1) if type(x2) in NUMBERS else x2))
    zero = number_like(0, x1)
    signed = _SelectV2(condition=_Less(x=x1, y=zero), t=raw_ops.Neg(x=rest), e=rest)
    # The remainder of negative zero is negative zero.
    none = _LogicalAnd(_Equal(x=x1, y=zero), _Equal(x=rest, y=zero))
    return _SelectV2(condition=none, t=x1, e=signed)


def _euclid(a: Tensor, b: Tensor) -> Tensor:
    def step(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        done = _Equal(x=y, y=zero)
        rest = _FloorMod(x=x, y=_SelectV2(condition=done, t=one, e=y))
        return _SelectV2(condition=done, t=x, e=y), _SelectV2(condition=done, t=zero, e=rest)

    zero, one = number_like(0, a), number_like(1, a)
    shape = tf.broadcast_dynamic_shape(raw_ops.Shape(input=a), raw_ops.Shape(input=b))
    pair = raw_ops.BroadcastTo(input=abs(a), shape=shape), raw_ops.BroadcastTo(input=abs(b), shape=shape)
    return abs(tf.while_loop(lambda _, y: tf.reduce_any(_NotEqual(x=y, y=zero)), step, pair)[0])


def gcd(x1: Any, x2: Any) -> Tensor:
    return _euclid(*_tensors(x1, x2))


def lcm(x1: Any, x2: Any) -> Tensor:
    a, b = _tensors(x1, x2)
    divisor = _euclid(a, b)
    safe = _SelectV2(condition=_Equal(x=divisor, y=number_like(0, a)), t=number_like(1, a), e=divisor)
    return _Mul(x=_FloorDiv(x=abs(a), y=safe), y=abs(b))


def _tensors(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    return x1, number_like(x2, x1) if type(x2) in NUMBERS else x2


def isclose(x1: Any, x2: Any, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    size = abs(x2)
    bound = _AddV2(x=_Mul(x=size, y=number_like(rtol, size)), y=number_like(atol, size))
    near = _LessEqual(x=abs(_Sub(x=x1, y=x2)), y=bound)
    if can_be_read(bound) and math.isfinite(bound.numpy().max(initial=0)):
        return near  # x2 is finite, and so is x1 if it is near
    close = _LogicalOr(_Equal(x=x1, y=x2), _LogicalAnd(near, isfinite(x2)))
    return _LogicalOr(close, _LogicalAnd(isnan(x1), isnan(x2))) if equal_nan else close


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    # The factors are built from bits, in float64, where a product with a smaller float is exact; float64 needs three
    # factors for the whole range.
    most, count = (1022, 3) if x1.dtype is tf.float64 else (400, 1)
    rest = _Cast(x=x2, DstT=tf.int64)
    if x2.dtype is tf.uint64:  # values that are negative now were large
        rest = _SelectV2(condition=_Less(x=rest, y=tf.constant(0, tf.int64)), t=tf.constant(2**32, tf.int64), e=rest)
    rest = clip(rest, -most * count, most * count)
    product = _Cast(x=x1, DstT=tf.float64)
    for _ in range(count):
        exponent = clip(rest, -most, most)
        bits = raw_ops.LeftShift(x=_AddV2(x=exponent, y=number_like(1023, rest)), y=number_like(52, rest))
        product = _Mul(x=product, y=raw_ops.Bitcast(input=bits, type=tf.float64))
        rest = _Sub(x=rest, y=exponent)
    return _Cast(x=product, DstT=x1.dtype)


def _sum_of_powers(base: float) -> Callable[[Any, Any], Tensor]:
    """Returns the logarithm to this base of the sum of its powers x1 and x2."""
    scale = math.log(base)

    def logarithm(x1: Any, x2: Any) -> Tensor:
        x1, x2 = _tensors(x1, x2)
        same = _Equal(x=x1, y=x2)  # equal infinities have no difference
        difference = _SelectV2(condition=same, t=number_like(0, x1), e=_Sub(x=x1, y=x2))
        gap = raw_ops.Neg(x=raw_ops.Abs(x=difference))
        rest = raw_ops.Log1p(x=raw_ops.Exp(x=gap if base == math.e else _Mul(x=gap, y=number_like(scale, gap))))
        if base != math.e:
            rest = _RealDiv(x=rest, y=number_like(scale, rest))
        return _AddV2(x=maximum(x1, x2), y=rest)

    return logarithm


logaddexp = _sum_of_powers(math.e)
logaddexp2 = _sum_of_powers(2)


def hypot(x1: Any, x2: Any) -> Tensor:
    x1, x2 = _tensors(x1, x2)
    if can_be_read(x1) and can_be_read(x2):
        # The root of the squares, if neither can have overflowed or underflowed: half of the passes.
        length = raw_ops.Sqrt(x=_AddV2(x=raw_ops.Square(x=x1), y=raw_ops.Square(x=x2)))
        axes = ints(length, tuple(range(length.shape.rank)))
        least, most = (float(reduce(input=length, axis=axes)) for reduce in (raw_ops.Min, raw_ops.Max))
        low, high = _SQUARED[x1.dtype]
        if low <= least and most <= high:  # false if there is a NaN
            return length
    large = tf.stop_gradient(_Maximum(x=raw_ops.Abs(x=x1), y=raw_ops.Abs(x=x2)))
    zero, one = number_like(0, large), number_like(1, large)
    none = _Equal(x=large, y=zero)
    # In this unit, on which the length does not depend, the squares are near 1. A length of 0 has a gradient of 0.
    unit = _SelectV2(condition=none, t=one, e=large)
    a, b = _RealDiv(x=x1, y=unit), _RealDiv(x=x2, y=unit)
    squares = _AddV2(x=raw_ops.Square(x=a), y=raw_ops.Square(x=b))
    length = _Mul(x=unit, y=raw_ops.Sqrt(x=_SelectV2(condition=none, t=one, e=squares)))
    infinite = _LogicalOr(raw_ops.IsInf(x=x1), raw_ops.IsInf(x=x2))
    length = _SelectV2(condition=none, t=zero, e=length)
    return _SelectV2(condition=infinite, t=number_like(math.inf, length), e=length)


# The range of numbers whose squares have all of a dtype's digits, and the sum of two is finite.
_SQUARED = {
    tf.as_dtype(name): (2 / math.sqrt(dtypes.largest(name) * dtypes.epsilon(name)), math.sqrt(dtypes.largest(name)) / 2)
    for name in ("float16", "bfloat16", "float32", "float64")
}

_BITS = {1: tf.int8, 2: tf.int16, 4: tf.int32, 8: tf.int64}


def nextafter(x1: Any, x2: Any) -> Tensor:
    # By integers that are ordered as the floats are. TensorFlow's own function does not support 16-bit floats, and its
    # arithmetic flushes subnormal numbers to 0.
    x1, x2 = _tensors(x1, x2)
    bits1, bits2 = (raw_ops.Bitcast(input=x, type=_BITS[x.dtype.size]) for x in (x1, x2))
    zero, one, least = number_like(0, bits1), number_like(1, bits1), number_like(bits1.dtype.min, bits1)
    negative1 = _Less(x=bits1, y=zero)
    place1 = _SelectV2(condition=negative1, t=_Sub(x=least, y=bits1), e=bits1)
    place2 = _SelectV2(condition=_Less(x=bits2, y=zero), t=_Sub(x=least, y=bits2), e=bits2)
    step = _SelectV2(condition=_Less(x=place1, y=place2), t=one, e=number_like(-1, bits1))
    place = _AddV2(x=place1, y=step)
    # Towards 0, the sign is kept.
    below = _LogicalOr(_Less(x=place, y=zero), _LogicalAnd(_Equal(x=place, y=zero), negative1))
    bits = _SelectV2(condition=below, t=_Sub(x=least, y=place), e=place)
    moved = raw_ops.Bitcast(input=_SelectV2(condition=_Equal(x=place1, y=place2), t=bits2, e=bits), type=x1.dtype)
    unknown = _LogicalOr(raw_ops.IsNan(x=x1), raw_ops.IsNan(x=x2))
    return _SelectV2(condition=unknown, t=number_like(math.nan, x1), e=moved)


def logical_not(x: Tensor) -> Tensor:
    return _LogicalNot(x=x)


def negative(x: Tensor) -> Tensor:
    try:
        return raw_ops.Neg(x=x)
    except Exception:
        _require(UNSIGNED, x)
        # Not 0 - x, which the optimizer of graphs makes Neg again.
        return _AddV2(x=raw_ops.Invert(x=x), y=number_like(1, x))


def abs(x: Tensor) -> Tensor:
    try:
        return raw_ops.Abs(x=x)
    except Exception:
        if x.dtype in _COMPLEX:
            return raw_ops.ComplexAbs(x=x, Tout=x.dtype.real_dtype)
        _require(UNSIGNED | _BOOL, x)
        return x


def sign(x: Tensor) -> Tensor:
    try:
        return raw_ops.Sign(x=x)
    except Exception:
        _require(UNSIGNED, x)
        return _Cast(x=_NotEqual(x=x, y=number_like(0, x)), DstT=x.dtype)


def _unary(function: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda x: function(x)


square = _unary(raw_ops.Square)
exp = _unary(raw_ops.Exp)
erfc = _unary(raw_ops.Erfc)
log = _unary(raw_ops.Log)
sqrt = _unary(raw_ops.Sqrt)
rsqrt = _unary(raw_ops.Rsqrt)
tanh = _unary(raw_ops.Tanh)
sin = _unary(raw_ops.Sin)
cos = _unary(raw_ops.Cos)
floor = _unary(raw_ops.Floor)
ceil = _unary(raw_ops.Ceil)


def reciprocal(x: Tensor) -> Tensor:
    # In float32, TensorFlow's own is accurate to four digits for large x.
    if x.dtype is tf.float32:
        return _RealDiv(x=number_like(1.0, x), y=x)
    return raw_ops.Reciprocal(x=x)


def _test(function: Callable[..., Tensor], join: Callable[..., Tensor]) -> Callable[[Tensor], Tensor]:
    """Returns a test of floats; for a complex number, the tests of its parts are joined."""

    def test(x: Tensor) -> Tensor:
        try:
            return function(x)
        except Exception:
            _require(_COMPLEX, x)
            return join(x=function(x=tf.math.real(x)), y=function(x=tf.math.imag(x)))

    return test


isnan = _test(raw_ops.IsNan, _LogicalOr)
isinf = _test(raw_ops.IsInf, _LogicalOr)
isfinite = _test(raw_ops.IsFinite, _LogicalAnd)


arccos = _unary(raw_ops.Acos)
arccosh = _unary(raw_ops.Acosh)
arcsin = _unary(raw_ops.Asin)
arcsinh = _unary(raw_ops.Asinh)
arctan = _unary(raw_ops.Atan)
arctanh = _unary(raw_ops.Atanh)
cosh = _unary(raw_ops.Cosh)
sinh = _unary(raw_ops.Sinh)
tan = _unary(raw_ops.Tan)
expm1 = _unary(raw_ops.Expm1)


def erf(x: Tensor) -> Tensor:
    if x.dtype is tf.float64:  # TensorFlow's own is NaN if the square overflows; from 6 on the function is 1
        x = clip(x, -10.0, 10.0)
    return raw_ops.Erf(x=x)


def erfinv(x: Tensor) -> Tensor:
    if x.dtype in (tf.float16, tf.bfloat16):  # without a kernel
        return raw_ops.Cast(x=erfinv(raw_ops.Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    # By the inverse of the normal distribution, as in TensorFlow's own function, but of the smaller tail, which is
    # accurate near 1; near 0, where it has too few digits, a Newton step adds them.
    size = raw_ops.Abs(x=x)
    tail = _Mul(x=raw_ops.Ndtri(x=_AddV2(x=_Mul(x=size, y=-0.5), y=0.5)), y=math.sqrt(0.5))
    small = _Less(x=size, y=0.5)
    near = _SelectV2(condition=small, t=tail, e=zero_like(0.0, x))  # negative
    excess = _AddV2(x=raw_ops.Erf(x=near), y=size)
    slope = _Mul(x=raw_ops.Exp(x=raw_ops.Square(x=near)), y=math.sqrt(math.pi) / 2)
    tail = _SelectV2(condition=small, t=_Sub(x=near, y=_Mul(x=excess, y=slope)), e=tail)
    zero = zero_like(0.0, x)
    signed = _SelectV2(condition=_Less(x=x, y=zero), t=tail, e=raw_ops.Neg(x=tail))
    # Zero keeps its sign, and its derivative.
    return _SelectV2(condition=_Equal(x=x, y=zero), t=_Mul(x=x, y=math.sqrt(math.pi) / 2), e=signed)


def lgamma(x: Tensor) -> Tensor:
    if x.dtype == tf.bfloat16:  # without a kernel
        return raw_ops.Cast(x=raw_ops.Lgamma(x=raw_ops.Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    return raw_ops.Lgamma(x=x)


def gammainc(a: Any, x: Any) -> Tensor:
    # In float64: in float32, TensorFlow's own is accurate to three digits where a is 10,000, and wrong where it is a
    # million; from 1e7 on it is wrong in float64, too.
    a, x = _tensors(a, x)
    wide, at = _Cast(x=a, DstT=tf.float64), _Cast(x=x, DstT=tf.float64)
    one = number_like(1.0, wide)
    if can_be_read(wide):
        known = np.asarray(wide)
        if 0 < known.min(initial=1.0) and known.max(initial=1.0) <= special.LARGE:  # false if there is a NaN
            return _Cast(x=raw_ops.Igamma(a=wide, x=at), DstT=a.dtype)
    large, none = wide > special.LARGE, _Equal(x=wide, y=number_like(0.0, wide))
    near = raw_ops.Igamma(a=_SelectV2(condition=_LogicalOr(large, none), t=one, e=wide), x=at)
    far = _temme(_SelectV2(condition=large, t=wide, e=one), _SelectV2(condition=large, t=at, e=one))
    limit = _SelectV2(condition=at > 0, t=one, e=number_like(math.nan, wide))
    out = _SelectV2(condition=none, t=limit, e=_SelectV2(condition=large, t=far, e=near))
    zero, infinity = number_like(0.0, wide), number_like(math.inf, wide)
    out = _SelectV2(condition=_LogicalAnd(_Equal(x=wide, y=infinity), _Less(x=at, y=infinity)), t=zero, e=out)
    inside = _LogicalAnd(_GreaterEqual(x=wide, y=zero), _GreaterEqual(x=at, y=zero))
    return _Cast(x=_SelectV2(condition=inside, t=out, e=number_like(math.nan, wide)), DstT=a.dtype)


def _temme(a: Tensor, x: Tensor) -> Tensor:
    """Returns Temme's expansion for large a; see `ops_common.host.special`."""
    ratio = _Minimum(x=(x - a) / a, y=number_like(1e6, a))
    excess = _Maximum(x=ratio - raw_ops.Log1p(x=ratio), y=number_like(0.0, a))
    eta = raw_ops.Sign(x=ratio) * raw_ops.Sqrt(x=2.0 * excess)
    near = tf.clip_by_value(eta, -1.0, 1.0)
    first, second = (tf.math.polyval([number_like(c, a) for c in reversed(terms)], near) for terms in special.TEMME)
    rest = raw_ops.Exp(x=-a * excess) / raw_ops.Sqrt(x=2.0 * math.pi * a) * (first + second / a)
    return 0.5 * raw_ops.Erfc(x=-eta * raw_ops.Sqrt(x=a / 2.0)) - rest


def log1p(x: Tensor) -> Tensor:
    if x.dtype not in _COMPLEX:
        return raw_ops.Log1p(x=x)
    # TensorFlow's loses the real part of a number near 0: log|1 + a + bi| = log1p(a (2 + a) + b b) / 2.
    a, b = real(x), imag(x)
    near = _Less(_Maximum(raw_ops.Abs(x=a), raw_ops.Abs(x=b)), number_like(0.5, a))
    small = _Mul(raw_ops.Log1p(x=_AddV2(_Mul(a, _AddV2(a, number_like(2, a))), _Mul(b, b))), number_like(0.5, a))
    modulus = _SelectV2(near, small, real(raw_ops.Log1p(x=x)))
    return raw_ops.Complex(real=modulus, imag=raw_ops.Atan2(y=b, x=_AddV2(a, number_like(1, a))), Tout=x.dtype)


def _by_parts(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Returns a function applied to the real and the imaginary part."""
    return raw_ops.Complex(real=function(real(x)), imag=function(imag(x)), Tout=x.dtype)


def rint(x: Tensor) -> Tensor:
    return _by_parts(rint, x) if x.dtype in _COMPLEX else raw_ops.Round(x=x)


def angle(x: Tensor) -> Tensor:
    if x.dtype in _COMPLEX:
        number = raw_ops.Angle(input=x, Tout=x.dtype.real_dtype)
        if not differentiable(number):
            return number
        origin = _Equal(x=x, y=number_like(0, x))  # the gradient is 0 there; TensorFlow's is NaN
        away = _SelectV2(condition=origin, t=number_like(1, x), e=x)
        away = raw_ops.Angle(input=away, Tout=x.dtype.real_dtype)
        return _SelectV2(condition=origin, t=tf.stop_gradient(number), e=away)
    # Not Atan2, which treats the smallest floats as 0 on one side only.
    number = _SelectV2(signbit(x), number_like(math.pi, x), number_like(0, x))
    return _SelectV2(raw_ops.IsNan(x=x), x, number)


def conj(x: Tensor) -> Tensor:
    return raw_ops.Conj(input=x) if x.dtype in _COMPLEX else x


def real(x: Tensor) -> Tensor:
    return raw_ops.Real(input=x, Tout=x.dtype.real_dtype) if x.dtype in _COMPLEX else x


def imag(x: Tensor) -> Tensor:
    return raw_ops.Imag(input=x, Tout=x.dtype.real_dtype) if x.dtype in _COMPLEX else raw_ops.ZerosLike(x=x)


def cbrt(x: Tensor) -> Tensor:
    if x.dtype.size < 4:
        return _Cast(x=cbrt(_Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    if differentiable(x):  # at 0 the gradient is infinite, as that of the square root; not NaN
        zero, one = number_like(0, x), number_like(1, x)
        none = _Equal(x=x, y=zero)
        side = _SelectV2(condition=signbit(x), t=number_like(-1, x), e=one)  # the root keeps the sign of zero
        at_zero = _Mul(x=side, y=raw_ops.Sqrt(x=_SelectV2(condition=none, t=_Mul(x=side, y=x), e=one)))
        return _SelectV2(condition=none, t=at_zero, e=_cube_root(_SelectV2(condition=none, t=one, e=x)))
    return _cube_root(x)


def _cube_root(x: Tensor) -> Tensor:
    # A logarithm and an exponential take half the time of a power; a Newton step corrects their rounding.
    size, third = raw_ops.Abs(x=x), number_like(1 / 3, x)
    root = raw_ops.Exp(x=_Mul(x=raw_ops.Log(x=size), y=third))
    excess = _Sub(x=root, y=raw_ops.DivNoNan(x=size, y=raw_ops.Square(x=root)))
    root = _SelectV2(condition=raw_ops.IsFinite(x=size), t=_Sub(x=root, y=_Mul(x=excess, y=third)), e=size)
    root = _Mul(x=raw_ops.Sign(x=x), y=root)
    return _SelectV2(condition=_Equal(x=x, y=number_like(0, x)), t=x, e=root)  # keeps the sign of zero


def isreal(x: Tensor) -> Tensor:
    if x.dtype in _COMPLEX:
        part = imag(x)
        return _Equal(x=part, y=number_like(0, part))
    return raw_ops.Fill(dims=raw_ops.Shape(input=x), value=tf.constant(True))


def signbit(x: Tensor) -> Tensor:
    dtype = x.dtype
    if dtype.is_floating:
        x = raw_ops.Bitcast(input=x, type=_BITS[dtype.size])
    elif dtype in _UNSIGNED_OR_BOOL:
        return raw_ops.ZerosLike(x=_Cast(x=x, DstT=tf.bool))
    return _Less(x, number_like(0, x))


_UNSIGNED_OR_BOOL = UNSIGNED | _BOOL


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    dtype = x.dtype
    if dtype in _COMPLEX:
        return _by_parts(lambda part: nan_to_num(part, nan, posinf, neginf), x)
    if not dtype.is_floating:
        return x
    if posinf == math.inf and neginf == -math.inf:
        return _SelectV2(raw_ops.IsNan(x=x), number_like(nan, x), x)
    infinity = number_like(float("inf"), x)
    highest = number_like(dtype.max if posinf is None else posinf, x)
    lowest = number_like(dtype.min if neginf is None else neginf, x)
    finite = _SelectV2(_Equal(x, infinity), highest, _SelectV2(_Equal(x, raw_ops.Neg(x=infinity)), lowest, x))
    return _SelectV2(raw_ops.IsNan(x=x), number_like(nan, x), finite)


def where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    if type(x1) in NUMBERS:
        x1 = number_like(x1, x2)
    elif type(x2) is float and x2 == 0:
        x2 = zero_like(x2, x1)
    return _SelectV2(condition, x1, x2)


def clip(x: Any, x_min: Any, x_max: Any) -> Tensor:
    return _lower(_raise(x, x_min), x_max)


def i0(x: Tensor) -> Tensor:
    if x.dtype is not tf.float32 and x.dtype is not tf.float64:
        return _Cast(x=i0(_Cast(x=x, DstT=tf.float32)), DstT=x.dtype)
    # In two factors, since the exponential overflows before the function does; from 1000 on, it is infinite in any
    # dtype.
    size = _Minimum(x=raw_ops.Abs(x=x), y=number_like(1000, x))
    root = raw_ops.Exp(x=_Mul(x=size, y=number_like(0.5, x)))
    return _Mul(x=_Mul(x=raw_ops.BesselI0e(x=size), y=root), y=root)
