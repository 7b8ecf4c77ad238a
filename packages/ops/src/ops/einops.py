"""Family einops: splits, joins, reorders, adds and removes axes by a pattern."""

from __future__ import annotations

import functools
import re
from typing import Any

from ops._declaration import backend_function
from ops._declaration.roles import Operand, Tensor
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "rearrange",
]

_Group = tuple[str, ...]
_TOKEN = re.compile(r"\s*(\(|\)|\.\.\.|[A-Za-z_]\w*|\d+|\S)")


def _side(text: str, pattern: str) -> list[_Group]:
    """Returns one side of a pattern: for each axis of the tensor, the names that it consists of."""
    groups: list[_Group] = []
    inner: list[str] | None = None
    for token in _TOKEN.findall(text):
        if token == "(":
            if inner is not None:
                raise ArgumentError(f"pattern {pattern!r} has parentheses inside parentheses")
            inner = []
        elif token == ")":
            if inner is None:
                raise ArgumentError(f"pattern {pattern!r} has a closing parenthesis without an opening one")
            groups.append(tuple(inner))
            inner = None
        elif token == "..." or token == "1" or re.fullmatch(r"[A-Za-z]\w*", token):
            if token == "..." and inner is not None:
                raise ArgumentError(f"pattern {pattern!r} has an ellipsis inside parentheses")
            if inner is None:
                groups.append(() if token == "1" else (token,))
            elif token != "1":
                inner.append(token)
        else:
            raise ArgumentError(f"{token!r} in pattern {pattern!r} is not a valid axis name")
    if inner is not None:
        raise ArgumentError(f"pattern {pattern!r} has a parenthesis that is not closed")
    names = [name for group in groups for name in group]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ArgumentError(f"{', '.join(twice)} occurs twice on one side of pattern {pattern!r}")
    return groups


@functools.lru_cache(maxsize=1024)
def _parse(pattern: str) -> tuple[list[_Group], list[_Group]]:
    sides = pattern.split("->")
    if len(sides) != 2:
        raise ArgumentError(f"a pattern must have exactly one '->'; got {pattern!r}")
    left, right = (_side(side, pattern) for side in sides)
    left_names, right_names = ({name for group in side for name in group} for side in (left, right))
    if left_names != right_names:
        raise ArgumentError(
            f"{', '.join(sorted(left_names ^ right_names))} occurs on only one side of pattern {pattern!r}"
        )
    return left, right


def _with_ellipsis(groups: list[_Group], names: list[_Group]) -> list[_Group]:
    return [axis for group in groups for axis in (names if group == ("...",) else [group])]


def _sizes(
    shape: Shape, run_time_shape: tuple[Any, ...], groups: list[_Group], lengths: dict[str, Any], pattern: str
) -> dict[str, Any]:
    """Returns the size of each name: an int, a run-time size, or None if it is that of a symbolic tensor."""
    sizes: dict[str, Any] = dict(lengths)
    for dim, run_time_dim, group in zip(shape, run_time_shape, groups, strict=True):
        open_names = [name for name in group if name not in lengths]
        known_size: Any = 1
        for name in group:
            known_size *= lengths.get(name, 1)
        if len(open_names) > 1:
            raise ArgumentError(f"pattern {pattern!r} needs the sizes of all but one of {', '.join(open_names)}")
        if (
            dim is not None
            and isinstance(known_size, int)
            and (known_size == 0 or dim % known_size if open_names else dim != known_size)
        ):
            expected = f"a multiple of {known_size}" if open_names else str(known_size)
            raise ShapeError(f"axis ({' '.join(group)}) of pattern {pattern!r} must have size {expected}; got {dim}")
        for name in open_names:
            sizes[name] = None if run_time_dim is None else run_time_dim // known_size
    return sizes


def _product(group: _Group, sizes: dict[str, Any]) -> Any:
    size: Any = 1
    for name in group:
        length = sizes[name]
        if length is None:
            return None
        size *= length
    return size


