"""Rules of kernels: which axes of operands and results correspond, so that they can be sharded alike.

A rule takes a kernel's arguments and returns a `Plan`, or None for a call that needs whole operands, as kernels without
a rule do. A label is an axis of the result where that is unique. `RULES` is the table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from ops_backend_torch.distribution.contractions import CONTRACTIONS
from ops_backend_torch.distribution.local import Labels, Plan, Rule, is_tensor
from ops_backend_torch.distribution.structure import STRUCTURE
from ops_common.tensors import trees

Tensor = Any


def axes_of(axis: Any, rank: int) -> frozenset[int]:
    """Returns the axes, counted from the start; None is all of them."""
    if axis is None:
        return frozenset(range(rank))
    return frozenset(i % rank if rank else 0 for i in ((axis,) if isinstance(axis, int) else axis))


def without(rank: int, axis: Any) -> Labels:
    """Returns labels of all axes but these."""
    given = axes_of(axis, rank)
    return tuple(None if i in given else i for i in range(rank))


def aligned(shape: Sequence[int], result: Sequence[int]) -> Labels:
    """Returns the labels of an operand that is broadcast to the result's shape."""
    shift = len(result) - len(shape)
    return tuple(i + shift if size == result[i + shift] else None for i, size in enumerate(shape))


def pointwise(*args: Any) -> Plan:
    tensors = trees.leaves(args, is_tensor)
    result = torch.broadcast_shapes(*(x.shape for x in tensors))
    return Plan([aligned(x.shape, result) for x in tensors], tuple(range(len(result))))


def _reducing(is_sum: bool, is_mean: bool = False) -> Rule:
    """Returns the rule of a reduction (x, axis, keepdims, ...). The axes of a sum or a mean may be sharded."""

    def rule(x: Tensor, axis: Any, keepdims: bool = False, *_: Any) -> Plan:
        reduced = axes_of(axis, x.dim())
        operand: Labels = tuple(None if i in reduced and not is_sum else i for i in range(x.dim()))
        result: Labels = tuple(None if i in reduced else i for i in range(x.dim()) if keepdims or i not in reduced)
        return Plan([operand], result, is_mean)

    return rule


def mean_of_pointwise(x: Tensor, other: Tensor, axis: Any, keepdims: bool) -> Plan:
    """The rule of a mean of a pointwise function of two tensors, of which the first has the result's shape."""
    plan = _MEAN(x, axis, keepdims)
    assert plan is not None
    return Plan([*plan.operands, aligned(other.shape, x.shape)], plan.result, plan.is_mean)


def _norm(x: Tensor, order: Any, axis: Any, keepdims: bool) -> Plan | None:
    return _REDUCTION(x, axis, keepdims)


def _along(place: int) -> Rule:
    """Returns the rule of a kernel of one tensor that keeps its rank, and computes along the axes that are the argument
    at this position."""

    def rule(x: Tensor, *args: Any) -> Plan | None:
        axis = args[place]
        if axis is None:
            return None
        labels = without(x.dim(), axis)
        return Plan([labels], labels)

    return rule


def _leading(whole: int) -> Rule:
    """Returns the rule of a kernel whose operands have the same leading axes, and need the last ones whole."""

    def rule(*args: Any) -> Plan | None:
        tensors = trees.leaves(args, is_tensor)
        rank = tensors[0].dim()
        if any(x.dim() != rank or x.shape[: rank - whole] != tensors[0].shape[: rank - whole] for x in tensors):
            return None
        labels = tuple(range(rank - whole))
        return Plan([(*labels, *(None,) * whole) for _ in tensors], labels)

    return rule


def _batch(place: int, rank: int | None = None) -> Rule:
    """Returns the rule of a kernel whose first operand has a batch axis at this position that its result has, too."""

    def rule(x: Tensor, *args: Any) -> Plan | None:
        if rank is not None and x.dim() != rank:
            return None
        others = trees.leaves(args, is_tensor)
        labels: Labels = tuple("batch" if i == place else None for i in range(x.dim()))
        return Plan([labels, *((None,) * other.dim() for other in others)], labels)

    return rule


def _pool(x: Tensor, *args: Any) -> Plan:
    channel = x.dim() - 1 if args[-1] == "channels_last" else 1
    labels: Labels = tuple(i if i in (0, channel) else None for i in range(x.dim()))
    return Plan([labels], labels)


def _normalized(axis_place: int) -> Rule:
    """Returns the rule of a normalization over axes, whose other operands are scales and offsets along these."""

    def rule(x: Tensor, *args: Any) -> Plan:
        labels = without(x.dim(), args[axis_place])
        return Plan([labels, *((None,) * y.dim() for y in trees.leaves(args, is_tensor))], labels)

    return rule


def _batch_normalization(x: Tensor, mean: Tensor, variance: Tensor, axis: int, *args: Any) -> Plan | None:
    others = [mean, variance, *trees.leaves(args, is_tensor)]
    channel = axis % x.dim()
    if any(y.shape != x.shape[channel : channel + 1] for y in others):
        return None
    labels = tuple(range(x.dim()))
    return Plan([labels, *([(channel,)] * len(others))], labels)


def _crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: int) -> Plan:
    labels = without(output.dim(), axis)
    result = tuple(label for label in labels if label is not None)
    return Plan([result if target.dim() < output.dim() else labels, labels], result)


def _one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Plan:
    labels = tuple(range(x.dim()))
    place = axis % (x.dim() + 1)
    return Plan([labels], (*labels[:place], None, *labels[place:]))


def _searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Plan | None:
    if sorted_sequence.dim() != 1:
        return None
    labels = tuple(range(values.dim()))
    return Plan([(None,), labels], labels)


