"""Gradients with respect to tensors from which a function only takes rows, as sparse tensors of rows.

Autograd itself would add all rows into a dense tensor. But its graph names the nodes that take the rows, and the rows'
positions: the gradient with respect to the rows is the sparse tensor's values.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.graph import GradientEdge

Tensor = Any


def sparse_gradients(value: Tensor, points: list[Tensor], connected: bool) -> list[Tensor]:
    """Returns the gradients of a value; sparse ones with respect to points that are only used by look-ups.

    Args:
        value: a scalar.
        points: leaves of its graph, which require gradients.
        connected: whether gradients are differentiated, which sparse ones cannot be.
    """
    users = {} if connected else _users(value, points)
    look_ups = [_look_ups(users.get(id(point), []), point) for point in points]
    if not any(look_ups):
        return list(torch.autograd.grad(value, points, create_graph=connected, materialize_grads=True))
    inputs: list[Any] = []
    for point, nodes in zip(points, look_ups, strict=True):
        inputs += [GradientEdge(node, 0) for node in nodes] or [point]
    differentiate: Any = torch.autograd.grad
    found = iter(differentiate(value, inputs, allow_unused=True))
    gradients: list[Tensor] = []
    for point, nodes in zip(points, look_ups, strict=True):
        if nodes:
            gradients.append(_of_rows(point, [(positions, next(found)) for positions in nodes.values()]))
        else:
            gradient = next(found)
            gradients.append(torch.zeros_like(point) if gradient is None else gradient)
    return gradients


def _look_ups(nodes: list[Any], point: Tensor) -> dict[Any, Tensor]:
    """Returns the positions of the rows that each node takes of a point; nothing if a node does anything else."""
    found = {node: _rows(node, point) for node in nodes}
    return {} if any(rows is None for rows in found.values()) else found


def _users(value: Tensor, points: list[Tensor]) -> dict[int, list[Any]]:
    """Returns the nodes of a graph that read each point, by the point's id."""
    users: dict[int, list[Any]] = {}
    wanted = {id(point) for point in points}
    seen = {value.grad_fn}
    todo = [value.grad_fn]
    while todo:
        node = todo.pop()
        for following, _ in node.next_functions:
            if following is None:
                continue
            variable = id(getattr(following, "variable", None))
            if variable in wanted:
                users.setdefault(variable, []).append(node)
            elif following not in seen:
                seen.add(following)
                todo.append(following)
    return users


def _rows(node: Any, point: Tensor) -> Tensor | None:
    """Returns the positions of the rows of a point that a node takes; None for other nodes."""
    if point.dim() < 2:
        return None
    name = type(node).__name__
    if name == "IndexSelectBackward0" and node._saved_dim == 0:
        return node._saved_index
    if name == "IndexBackward0":
        indices = node._saved_indices
        if len(indices) == 1 and indices[0].dtype in (torch.int32, torch.int64):
            return indices[0]
    return None


def _of_rows(point: Tensor, parts: list[tuple[Any, Tensor]]) -> Tensor:
    """Returns the sparse tensor of a point's shape with these rows."""
    rows = torch.cat([positions.reshape(-1) for positions, _ in parts]).to(torch.int64)
    values = torch.cat([gradient.reshape(-1, *point.shape[1:]) for _, gradient in parts])
    rows = torch.where(rows < 0, rows + point.shape[0], rows)
    return torch.sparse_coo_tensor(rows[None], values, point.shape, check_invariants=False)
