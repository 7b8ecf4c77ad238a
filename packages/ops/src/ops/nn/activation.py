"""Family nn.activation: activation functions, softmax and one-hot encodings."""

from __future__ import annotations

import itertools
import math
from typing import Any

from ops._declaration import check_count, composite, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import operand_of
from ops._declaration.roles import Axis, DtypeLike, Index, Operand, Size, Tensor
from ops._declaration.sparsity import sparse_module
from ops.core import _static_shape as shape_of
from ops.core import cast, is_tensor
from ops.core import dtype as dtype_of
from ops.creation import arange, ones_like
from ops.elementwise import (
    abs,
    add,
    clip,
    divide,
    equal,
    erfc,
    exp,
    expm1,
    greater,
    greater_equal,
    less,
    less_equal,
    log,
    logaddexp,
    logical_and,
    maximum,
    multiply,
    negative,
    sqrt,
    square,
    subtract,
    tanh,
    where,
)
from ops.manipulation import expand_dims, flip, moveaxis, reshape, split
from ops.reduction import any as reduce_any
from ops.reduction import cumsum, number_for, widened
from ops.reduction import max as reduce_max
from ops.reduction import sum as reduce_sum
from ops.sorting import sort
from ops_common import shapes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "multi_hot",
    "one_hot",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh_shrink",
    "threshold",
]


@composite(dtype=rules.REALS)
def relu(x: Operand) -> Tensor:
    """The rectified linear unit: ``maximum(x, 0)``; bools count as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.relu([-1.0, 2.0]))
        array([0., 2.], dtype=float32)
    """
    return maximum(x, 0)


@composite(dtype=rules.REAL_FLOATS)
def sigmoid(x: Operand) -> Tensor:
    """``1 / (1 + exp(-x))``, in the float dtype, without overflow.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sigmoid([0.0, -1000.0]))
        array([0.5, 0. ], dtype=float32)
    """
    return multiply(add(tanh(multiply(x, 0.5)), 1), 0.5)


@composite(dtype=rules.REAL_FLOATS)
def gelu(x: Operand, approximate: bool = True) -> Tensor:
    """Gaussian error linear unit: x times the probability that a standard normal variate is below x.

    Args:
        x: real numbers.
        approximate: whether to use ``0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`` (Hendrycks and Gimpel, 2016,
            arXiv:1606.08415) instead of ``0.5 x (1 + erf(x / sqrt(2)))``. With the latter, the result for an infinity
            may be NaN, depending on the framework's kernel.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.gelu([0.0, 100.0]))
        array([  0., 100.], dtype=float32)
    """
    if not approximate:
        return multiply(multiply(x, 0.5), erfc(multiply(x, -math.sqrt(0.5))))
    # (1 + tanh(u)) / 2 is sigmoid(2 u), which avoids cancellation.
    inner = multiply(multiply(x, 2 * math.sqrt(2 / math.pi)), add(1, multiply(square(x), 0.044715)))
    return multiply(x, sigmoid(inner))


@composite(dtype=rules.REALS)
def relu6(x: Operand) -> Tensor:
    """``minimum(maximum(x, 0), 6)``; bools count as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.relu6([-1.0, 2.0, 9.0]))
        array([0., 2., 6.], dtype=float32)
    """
    # The gradient is 0 at both ends.
    return where(less_equal(x, 0), cast(0, dtype_of(x)), where(greater_equal(x, 6), cast(6, dtype_of(x)), x))


@composite(dtype=rules.REAL_FLOATS, numbers=("negative_slope",))
def leaky_relu(x: Operand, negative_slope: float = 0.2) -> Tensor:
    """x where it is positive, and x times ``negative_slope`` elsewhere.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.leaky_relu([-1.0, 2.0], 0.5))
        array([-0.5,  2. ], dtype=float32)
    """
    negative_slope = number_for(x, negative_slope)
    return where(greater(x, 0), x, multiply(x, negative_slope))


