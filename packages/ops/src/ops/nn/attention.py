"""Family nn.attention."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import canonical_float, composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.contraction import matmul
from ops.core import _on_device_of, cast
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.core import static_shape as shape_of
from ops.creation import arange, ones_like
from ops.elementwise import add, divide, greater_equal, logical_and, logical_not, multiply, rsqrt, tanh, where
from ops.manipulation import expand_dims, repeat, transpose
from ops.nn.activation import softmax
from ops.reduction import any as reduce_any
from ops.reduction import cumsum
from ops.reduction import max as reduce_max
from ops_common import shapes
from ops_common.errors import ArgumentError, ShapeError

__all__ = [
    "dot_product_attention",
]


def _checked(
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    mask: Any,
    scale: Any,
    is_causal: Any,
    flash_attention: Any,
    attn_logits_soft_cap: Any,
) -> tuple[Any, ...]:
    operand_shapes: list[tuple[Any, ...]] = [tuple(getattr(x, "shape", ())) for x in (query, key, value)]
    if any(len(shape) != 4 for shape in operand_shapes):
        raise ShapeError(f"query, key and value must have shape (batch, length, heads, depth); got {operand_shapes}")
    q, k, v = operand_shapes
    pairs = [(q[0], k[0]), (q[0], v[0]), (k[1], v[1]), (k[2], v[2]), (q[3], k[3])]
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        raise ShapeError(f"query {q}, key {k} and value {v} differ in batch, length, heads or depth")
    if None not in (q[2], k[2]) and (k[2] == 0 or q[2] % k[2]):
        raise ShapeError(
            f"the number of heads of the query must be a multiple of that of the key; got {q[2]} and {k[2]}"
        )
    for extra in (bias, mask):
        if extra is not None:
            shapes.broadcast_to(tuple(getattr(extra, "shape", ())), (q[0], q[2], q[1], k[1]))
    cap = attn_logits_soft_cap
    if cap is not None and canonical_float(cap) <= 0:
        raise ArgumentError(f"attn_logits_soft_cap must be positive; got {cap}")
    if scale is None:
        depth = k[3] if q[3] is None else q[3]
        scale = 1 / math.sqrt(depth or 1) if isinstance(depth, int) else None
    scale = None if scale is None else canonical_float(scale)
    cap = None if cap is None else float(cap)
    return query, key, value, bias, mask, scale, bool(is_causal), flash_attention, cap


def _of_rank_4(x: Any) -> Any:
    rank = len(shape_of(x))
    return expand_dims(x, tuple(range(4 - rank))) if rank < 4 else x


@composite(dtype=rules.KEEP, canonical=_checked, kernel=None)
def dot_product_attention(
    query: Operand,
    key: Operand,
    value: Operand,
    bias: Operand | None = None,
    mask: Operand | None = None,
    scale: Any = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: Any = None,
) -> Tensor:
    """Scaled dot-product attention (Vaswani and others, 2017, arXiv:1706.03762): each query's mean of the values,
    weighted by ``softmax(scale * query @ key + bias)``.

    Args:
        query: shape (batch, queries, heads, depth).
        key: shape (batch, keys, key heads, depth); each key head is shared by heads / key heads neighbouring heads.
        value: shape (batch, keys, key heads, size).
        bias: added to the scores; broadcasts to (batch, heads, queries, keys).
        mask: True or a nonzero number for the keys that a query attends to; broadcasts as the bias does. For a query
            that attends to no key, the result is the mean of all values.
        scale: the factor of the scores; None for ``1 / sqrt(depth)``.
        is_causal: whether query i attends only to keys up to i.
        flash_attention: False to use plain products and a softmax; otherwise the framework's fused kernel is used if it
            has one. The result is the same.
        attn_logits_soft_cap: with a cap c, scores x become ``c tanh(x / c)`` before bias and mask (Gemma 2,
            arXiv:2408.00118).

    Returns:
        A tensor of shape (batch, queries, heads, size), in the float dtype that query, key and value promote to.

    Raises:
        ShapeError: the shapes do not fit.
        ArgumentError: the cap is not positive.

    Example:
        >>> import ops
        >>> x = ops.ones((1, 2, 1, 4))
        >>> ops.convert_to_numpy(ops.dot_product_attention(x, x, x))[0, 0, 0]
        array([1., 1., 1., 1.], dtype=float32)
    """
    dtype = rules.REAL_FLOATS.compute([dtype_of(x) for x in (query, key, value)])  # type: ignore[misc]  # it has one
    query, key, value = cast(query, dtype), cast(key, dtype), cast(value, dtype)
    bias = None if bias is None else _of_rank_4(cast(bias, dtype))
    if mask is not None:
        mask = cast(mask, "bool")
    if is_causal and (mask is not None or bias is not None):
        causal = greater_equal(expand_dims(_positions(query), 1), _positions(key))
        mask = causal if mask is None else logical_and(mask, causal)
        is_causal = False
    if mask is not None:
        mask = _of_rank_4(mask)
        # The scores of a row without a key have no maximum. They are all set to 0 instead.
        none = logical_not(reduce_any(mask, -1, True))
        query = where(transpose(none, (0, 2, 1, 3)), 0.0, query)
        bias = where(mask, 0.0 if bias is None else bias, -math.inf)
        bias = cast(where(none, 0.0, bias), dtype)
    if scale is None:  # the depth is unknown
        depth = sizes_of(query)[3]
        query = query if depth is None else multiply(query, cast(rsqrt(cast(depth, "float32")), dtype))
        scale = 1.0
    key, value = _of_all_heads(query, key, value)
    if flash_attention is False or attn_logits_soft_cap is not None:
        return _plain(query, key, value, bias, scale, is_causal, attn_logits_soft_cap)
    return _attention(query, key, value, bias, scale, is_causal)


def _of_all_heads(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Returns key and value with a head for each head of the query, where the numbers of heads are unknown."""
    if None not in (shape_of(query)[2], shape_of(key)[2]):
        return key, value
    heads, shared = sizes_of(query)[2], sizes_of(key)[2]
    if heads is None or shared is None:  # symbolic
        return key, value
    groups = heads // shared
    return repeat(key, groups, 2), repeat(value, groups, 2)


