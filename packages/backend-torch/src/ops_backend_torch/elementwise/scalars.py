"""Python numbers as operands: cached as tensors, or made into tensors for functions that do not accept numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ops_backend_torch.core import EXACT_TYPES

Tensor = Any


NUMBERS = dict.fromkeys((int, float))
_EXACT_TYPES = dict.fromkeys(EXACT_TYPES)
is_tracing = torch.compiler.is_dynamo_compiling

# At every call, torch creates a tensor from a number, in float64 or int64, and converts it to the other operand's
# dtype, which takes longer than the sum itself. So numbers are cached as tensors of rank 0, which every device accepts.
# (Not for the 16-bit floats: for these, torch computes with the unrounded number, but a cached one would be rounded.)
_CONSTANTS: dict[torch.dtype, tuple[np.dtype[Any], dict[Any, Tensor]]] = {
    native: (np.dtype(str(native).removeprefix("torch.")), {})
    for native in (torch.float32, torch.float64, torch.int32, torch.int64)
}
_LARGEST_CACHE = 256


def cached(number: Any, x: Tensor) -> Any:
    """Returns the number, or a cached tensor of it in x's dtype."""
    if is_tracing() or type(x) not in _EXACT_TYPES:
        return number
    cache = _CONSTANTS.get(x.dtype)
    if cache is None:
        return number
    constant = cache[1].get(number)
    return _cache(number, *cache) if constant is None else constant


def _cache(number: Any, native: np.dtype[Any], constants: dict[Any, Tensor]) -> Any:
    """Returns the number as a tensor, added to the cache, or the number itself if it cannot be cached."""
    # 0.0 and -0.0 have the same key; NaN is equal to no key.
    if number == 0 or number != number or len(constants) >= _LARGEST_CACHE:
        return number
    with torch.inference_mode(False):  # usable outside, too
        constant = torch.from_numpy(np.asarray(number, native))
    try:
        constant.data_ptr()
    except RuntimeError:  # created inside a transform of torch.func, it has no storage and belongs to that transform
        return number
    constants[number] = constant
    return constant


def limit(number: Any, x: Tensor) -> Tensor:
    """Returns the number as a tensor, a cached one if possible."""
    if not number and type(x) in _EXACT_TYPES and not is_tracing() and math.copysign(1, number) > 0:
        zero = ZEROS.get(x.dtype)
        if zero is not None:
            return zero
    else:
        number = cached(number, x)
    return number if isinstance(number, torch.Tensor) else torch.full((), number, dtype=x.dtype, device=x.device)


ZEROS = {native: torch.zeros((), dtype=native) for native in _CONSTANTS}


def as_tensors(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    """Returns both as tensors, for functions that do not accept numbers."""
    if type(x2) in NUMBERS:
        x2 = torch.full((), x2, dtype=x1.dtype, device=x1.device)
    elif type(x1) in NUMBERS:
        x1 = torch.full((), x1, dtype=x2.dtype, device=x2.device)
    return x1, x2
