"""Eager calls of the family sorting."""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch

from ops_backend_torch.eager.common import EXACT, FLOATS, NUMERIC, has_values, is_plain
from ops_backend_torch.elementwise.gradients import is_wrapped
from ops_backend_torch.elementwise.values import has_no_nan

__all__ = [
    "sorting_digitize",
    "sorting_histogram",
    "sorting_in_top_k",
    "sorting_isin",
    "sorting_unique",
]

Tensor = Any

_searchsorted = torch.searchsorted
# From so many elements on, other methods are as fast.
_MANY = 1 << 13
_FEW = 64
_INTEGERS = frozenset({torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8})


def sorting_digitize(x: Tensor, bins: Tensor) -> Any:
    if bins.dtype not in NUMERIC or bins.dtype is not x.dtype or bins.dim() != 1:
        return NotImplemented
    if bins.shape[0] > _FEW or not is_plain(bins) or not has_values(x):
        return NotImplemented
    edges = bins.tolist()
    for low, high in itertools.pairwise(edges):
        if not low <= high:
            return NotImplemented
    if edges and edges[0] != edges[0]:
        return NotImplemented
    return _searchsorted(bins.contiguous(), x.contiguous(), out_int32=True, right=True)


def sorting_isin(x1: Tensor, x2: Tensor, assume_unique: bool, invert: bool) -> Any:
    if x1.dtype not in NUMERIC or x1.dtype is not x2.dtype or not x2.numel():
        return NotImplemented
    if not is_plain(x1) or not has_values(x2) or not (x1.is_contiguous() and x2.is_contiguous()):
        return NotImplemented
    return torch.isin(x1, x2, invert=invert)


def sorting_histogram(x: Tensor, bins: Any, range: tuple[float, float] | None) -> Any:
    if type(bins) is not int or bins < 1 or x.dim() != 1 or x.dtype not in FLOATS or not is_plain(x):
        return NotImplemented
    if not 0 < x.shape[0] < _MANY or not has_no_nan(x):
        return NotImplemented
    if range is None:
        low, high = torch.aminmax(x)
        if not torch.isfinite(high - low):
            return NotImplemented
        range = (low.item(), high.item())
        if range[0] == range[1]:
            range = (range[0] - 0.5, range[1] + 0.5)
    elif not -math.inf < range[0] < range[1] < math.inf:
        return NotImplemented
    return tuple(torch.histogram(x, bins, range=range))


def sorting_in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Any:
    if type(predictions) not in EXACT or type(targets) not in EXACT or not predictions.is_cpu:
        return NotImplemented
    if predictions.dtype not in NUMERIC or is_wrapped(predictions) or is_wrapped(targets):
        return NotImplemented
    if not predictions.numel() or targets.shape != predictions.shape[:-1] or targets.dtype is torch.uint64:
        return NotImplemented
    classes = predictions.shape[-1]
    try:
        score = predictions.gather(-1, targets.long().unsqueeze(-1))
    except RuntimeError:  # a target is not a class
        return NotImplemented
    # A comparison with NaN is false: NaN is above each score.
    return torch.le(predictions, score).sum(-1) > classes - min(max(k, 0), classes)


def sorting_unique(
    x: Tensor,
    sorted: bool,
    return_index: bool,
    return_inverse: bool,
    return_counts: bool,
    axis: Any,
    size: Any,
    fill_value: Any,
) -> Any:
    if (
        return_index
        or axis is not None
        or size is not None
        or x.dtype not in _INTEGERS
        or not is_plain(x)
        or not x.numel()
    ):
        return NotImplemented
    result = torch.unique(x, True, return_inverse, return_counts)
    if not return_inverse and not return_counts:
        return result
    return result[0], *(part.int() for part in result[1:])
