"""OpenVINO, family elementwise: one node for each function, or several where the plugin's own node is wrong.

Determined by testing the plugin over all dtypes (2026.4, x86): Maximum and Minimum drop NaN, Exp turns it into
infinity; int32 comparisons are computed in float32; 8-bit integers saturate instead of wrapping around; a / b is a
times a rounded reciprocal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino import divisors
from ops_backend_openvino.creation import zeros_like
from ops_backend_openvino.kernel import Kernel, pointwise
from ops_backend_openvino.native_types import FLOATS, NARROW, NUMPY, SMALL, TYPES, unsupported
from ops_backend_openvino.nodes import like, narrowed, node_of
from ops_backend_openvino.tensor import Node, Tensor, from_numpy, traced
from ops_backend_openvino.trace import twin_of
from ops_common import dtypes
from ops_common.errors import UnsupportedError
from ops_common.host import special

_BOOL = ov.Type.boolean
_INT32 = ov.Type.i32
_NUMBERS = FLOATS | SMALL | {"int32"}


def is_bool(x: Node) -> bool:
    return x.get_element_type() == _BOOL


def is_integer(x: Node) -> bool:
    return x.get_element_type().is_integral() and not is_bool(x)


def wrapping(build: Callable[..., Any], *operands: Node) -> Any:
    """Returns a function of integers computed in int32, from which a conversion to a smaller integer wraps around."""
    type_ = operands[0].get_element_type()
    if type_ == _INT32 or not type_.is_integral():
        return build(*operands)
    return opset.convert(build(*(opset.convert(x, _INT32) for x in operands)), type_)


def _binary(host: Any, function: Any, logical: Any = None) -> Kernel:
    """Returns the kernel of a binary node; the logical node is for bools."""

    def build(x1: Node, x2: Node) -> Any:
        if is_bool(x1):
            return logical(x1, x2)
        return wrapping(function, x1, x2)

    build.__name__ = host.__name__
    return pointwise(host, 2, _NUMBERS if logical is None else NARROW)(build)


add = _binary(np.add, opset.add, opset.logical_or)
subtract = _binary(np.subtract, opset.subtract)
multiply = _binary(np.multiply, opset.multiply, opset.logical_and)


@pointwise(np.true_divide, 2)
def divide(x1: Node, x2: Node) -> Any:
    return _divide(x1, x2)


def _divide(x1: Any, x2: Any) -> Any:
    node = opset.divide(x1, x2)
    # Keeps the plugin from multiplying with the rounded reciprocal, which gives less than 1 for 49 / 49. Not where it
    # would fuse a division of or by a constant into the preceding reduction or product, which it then computes wrongly.
    ends = [_ends(x) for x in (x1, x2)]
    if _FIXED not in ends or _GIVEN.issuperset(set.union(*ends)):
        node.get_rt_info()["nonconvertable_divide_0"] = True
    return node


_FIXED = {"Constant"}
_GIVEN = _FIXED | {"Parameter"}
# Nodes that the plugin may fuse into the node before them, and nodes between the two that it may eliminate.
_JOINING = frozenset(
    """Add Subtract Multiply Divide Maximum Minimum Power Sqrt Exp Log Abs Negative Tanh Sigmoid Relu Elu Gelu Erf Swish
    Mish HSwish HSigmoid SoftPlus Clamp Floor Ceiling Round Sign Mod FloorMod SquaredDifference Convert PRelu Select
    Sin Cos Equal NotEqual Less LessEqual Greater GreaterEqual IsInf IsNaN IsFinite LogicalNot LogicalAnd LogicalOr
    Reshape Transpose Concat Unsqueeze Squeeze Split VariadicSplit Slice StridedSlice Gather Broadcast Tile""".split()
)


def _ends(x: Any) -> set[str]:
    """Returns the types of the nodes that a value is computed from, looking through fusible nodes."""
    todo, seen, ends = [x if isinstance(x, ov.Node) else x.get_node()], set[str](), set[str]()
    while todo:
        node = todo.pop()
        if node.get_name() in seen:
            continue
        seen.add(node.get_name())
        kind = node.get_type_name()
        if kind in _JOINING:
            todo += [value.get_node() for value in node.input_values()]
        else:
            ends.add(kind)
    return ends


@pointwise(np.floor_divide, 2, FLOATS | SMALL)
def floor_divide(x1: Node, x2: Node) -> Any:
    if not is_integer(x1):
        return _floor_divide(x1, x2)
    return opset.convert(opset.convert(_small_quotient(x1, x2), _INT32), x1.get_element_type())


def _floor_divide(x1: Any, x2: Any) -> Any:
    # As in NumPy: from the exact remainder, since x1 / x2 may round up to the next integer.
    rest = _mod(x1, x2)
    exact = _divide(opset.subtract(x1, rest), x2)
    exact = opset.select(opset.is_inf(rest), like(-1, x2), exact)  # for infinity of the opposite sign
    quotient = opset.round(exact, "half_to_even")
    # A zero has the sign of x1 / x2.
    negative_zero = opset.not_equal(_is_negative(x1), _is_negative(x2))
    zero = opset.select(negative_zero, like(-0.0, x2), like(0.0, x2))
    quotient = opset.select(opset.equal(quotient, like(0.0, x2)), zero, quotient)
    # For division by 0, NumPy returns the plain quotient.
    return opset.select(opset.equal(x2, like(0, x2)), _divide(x1, x2), quotient)


def _small_quotient(x1: Node, x2: Node) -> Any:
    # float32 is exact here: a quotient of integers below 2**16 is no nearer to an integer than 2**-16. Division by 0
    # gives 0.
    a, b = opset.convert(x1, ov.Type.f32), opset.convert(x2, ov.Type.f32)
    zero = like(0.0, b.output(0))
    return opset.select(opset.equal(b, zero), zero, opset.floor(_divide(a, b)))


@pointwise(np.remainder, 2, FLOATS | SMALL)
def mod(x1: Node, x2: Node) -> Any:
    if not is_integer(x1):
        return _mod(x1, x2)
    type_ = x1.get_element_type()
    a, b, quotient = (opset.convert(x, _INT32) for x in (x1, x2, _small_quotient(x1, x2)))
    remainder = opset.subtract(a, opset.multiply(quotient, b))
    zero = like(0, b.output(0))
    return opset.convert(opset.select(opset.equal(b, zero), zero, remainder), type_)


def _truncated_mod(x1: Any, x2: Any) -> Any:
    """Returns the remainder with the dividend's sign; Mod also returns NaN for an infinite divisor."""
    whole = opset.logical_and(opset.is_inf(x2), opset.is_finite(x1))
    return opset.select(whole, x1, opset.mod(x1, x2))


