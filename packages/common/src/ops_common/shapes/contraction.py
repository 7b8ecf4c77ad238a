"""Shapes of products and sums over axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from ops_common.errors import ShapeError
from ops_common.shapes.axes import Dim, Shape, normalize_axes, size
from ops_common.shapes.broadcasting import broadcast

__all__ = [
    "correlate",
    "correlation_padding",
    "dense",
    "dot",
    "einsum",
    "kron_factors",
    "matmul",
    "tensordot",
    "tensordot_axes",
    "vdot",
]


def matmul(a: Shape, b: Shape) -> Shape:
    """Returns the shape of a (stacked) matrix product; rank-1 operands act as a row and as a column."""
    if not a or not b:
        raise ShapeError(f"matrix product needs operands of rank 1 or more; got {a} and {b}")
    left = (1, *a) if len(a) == 1 else a
    right = (*b, 1) if len(b) == 1 else b
    if left[-1] is not None and right[-2] is not None and left[-1] != right[-2]:
        raise ShapeError(f"matrix product of {a} and {b}: inner sizes {left[-1]} and {right[-2]} differ")
    batch = broadcast(left[:-2], right[:-2])
    rows = () if len(a) == 1 else (left[-2],)
    columns = () if len(b) == 1 else (right[-1],)
    return (*batch, *rows, *columns)


def dense(x: Shape, kernel: Shape, bias: Shape | None) -> Shape:
    """Returns the shape of the product of x and a kernel of shape (inputs, outputs), plus a bias of shape
    (outputs,)."""
    if not x or len(kernel) != 2:
        raise ShapeError(f"x must have rank 1 or more, and kernel rank 2; got shapes {x} and {kernel}")
    if None not in (x[-1], kernel[0]) and x[-1] != kernel[0]:
        raise ShapeError(
            f"the last size of x must be the first of kernel; got {x[-1]} in {x} and {kernel[0]} in {kernel}"
        )
    count = kernel[1]
    if bias is not None:
        if len(bias) != 1 or (None not in (bias[0], count) and bias[0] != count):
            fits = "(outputs,)" if count is None else f"({count},)"
            raise ShapeError(f"bias must have shape {fits} for a kernel of shape {kernel}; got shape {bias}")
        count = bias[0] if count is None else count
    return (*x[:-1], count)


def tensordot_axes(a: Shape, b: Shape, axes: int | Sequence[object]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Returns the two tuples of axes that a tensordot contracts, checked against both shapes."""
    if isinstance(axes, int):
        if not 0 <= axes <= min(len(a), len(b)):
            raise ShapeError(f"cannot contract {axes} axes of shapes {a} and {b}")
        left, right = tuple(range(len(a) - axes, len(a))), tuple(range(axes))
    else:
        if len(axes) != 2:
            raise ShapeError(f"axes must be an int or a pair; got {axes!r}")
        pair = [(side,) if isinstance(side, int) else tuple(side) for side in axes]  # type: ignore[arg-type]  # a pair
        left, right = normalize_axes(pair[0], len(a)), normalize_axes(pair[1], len(b))
    if len(left) != len(right) or any(
        a[i] is not None and b[j] is not None and a[i] != b[j] for i, j in zip(left, right, strict=True)
    ):
        raise ShapeError(f"cannot contract axes {left} of {a} with axes {right} of {b}")
    return left, right


def tensordot(a: Shape, b: Shape, axes: int | Sequence[object]) -> Shape:
    """Returns the shape of a tensordot: the axes of both operands that are not contracted."""
    left, right = tensordot_axes(a, b, axes)
    return (*(d for i, d in enumerate(a) if i not in left), *(d for i, d in enumerate(b) if i not in right))


def dot(a: Shape, b: Shape) -> Shape:
    """Returns the shape of NumPy's dot: a product for scalars, else a sum over the last axis of a and the second last
    of b."""
    if not a or not b:
        return a or b
    return tensordot(a, b, ((-1,), (max(len(b) - 2, 0),)))


