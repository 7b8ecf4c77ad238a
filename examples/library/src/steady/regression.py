"""A line by Huber's loss, and the functions that it needs."""

from typing import Any

import ops


def median_absolute_deviation(x: Any, axis: int = -1) -> Any:
    """Returns the median distance from the median along an axis."""
    center = ops.median(x, axis=axis, keepdims=True)
    return ops.median(ops.abs(ops.subtract(x, center)), axis=axis)


def huber(residual: Any, delta: float = 1.0) -> Any:
    """Returns Huber's loss of each residual: quadratic up to delta, linear beyond."""
    size = ops.abs(residual)
    quadratic = ops.multiply(0.5, ops.square(size))
    linear = ops.multiply(delta, ops.subtract(size, 0.5 * delta))
    return ops.where(ops.less_equal(size, delta), quadratic, linear)


def fit_line(x: Any, y: Any, delta: float = 1.0, steps: int = 30) -> Any:
    """Returns intercept and slope, shape (2,), of the line that minimises the sum of Huber's losses.

    Args:
        x: abscissas, shape (samples,).
        y: ordinates, shape (samples,).
        delta: the residual from which on a sample counts less than in least squares.
        steps: the number of weighted least-squares problems to solve.
    """

    def reweighted(_: Any, weights: Any) -> Any:
        intercept, slope = _weighted_line(x, y, weights)
        residual = ops.abs(ops.subtract(y, intercept + slope * x))
        return ops.divide(delta, ops.maximum(residual, delta))

    weights = ops.fori_loop(0, steps, reweighted, ops.ones_like(x))
    return ops.stack(_weighted_line(x, y, weights))


def _weighted_line(x: Any, y: Any, weights: Any) -> tuple[Any, Any]:
    """Returns intercept and slope of the line that minimises the weighted sum of squares."""
    share = weights / ops.sum(weights)
    x_mean, y_mean = ops.sum(ops.multiply(share, x)), ops.sum(ops.multiply(share, y))
    slope = ops.sum(share * (x - x_mean) * (y - y_mean)) / ops.sum(share * ops.square(x - x_mean))
    return y_mean - slope * x_mean, slope
