"""Family nn.loss: losses between an output and its target."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import canonical_float, composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Index, Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.elementwise import (
    add,
    clip,
    divide,
    equal,
    isneginf,
    log,
    log10,
    logical_and,
    multiply,
    negative,
    square,
    subtract,
    where,
)
from ops.manipulation import expand_dims, squeeze
from ops.nn.activation import log_softmax, one_hot, softplus
from ops.reduction import mean, widened
from ops.reduction import sum as reduce_sum
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.runtime import config

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "psnr",
    "sparse_categorical_crossentropy",
]


def _labels(target: Any, output: Any, from_logits: bool, axis: int) -> tuple[Any, Any, bool, int]:
    shape, scores = tuple(getattr(target, "shape", ())), tuple(getattr(output, "shape", ()))
    if not scores:
        raise ShapeError("output needs at least one axis, the classes")
    at = shapes.normalize_axis(axis, len(scores))
    expected = scores[:at] + scores[at + 1 :]
    if len(shape) == len(scores) and shape[at] in (1, None):
        shape = shape[:at] + shape[at + 1 :]
    if shapes.agreed(shape, expected) is None:
        raise ShapeError(
            f"target must have shape {expected}, that of output, {scores}, without axis {axis}; got {shape}"
        )
    return target, output, from_logits, at


def _without_classes(target: Any, output: Any, from_logits: bool, axis: int) -> shapes.Shape:
    rest = output.shape[:axis] + output.shape[axis + 1 :]
    labels = target.shape if len(target.shape) == len(rest) else target.shape[:axis] + target.shape[axis + 1 :]
    return shapes.broadcast(labels, rest)


@composite(dtype=rules.REAL_FLOATS, canonical=_labels, shape=_without_classes)
def sparse_categorical_crossentropy(
    target: Index, output: Operand, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """The cross-entropy of integer classes and predicted scores: minus the logarithm of the true class's probability.

    Args:
        target: the true classes, integers or floats with whole values, of output's shape without the class axis (or
            with a class axis of size 1).
        output: scores; logits, or probabilities, which are scaled to sum to 1 and clipped to
            ``[epsilon, 1 - epsilon]``.
        from_logits: whether output holds logits.
        axis: output's class axis.

    Returns:
        A float tensor of output's shape without the class axis.

    Raises:
        ShapeError: the shapes do not fit.
        DtypeError: the target is complex.
        ArgumentError: the target has floats that are not whole numbers.

    Example:
        >>> import ops
        >>> loss = ops.sparse_categorical_crossentropy([1], [[0.25, 0.5, 0.25]])
        >>> round(float(ops.convert_to_numpy(loss)[0]), 4)
        0.6931
    """
    if len(shape_of(target)) == len(shape_of(output)):
        target = squeeze(target, axis)
    logs = _log_probabilities(output, from_logits, axis)
    # Selected by `where`, not multiplied by 0: another class's logarithm may be infinite.
    loss = negative(reduce_sum(where(_is_class(target, output, axis), logs, 0.0), axis))
    return _in_dtype_of(loss, output, output)


def _is_class(target: Any, output: Any, axis: int) -> Any:
    """Returns for each class along an axis of output, whether it is the target."""
    classes = sizes_of(output)[axis]
    if classes is None:  # symbolic: the result broadcasts to the shape of output
        return equal(expand_dims(target, axis), expand_dims(target, axis))
    return one_hot(target, classes, axis, "bool")


def _log_probabilities(output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        return log_softmax(output, axis)
    small, output = config.epsilon(), widened(output)
    return log(clip(divide(output, reduce_sum(output, axis, True)), small, 1.0 - small))


def _in_dtype_of(loss: Any, target: Any, output: Any) -> Any:
    """Returns the loss in the dtype of target and output.

    The logarithm of 1 minus `epsilon` must be computed in 32 bits, since 1 minus `epsilon` is 1 in 16 bits.
    """
    return cast(loss, dtypes.to_float(dtypes.promote([dtype_of(target), dtype_of(output)])))


def _same_shapes(target: Any, output: Any, *rest: Any) -> tuple[Any, ...]:
    shape, expected = shape_of(target), shape_of(output)
    if shapes.agreed(shape, expected) is None:
        raise ShapeError(f"target and output must have the same shape; got {shape} and {expected}")
    return target, output, *rest


def _distributions(target: Any, output: Any, from_logits: bool, axis: int) -> tuple[Any, ...]:
    rank = len(shape_of(output))
    if not rank:
        raise ShapeError("output needs at least one axis, the classes")
    return _same_shapes(target, output, from_logits, shapes.normalize_axis(axis, rank))


@composite(dtype=rules.REAL_FLOATS, canonical=_distributions)
def categorical_crossentropy(target: Operand, output: Operand, from_logits: bool = False, axis: int = -1) -> Tensor:
    """The cross-entropy of two distributions over classes: ``-sum(target log(output))``.

    Args:
        target: the true probabilities of the classes.
        output: scores of the same shape; logits, or probabilities, which are scaled to sum to 1 and clipped to
            ``[epsilon, 1 - epsilon]``. A logit of -inf is ignored where the target is 0.
        from_logits: whether output holds logits.
        axis: the class axis.

    Returns:
        A float tensor of output's shape without the class axis.

    Raises:
        ShapeError: the shapes differ, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> loss = ops.categorical_crossentropy([[0.0, 1.0, 0.0]], [[0.25, 0.5, 0.25]])
        >>> round(float(ops.convert_to_numpy(loss)[0]), 4)
        0.6931
    """
    logs = _log_probabilities(output, from_logits, axis)
    if from_logits:
        logs = where(logical_and(equal(target, 0), isneginf(logs)), 0, logs)
    return _in_dtype_of(negative(reduce_sum(multiply(target, logs), axis)), target, output)


@composite(dtype=rules.REAL_FLOATS, canonical=_same_shapes)
def binary_crossentropy(target: Operand, output: Operand, from_logits: bool = False) -> Tensor:
    """The binary cross-entropy of each element: ``-(target log(output) + (1 - target) log(1 - output))``.

    Args:
        target: the true probabilities.
        output: logits, or probabilities, which are clipped to ``[epsilon, 1 - epsilon]``; of the same shape.
        from_logits: whether output holds logits.

    Returns:
        A float tensor of the same shape.

    Raises:
        ShapeError: the shapes differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.binary_crossentropy([1.0, 0.0], [1000.0, 1000.0], from_logits=True))
        array([   0., 1000.], dtype=float32)
    """
    if from_logits:
        return subtract(softplus(output), multiply(output, target))
    small = config.epsilon()
    chance = clip(widened(output), small, 1.0 - small)
    yes, no = multiply(target, log(chance)), multiply(subtract(1, target), log(subtract(1, chance)))
    return _in_dtype_of(negative(add(yes, no)), target, output)


def _signals(x1: Any, x2: Any, max_val: Any) -> tuple[Any, ...]:
    max_val = canonical_float(max_val)
    if max_val <= 0:
        raise ArgumentError(f"max_val must be positive; got {max_val}")
    return _same_shapes(x1, x2, max_val)


@composite(dtype=rules.REAL_FLOATS, canonical=_signals)
def psnr(x1: Operand, x2: Operand, max_val: float) -> Tensor:
    """The peak signal-to-noise ratio in decibels: ``20 log10(max_val) - 10 log10(mean((x1 - x2)^2))``.

    Args:
        x1: the first signal.
        x2: the second signal, of the same shape.
        max_val: the largest value that a signal can have.

    Returns:
        A float scalar; infinity for equal signals.

    Raises:
        ShapeError: the shapes differ.
        ArgumentError: max_val is not above 0.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.psnr([0.0, 0.0], [1.0, 1.0], 10.0)))
        20.0
    """
    return subtract(20 * math.log10(max_val), multiply(log10(mean(square(subtract(x1, x2)))), 10))
