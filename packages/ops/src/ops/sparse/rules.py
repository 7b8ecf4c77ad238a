"""Which results are sparse, and what computes them: the rule of each op that computes with sparse tensors.

An op has a rule if it maps zeros to zeros, whatever finite values its other operands have, or if its result is smaller
than its operands. There is one rule for all backends; symbolic calls follow it, too. Ops without a rule compute with
dense operands in place of sparse ones (`conversion.densified`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

from ops.sparse import elementwise, joining, positions, products, reductions, selection
from ops_common import dtypes
from ops_common.symbolic import SymbolicTensor


class Rule(NamedTuple):
    """The rule of one op.

    Attributes:
        keeps: called with the op's arguments, in which operands are SymbolicTensors, numbers or None; returns whether
            the result is sparse, or None if the rule does not apply.
        compute: called with the backend, the symbolic result, and the arguments: operands in the dtype that the op
            promotes them to, and canonical static arguments.
    """

    keeps: Callable[..., bool | None]
    compute: Callable[..., Any]


def _is_sparse(form: Any) -> bool:
    return isinstance(form, SymbolicTensor) and form.sparse


def _always(*_: Any) -> bool:
    return True


def _both(x1: Any, x2: Any) -> bool | None:
    """Sparse if both are; dense beside a dense tensor of the result's shape; otherwise there is no rule."""
    if _is_sparse(x1) and _is_sparse(x2):
        return True
    dense, other = (x2, x1) if _is_sparse(x1) else (x1, x2)
    if not isinstance(dense, SymbolicTensor) or len(dense.shape) < len(other.shape):
        return None
    pairs = zip(reversed(dense.shape), reversed(other.shape), strict=False)
    return False if all(n == m or m == 1 for n, m in pairs) else None


def _either(x1: Any, x2: Any) -> bool:
    """Sparse if either is: what is multiplied by zero is zero."""
    return True


def _dividend(x1: Any, x2: Any) -> bool | None:
    """Sparse if the dividend is and the divisor is not: zero by zero is not a number."""
    is_zero = type(x2) in dtypes.NUMBERS and x2 == 0
    return True if _is_sparse(x1) and not _is_sparse(x2) and not is_zero else None


def _some_axis_remains(x: Any, axis: Any = None, *_: Any) -> bool | None:
    """Sparse unless all axes are reduced."""
    if axis is None:
        return False
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    return len({a % max(len(x.shape), 1) for a in axes}) < len(x.shape)


