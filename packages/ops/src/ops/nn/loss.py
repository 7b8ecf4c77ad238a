"""Family nn.loss: how far an output is from its target."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import composite
from ops._types import Index, Operand, Tensor
from ops.core import shape as shape_of
from ops.elementwise import clip, divide, log, negative, where
from ops.manipulation import squeeze
from ops.nn.activation import log_softmax, one_hot
from ops.reduction import sum as reduce_sum
from ops_common import config, shapes
from ops_common.errors import ShapeError


def _labels(target: Any, output: Any, from_logits: bool, axis: int) -> tuple[Any, Any, bool, int]:
    have, scores = tuple(getattr(target, "shape", ())), tuple(getattr(output, "shape", ()))
    if not scores:
        raise ShapeError("output needs at least one axis, the classes")
    at = shapes.normalize_axis(axis, len(scores))
    wanted = scores[:at] + scores[at + 1 :]
    if len(have) == len(scores) and have[at] in (1, None):
        have = have[:at] + have[at + 1 :]
    if len(have) != len(wanted) or any(None not in (a, b) and a != b for a, b in zip(have, wanted, strict=True)):
        raise ShapeError(
            f"target of shape {have} has no class for each of output's places {wanted} (axis {axis} of {scores})"
        )
    return target, output, from_logits, at


@composite(dtype=rules.REAL_FLOATS, canonical=_labels)
def sparse_categorical_crossentropy(
    target: Index, output: Operand, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Cross-entropy of integer classes and predicted scores: minus the logarithm of the true class's probability.

    Args:
        target: the true classes, integers of output's shape without the class axis (or with it, at size 1).
        output: scores; logits, or probabilities, which are scaled to sum to 1 and kept off 0 and 1 by `epsilon`.
        from_logits: whether output holds logits.
        axis: output's class axis.

    Returns:
        A float tensor of output's shape without the class axis.

    Raises:
        ShapeError: the shapes do not fit.
        DtypeError: the target holds no integers.

    Example:
        >>> import ops
        >>> loss = ops.sparse_categorical_crossentropy([1], [[0.25, 0.5, 0.25]])
        >>> round(float(ops.convert_to_numpy(loss)[0]), 4)
        0.6931
    """
    if len(shape_of(target)) == len(shape_of(output)):
        target = squeeze(target, axis)
    if from_logits:
        logs = log_softmax(output, axis)
    else:
        small = config.epsilon()
        logs = log(clip(divide(output, reduce_sum(output, axis, True)), small, 1.0 - small))
    classes = shape_of(output)[axis]
    if classes is None:
        raise ShapeError(f"the number of classes must be known; axis {axis} of output has an unknown size")
    # Chosen, not multiplied by 0: another class's logarithm may be infinite.
    return negative(reduce_sum(where(one_hot(target, classes, axis, "bool"), logs, 0.0), axis))