def _mod(x1: Any, x2: Any) -> Any:
    rest = _truncated_mod(x1, x2).output(0)
    zero = like(0, x2)
    other_sign = opset.not_equal(opset.less(rest, zero), opset.less(x2, zero))
    rest = opset.select(opset.logical_and(opset.not_equal(rest, zero), other_sign), opset.add(rest, x2), rest)
    # A zero has the divisor's sign.
    signed = opset.select(opset.less(x2, zero), like(-0.0, x2), like(0.0, x2))
    return opset.select(opset.equal(rest, zero), signed, rest)


@pointwise(np.power, 2)
def power(x1: Node, x2: Node) -> Any:
    return opset.power(x1, x2)


def _may_be_nan(x: Node) -> bool:
    node = x.get_node()
    if node.get_type_name() == "Constant" and not node.get_output_shape(0):
        return bool(np.isnan(node.data))
    return not x.get_element_type().is_integral()


def _with_nan(function: Any, x1: Node, x2: Node) -> Any:
    """Returns a maximum or minimum that is NaN where either operand is NaN."""
    answer = function(x1, x2)
    for x in (x2, x1):
        if _may_be_nan(x):
            answer = opset.select(opset.not_equal(x, x), x, answer)
    return answer


@pointwise(np.maximum, 2, NARROW)
def maximum(x1: Node, x2: Node) -> Any:
    return opset.logical_or(x1, x2) if is_bool(x1) else _with_nan(opset.maximum, x1, x2)


@pointwise(np.minimum, 2, NARROW)
def minimum(x1: Node, x2: Node) -> Any:
    return opset.logical_and(x1, x2) if is_bool(x1) else _with_nan(opset.minimum, x1, x2)