def _of_some(x: Any, axis: Any = None, *_: Any) -> bool | None:
    """As `_some_axis_remains`, for reductions that are special for no elements."""
    axes = range(len(x.shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    sizes = [x.shape[a] for a in axes if -len(x.shape) <= a < len(x.shape)]
    return None if 0 in sizes else _some_axis_remains(x, axis)


def _without_initial(x: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> bool | None:
    return _of_some(x, axis) if initial is None else None


def _all_of_list(xs: Any, *_: Any) -> bool | None:
    return True if all(map(_is_sparse, xs)) else None


def _matrices(x1: Any, x2: Any, *_: Any) -> bool | None:
    """Sparse if both are; there is a rule for matrices and vectors."""
    if not (isinstance(x1, SymbolicTensor) and isinstance(x2, SymbolicTensor)):
        return True if isinstance(x1, SymbolicTensor) or isinstance(x2, SymbolicTensor) else None
    ranks = (len(x1.shape), len(x2.shape))
    if _is_sparse(x1) and _is_sparse(x2):
        return True if ranks == (2, 2) else None
    if max(ranks) <= 2 and min(ranks) >= 1:
        return False
    sparse_first = _is_sparse(x1)
    return False if (sparse_first and ranks[0] == 2 < ranks[1]) or (not sparse_first and ranks[1] == 2) else None


def _product_of_matrices(x1: Any, x2: Any) -> bool | None:
    numbers = [x for x in (x1, x2) if not isinstance(x, SymbolicTensor)]
    return None if numbers else _matrices(x1, x2)


def _dot(x1: Any, x2: Any) -> bool | None:
    for x, other in ((x1, x2), (x2, x1)):
        if not isinstance(x, SymbolicTensor) or not x.shape:
            return True if _is_sparse(other) else None
    if max(len(x1.shape), len(x2.shape)) > 2:
        return None
    return _matrices(x1, x2)


def _layer(x: Any, kernel: Any, bias: Any = None) -> bool | None:
    if _is_sparse(kernel) or _is_sparse(bias) or len(x.shape) != 2:
        return None
    return False


def _data(data: Any, *others: Any) -> bool | None:
    return True if _is_sparse(data) and not any(map(_is_sparse, others)) else None


def _rows(x: Any, indices: Any, axis: Any = None) -> bool | None:
    if not _is_sparse(x) or _is_sparse(indices) or axis is None:
        return None
    return len(x.shape) > 1 or len(getattr(indices, "shape", ())) > 0


def _zeros_around(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> bool | None:
    return True if mode == "constant" and constant_values in (None, 0) else None


# Functions of one operand for which f(0) = 0. Linear ones are computed of the values of equal coordinates, too.
LINEAR = frozenset(("conj", "conjugate", "deg2rad", "imag", "negative", "rad2deg", "real"))
OF_ZERO = LINEAR | frozenset(
    (
        *(
            "abs",
            "absolute",
            "arcsin",
            "arcsinh",
            "arctan",
            "arctanh",
            "cbrt",
            "ceil",
            "erf",
            "erfinv",
            "expm1",
            "fabs",
        ),
        *(
            "fabs",
            "floor",
            "isinf",
            "isnan",
            "isneginf",
            "isposinf",
            "log1p",
            "nan_to_num",
            "round",
            "sign",
            "signbit",
            "sin",
        ),
        *("sinh", "sqrt", "square", "tan", "tanh", "trunc", "angle"),
    )
)
ACTIVATIONS = frozenset(
    (
        *("celu", "elu", "gelu", "hard_shrink", "hard_tanh", "leaky_relu", "relu", "relu6", "selu", "silu", "swish"),
        *("soft_shrink", "softsign", "tanh_shrink", "hard_silu", "hard_swish"),
    )
)

RULES: dict[str, Rule] = {
    **{
        f"elementwise_{name}": Rule(
            _always, functools.partial(elementwise.of_values, f"elementwise_{name}", name in LINEAR)
        )
        for name in OF_ZERO
    },
    **{
        f"nn_activation_{name}": Rule(_always, functools.partial(elementwise.of_values, f"nn_activation_{name}", False))
        for name in ACTIVATIONS
    },
    **{
        f"elementwise_{name}": Rule(_both, functools.partial(elementwise.union, f"elementwise_{name}"))
        for name in ("add", "subtract", "maximum", "minimum", "fmax", "fmin", "logical_or", "logical_xor", "not_equal")
    },
    **{
        f"elementwise_{name}": Rule(_either, functools.partial(elementwise.intersection, f"elementwise_{name}"))
        for name in ("multiply", "logical_and")
    },
    **{
        f"elementwise_{name}": Rule(_dividend, functools.partial(elementwise.quotient, f"elementwise_{name}"))
        for name in ("divide", "true_divide", "divide_no_nan")
    },
    "creation_copy": Rule(_always, elementwise.unchanged),
    "reduction_sum": Rule(_some_axis_remains, reductions.total),
    "reduction_nansum": Rule(_some_axis_remains, reductions.total_without_nan),
    "reduction_mean": Rule(_of_some, reductions.mean),
    "reduction_any": Rule(_some_axis_remains, functools.partial(reductions.extreme, "segment_segment_max")),
    "reduction_max": Rule(_without_initial, functools.partial(reductions.extreme, "segment_segment_max")),
    "reduction_amax": Rule(_of_some, functools.partial(reductions.extreme, "segment_segment_max")),
    "reduction_min": Rule(_without_initial, functools.partial(reductions.extreme, "segment_segment_min")),
    "reduction_amin": Rule(_of_some, functools.partial(reductions.extreme, "segment_segment_min")),
    "manipulation_transpose": Rule(_always, positions.transpose),
    "manipulation_swapaxes": Rule(_always, positions.swapaxes),
    "manipulation_moveaxis": Rule(_always, positions.moveaxis),
    "manipulation_expand_dims": Rule(_always, positions.expand_dims),
    "manipulation_squeeze": Rule(
        lambda x, axis=None: True if any(n != 1 for n in x.shape) else None, positions.squeeze
    ),
    "manipulation_reshape": Rule(lambda x, shape: True if shape not in ((), []) else None, positions.reshape),
    "manipulation_ravel": Rule(_always, positions.reshape),
    "manipulation_broadcast_to": Rule(_always, positions.broadcast_to),
    "manipulation_flip": Rule(_always, positions.flip),
    "manipulation_fliplr": Rule(_always, lambda b, r, x: positions.flip(b, r, x, 1)),
    "manipulation_flipud": Rule(_always, lambda b, r, x: positions.flip(b, r, x, 0)),
    "manipulation_pad": Rule(_zeros_around, positions.pad),
    "manipulation_concatenate": Rule(_all_of_list, joining.concatenate),
    "manipulation_stack": Rule(_all_of_list, joining.stack),
    "manipulation_append": Rule(lambda x1, x2, axis=None: _all_of_list([x1, x2]), joining.append),
    "manipulation_vstack": Rule(lambda xs: _rank_two(xs), lambda b, r, xs: joining.concatenate(b, r, xs, 0)),
    "manipulation_hstack": Rule(lambda xs: _rank_two(xs), lambda b, r, xs: joining.concatenate(b, r, xs, 1)),
    "indexing_take": Rule(_rows, selection.take),
    "segment_segment_sum": Rule(_data, selection.segment_sum),
    "contraction_matmul": Rule(_product_of_matrices, products.matmul),
    "contraction_dot": Rule(_dot, products.dot),
    "nn_linear_dense": Rule(_layer, products.dense),
}


def _rank_two(xs: Any) -> bool | None:
    return True if _all_of_list(xs) and all(len(x.shape) >= 2 for x in xs) else None