@backend_function
def rearrange(backend: Backend, tensor: Operand, pattern: Any, **axes_lengths: Any) -> Tensor:
    """Returns a tensor with its axes split, joined, reordered, added and removed according to a pattern.

    Args:
        tensor: a tensor.
        pattern: the names of the axes before and after ``->``. Names in parentheses form one axis, in which the first
            name varies slowest. ``1`` or ``()`` is an axis of size 1, ``...`` any number of axes. (The syntax of
            einops, Rogozhnikov, ICLR 2022.)
        **axes_lengths: sizes by name; where an axis is split, the sizes of all but one of its parts are required.

    Raises:
        ArgumentError: the pattern cannot be parsed, a size is missing, or a size's name is not in the pattern.
        ShapeError: the pattern does not fit the tensor's shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rearrange(ops.arange(6), "(h w) -> w h", w=3))
        array([[0, 3],
               [1, 4],
               [2, 5]], dtype=int32)
    """
    if not isinstance(pattern, str):
        raise ArgumentTypeError(f"a pattern must be a string; got {pattern!r}")
    x = tensor if isinstance(tensor, SymbolicTensor) else backend.to_tensor(tensor)
    shape = x.shape if isinstance(x, SymbolicTensor) else backend.shape(x)
    names = backend.bound
    if not backend.is_traced() and all(type(size) is int for size in (*shape, *axes_lengths.values())):
        split, order, joined = _known_steps(pattern, shape, tuple(axes_lengths.items()))
    else:
        for name, size in axes_lengths.items():
            if not (backend.is_size(size) or isinstance(size, int)):
                raise ArgumentTypeError(f"sizes must be non-negative ints; got {name}={size!r}")
        run_time_shape = shape if isinstance(x, SymbolicTensor) else names.core_shape(x)
        split, order, joined = _steps(pattern, shape, run_time_shape, axes_lengths)
    x = _reshaped(names, x, split)
    if order is not None:
        x = names.manipulation_transpose(x, order)
    return _reshaped(names, x, joined)


# The new shape of a split, the order of the axes, and the new shape of a join; None where nothing is to do.
_Steps = tuple[tuple[Any, ...] | None, tuple[int, ...] | None, tuple[Any, ...] | None]


def _steps(pattern: str, shape: Shape, run_time_shape: tuple[Any, ...], lengths: dict[str, Any]) -> _Steps:
    """Returns how a tensor of this shape is rearranged."""
    left, right = _parse(pattern)
    named = {name for group in left for name in group}
    for name, size in lengths.items():
        if name not in named:
            raise ArgumentError(f"pattern {pattern!r} has no axis {name} on its left side")
        if isinstance(size, int) and size < 0:
            raise ArgumentTypeError(f"sizes must be non-negative ints; got {name}={size!r}")
    hidden = len(shape) - len(left) + 1 if ("...",) in left else 0
    if hidden < 0 or (("...",) not in left and len(shape) != len(left)):
        raise ShapeError(f"pattern {pattern!r} has {len(left)} axes on its left side; got shape {shape}")
    dots: list[_Group] = [(f"...{i}",) for i in range(hidden)]
    left, right = _with_ellipsis(left, dots), _with_ellipsis(right, dots)
    sizes = _sizes(shape, run_time_shape, left, lengths, pattern)
    before = [name for group in left for name in group]
    after = [name for group in right for name in group]
    split = None if _are_single(left) else tuple(sizes[name] for name in before)
    joined = None if _are_single(right) else tuple(_product(group, sizes) for group in right)
    return split, None if before == after else tuple(before.index(name) for name in after), joined


@functools.lru_cache(maxsize=1024)
def _known_steps(pattern: str, shape: Shape, lengths: tuple[tuple[str, int], ...]) -> _Steps:
    return _steps(pattern, shape, shape, dict(lengths))


def _are_single(groups: list[_Group]) -> bool:
    return all(len(group) == 1 for group in groups)


def _reshaped(names: Any, x: Any, shape: tuple[Any, ...] | None) -> Any:
    if shape is None:
        return x
    return SymbolicTensor(shape, x.dtype) if isinstance(x, SymbolicTensor) else names.manipulation_reshape(x, shape)


def __dir__() -> list[str]:
    return sorted(__all__)