def same(x1: Any, x2: Any) -> Any:
    """Returns equality that is exact for int32: the difference of the bits is 0."""
    if x1.get_element_type() == _INT32:
        x1 = opset.bitwise_xor(x1, x2).output(0)
        x2 = like(0, x1)
    return opset.equal(x1, x2)


def _less(x1: Node, x2: Node) -> Any:
    if x1.get_element_type() == _INT32:
        return opset.logical_not(same(opset.maximum(x1, x2).output(0), x1))
    return opset.less(x1, x2)


def _less_equal(x1: Node, x2: Node) -> Any:
    if x1.get_element_type() == _INT32:
        return same(opset.maximum(x1, x2).output(0), x2)
    return opset.less_equal(x1, x2)


@pointwise(np.equal, 2, NARROW, "bool")
def equal(x1: Node, x2: Node) -> Any:
    return same(x1, x2)


@pointwise(np.not_equal, 2, NARROW, "bool")
def not_equal(x1: Node, x2: Node) -> Any:
    return opset.logical_not(same(x1, x2)) if x1.get_element_type() == _INT32 else opset.not_equal(x1, x2)


@pointwise(np.greater, 2, NARROW, "bool")
def greater(x1: Node, x2: Node) -> Any:
    return _less(x2, x1)


@pointwise(np.greater_equal, 2, NARROW, "bool")
def greater_equal(x1: Node, x2: Node) -> Any:
    return _less_equal(x2, x1)


@pointwise(np.less, 2, NARROW, "bool")
def less(x1: Node, x2: Node) -> Any:
    return _less(x1, x2)


@pointwise(np.less_equal, 2, NARROW, "bool")
def less_equal(x1: Node, x2: Node) -> Any:
    return _less_equal(x1, x2)


_ONLY_BOOL = frozenset({"bool"})


@pointwise(np.logical_and, 2, _ONLY_BOOL)
def logical_and(x1: Node, x2: Node) -> Any:
    return opset.logical_and(x1, x2)


@pointwise(np.logical_or, 2, _ONLY_BOOL)
def logical_or(x1: Node, x2: Node) -> Any:
    return opset.logical_or(x1, x2)


@pointwise(np.logical_xor, 2, _ONLY_BOOL)
def logical_xor(x1: Node, x2: Node) -> Any:
    return opset.logical_xor(x1, x2)


@pointwise(np.arctan2, 2)
def arctan2(x1: Node, x2: Node) -> Any:
    # The angle in the first half of a quadrant, rotated and mirrored to its own; the reciprocal reveals the sign of a
    # zero.
    type_ = x1.get_element_type()
    y, x = (opset.abs(v).output(0) for v in (x1, x2))
    small, large = opset.minimum(x, y).output(0), opset.maximum(x, y).output(0)
    ratio = opset.select(opset.equal(small, large), like(1.0, large), _divide(small, large))
    angle = opset.atan(opset.select(opset.equal(large, like(0.0, large)), like(0.0, large), ratio)).output(0)
    angle = opset.select(opset.greater(y, x), opset.subtract(opset.constant(math.pi / 2, type_), angle), angle)
    angle = opset.select(_is_negative(x2), opset.subtract(opset.constant(math.pi, type_), angle), angle)
    angle = opset.select(_is_negative(x1), opset.negative(angle), angle)
    for v in (x1, x2):
        angle = opset.select(opset.not_equal(v, v), v, angle)
    return angle


_BITS = SMALL | {"bool", "int32"}
_WHOLE = SMALL | {"int32"}


@pointwise(np.bitwise_and, 2, _BITS)
def bitwise_and(x: Node, y: Node) -> Any:
    return opset.bitwise_and(x, y)


@pointwise(np.bitwise_or, 2, _BITS)
def bitwise_or(x: Node, y: Node) -> Any:
    return opset.bitwise_or(x, y)


@pointwise(np.bitwise_xor, 2, _BITS)
def bitwise_xor(x: Node, y: Node) -> Any:
    return opset.bitwise_xor(x, y)