def _positions(x: Tensor) -> Tensor:
    """Returns 0, 1, 2, ... along axis 1."""
    size = sizes_of(x)[1]
    if size is not None:
        return _on_device_of(arange(size), x)
    return add(cumsum(cast(reduce_max(ones_like(x), (0, 2, 3), False, 1.0), "int32")), -1)


@composite(dtype=rules.REAL_FLOATS, kernel="attention")
def _attention(
    query: Operand, key: Operand, value: Operand, bias: Operand | None, scale: float, is_causal: bool
) -> Tensor:
    """Attention in which every query attends to some key, as kernels implement it."""
    return _plain(query, key, value, bias, scale, is_causal, None)


def _plain(query: Any, key: Any, value: Any, bias: Any, scale: float, is_causal: bool, cap: float | None) -> Any:
    """Returns attention computed by products and a softmax."""
    dtype, wide = dtype_of(query), "float64" if dtype_of(query) == "float64" else "float32"
    groups = _groups(query, key)
    if groups > 1:
        key, value = repeat(key, groups, 2), repeat(value, groups, 2)
    query, key, value = (transpose(cast(x, wide), (0, 2, 1, 3)) for x in (query, key, value))
    scores = matmul(multiply(query, scale), transpose(key, (0, 1, 3, 2)))
    if cap is not None:
        scores = multiply(tanh(divide(scores, cap)), cap)
    if bias is not None:
        scores = add(scores, cast(bias, wide))
    if is_causal:
        rows, columns = (_positions(transpose(x, (0, 2, 1, 3))) for x in (query, key))
        scores = where(greater_equal(expand_dims(rows, 1), columns), scores, -math.inf)
    return cast(transpose(matmul(softmax(scores, -1), value), (0, 2, 1, 3)), dtype)


def _groups(query: Any, key: Any) -> int:
    heads, shared = shape_of(query)[2], shape_of(key)[2]
    return 1 if None in (heads, shared) else heads // shared
