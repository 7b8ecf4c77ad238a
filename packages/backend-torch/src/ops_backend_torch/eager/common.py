"""What the kernels for eager calls share."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import torch
from torch.autograd import forward_ad

from ops_backend_torch.core import EXACT_TYPES
from ops_backend_torch.elementwise.gradients import is_wrapped

Tensor = Any

EXACT = dict.fromkeys(EXACT_TYPES)
FLOATS = frozenset({torch.float32, torch.float64})
NUMERIC = frozenset({torch.float32, torch.float64, torch.int32, torch.int64})
INDICES = frozenset({torch.int32, torch.int64})

_LARGEST_CACHE = 256
_CONSTANTS: dict[Hashable, Tensor] = {}


def has_values(x: Tensor) -> bool:
    """Returns whether a tensor is on the CPU, has values, and no gradient with respect to it can be computed."""
    return type(x) in EXACT and not x.requires_grad and x.is_cpu and not is_wrapped(x)


# A dispatch mode, such as that of fake tensors, `torch.jit.trace` and forward-mode differentiation follow operations:
# a form that was chosen by values would be wrong for other values, and Python numbers have no tangents.
_modes = torch._C._len_torch_dispatch_stack
_trace = torch._C._get_tracing_state


def is_plain(x: Tensor) -> bool:
    """Returns whether a tensor has values, as `has_values` does, and nothing follows the operations."""
    return (
        type(x) in EXACT
        and not x.requires_grad
        and x.is_cpu
        and not is_wrapped(x)
        and not _modes()
        and not _trace()
        and forward_ad._current_level < 0
    )


def casts() -> bool:
    """Returns whether torch multiplies matrices in another dtype, by `torch.autocast`."""
    return torch.is_autocast_enabled("cpu")


def constant(key: Hashable, make: Callable[[], np.ndarray[Any, Any]]) -> Tensor:
    """Returns a tensor on the CPU, which is kept for the next call of the same key. No kernel changes or returns it."""
    kept = _CONSTANTS.get(key)
    if kept is not None:
        return kept
    with torch.inference_mode(False):  # usable outside, too
        tensor = torch.from_numpy(make())
    try:
        tensor.data_ptr()
    except RuntimeError:  # created inside a transform, it has no storage and belongs to that transform
        return tensor
    if len(_CONSTANTS) < _LARGEST_CACHE and tensor.numel() <= _LARGEST_CACHE:
        _CONSTANTS[key] = tensor
    return tensor


def native(dtype: torch.dtype) -> str:
    """Returns the name of a dtype."""
    return str(dtype)[6:]