def _attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, *_: Any) -> Plan | None:
    # (batch, sequence, heads, width); the bias is added to scores of (batch, heads, queries, keys).
    if query.dim() != 4:
        return None
    same = query.shape[2] == key.shape[2]  # else groups of heads share keys
    labels: Labels = ("batch", None, "heads" if same else None, None)
    operands: list[Labels] = [labels] * 3
    if bias is not None:
        scores: list[tuple[Any, int]] = [("batch", query.shape[0]), (labels[2], query.shape[2]), (None, 0), (None, 0)]
        places = scores[4 - bias.dim() :]
        operands.append(
            tuple(label if size == n else None for (label, n), size in zip(places, bias.shape, strict=True))
        )
    return Plan(operands, labels)


def _conv(output_axis: int) -> Callable[..., Plan]:
    """Returns the rule of a convolution whose kernel has the output channels at this axis."""

    def rule(inputs: Tensor, kernel: Tensor, *args: Any) -> Plan:
        last = "channels_last" in args
        rank = inputs.dim()
        channel = rank - 1 if last else 1
        other = -1 if output_axis == -2 else -2
        grouped = inputs.shape[channel] != kernel.shape[other]
        name = None if grouped else "channels"
        operand: Labels = tuple("batch" if i == 0 else None for i in range(rank))
        weight: Labels = tuple(name if i == rank + output_axis else None for i in range(rank))
        result: Labels = tuple("batch" if i == 0 else name if i == channel else None for i in range(rank))
        bias = [(name,)] * len(trees.leaves(args, is_tensor))
        return Plan([operand, weight, *bias], result)

    return rule


def _segment(data: Tensor, ids: Tensor, count: int, reduction: str, is_sorted: bool) -> Plan:
    rows = "rows" if reduction == "add" else None
    rest = tuple(range(1, data.dim()))
    return Plan([(rows, *rest), (rows,)], (None, *rest))


def _recurrent(inputs: Tensor, *args: Any) -> Plan:
    states = len(args) - 3
    weights: list[Labels] = [(None,) * x.dim() for x in args[states:]]
    return Plan([("batch", None, None), *[("batch", None)] * states, *weights], ("batch",))


_SUM, _MEAN, _REDUCTION = _reducing(True), _reducing(True, is_mean=True), _reducing(False)
_MATRICES = _leading(2)

RULES: dict[str, Rule] = {
    **CONTRACTIONS,
    **STRUCTURE,
    "core.cast": pointwise,
    "creation.copy": pointwise,
    "creation.full_like": pointwise,
    "creation.ones_like": pointwise,
    "creation.zeros_like": pointwise,
    "creation.tril": _leading(2),
    "creation.triu": _leading(2),
    "transform.stop_gradient": pointwise,
    "signal.complex_of": pointwise,
    "signal.dft": lambda real, imag, count, inverse: _leading(count)(real, imag),
    "signal.rdft": _leading(1),
    "signal.irdft": _leading(1),
    "reduction.sum": _SUM,
    "reduction.nansum": _SUM,
    "reduction.count_nonzero": _SUM,
    "reduction.mean": _MEAN,
    **{
        f"reduction.{name}": _REDUCTION
        for name in (
            *("all", "any", "argmax", "argmin", "logsumexp", "max", "min", "nanmax", "nanmean", "nanmin"),
            *("prod", "ptp", "std", "var"),
        )
    },
    "reduction.cumsum": _along(0),
    "reduction.cumprod": _along(0),
    "sorting.sort": _along(0),
    "sorting.argsort": _along(0),
    "sorting.argpartition": _along(1),
    "sorting.top_k": _leading(1),
    "sorting.searchsorted": _searchsorted,
    "statistics.unit_trapezoid": _REDUCTION,
    "linalg.norm": _norm,
    **{
        f"linalg.{name}": _MATRICES
        for name in ("cholesky", "det", "eig", "eigh", "inv", "lu_factor", "pinv", "qr", "slogdet", "svd")
    },
    "nn.activation.softmax": _along(0),
    "nn.activation.log_softmax": _along(0),
    "nn.activation.glu": _along(0),
    "nn.activation.one_hot": _one_hot,
    "nn.attention.attention": _attention,
    "nn.convolution.conv": _conv(-1),
    "nn.convolution.biased_conv": _conv(-1),
    "nn.convolution.conv_transpose": _conv(-2),
    "nn.convolution.biased_conv_transpose": _conv(-2),
    "nn.convolution.depthwise_conv": _batch(0),
    "nn.convolution.biased_depthwise_conv": _batch(0),
    "nn.convolution.fold": _batch(0),
    "nn.convolution.unfold": _batch(0),
    "nn.loss.categorical_crossentropy": _crossentropy,
    "nn.loss.sparse_categorical_crossentropy": _crossentropy,
    "nn.normalization.batch_normalization": _batch_normalization,
    "nn.normalization.layer_normalization": _normalized(2),
    "nn.normalization.rms_normalization": _normalized(1),
    "nn.recurrent.gru": _recurrent,
    "nn.recurrent.lstm": _recurrent,
    **{
        f"nn.pooling.{name}": _pool
        for name in ("average_pool", "max_pool", "adaptive_average_pool", "adaptive_max_pool")
    },
    **{f"image.{name}": _batch(0, 4) for name in ("resize", "resize_nearest", "separable_filter")},
    "segment.segment_reduce": _segment,
}

_POINTWISE_FAMILIES = ("elementwise.", "nn.activation.")


def rule_of(name: str) -> Rule | None:
    """Returns the rule of the kernel with this family-qualified name; None if it needs whole operands."""
    rule = RULES.get(name)
    return pointwise if rule is None and name.startswith(_POINTWISE_FAMILIES) else rule
