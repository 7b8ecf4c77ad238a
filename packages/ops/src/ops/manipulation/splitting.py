"""Tensors split along an axis, and differences of their parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration import backend_function, canonical_axis, canonical_int, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.elementwise import not_equal, subtract
from ops.manipulation.reshaping import squeeze
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.tensors.arguments import as_python
from ops_common.tensors.variable import Variable

__all__ = [
    "array_split",
    "diff",
    "dsplit",
    "hsplit",
    "split",
    "unstack",
    "vsplit",
]


@reads()
def _cuts(x: Any, indices_or_sections: Any, *axis: Any) -> tuple[Any, ...]:
    cuts = canonical_axis(as_python(indices_or_sections))
    if cuts is None:
        raise ArgumentTypeError("split needs a number of parts, or indices to split at")
    return x, cuts, *axis


def _at_tensor(key: str) -> Callable[..., Any]:
    """Returns a function for calls of an op whose split points are a tensor, or their number a scalar."""

    def split_at(backend: Backend, x: Any, indices_or_sections: Any, *axis: Any) -> Any:
        points = indices_or_sections.value if isinstance(indices_or_sections, Variable) else indices_or_sections
        if not backend.is_tensor(points):
            return NotImplemented
        is_traced = backend.kernels.get("control.is_traced")
        if is_traced is not None and is_traced([points]):
            raise ArgumentTypeError(
                "indices_or_sections is a tensor without known values, on which shapes would depend: use ops.slice, or "
                "give the split points as ints"
            )
        return getattr(backend.bound, key)(x, backend.core.convert_to_numpy(points).tolist(), *axis)

    return split_at


@primitive(
    dtype=rules.KEEP,
    shape=lambda x, indices_or_sections, axis: shapes.split(x.shape, indices_or_sections, axis),
    canonical=_cuts,
    instead=_at_tensor("manipulation_split"),
)
def split(x: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """The tensor split into pieces along an axis.

    Args:
        x: a tensor.
        indices_or_sections: the number of equal pieces, or the indices before which to split: ints, or a tensor of ints
            whose values are known.
        axis: the axis to split.

    Returns:
        A list of tensors.

    Raises:
        ShapeError: the size of the axis is not divisible by the number of pieces, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.split(ops.zeros((6, 2)), [1, 3])]
        [(1, 2), (2, 2), (3, 2)]
    """
    ...


def _uneven(x: Any, indices_or_sections: Any, axis: int) -> list[shapes.Shape]:
    size = x.shape[shapes.normalize_axis(axis, len(x.shape))]
    if not isinstance(indices_or_sections, int):
        return shapes.split(x.shape, indices_or_sections, axis)
    if size is None:
        return shapes.split(x.shape, indices_or_sections, axis)
    return shapes.split(x.shape, shapes.even_cuts(size, indices_or_sections), axis)


@backend_function
def _pieces_at(backend: Backend, x: Any, indices: Sequence[Any], axis: int) -> list[Any]:
    """Returns the pieces between indices along an axis, which can be run-time sizes."""
    pairs = zip((None, *indices), (*indices, None), strict=True)
    get_item = backend.bound.indexing_get_item
    return [get_item(x, (*(slice(None),) * axis, slice(*pair))) for pair in pairs]


@composite(canonical=_cuts, shape=_uneven, instead=_at_tensor("manipulation_array_split"))
def array_split(x: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """The tensor split into pieces along an axis whose size need not be divisible.

    Args:
        x: a tensor.
        indices_or_sections: the number of pieces, or the indices before which to split. If the size is not divisible by
            the number, the first pieces have one more element; if there are more pieces than elements, the last are
            empty.
        axis: the axis to split.

    Returns:
        A list of tensors.

    Raises:
        ShapeError: the axis is out of bounds, or the number of pieces is not positive.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.array_split(ops.zeros((5,)), 3)]
        [(2,), (2,), (1,)]
    """
    if isinstance(indices_or_sections, int):
        sizes = sizes_of(x)
        at = shapes.normalize_axis(axis, len(sizes))
        indices_or_sections = shapes.even_cuts(sizes[at], indices_or_sections)
        if not {int}.issuperset(map(type, indices_or_sections)):
            return _pieces_at(x, indices_or_sections, at)
    return split(x, indices_or_sections, axis)


@composite(canonical=_cuts, instead=_at_tensor("manipulation_hsplit"))
def hsplit(x: Operand, indices_or_sections: Any) -> list[Tensor]:
    """The tensor split along axis 1, or along axis 0 if it has rank 1; see `split`.

    Raises:
        ShapeError: the tensor has rank 0, or the size of the axis is not divisible by the number of pieces.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.hsplit(ops.zeros((3, 6)), 2)]
        [(3, 3), (3, 3)]
    """
    return split(x, indices_or_sections, 0 if len(shape_of(x)) == 1 else 1)


@composite(canonical=_cuts, instead=_at_tensor("manipulation_vsplit"))
def vsplit(x: Operand, indices_or_sections: Any) -> list[Tensor]:
    """The tensor, of rank 2 or more, split along axis 0; see `split`.

    Raises:
        ShapeError: the rank is lower than 2, or the size of the axis is not divisible by the number of pieces.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.vsplit(ops.zeros((4, 3)), 2)]
        [(2, 3), (2, 3)]
    """
    sizes = shape_of(x)
    if len(sizes) < 2:
        raise ShapeError(f"vsplit needs a tensor of rank 2 or more; got shape {sizes}")
    return split(x, indices_or_sections, 0)


@composite(canonical=_cuts, instead=_at_tensor("manipulation_dsplit"))
def dsplit(x: Operand, indices_or_sections: Any) -> list[Tensor]:
    """The tensor, of rank 3 or more, split along axis 2; see `split`.

    Raises:
        ShapeError: the rank is lower than 3, or the size of the axis is not divisible by the number of pieces.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.dsplit(ops.zeros((2, 3, 4)), [1])]
        [(2, 3, 1), (2, 3, 3)]
    """
    return split(x, indices_or_sections, 2)


@composite()
def diff(a: Operand, n: int = 1, axis: int = -1) -> Tensor:
    """Differences between consecutive elements along an axis: ``a[i + 1] - a[i]``.

    Args:
        a: a tensor; for bools the result is whether consecutive elements differ.
        n: the number of times that differences are computed.
        axis: the axis.

    Returns:
        A tensor of a's dtype; its size along the axis is smaller by n, but at least 0.

    Raises:
        ShapeError: the axis is out of bounds.
        ArgumentError: n is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diff([1, 4, 9, 16]))
        array([3, 5, 7], dtype=int32)
    """
    if n < 0:
        raise ArgumentError(f"n must not be negative; got {n}")
    size = shape_of(a)[shapes.normalize_axis(axis, len(shape_of(a)))]
    subtracted = not_equal if dtype_of(a) == "bool" else subtract
    for _ in range(n if size is None else min(n, size)):  # more steps leave no elements
        a = subtracted(split(a, (1,), axis)[1], split(a, (-1,), axis)[0])
    return a


@reads()
def _unstacked(x: Any, num: Any, axis: Any) -> tuple[Any, ...]:
    return x, None if num is None else canonical_int(num), axis


@composite(canonical=_unstacked, shape=lambda x, num, axis: shapes.unstack(x.shape, num, axis))
def unstack(x: Operand, num: Any = None, axis: int = 0) -> list[Tensor]:
    """A list of the slices along an axis.

    Args:
        x: a tensor of rank 1 or more.
        num: the number of slices; needed only if the size of the axis is unknown.
        axis: the axis.

    Raises:
        ShapeError: the axis is out of bounds, its size is unknown, or it is not ``num``.

    Example:
        >>> import ops
        >>> first, second = ops.unstack([[1, 2], [3, 4]])
        >>> ops.convert_to_numpy(second)
        array([3, 4], dtype=int32)
    """
    count = len(shapes.unstack(shape_of(x), num, axis))
    return [squeeze(part, axis) for part in split(x, count, axis)] if count else []