@pointwise(np.bitwise_not, 1, _BITS)
def bitwise_not(x: Node) -> Any:
    return opset.bitwise_not(x)


def _inside(y: Node) -> tuple[Any, int]:
    """Returns whether a shift by y bits leaves any of the bits, and the largest such shift."""
    last = y.get_element_type().size * 8 - 1
    unsigned = y.get_element_type() in (ov.Type.u8, ov.Type.u16)
    above = opset.bitwise_and(y, like((2 << last) - 1 - last if unsigned else ~last, y))
    return opset.equal(above, like(0, y)), last


@pointwise(np.left_shift, 2, _WHOLE)
def left_shift(x: Node, y: Node) -> Any:
    inside, _ = _inside(y)
    moved = opset.bitwise_left_shift(x, opset.select(inside, y, like(0, y)))
    return opset.select(inside, moved, like(0, x))


@pointwise(np.right_shift, 2, _WHOLE)
def right_shift(x: Node, y: Node) -> Any:
    inside, last = _inside(y)
    if x.get_element_type() in (ov.Type.u8, ov.Type.u16):
        return opset.select(inside, opset.bitwise_right_shift(x, opset.select(inside, y, like(0, y))), like(0, x))
    return opset.bitwise_right_shift(x, opset.select(inside, y, like(last, y)))


@pointwise(np.fmod, 2, FLOATS | SMALL)
def fmod(x1: Node, x2: Node) -> Any:
    if not is_integer(x1):
        rest = _truncated_mod(x1, x2).output(0)
        # A zero has the dividend's sign.
        signed = opset.select(_is_negative(x1), like(-0.0, x1), like(0.0, x1))
        return opset.select(opset.equal(rest, like(0.0, x1)), signed, rest)
    # float32 is exact here. Division by 0 gives 0.
    a, b = (opset.convert(x, ov.Type.f32) for x in (x1, x2))
    zero = opset.constant(0.0, ov.Type.f32)
    rest = opset.select(opset.equal(b, zero), zero, opset.mod(a, b))
    return opset.convert(opset.convert(rest, _INT32), x1.get_element_type())


def _eager_only(host: Any, name: str, why: str) -> Callable[[Any, Any], Tensor]:
    """Returns a function that no graph can express: computed on the host, and an error in a traced function."""

    def call(x1: Any, x2: Any) -> Tensor:
        operands = [x for x in (x1, x2) if type(x) is Tensor]
        if any(x.node is not None for x in operands):
            raise UnsupportedError(
                f"{name} cannot be part of a traced function on backend 'openvino', which {why}; call it "
                f"outside of ops.jit, or use another backend"
            )
        with np.errstate(all="ignore"):
            found = host(*(x.host if type(x) is Tensor else x for x in (x1, x2)))
        return Tensor(np.asarray(found), operands[0].dtype)

    return call


gcd, lcm = divisors.gcd, divisors.lcm


def _nextafter(x1: Any, x2: Any) -> Any:
    return np.where(np.equal(x1, x2), x2, np.nextafter(x1, x2))  # for float16, NumPy's own returns the other zero


nextafter = _eager_only(_nextafter, "nextafter", "cannot look at the bits of a float")
gammainc = _eager_only(special.gammainc, "gammainc", "has neither this function nor the gamma function")


def _ldexp_host(x1: Any, x2: Any) -> Any:
    if x2.dtype == np.uint64:  # NumPy does not support these exponents
        x2 = np.minimum(x2, 1 << 30).astype(np.int64)
    with np.errstate(all="ignore"):
        return np.ldexp(x1, x2)


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.node is None and x2.node is None:
        return Tensor(np.asarray(_ldexp_host(x1.host, x2.host), NUMPY[x1.dtype]), x1.dtype)
    for x, native in ((x1, FLOATS), (x2, _WHOLE)):
        if x.dtype not in native:
            raise unsupported("ldexp", x.dtype)
    return traced(_ldexp(node_of(x1, x1.dtype), node_of(x2, x2.dtype)), x1.dtype)


