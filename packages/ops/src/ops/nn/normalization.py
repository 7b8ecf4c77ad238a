"""Family nn.normalization: scales activations to a common range.

Half-precision inputs are computed in float32: a sum of squares easily overflows in float16.
"""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.elementwise import abs, add, divide, maximum, multiply, negative, power, sqrt, square, subtract
from ops.manipulation import expand_dims, squeeze
from ops.reduction import mean, number_for, widened
from ops.reduction import sum as reduce_sum
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime import config
from ops_common.runtime.backend import Backend

__all__ = [
    "batch_normalization",
    "layer_normalization",
    "moments",
    "normalize",
    "rms_normalization",
]


def _epsilon(epsilon: float | None) -> float:
    return config.epsilon() if epsilon is None else epsilon


@reads()
def _unsynchronized(x: Any, axes: Any, keepdims: bool, synchronized: bool) -> Any:
    if synchronized:
        raise ArgumentError("moments over several processes are not supported; omit synchronized")
    return x, axes, keepdims, synchronized


@composite(dtype=rules.REAL_FLOATS, canonical=_unsynchronized)
def moments(x: Operand, axes: Axis, keepdims: bool = False, synchronized: bool = False) -> tuple[Tensor, Tensor]:
    """The mean and the variance over axes, in the float dtype.

    Args:
        x: real numbers.
        axes: an axis or several; None for all.
        keepdims: whether to keep the reduced axes, with size 1.
        synchronized: must not be True: moments over several processes are not supported.

    Returns:
        A tuple of the mean and the variance (the mean of squared deviations from the mean).

    Raises:
        ShapeError: an axis is out of bounds.
        ArgumentError: synchronized is True.

    Example:
        >>> import ops
        >>> [float(ops.convert_to_numpy(moment)) for moment in ops.moments([1.0, 3.0], 0)]
        [2.0, 1.0]
    """
    wide = widened(x)
    middle = mean(wide, axes, True)
    spread = mean(square(subtract(wide, middle)), axes, keepdims)
    if not keepdims:
        middle = squeeze(middle, tuple(range(len(shape_of(x)))) if axes is None else axes)
    return cast(middle, dtype_of(x)), cast(spread, dtype_of(x))


@reads()
def _order(x: Any, axis: Any, order: Any, epsilon: Any) -> Any:
    if order < 1:
        raise ArgumentError(f"order must be at least 1; got {order}")
    return x, axis, order, _epsilon(epsilon)


@composite(dtype=rules.REAL_FLOATS, canonical=_order, numbers=("epsilon",))
def normalize(x: Operand, axis: Axis = -1, order: int = 2, epsilon: float | None = None) -> Tensor:
    """x divided by its norm along axes; the norm is bounded below by epsilon.

    Args:
        x: real numbers.
        axis: an axis or several; None for all.
        order: the order of the norm: 2 for the Euclidean norm, 1 for the sum of absolute values.
        epsilon: a number, `ops.config.epsilon()` for None.

    Raises:
        ShapeError: an axis is out of bounds.
        ArgumentError: the order is below 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.normalize([[3.0, 4.0], [0.0, 0.0]]))
        array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)
    """
    wide = widened(x)
    least: Any = number_for(wide, epsilon)
    # The bound is applied before the root, whose derivative at 0 is infinite.
    if order == 1:
        norm = maximum(reduce_sum(abs(wide), axis, True), least)
    elif order == 2:
        norm = sqrt(maximum(reduce_sum(square(wide), axis, True), least**2))
    else:
        norm = power(maximum(reduce_sum(power(abs(wide), float(order)), axis, True), least**order), 1 / order)
    return cast(divide(wide, norm), dtype_of(x))


def _along(parameter: Any, x: Any, axes: Any) -> Any:
    """Returns a parameter of the axes' sizes in a shape that broadcasts against x."""
    rank = len(shape_of(x))
    if len(shape_of(parameter)) in (0, rank):
        return parameter
    return expand_dims(parameter, tuple(i for i in range(rank) if i not in axes))


def _check(parameter: Any, x: Any, axes: tuple[int, ...], name: str) -> None:
    """Raises ShapeError unless a parameter is a number, has the axes' sizes, or x's rank and broadcasts to x."""
    if parameter is None:
        return
    shape, sizes = shape_of(parameter), shape_of(x)
    expected = tuple(sizes[axis] for axis in axes)
    if len(shape) == len(axes) and all(None in (a, b) or a == b for a, b in zip(shape, expected, strict=True)):
        return
    if len(shape) == len(sizes) and all(None in (a, b) or a in (b, 1) for a, b in zip(shape, sizes, strict=True)):
        return
    if shape:
        raise ShapeError(f"{name} of shape {shape} does not fit axes {axes} of {sizes}")


def _no_more(x: Any, gamma: Any, beta: Any, axis: Any, epsilon: Any, kwargs: dict[str, Any]) -> Any:
    kwargs.pop("rms_scaling", None)
    if kwargs:
        raise ArgumentTypeError(f"layer_normalization got unknown arguments {', '.join(sorted(kwargs))}")
    axes = tuple(sorted(shapes.normalize_axes(axis, len(shape_of(x)))))
    _check(gamma, x, axes, "gamma")
    _check(beta, x, axes, "beta")
    return x, gamma, beta, axes, _epsilon(epsilon), {}


def _variance_axes(x: Any, gamma: Any, axis: Any, epsilon: Any) -> Any:
    axes = tuple(sorted(shapes.normalize_axes(axis, len(shape_of(x)))))
    _check(gamma, x, axes, "gamma")
    return x, gamma, axes, _epsilon(epsilon)


