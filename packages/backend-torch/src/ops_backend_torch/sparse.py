"""PyTorch, family sparse: COO and CSR tensors, whose class is that of dense tensors."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.compiler import is_compiling

from ops_backend_torch import core
from ops_backend_torch.transform.nesting import is_outermost, traced_levels
from ops_common.errors import ShapeError

Tensor = Any
_FORMATS = (torch.sparse_coo, torch.sparse_csr)  # of which torch computes products
# Dtypes whose products torch computes.
_MULTIPLIED = frozenset((torch.float32, torch.float64, torch.complex64, torch.complex128))
_LARGEST = 2**63 - 1
_FEW = 2  # the number of elements, for each that is stored, up to which a tensor with all of them is small

dtype = core.dtype
shape = core.shape


def is_sparse(x: Any) -> bool:
    return isinstance(x, torch.Tensor) and x.layout is not torch.strided


def is_stored(values: Tensor) -> bool:
    return not is_compiling()  # torch's compiler has no sparse tensors


def _coo(x: Tensor) -> Tensor:
    return x if x.layout is torch.sparse_coo else x.to_sparse_coo()


def coordinates(x: Tensor) -> tuple[Tensor, Tensor]:
    x = _coo(x)
    if not x.requires_grad:
        return x._indices().t(), x._values()  # not views of the sparse tensor, which the compiler does not support
    x = x if x.is_coalesced() else x.coalesce()  # only the values of a coalesced tensor are differentiable
    return x.indices().t(), x.values()


def is_canonical(x: Tensor) -> bool:
    return x.layout is torch.sparse_csr or (x.layout is torch.sparse_coo and x.is_coalesced())


def from_coordinates(indices: Tensor, values: Tensor, shape: tuple[Any, ...], canonical: bool) -> Tensor:
    # Contiguous: torch computes wrong products of two sparse matrices for other strides.
    places = indices.t().contiguous()
    return torch.sparse_coo_tensor(places, values, shape, check_invariants=False, is_coalesced=canonical or None)


def with_values(x: Tensor, values: Tensor) -> Tensor:
    if x.layout is torch.sparse_csr and x.dim() == 2:
        return torch.sparse_csr_tensor(x.crow_indices(), x.col_indices(), values, x.shape, check_invariants=False)
    x = _coo(x)
    canonical = x.is_coalesced()
    indices = x.indices() if canonical else (x.coalesce().indices() if x.requires_grad else x._indices())
    return torch.sparse_coo_tensor(
        indices,
        values,
        x.shape[: x.sparse_dim()] + values.shape[1:],
        check_invariants=False,
        is_coalesced=(canonical or x.requires_grad) or None,
    )


def unique_rows(indices: Tensor, shape: tuple[Any, ...]) -> tuple[Tensor, Tensor]:
    if math.prod(shape) > _LARGEST:
        raise ShapeError(f"a sparse tensor must have at most 2**63 - 1 elements; got shape {tuple(shape)}")
    flat = torch.zeros(indices.shape[0], dtype=torch.int64, device=indices.device)
    for axis, size in enumerate(shape):
        flat = flat * size + indices[:, axis]
    if is_compiling():
        return _unique_in_trace(indices, flat, shape)
    unique, places = _unique(flat, math.prod(shape))
    columns: list[Tensor] = []
    for size in reversed(shape):
        columns.append(unique % size)
        unique = unique // size
    rows = torch.stack(columns[::-1], 1) if columns else indices[: min(len(indices), 1)]
    return rows, places


def _unique(flat: Tensor, total: int) -> tuple[Tensor, Tensor]:
    """Returns the distinct integers, of which there are ``total``, in ascending order, and the place of each."""
    if total <= _FEW * flat.numel():
        present = torch.zeros(total, dtype=torch.bool, device=flat.device).index_fill_(0, flat, True)
        ranks = torch.cumsum(present, 0)
        return torch.nonzero(present).squeeze(1), ranks.index_select(0, flat).sub_(1)
    if bool((flat[1:] >= flat[:-1]).all()):
        return torch.unique_consecutive(flat, return_inverse=True)
    return torch.unique(flat, return_inverse=True)


def _unique_in_trace(indices: Tensor, flat: Tensor, shape: tuple[Any, ...]) -> tuple[Tensor, Tensor]:
    """Returns `unique_rows` with padding: a compiled function's sizes do not depend on values."""
    order = torch.argsort(flat, stable=True)
    ordered = flat[order]
    starts = torch.cat([torch.zeros_like(ordered[:1]), (ordered[1:] != ordered[:-1]).to(torch.int64)])
    ranks = torch.cumsum(starts, 0)
    places = torch.zeros_like(flat).index_put((order,), ranks)
    sizes = torch.tensor(shape, dtype=torch.int64, device=indices.device)
    padding = sizes.expand(indices.shape[0], len(shape))
    return padding.index_put((ranks,), indices[order]), places