def _ldexp(x1: Node, x2: Node) -> Any:
    # Three factors, since the sum of the exponents of x1 and of the result may be that large.
    product, rest = opset.convert(x1, ov.Type.f32), opset.convert(x2, ov.Type.f32)
    rest = opset.clamp(rest, -378.0, 378.0)
    for _ in range(3):
        exponent = opset.clamp(rest, -126.0, 126.0)
        product = opset.multiply(product, opset.power(opset.constant(2.0, ov.Type.f32), exponent))
        rest = opset.subtract(rest, exponent)
    return opset.convert(product, x1.get_element_type())


def _sum_of_powers(x1: Node, x2: Node, scale: float) -> Any:
    """Returns the logarithm of base**x1 + base**x2, to a base given by its natural logarithm."""
    gap = opset.negative(opset.abs(opset.subtract(x1, x2))).output(0)
    rest = log1p.build(opset.exp(opset.multiply(gap, like(scale, gap))).output(0)).output(0)
    answer = opset.add(opset.maximum(x1, x2), _divide(rest, like(scale, rest)))
    # Equal infinities have no difference.
    answer = opset.select(opset.equal(x1, x2), opset.add(x1, like(math.log(2) / scale, x1)), answer)
    for x in (x1, x2):
        answer = opset.select(opset.not_equal(x, x), x, answer)
    return answer


@pointwise(np.logaddexp, 2)
def logaddexp(x1: Node, x2: Node) -> Any:
    return _sum_of_powers(x1, x2, 1.0)


@pointwise(np.logaddexp2, 2)
def logaddexp2(x1: Node, x2: Node) -> Any:
    return _sum_of_powers(x1, x2, math.log(2))


@pointwise(np.logical_not, 1, _ONLY_BOOL)
def logical_not(x: Node) -> Any:
    return opset.logical_not(x)


@pointwise(np.negative, 1, _NUMBERS)
def negative(x: Node) -> Any:
    if is_integer(x):
        return wrapping(lambda a: opset.subtract(opset.constant(0, _INT32), a), x)
    return opset.negative(x)


@pointwise(np.absolute, 1, NARROW)
def abs(x: Node) -> Any:
    return x if is_bool(x) else wrapping(opset.abs, x)


@pointwise(np.sign, 1, _NUMBERS)
def sign(x: Node) -> Any:
    return opset.sign(x)


@pointwise(np.square, 1, _NUMBERS)
def square(x: Node) -> Any:
    return wrapping(lambda a: opset.multiply(a, a), x)


@pointwise(np.exp)
def exp(x: Node) -> Any:
    # The node becomes infinite before the function does.
    root = opset.exp(opset.multiply(x, like(0.5, x))).output(0)
    return opset.select(opset.not_equal(x, x), x, opset.multiply(root, root))


@pointwise(np.log)
def log(x: Node) -> Any:
    return opset.log(x)


@pointwise(np.sqrt)
def sqrt(x: Node) -> Any:
    return opset.sqrt(x)


@pointwise(np.tanh)
def tanh(x: Node) -> Any:
    return opset.tanh(x)


@pointwise(np.sin)
def sin(x: Node) -> Any:
    return opset.sin(x)


@pointwise(np.cos)
def cos(x: Node) -> Any:
    return opset.cos(x)


@pointwise(np.floor)
def floor(x: Node) -> Any:
    return opset.floor(x)


@pointwise(np.ceil)
def ceil(x: Node) -> Any:
    return opset.ceiling(x)


@pointwise(np.isnan, result_dtype="bool")
def isnan(x: Node) -> Any:
    return opset.not_equal(x, x)


@pointwise(np.isinf, result_dtype="bool")
def isinf(x: Node) -> Any:
    return opset.is_inf(x)


@pointwise(np.isfinite, result_dtype="bool")
def isfinite(x: Node) -> Any:
    return opset.is_finite(x)


@pointwise(np.arccos)
def arccos(x: Node) -> Any:
    return opset.acos(x)


@pointwise(np.arccosh)
def arccosh(x: Node) -> Any:
    return opset.acosh(x)


@pointwise(np.arcsin)
def arcsin(x: Node) -> Any:
    return opset.asin(x)


@pointwise(np.arcsinh)
def arcsinh(x: Node) -> Any:
    return opset.asinh(x)


@pointwise(np.arctan)
def arctan(x: Node) -> Any:
    return opset.atan(x)


