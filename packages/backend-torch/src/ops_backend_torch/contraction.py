"""PyTorch, family contraction."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch import elementwise, unsigned
from ops_backend_torch.core import is_size
from ops_backend_torch.elementwise.scalars import is_tracing
from ops_backend_torch.tracing import is_compiling
from ops_common import shapes

Tensor = Any


_product = torch.matmul  # a tenth faster than the operator


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    try:
        return _product(x1, x2)
    except RuntimeError:
        if x1.dtype is torch.bool and x2.dtype is torch.bool:
            return _of_bools(x1, x2)
        if x1.device.type != "cpu" and not x1.is_floating_point() and not x1.is_complex():
            return unsigned.modular(_of_integers, x1, x2)
        return unsigned.modular(_product, x1, x2)


def _of_integers(x1: Tensor, x2: Tensor) -> Tensor:
    # CUDA has no matrix product of integers.
    left, right = (x1[None] if x1.dim() == 1 else x1), (x2[:, None] if x2.dim() == 1 else x2)
    if left.shape[-1] != right.shape[-2]:
        raise ValueError("the sizes of the contracted axes differ")
    out = (left.unsqueeze(-1) * right.unsqueeze(-3)).sum(-2, dtype=x1.dtype)
    out = out.squeeze(-1) if x2.dim() == 1 else out
    return out.squeeze(-2 if x2.dim() > 1 else -1) if x1.dim() == 1 else out


def _of_bools(x1: Tensor, x2: Tensor) -> Tensor:
    # A sum of zeros and ones is 0 in float32 only if all are 0.
    return (x1.float() @ x2.float()) != 0


# While a function is traced, no error is raised yet; eager calls need not pay for this check.
@torch.compiler.substitute_in_graph(matmul)
def _matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype in unsigned.UNSIGNED:
        return unsigned.modular(_product, x1, x2)
    return _of_bools(x1, x2) if x1.dtype is torch.bool else x1 @ x2


def tensordot(x1: Tensor, x2: Tensor, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Tensor:
    dims: Any = axes  # an int in the stubs
    left, right = axes
    if x2.dim() <= 2 and right == (0,) and left == (x1.dim() - 1,):
        return matmul(x1, x2)
    if x1.dtype is torch.bool:
        return torch.tensordot(x1.float(), x2.float(), dims) != 0
    try:
        return torch.tensordot(x1, x2, dims)
    except RuntimeError:
        return unsigned.modular(lambda a, b: torch.tensordot(a, b, dims), x1, x2)


def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    dtype = operands[0].dtype
    if dtype is torch.bool:
        return torch.einsum(subscripts, *(x.float() for x in operands)) != 0
    try:
        out = _einsum(subscripts, *operands)
    except RuntimeError:
        return unsigned.modular(lambda *wide: torch.einsum(subscripts, *wide), *operands)
    return out if out.dtype is dtype else out.to(dtype)  # torch sums integers in int64


_FEW = 2  # operands, whose order does not matter


def _einsum(subscripts: str, *operands: Tensor) -> Tensor:
    if len(operands) > _FEW and is_compiling():
        sizes = tuple([tuple([_UNKNOWN if is_size(n) else n for n in x.shape]) for x in operands])
        if any(_UNKNOWN in shape for shape in sizes):
            return torch.ops.aten.einsum(subscripts, list(operands), path=_path(subscripts, sizes))
    if len(operands) <= _FEW and not is_tracing():
        return _contracted(subscripts, operands)
    return torch.einsum(subscripts, *operands)


# What `torch.einsum` calls after it has chosen an order of the operands.
_contracted = torch._C._VariableFunctions.einsum  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


# A size that fits every other: one operand's size can be known where another's is not.
_UNKNOWN = 1


@torch.compiler.assume_constant_result
def _path(subscripts: str, sizes: tuple[tuple[int, ...], ...]) -> list[int] | None:
    """Returns the order of contraction, as torch does, which would read the sizes and compile for each; None for that
    of the operands."""
    flags: Any = torch.backends.opt_einsum
    if not flags.is_available() or not flags.enabled:
        return None
    path = flags._opt_einsum.contract_path(subscripts, *sizes, shapes=True, optimize=flags.strategy or "auto")[0]
    return [place for pair in path for place in pair]


unsigned.in_graph(tensordot, lambda x1, x2, axes: unsigned.modular(lambda a, b: torch.tensordot(a, b, axes), x1, x2))
unsigned.in_graph(
    einsum,
    lambda subscripts, *operands: unsigned.modular(lambda *wide: torch.einsum(subscripts, *wide), *operands),
)


def dot(x1: Tensor, x2: Tensor) -> Tensor:
    if not x1.dim() or not x2.dim():
        return elementwise.multiply(x1, x2)
    if x2.dim() <= 2:
        return matmul(x1, x2)
    if x1.shape[-1] != x2.shape[-2]:  # torch would repeat an axis of size 1
        raise ValueError("the sizes of the contracted axes differ")
    return tensordot(x1, x2, ((x1.dim() - 1,), (x2.dim() - 2,)))


def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    left = x1 if x1.dim() == 1 else x1.reshape(-1)
    return matmul(left.conj() if x1.is_complex() else left, x2 if x2.dim() == 1 else x2.reshape(-1))


def kron(x1: Tensor, x2: Tensor) -> Tensor:
    left, right, out = shapes.kron_factors(x1.shape, x2.shape)
    return elementwise.multiply(x1.reshape(left), x2.reshape(right)).reshape(out)


def correlate(x1: Tensor, x2: Tensor, mode: str) -> Tensor:
    left, right = x1.shape[0], x2.shape[0]  # torch.export makes a constant of a length
    if isinstance(left, torch.SymInt) or isinstance(right, torch.SymInt):
        return _exported_correlation(x1, x2, mode)
    if left < right:
        return correlate(x2, x1, mode).conj().flip(0).resolve_conj()
    before, after = shapes.correlation_padding(left, right, mode)
    sequence = torch.nn.functional.pad(x1, (before, after)) if before or after else x1
    return torch.conv1d(sequence[None, None], x2.conj().resolve_conj()[None, None])[0, 0]


def _exported_correlation(x1: Tensor, x2: Tensor, mode: str) -> Tensor:
    """Returns the correlation of sequences of which either may be longer: torch.export would fix which one it is."""
    left, right = x1.shape[0], x2.shape[0]
    padded = torch.nn.functional.pad(x1, (right - 1, right - 1))
    full = torch.conv1d(padded[None, None], x2.conj().resolve_conj()[None, None])[0, 0]
    if mode == "full":
        return full
    # Of each sequence, the elements that the other one does not have.
    more, fewer = torch.sym_max(left - right, 0), torch.sym_max(right - left, 0)
    before, count = fewer, more + fewer + 1  # the padding before the first window, and the number of windows
    if mode == "same":
        shorter = right - fewer
        # The windows of exchanged operands are reversed: the odd element is at the other end.
        before = before + shorter // 2 - torch.sym_min(fewer, 1) * (1 - shorter % 2)
        count = left + fewer
    return full[right - 1 - before + torch.arange(count, device=full.device)]


_HALF = frozenset({torch.float16, torch.bfloat16})


def cdist(x: Tensor, y: Tensor) -> Tensor:
    if x.dtype in _HALF:
        return cdist(x.float(), y.float()).to(x.dtype)
    # Products would be faster, but lose the digits of small distances.
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def cross_in_space(x1: Tensor, x2: Tensor) -> Tensor:
    shape = torch.broadcast_shapes(x1.shape, x2.shape)
    if x1.dtype in unsigned.UNSIGNED:
        return unsigned.modular(lambda a, b: torch.linalg.cross(a.expand(shape), b.expand(shape)), x1, x2)
    return torch.linalg.cross(x1.expand(shape), x2.expand(shape))