@composite(dtype=rules.REAL_FLOATS, numbers=("alpha",))
def elu(x: Operand, alpha: float = 1.0) -> Tensor:
    """The exponential linear unit: x where it is positive, ``alpha (exp(x) - 1)`` elsewhere (arXiv:1511.07289).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.elu([-1000.0, 2.0]))
        array([-1.,  2.], dtype=float32)
    """
    alpha = number_for(x, alpha)
    # The exponential of positive numbers is never computed: it may overflow, and its gradient with it.
    positive = greater(x, 0)
    return where(positive, x, multiply(expm1(where(positive, 0, x)), alpha))


@composite(dtype=rules.REAL_FLOATS, numbers=("alpha",))
def celu(x: Operand, alpha: float = 1.0) -> Tensor:
    """x where it is positive, ``alpha (exp(x / alpha) - 1)`` elsewhere: differentiable at 0 for every alpha
    (arXiv:1704.07483).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.celu([-1000.0, 2.0], 0.5))
        array([-0.5,  2. ], dtype=float32)
    """
    alpha = number_for(x, alpha)
    positive = greater(x, 0)
    return where(positive, x, multiply(expm1(divide(where(positive, 0, x), alpha)), alpha))


@composite(dtype=rules.REAL_FLOATS)
def selu(x: Operand) -> Tensor:
    """`elu` with the alpha and the scale that preserve mean and variance between layers (arXiv:1706.02515).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.selu([0.0, 1.0])).round(3)
        array([0.   , 1.051], dtype=float32)
    """
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    positive = greater(x, 0)
    return where(positive, multiply(x, scale), multiply(expm1(where(positive, 0, x)), scale * alpha))


@composite(dtype=rules.REAL_FLOATS)
def silu(x: Operand) -> Tensor:
    """``x sigmoid(x)`` (arXiv:1702.03118).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.silu([0.0, 100.0]))
        array([  0., 100.], dtype=float32)
    """
    return multiply(x, sigmoid(x))


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def swish(x: Operand) -> Tensor:
    """An alias of `silu`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.swish([0.0, 100.0]))
        array([  0., 100.], dtype=float32)
    """
    return silu(x)


@composite(dtype=rules.REAL_FLOATS)
def softplus(x: Operand) -> Tensor:
    """``log(1 + exp(x))``, without overflow.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.softplus([-1000.0, 1000.0]))
        array([   0., 1000.], dtype=float32)
    """
    return logaddexp(x, 0)


@composite(dtype=rules.REAL_FLOATS)
def log_sigmoid(x: Operand) -> Tensor:
    """The logarithm of `sigmoid`, without overflow or the logarithm of zero.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log_sigmoid([-1000.0, -500.0]))
        array([-1000.,  -500.], dtype=float32)
    """
    return negative(softplus(negative(x)))


@composite(dtype=rules.REAL_FLOATS)
def softsign(x: Operand) -> Tensor:
    """``x / (1 + |x|)``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.softsign([-1.0, 3.0]))
        array([-0.5 ,  0.75], dtype=float32)
    """
    return divide(x, add(abs(x), 1))


@composite(dtype=rules.REAL_FLOATS)
def hard_sigmoid(x: Operand) -> Tensor:
    """``x / 6 + 1 / 2``, clipped to [0, 1].

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hard_sigmoid([-9.0, 0.0, 9.0]))
        array([0. , 0.5, 1. ], dtype=float32)
    """
    return divide(relu6(add(x, 3)), 6)


@composite(dtype=rules.REAL_FLOATS)
def hard_silu(x: Operand) -> Tensor:
    """``x hard_sigmoid(x)`` (arXiv:1905.02244).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hard_silu([0.0, 9.0]))
        array([0., 9.], dtype=float32)
    """
    return multiply(x, hard_sigmoid(x))


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def hard_swish(x: Operand) -> Tensor:
    """An alias of `hard_silu`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hard_swish([0.0, 9.0]))
        array([0., 9.], dtype=float32)
    """
    return hard_silu(x)


@composite(dtype=rules.REAL_FLOATS)
def hard_tanh(x: Operand) -> Tensor:
    """x, clipped to [-1, 1].

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hard_tanh([-9.0, 0.5, 9.0]))
        array([-1. ,  0.5,  1. ], dtype=float32)
    """
    return clip(x, -1, 1)


