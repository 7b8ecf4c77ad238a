"""The collectives of a call, counted where torch dispatches them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.distributed.tensor import DTensor
from torch.utils._python_dispatch import TorchDispatchMode

_NAMES = {
    "all_reduce": "all-reduce",
    "all_gather_into_tensor": "all-gather",
    "reduce_scatter_tensor": "reduce-scatter",
    "all_to_all_single": "all-to-all",
    "shard_dim_alltoall": "all-to-all",
    "broadcast": "broadcast",
}


class Counting(TorchDispatchMode):
    """Counts collectives and the bytes of their results."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, tuple[int, int]] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if any(issubclass(kind, DTensor) for kind in types):
            return NotImplemented  # its own dispatch calls collectives with ordinary tensors
        result = func(*args, **(kwargs or {}))
        if func.namespace in ("_c10d_functional", "_dtensor"):
            name = _NAMES.get(func.overloadpacket.__name__.removesuffix("_"))
            if name is not None:
                count, size = self.counts.get(name, (0, 0))
                self.counts[name] = count + 1, size + _bytes(result)
        return result


def _bytes(result: Any) -> int:
    tensors = [result] if isinstance(result, torch.Tensor) else result
    return sum(x.numel() * x.element_size() for x in tensors)


def communication(f: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
    with Counting() as counting:
        f(*args)
    return counting.counts