def vdot(a: Shape, b: Shape) -> Shape:
    """Returns the empty shape of a vdot, which sums the products of all elements in order, so their numbers must be
    equal."""
    size_a, size_b = size(a), size(b)
    if size_a is not None and size_b is not None and size_a != size_b:
        raise ShapeError(f"shapes {a} and {b} have {size_a} and {size_b} elements")
    return ()


@overload
def kron_factors(
    a: tuple[int, ...], b: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]: ...


@overload
def kron_factors(a: Shape, b: Shape) -> tuple[Shape, Shape, Shape]: ...


def kron_factors(a: Shape, b: Shape) -> tuple[Shape, Shape, Shape]:
    """Returns for a Kronecker product: the shapes in which the factors broadcast, with interleaved axes, and the
    result's shape."""
    rank = max(len(a), len(b))
    left, right = ((1,) * (rank - len(shape)) + tuple(shape) for shape in (a, b))
    spread_left = tuple(dim for size in left for dim in (size, 1))
    spread_right = tuple(dim for size in right for dim in (1, size))
    return spread_left, spread_right, tuple(size(pair) for pair in zip(left, right, strict=True))


def correlate(a: Shape, b: Shape, mode: str) -> Shape:
    """Returns the shape of a cross-correlation of two sequences."""
    if len(a) != 1 or len(b) != 1 or 0 in (*a, *b):
        raise ShapeError(f"correlate needs two sequences of rank 1 that are not empty; got shapes {a} and {b}")
    length_a, length_b = a[0], b[0]
    if length_a is None or length_b is None:
        return (None,)
    before, after = correlation_padding(max(length_a, length_b), min(length_a, length_b), mode)
    return (abs(length_a - length_b) + 1 + before + after,)


def correlation_padding(longer: int, shorter: int, mode: str) -> tuple[int, int]:
    """Returns how many zeros to add before and after the longer sequence, for the shorter one to slide over."""
    if mode == "valid":
        return 0, 0
    if mode == "same":
        return shorter // 2, shorter - shorter // 2 - 1
    return shorter - 1, shorter - 1


def einsum(subscripts: str, shapes: Sequence[Shape]) -> Shape:
    """Returns the shape of an Einstein sum, with ``...`` and an implicit output as in NumPy."""
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise ShapeError(f"einsum {subscripts!r} names {len(terms)} operands; got {len(shapes)}")
    sizes: dict[str, Dim] = {}
    batch: Shape = ()
    for term, shape in zip(terms, shapes, strict=True):
        named = term.replace("...", "")
        extra = len(shape) - len(named)
        if extra < 0 or (extra and "..." not in term) or (not named.replace(".", "!").isalpha() and named):
            raise ShapeError(f"einsum {subscripts!r}: term {term!r} does not fit an operand of shape {shape}")
        start = term.index("...") if "..." in term else len(term)
        if extra:
            batch = broadcast(batch, shape[start : start + extra])
        own: dict[str, Dim] = {}
        for label, dim in zip(named, shape[:start] + shape[start + extra :], strict=True):
            if None not in (dim, twin := own.setdefault(label, dim)) and dim != twin:  # a diagonal does not broadcast
                raise ShapeError(f"einsum {subscripts!r}: label {label!r} is both {twin} and {dim} in one operand")
            previous = sizes.get(label)
            if previous not in (None, 1) and dim not in (None, 1, previous):
                raise ShapeError(f"einsum {subscripts!r}: label {label!r} is both {previous} and {dim}")
            if label not in sizes or previous is None or previous == 1:
                sizes[label] = dim if dim is not None or previous is None else previous
    if "->" not in subscripts:
        labels = inputs.replace(",", "").replace(".", "")
        output = ("..." if "..." in inputs else "") + "".join(sorted(c for c in set(labels) if labels.count(c) == 1))
    missing = set(output.replace("...", "")) - set(sizes)
    if missing or len(set(output.replace("...", ""))) != len(output.replace("...", "")):
        raise ShapeError(f"einsum {subscripts!r}: the output repeats a label or has one that no operand has")
    head, dots, tail = output.partition("...")
    middle = batch if dots else ()
    return (*(sizes[c] for c in head), *middle, *(sizes[c] for c in tail))
