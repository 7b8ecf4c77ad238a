"""NumPy, family eager: short forms of frequent calls, of plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.host.indexing import is_basic, plain_block

__all__ = ["indexing_get_item", "indexing_slice", "indexing_slice_update", "manipulation_repeat"]


def indexing_get_item(x: Any, key: Any) -> Any:
    if type(x) is not np.ndarray or not is_basic(key):
        return NotImplemented
    try:
        return x[key]
    except Exception:  # `ops` explains it
        return NotImplemented


def indexing_slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    if type(inputs) is not np.ndarray:
        return NotImplemented
    places = plain_block(inputs.shape, start_indices, shape)
    return NotImplemented if places is None else inputs[places]


def indexing_slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    if type(inputs) is not np.ndarray or type(updates) is not np.ndarray or inputs.dtype is not updates.dtype:
        return NotImplemented
    places = plain_block(inputs.shape, start_indices, updates.shape)
    if places is None:
        return NotImplemented
    out = np.array(inputs)
    out[places] = updates
    return out


def manipulation_repeat(x: Any, repeats: Any, axis: Any) -> Any:
    if type(x) is not np.ndarray or type(repeats) is not int or repeats < 0:
        return NotImplemented
    if axis is not None and (type(axis) is not int or not -x.ndim <= axis < x.ndim):
        return NotImplemented
    return x.repeat(repeats, axis)
