"""Functions that are mapped over rows: torch.vmap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch import vmap_control
from ops_backend_torch.tracing import is_compiling
from ops_backend_torch.transform.nesting import counted_as_level, traced_levels

__all__ = ["map_rows"]


def _counted_as_mapped(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, which counts as mapped over rows while it runs."""

    def traced(*args: Any) -> Any:
        vmap_control.traced_depth[0] += 1
        try:
            return function(*args)
        finally:
            vmap_control.traced_depth[0] -= 1

    def eager(*args: Any) -> Any:
        vmap_control.depth.eager += 1
        try:
            return function(*args)
        finally:
            vmap_control.depth.eager -= 1

    return traced if is_compiling() else eager


def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    mapped_function = torch.vmap(counted_as_level(_counted_as_mapped(function)), randomness="same")
    if not is_compiling():
        return mapped_function(*tensors)
    levels, depth = traced_levels[0], vmap_control.traced_depth[0]
    try:
        return mapped_function(*tensors)
    except vmap_control.RowByRow:
        traced_levels[0], vmap_control.traced_depth[0] = levels, depth
    rows = [function(*[x[i] for x in tensors]) for i in range(len(tensors[0]))]
    if isinstance(rows[0], torch.Tensor):
        return torch.stack(rows)
    return tuple([torch.stack(list(column)) for column in zip(*rows, strict=True)])