@composite(dtype=rules.REAL_FLOATS, numbers=("threshold",))
def hard_shrink(x: Operand, threshold: float = 0.5) -> Tensor:
    """0 where the absolute value of x is at most the threshold, x elsewhere.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hard_shrink([-0.5, 0.25, 1.0]))
        array([0., 0., 1.], dtype=float32)
    """
    threshold = number_for(x, threshold)
    return where(logical_and(greater_equal(x, -threshold), less_equal(x, threshold)), 0, x)


@composite(dtype=rules.REAL_FLOATS, numbers=("threshold",))
def soft_shrink(x: Operand, threshold: float = 0.5) -> Tensor:
    """x moved towards 0 by the threshold; 0 where its absolute value is at most the threshold.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.soft_shrink([-2.0, 0.25, 1.0]))
        array([-1.5,  0. ,  0.5], dtype=float32)
    """
    threshold = number_for(x, threshold)
    return subtract(x, clip(x, -threshold, threshold))


@composite(dtype=rules.REAL_FLOATS)
def tanh_shrink(x: Operand) -> Tensor:
    """``x - tanh(x)``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tanh_shrink([0.0, 100.0]))
        array([ 0., 99.], dtype=float32)
    """
    # Near 0 the difference cancels, so use the continued fraction of tanh (https://dlmf.nist.gov/4.39#E1).
    small = less(abs(x), 1.0)
    inner = where(small, x, 0.0)
    squared = square(inner)
    above, below = (_polynomial(part, squared) for part in _TANH_SHRINK)
    return where(small, divide(multiply(inner, above), below), subtract(x, tanh(x)))


def _polynomial(coefficients: tuple[float, ...], x: Any) -> Any:
    total: Any = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = add(multiply(total, x), coefficient)
    return total