@pointwise(np.arctanh)
def arctanh(x: Node) -> Any:
    return opset.atanh(x)


@pointwise(np.cosh)
def cosh(x: Node) -> Any:
    return opset.cosh(x)


@pointwise(np.sinh)
def sinh(x: Node) -> Any:
    return opset.sinh(x)


@pointwise(np.tan)
def tan(x: Node) -> Any:
    return opset.tan(x)


@pointwise(np.expm1)
def expm1(x: Node) -> Any:
    # (exp(x) - 1) / (exp(x) + 1) = tanh(x / 2), which is accurate near 0.
    half = opset.multiply(x, like(0.5, x)).output(0)
    root = opset.exp(half).output(0)  # its square overflows where the function does
    scaled = opset.multiply(opset.tanh(half), opset.add(opset.multiply(root, root), like(1.0, x)))
    return opset.select(opset.not_equal(x, x), x, scaled)


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:
    total: Any = like(coefficients[0], x)
    for coefficient in coefficients[1:]:
        total = opset.add(opset.multiply(total, x), like(coefficient, x)).output(0)
    return total


@pointwise(special.erf)
def erf(x: Node) -> Any:
    # Near 0 the plugin's own is inaccurate, so Cody's rational function is used.
    size = opset.abs(x).output(0)
    squared = opset.multiply(x, x)
    bounded = opset.minimum(squared, like(0.25, x)).output(0)
    above, below = (_polynomial(part, bounded) for part in special.NEAR)
    near = opset.multiply(x, opset.divide(above, below))
    return opset.select(opset.less(size, like(0.46875, x)), near, opset.erf(x))


@pointwise(special.erfc)
def erfc(x: Node) -> Any:
    # Above 0.46875, Cody's rational functions: one minus erf has no significant digits there.
    size = opset.abs(x).output(0)
    middle = opset.clamp(size, 0.46875, 4.0).output(0)
    far = opset.clamp(size, 4.0, 1e18).output(0)
    inverse = opset.power(far, like(-2.0, x)).output(0)
    above, below = (_polynomial(part, inverse) for part in special.FAR)
    rest = opset.multiply(inverse, opset.divide(above, below))
    tail = opset.divide(opset.subtract(like(1 / math.sqrt(math.pi), x), rest), far)
    above, below = (_polynomial(part, middle) for part in special.MIDDLE)
    scaled = opset.select(opset.less(size, like(4.0, x)), opset.divide(above, below), tail)
    cut = opset.divide(opset.floor(opset.multiply(size, like(16.0, x))), like(16.0, x))
    powers = opset.multiply(
        opset.exp(opset.negative(opset.multiply(cut, cut))),
        opset.exp(opset.multiply(opset.subtract(cut, size), opset.add(cut, size))),
    )
    product = opset.multiply(powers, scaled)
    small = opset.select(opset.less(size, like(27.0, x)), product, like(0.0, x))
    signed = opset.select(opset.less(x, like(0.0, x)), opset.subtract(like(2.0, x), small), small)
    near = opset.subtract(like(1.0, x), opset.erf(x))
    out = opset.select(opset.less_equal(size, like(0.46875, x)), near, signed)
    return opset.select(opset.not_equal(x, x), x, out)


@pointwise(special.erfinv)
def erfinv(x: Node) -> Any:
    one = like(1.0, x)
    w = opset.negative(opset.log(opset.multiply(opset.subtract(one, x), opset.add(one, x)))).output(0)
    centre, tail = special.ERFINV_FLOAT32
    root = opset.sqrt(opset.maximum(w, like(6.0, x)))
    near = _polynomial(centre, _scaled(w, 3.0, 3.0))
    far = _polynomial(tail, _scaled(root, 3.2, 0.8))
    out = opset.multiply(opset.select(opset.less(w, like(6.0, x)), near, far), x)
    size = opset.abs(x).output(0)
    ends = opset.multiply(x, like(np.inf, x))
    outside = opset.select(opset.equal(size, one), ends, like(np.nan, x))
    return opset.select(opset.less(size, one), out, outside)