@composite(dtype=rules.REAL_FLOATS, canonical=_variance_axes, kernel=None)
def _scale_by_variance(x: Operand, gamma: Operand | None, axis: Axis, epsilon: float | None) -> Tensor:
    wide = widened(x)
    centred = subtract(wide, mean(wide, axis, True))
    out = divide(wide, sqrt(add(mean(square(centred), axis, True), epsilon)))
    if gamma is not None:
        out = multiply(out, _along(gamma, x, axis))
    return cast(out, dtype_of(x))


def _by_variance(
    backend: Backend, x: Any, gamma: Any, beta: Any, axis: Any, epsilon: Any, kwargs: dict[str, Any]
) -> Any:
    if not kwargs.get("rms_scaling") or len(kwargs) > 1:
        return NotImplemented
    return backend.bound.nn_normalization__scale_by_variance(x, gamma, axis, epsilon)


@composite(dtype=rules.REAL_FLOATS, canonical=_no_more, numbers=("epsilon",), instead=_by_variance)
def layer_normalization(
    x: Operand,
    gamma: Operand | None = None,
    beta: Operand | None = None,
    axis: Axis = -1,
    epsilon: float | None = None,
    **kwargs: Any,
) -> Tensor:
    """Layer normalization: ``gamma (x - mean) / sqrt(variance + epsilon) + beta`` over axes (arXiv:1607.06450).

    Args:
        x: real numbers.
        gamma: the scale, of the axes' sizes in order; None for 1.
        beta: the offset, likewise; None for 0.
        axis: an axis or several; None for all.
        epsilon: a number, `ops.config.epsilon()` for None.
        **kwargs: ``rms_scaling=True`` returns ``gamma x / sqrt(variance + epsilon)``, which keras has deprecated: it
            is neither layer normalization nor `rms_normalization`. The offset is ignored.

    Raises:
        ShapeError: an axis is out of bounds, or a parameter does not fit the axes.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.layer_normalization([[1.0, 3.0]])).round(3)
        array([[-1.,  1.]], dtype=float32)
    """
    wide = widened(x)
    middle = mean(wide, axis, True)
    centred = subtract(wide, middle)
    # Not multiplied by 1 / root: OpenVINO's plugin takes that for a normalization of the last axis, whatever the axis.
    out = divide(centred, sqrt(add(mean(square(centred), axis, True), number_for(wide, epsilon))))
    if gamma is not None:
        out = multiply(out, _along(gamma, x, axis))
    if beta is not None:
        out = add(out, _along(beta, x, axis))
    return cast(out, dtype_of(x))


def _axes_and_epsilon(x: Any, scale: Any, axis: Any, epsilon: Any) -> Any:
    axes = tuple(sorted(shapes.normalize_axes(axis, len(shape_of(x)))))
    _check(scale, x, axes, "scale")
    return x, scale, axes, _epsilon(epsilon)


@composite(dtype=rules.REAL_FLOATS, canonical=_axes_and_epsilon, numbers=("epsilon",))
def rms_normalization(
    x: Operand, scale: Operand | None = None, axis: Axis = -1, epsilon: float | None = None
) -> Tensor:
    """``scale x / sqrt(mean(x^2) + epsilon)`` over axes (arXiv:1910.07467).

    Args:
        x: real numbers.
        scale: a number, or a tensor of the axes' sizes in order; None for 1.
        axis: an axis or several; None for all.
        epsilon: a number, `ops.config.epsilon()` for None.

    Raises:
        ShapeError: an axis is out of bounds, or the scale does not fit the axes.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rms_normalization([[-2.0, 2.0]], 3.0, epsilon=0.0))
        array([[-3.,  3.]], dtype=float32)
    """
    wide = widened(x)
    out = divide(wide, sqrt(add(mean(square(wide), axis, True), number_for(wide, epsilon))))  # see above
    if scale is not None:
        out = multiply(out, _along(scale, x, axis))
    return cast(out, dtype_of(x))


def _one_axis(x: Any, mean: Any, variance: Any, axis: int, offset: Any, scale: Any, epsilon: Any) -> Any:
    at = shapes.normalize_axis(axis, len(shape_of(x)))
    for name, parameter in (("mean", mean), ("variance", variance), ("offset", offset), ("scale", scale)):
        _check(parameter, x, (at,), name)
    return x, mean, variance, at, offset, scale, epsilon


@composite(dtype=rules.REAL_FLOATS, canonical=_one_axis, numbers=("epsilon",))
def batch_normalization(
    x: Operand,
    mean: Operand,
    variance: Operand,
    axis: int,
    offset: Operand | None = None,
    scale: Operand | None = None,
    epsilon: float = 0.001,
) -> Tensor:
    """Batch normalization by given moments: ``scale (x - mean) / sqrt(variance + epsilon) + offset``
    (arXiv:1502.03167).

    Args:
        x: real numbers.
        mean: the mean for each position along the axis.
        variance: the variance, likewise.
        axis: the axis of features.
        offset: the offset, likewise; None for 0.
        scale: the scale, likewise; None for 1.
        epsilon: a number.

    Raises:
        ShapeError: the axis is out of bounds, or a parameter does not fit it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.batch_normalization([[1.0, 6.0]], [1.0, 2.0], [1.0, 4.0], -1, epsilon=0.0))
        array([[0., 2.]], dtype=float32)
    """
    wide = widened(variance)
    factor = divide(1, sqrt(add(wide, number_for(wide, epsilon))))
    if scale is not None:
        factor = multiply(factor, scale)
    constant = negative(multiply(mean, factor))
    if offset is not None:
        constant = add(constant, offset)
    # Tensors that depend on features alone are small; only one multiplication and one addition have x's size.
    out = add(multiply(widened(x), _along(factor, x, (axis,))), _along(constant, x, (axis,)))
    return cast(out, dtype_of(x))