def _continued_fraction() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns the coefficients in x**2, lowest power first, of the numerator and denominator of 1 - tanh(x) / x.

    tanh(x) is x / (1 + c), where c = x**2 / (3 + x**2 / (5 + x**2 / (7 + ...))).
    """
    above, below = [0, 1], [_TERMS]
    for term in range(_TERMS - 2, 2, -2):
        above, below = [0, *below], [term * b + a for a, b in itertools.zip_longest(above, below, fillvalue=0)]
    both = [a + b for a, b in itertools.zip_longest(above, below, fillvalue=0)]
    return tuple(a / both[0] for a in above), tuple(b / both[0] for b in both)


_TERMS = 17
_TANH_SHRINK = _continued_fraction()


@composite(dtype=rules.REALS)
def threshold(x: Operand, threshold: float, default_value: float) -> Tensor:
    """x where it is above the threshold, and ``default_value`` elsewhere; bools count as int32.

    Args:
        x: real numbers.
        threshold: a number.
        default_value: a number; it is cast to x's dtype.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.threshold([-1.0, 2.0], 0.5, 9.0))
        array([9., 2.], dtype=float32)
    """
    return where(less_equal(x, threshold), cast(default_value, dtype_of(x)), x)


@composite(dtype=rules.REAL_FLOATS)
def squareplus(x: Operand, b: float = 4.0) -> Tensor:
    """``(x + sqrt(x^2 + b)) / 2`` (arXiv:2112.11687), without cancellation and without overflow of the result.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.squareplus([0.0, 1.5]))
        array([1., 2.], dtype=float32)
    """
    # For negative x, |x| and the root nearly cancel; the product of their difference and their sum is b.
    if not is_tensor(b) and b == 0:  # the root has no derivative at 0
        return maximum(x, 0)
    x, dtype = widened(x), dtype_of(x)
    size = abs(x)
    large = greater(size, 1e150 if dtype == "float64" else 1e19)  # beyond, b is negligible and the square overflows
    root = where(large, size, sqrt(add(square(where(large, 0.0, x)), b)))
    rest = divide(0.5 * b, add(root, size))
    return cast(add(maximum(x, 0), rest), dtype)


@composite(dtype=rules.REAL_FLOATS)
def sparse_plus(x: Operand) -> Tensor:
    """0 for x below -1, ``(x + 1)^2 / 4`` between -1 and 1, and x above 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sparse_plus([-2.0, 0.0, 3.0]))
        array([0.  , 0.25, 3.  ], dtype=float32)
    """
    return where(greater_equal(x, 1), x, multiply(square(add(clip(x, -1, 1), 1)), 0.25))


@composite(dtype=rules.REAL_FLOATS)
def sparse_sigmoid(x: Operand) -> Tensor:
    """``(x + 1) / 2``, clipped to [0, 1].

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sparse_sigmoid([-2.0, 0.0, 3.0]))
        array([0. , 0.5, 1. ], dtype=float32)
    """
    return divide(relu6(multiply(add(x, 1), 3)), 6)


def _halves(x: Any, axis: int) -> tuple[Any, int]:
    in_shape = shape_of(x)
    size = in_shape[shapes.normalize_axis(axis, len(in_shape))]
    if size is not None and size % 2:
        raise ShapeError(f"axis {axis} must have an even size; got size {size} in shape {in_shape}")
    return x, axis


@composite(dtype=rules.REAL_FLOATS, canonical=_halves)
def glu(x: Operand, axis: int = -1) -> Tensor:
    """The gated linear unit: the first half of an axis times the `sigmoid` of the second half (arXiv:1612.08083).

    Raises:
        ShapeError: the axis is out of bounds, or its size is odd.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.glu([2.0, 4.0, 0.0, 1000.0]))
        array([1., 4.], dtype=float32)
    """
    first, second = split(x, 2, axis)
    return multiply(first, sigmoid(second))


@composite(dtype=rules.REAL_FLOATS)
def sparsemax(x: Operand, axis: int = -1) -> Tensor:
    """The point of the probability simplex that is nearest to x: like `softmax`, but sparse.

    See Martins and Astudillo 2016, arXiv:1602.02068.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sparsemax([[1.0, 1.0, 0.0], [3.0, 0.0, 0.0]]))
        array([[0.5, 0.5, 0. ],
               [1. , 0. , 0. ]], dtype=float32)
    """
    at = shapes.normalize_axis(axis, len(shape_of(x)))
    shifted = subtract(x, reduce_max(x, at, True, -math.inf))
    falling = flip(sort(shifted, at), at)
    counts = cumsum(ones_like(falling), at)
    # The largest elements, those above the threshold.
    in_support = greater(add(multiply(falling, counts), 1), cumsum(falling, at))
    support = reduce_sum(where(in_support, 1.0, 0.0), at, True)
    threshold = divide(subtract(reduce_sum(where(in_support, falling, 0), at, True), 1), cast(support, dtype_of(x)))
    above = subtract(shifted, threshold)
    return where(less_equal(above, 0), 0, above)


@composite(dtype=rules.REAL_FLOATS)
def softmax(x: Operand, axis: Axis = -1) -> Tensor:
    """``exp(x) / sum(exp(x))`` along axes, in the float dtype, without overflow.

    Args:
        x: real numbers.
        axis: an axis or several; None for all.

    Raises:
        ShapeError: an axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.softmax([1000.0, 1000.0]))
        array([0.5, 0.5], dtype=float32)
    """
    powers = exp(subtract(x, reduce_max(x, axis, True, -math.inf)))  # an empty axis has no largest element
    return divide(powers, reduce_sum(powers, axis, True))


@composite(dtype=rules.REAL_FLOATS)
def log_softmax(x: Operand, axis: Axis = -1) -> Tensor:
    """The logarithm of `softmax`, without overflow or the logarithm of zero.

    Raises:
        ShapeError: an axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log_softmax([0.0, -1000.0]))
        array([    0., -1000.], dtype=float32)
    """
    shifted = subtract(x, reduce_max(x, axis, True, -math.inf))
    return subtract(shifted, log(reduce_sum(exp(shifted), axis, True)))


def _sparse_one_hot(backend: Backend, x: Any, num_classes: Any, axis: int, dtype: Any, sparse: bool) -> Any:
    if not sparse:
        return NotImplemented
    return sparse_module("encodings").one_hot(backend, x, num_classes, axis, dtype)


def _sparse_multi_hot(
    backend: Backend, inputs: Any, num_classes: Any, axis: int, dtype: Any, sparse: bool, kwargs: dict[str, Any]
) -> Any:
    if not sparse:
        return NotImplemented
    inputs, num_classes, *_ = _labels(operand_of(backend, inputs), num_classes, axis, dtype, sparse, dict(kwargs))
    return sparse_module("encodings").multi_hot(backend, inputs, num_classes, axis, dtype)


@reads(x="rank")
def _classes(x: Any, num_classes: Any, axis: int, dtype: str, sparse: bool) -> tuple[Any, ...]:
    num_classes = check_count(num_classes, "num_classes")
    rank = len(getattr(x, "shape", ())) + 1
    return x, num_classes, shapes.normalize_axis(axis, rank), dtype, sparse


@composite(canonical=_classes, kernel=None, instead=_sparse_one_hot)
def one_hot(x: Index, num_classes: Size, axis: int = -1, dtype: DtypeLike = None, sparse: bool = False) -> Tensor:
    """The one-hot encoding of integers: a new axis with 1 at the index given by x, and 0 elsewhere.

    Args:
        x: integers; an index out of range gives all zeros.
        num_classes: the size of the new axis.
        axis: the position of the new axis in the output.
        dtype: the output's dtype, `floatx` for None.
        sparse: whether the output is a sparse tensor.

    Raises:
        ShapeError: the axis is out of bounds.
        DtypeError: x is complex.
        ArgumentError: x has floats that are not whole numbers.
        ArgumentError: num_classes is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.one_hot([1, 0], 3, dtype="int32"))
        array([[0, 1, 0],
               [1, 0, 0]], dtype=int32)
    """
    return _one_hot(x, num_classes, axis, dtype)


@composite(kernel="one_hot")
def _one_hot(x: Index, num_classes: Size, axis: int, dtype: DtypeLike) -> Tensor:
    """`one_hot` with canonical arguments, as kernels implement it."""
    rank = len(shape_of(x)) + 1
    classes = reshape(arange(num_classes), tuple(-1 if i == axis % rank else 1 for i in range(rank)))
    return cast(equal(expand_dims(x, axis), classes), dtype)


@reads(inputs="rank")
def _labels(inputs: Any, num_classes: Any, axis: int, dtype: str, sparse: bool, kwargs: dict[str, Any]) -> Any:
    if num_classes is None:
        num_classes = kwargs.pop("num_tokens", None)
    if kwargs:
        raise ArgumentTypeError(f"multi_hot got unknown arguments {', '.join(sorted(kwargs))}")
    if num_classes is None:
        raise ArgumentTypeError("multi_hot needs num_classes")
    shapes.normalize_axis(axis, max(len(shape_of(inputs)), 1))
    return inputs, check_count(num_classes, "num_classes"), axis, dtype, sparse, {}


@composite(canonical=_labels, kernel=None, instead=_sparse_multi_hot)
def multi_hot(
    inputs: Index,
    num_classes: Size | None = None,
    axis: int = -1,
    dtype: DtypeLike = None,
    sparse: bool = False,
    **kwargs: Any,
) -> Tensor:
    """The multi-hot encoding of labels: for each sample, 1 at each of its labels, and 0 elsewhere.

    Args:
        inputs: labels, integers of shape (samples, labels, ...), (labels,) or (); labels out of range are ignored.
        num_classes: the number of classes.
        axis: the position of the class axis in the output.
        dtype: the output's dtype, `floatx` for None.
        sparse: whether the output is a sparse tensor.
        **kwargs: num_tokens, the former name of num_classes.

    Returns:
        A tensor of the inputs' shape without the label axis, and with a class axis.

    Raises:
        ShapeError: the axis is out of bounds.
        DtypeError: the inputs are not integers.
        ArgumentError: num_classes is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.multi_hot([[0, 1], [2, -1]], 3, dtype="int32"))
        array([[1, 1, 0],
               [0, 0, 1]], dtype=int32)
    """
    rank = len(shape_of(inputs))
    assert num_classes is not None  # see _labels
    encoded = one_hot(inputs, num_classes, -1, "bool")
    if rank:
        encoded = reduce_any(encoded, 1 if rank > 1 else 0)
    return cast(moveaxis(encoded, -1, axis), dtype)