def to_dense(x: Tensor) -> Tensor:
    if x.dtype is torch.bool:  # repeated elements are added
        return x.to(torch.uint8).to_dense().to(torch.bool)
    return x.to_dense()


def coalesce(x: Tensor) -> Tensor:
    return _coo(x).coalesce()


def multiply_dense(x: Tensor, y: Tensor) -> Any:
    if x.dtype not in _MULTIPLIED or x.layout not in _FORMATS or (x.layout is torch.sparse_coo and x.dense_dim()):
        return NotImplemented
    if not (is_compiling() or is_outermost()):  # the transforms of torch.func do not support the product
        return NotImplemented
    return torch.mm(x, y)


# An operator of its own, which torch's compiler does not read: as sums over rows, the product would take ten times as
# long.
@torch.library.custom_op("ops::multiply_coordinates", mutates_args=())
def _multiply_coordinates(indices: torch.Tensor, values: torch.Tensor, rows: int, y: torch.Tensor) -> torch.Tensor:
    matrix = torch.sparse_coo_tensor(indices.t(), values, (rows, y.shape[0]), check_invariants=False)
    return torch.mm(matrix, y)


@_multiply_coordinates.register_fake
def _(indices: Tensor, values: Tensor, rows: int, y: Tensor) -> Tensor:
    return y.new_empty((rows, y.shape[1]))


def _save(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    indices, values, _, y = inputs
    ctx.save_for_backward(indices, values, y)


def _pull_back(ctx: Any, cotangent: Tensor) -> tuple[Tensor | None, ...]:
    indices, values, y = ctx.saved_tensors
    of_values = of_y = None
    if ctx.needs_input_grad[1]:
        rows, columns = indices.unbind(1)
        of_values = torch.sum(cotangent.index_select(0, rows) * y.index_select(0, columns).conj(), 1)
    if ctx.needs_input_grad[3]:
        # (As a product of the transposed matrix, it would sort the coordinates by columns.)
        rows, columns = indices.unbind(1)
        terms = values.conj().unsqueeze(1) * cotangent.index_select(0, rows)
        of_y = torch.zeros_like(y).index_add(0, columns, terms)
    return None, of_values, None, of_y


_multiply_coordinates.register_autograd(_pull_back, setup_context=_save)


def multiply_coordinates(indices: Tensor, values: Tensor, rows: int, y: Tensor) -> Any:
    if values.dtype not in _MULTIPLIED or (traced_levels[0] if is_compiling() else not is_outermost()):
        return NotImplemented
    return _multiply_coordinates(indices.contiguous(), values, rows, y)


def multiply_sparse(x: Tensor, y: Tensor) -> Any:
    if x.dtype not in _MULTIPLIED or any(z.layout is not torch.sparse_coo or z.dense_dim() for z in (x, y)):
        return NotImplemented
    return torch.sparse.mm(x, y)


def add(x: Tensor, y: Tensor) -> Any:
    if x.layout is not torch.sparse_coo or y.layout is not torch.sparse_coo or x.dtype is torch.bool:
        return NotImplemented
    try:
        return torch.add(x, y)
    except RuntimeError:  # small floats
        return NotImplemented