def _scaled(x: Any, middle: float, half: float) -> Any:
    """Returns the position of x in an interval, given by its midpoint and half its length, scaled to -1 to 1."""
    x = x if isinstance(x, Node) else x.output(0)
    return opset.multiply(opset.subtract(x, like(middle, x)), like(1 / half, x)).output(0)


@pointwise(np.log1p)
def log1p(x: Node) -> Any:
    # log(1 + x) = 2 artanh(x / (2 + x)): accurate near 0, where 1 + x is not.
    near = opset.multiply(opset.atanh(_divide(x, opset.add(x, like(2.0, x)))), like(2.0, x))
    return opset.select(opset.less(opset.abs(x), like(0.5, x)), near, opset.log(opset.add(x, like(1.0, x))))


@pointwise(np.rint)
def rint(x: Node) -> Any:
    return opset.round(x, "half_to_even")


def _is_negative(x: Node) -> Any:
    # The reciprocal of negative zero is minus infinity.
    one_over = _divide(like(1.0, x), x)
    return opset.logical_or(opset.less(x, like(0, x)), opset.less(one_over, like(0, x)))


@pointwise(np.signbit, 1, NARROW - {"bool"}, "bool")
def _signbit(x: Node) -> Any:
    # A NaN's sign is lost here.
    return opset.less(x, like(0, x)) if is_integer(x) else _is_negative(x)


def signbit(x: Tensor) -> Tensor:
    if x.node is None:
        return from_numpy(np.asarray(np.signbit(x.host)))
    return imag(x) if x.dtype == "bool" else _signbit(x)


@pointwise(lambda x: np.arctan2(x.dtype.type(0), x))
def angle(x: Node) -> Any:
    number = opset.select(_is_negative(x), like(np.pi, x), like(0.0, x))
    return opset.select(opset.not_equal(x, x), x, number)


# OpenVINO has no complex tensors.
def conj(x: Tensor) -> Tensor:
    return x


def real(x: Tensor) -> Tensor:
    return x


def imag(x: Tensor) -> Tensor:
    return zeros_like(x, x.dtype)


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    if not dtypes.is_float(x.dtype):
        return x
    largest = dtypes.largest(x.dtype)
    return _nan_to_num(x, nan, largest if posinf is None else posinf, -largest if neginf is None else neginf)


@pointwise(lambda x, nan, posinf, neginf: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf))
def _nan_to_num(x: Node, nan: float, posinf: float, neginf: float) -> Any:
    low = opset.select(opset.equal(x, like(-np.inf, x)), like(neginf, x), x)
    high = opset.select(opset.equal(x, like(np.inf, x)), like(posinf, x), low)
    return opset.select(opset.not_equal(x, x), like(nan, x), high)


@pointwise(np.where, 3, NARROW)
def where(condition: Node, x1: Node, x2: Node) -> Any:
    if x1.get_element_type() == _INT32 and condition.get_node().get_type_name() not in _GIVEN:
        # By bits: the plugin may fuse a Select with the node that computes its condition, and then computes it in
        # float32.
        mask = opset.negative(opset.convert(condition, _INT32))
        return opset.bitwise_or(opset.bitwise_and(x1, mask), opset.bitwise_and(x2, opset.bitwise_not(mask)))
    return opset.select(condition, x1, x2)


@pointwise(lambda x, x_min, x_max: np.minimum(np.maximum(x, x_min), x_max), 3, _NUMBERS)
def _clip(x: Node, x_min: Node, x_max: Node) -> Any:
    return _with_nan(opset.minimum, _with_nan(opset.maximum, x, x_min).output(0), x_max)


def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """Returns clipped values. A model's 64-bit integers can be clipped to bounds that int32 holds, because their
    saturated int32 values suffice for that."""
    if x.dtype in ("int64", "uint64", "uint32") and x_min.node is None and x_max.node is None:
        twin, low, high = twin_of(x), narrowed(x_min), narrowed(x_max)
        if twin is not None and low.dtype == high.dtype == "int32":
            clipped = _clip(traced(twin, "int32"), low, high)
            return traced(opset.convert(clipped.node, TYPES[x.dtype]), x.dtype)
    return _clip(x, x_min, x_max)


@pointwise(np.reciprocal)
def reciprocal(x: Node) -> Any:
    return _divide(like(1.0, x), x)
