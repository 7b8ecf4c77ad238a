"""`vmap`: maps a function of one row over many rows."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration.recording import are_symbolic, without_symbols
from ops.core import _static_shape as shape_of
from ops.core import convert_to_tensor
from ops.core import dtype as dtype_of
from ops.creation import zeros
from ops.indexing import get_item
from ops.manipulation import moveaxis, stack
from ops.transform.wrapped import P, R, Transformed
from ops_common.errors import ArgumentError, AxisError, ShapeError, UnsupportedError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, trees

__all__ = [
    "vmap",
]


def _axes(spec: Any, tree: Any, what: str) -> list[int | None]:
    """Returns the axis for each leaf of the nest, from a spec of the nest's structure or of a part of it."""
    if spec is None or (isinstance(spec, int) and not isinstance(spec, bool)):
        return [spec] * len(trees.leaves(tree, trees.is_leaf))
    if isinstance(spec, dict) and isinstance(tree, dict) and spec.keys() == tree.keys():
        pairs = [(spec[key], item) for key, item in tree.items()]
    elif isinstance(spec, (list, tuple)) and isinstance(tree, (list, tuple)) and len(spec) == len(tree):
        pairs = list(zip(spec, tree, strict=True))
    else:
        raise ArgumentError(
            f"vmap: {what} must be an axis, None, or a nest of these that matches the structure; got {spec!r}"
        )
    return [axis for part, item in pairs for axis in _axes(part, item, what)]


class _Mapped:
    """The function that `vmap` creates, on one backend."""

    def __init__(self, backend: Backend, function: Callable[..., Any], in_axes: Any, out_axes: Any) -> None:
        self.backend, self.function, self.in_axes, self.out_axes = backend, function, in_axes, out_axes

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        tree = (list(args), kwargs)
        spec = self.in_axes if isinstance(self.in_axes, (list, tuple)) else [self.in_axes] * len(args)
        axes = [*_axes(spec, tree[0], "in_axes"), *_axes(0, kwargs, "in_axes")]
        leaves = trees.leaves(tree, trees.is_leaf)
        places = [i for i, axis in enumerate(axes) if axis is not None]
        rows = [self._rows(leaves[i], axes[i]) for i in places]
        sizes = {shape_of(row)[0] for row in rows}
        symbolic = are_symbolic(leaves)
        if symbolic and len(sizes) > 1:
            sizes -= {None}
        if len(sizes) != 1 or (None in sizes and not symbolic):
            given_sizes = ", ".join(sorted(map(str, sizes))) or "none"
            raise ShapeError(f"vmap: the mapped axes must have the same known size; got sizes {given_sizes}")
        (count,) = sizes
        results: list[Any] = []

        def one_row(*values: Any) -> Any:
            filled = list(leaves)
            for i, value in zip(places, values, strict=True):
                filled[i] = value
            positional, named = trees.put(tree, filled, trees.is_leaf, keep=True)
            result = self.function(*positional, **named)
            results.append(result if symbolic or count == 0 else without_symbols(result))
            return tuple(convert_to_tensor(x) for x in trees.leaves(results[-1], trees.is_leaf))

        outputs = self._all(one_row, rows, count, symbolic)
        result = results[-1]
        outs = _axes(self.out_axes, result, "out_axes")
        moved = [
            get_item(x, 0) if axis is None else x if axis == 0 else moveaxis(x, 0, axis)
            for x, axis in zip(outputs, outs, strict=True)
        ]
        return trees.put(result, moved, trees.is_leaf, keep=True)

    def _rows(self, value: Any, axis: int | None) -> Any:
        tensor = convert_to_tensor(value)
        if self.backend.is_sparse(tensor):
            raise UnsupportedError(
                "vmap does not map over sparse tensors: use ops.to_dense(x), or None in in_axes to pass it as a whole"
            )
        rank = len(shape_of(tensor))
        if axis is None or not -rank <= axis < rank:
            raise AxisError(f"vmap: axis {axis} is out of bounds for an argument of shape {shape_of(tensor)}")
        return tensor if axis == 0 else moveaxis(tensor, axis, 0)

    def _all(self, one_row: Callable[..., Any], rows: list[Any], count: int | None, symbolic: bool) -> Sequence[Any]:
        backend = self.backend
        if symbolic or count == 0:
            cores = [SymbolicTensor(shape_of(row)[1:], dtype_of(row)) for row in rows]
            outlines = [SymbolicTensor((count, *shape_of(x)), dtype_of(x)) for x in one_row(*cores)]
            return outlines if symbolic else [zeros(shape_of(x), x.dtype) for x in outlines]
        if "transform.map_rows" in backend.kernels:
            fast = all(backend.dtype(row) in backend.fast_dtypes for row in rows)
            # On a mesh, the framework may have no such transform; elsewhere an error must not call the function again.
            with contextlib.nullcontext() if backend.mesh is None else contextlib.suppress(NotImplementedError):
                return backend.run("transform.map_rows", fast, one_row, rows)
        one_row = scopes.replayed(one_row)  # all rows have the same random numbers
        # (Not a generator, in which a StopIteration of the user's would become a RuntimeError.)
        columns = zip(*[one_row(*[get_item(row, i) for row in rows]) for i in range(count or 0)], strict=True)
        return [stack(list(column)) for column in columns]


def vmap(function: Callable[P, R], in_axes: Any = 0, out_axes: Any = 0) -> Callable[P, R]:
    """Returns a function of a batch of rows, from a function of one row.

    JAX, PyTorch and TensorFlow map all rows in one pass with their own `vmap` (TensorFlow: `vectorized_map`); on numpy
    and openvino the function is called for each row. Random numbers are the same for all rows. Functions that
    TensorFlow cannot vectorize, such as the gradient of a branch, and a `while_loop` in a function that PyTorch
    compiles are evaluated row by row.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors.
        in_axes: the axis of the arguments to map over: an int for all; or a tuple with an entry for each positional
            argument: an int, None (each row receives the whole argument), or a nest of these with the argument's
            structure. Keyword arguments are mapped over axis 0.
        out_axes: the position of the mapped axis in the outputs: an int, None (the output does not depend on the row),
            or a nest of these with the output's structure.

    Returns:
        A function of the same arguments.

    Raises:
        ArgumentError: in_axes or out_axes do not have the structure of the arguments or outputs.
        ShapeError: nothing is mapped, or axes have different sizes.
        UnsupportedError: a mapped argument is a sparse tensor.

    Example:
        >>> import ops
        >>> lengths = ops.vmap(lambda row: ops.sqrt(ops.sum(row * row)))
        >>> ops.convert_to_numpy(lengths(ops.convert_to_tensor([[3.0, 4.0], [0.0, 2.0]])))
        array([5., 2.], dtype=float32)
    """
    return Transformed(
        function,
        lambda backend: _Mapped(backend, function, in_axes, out_axes),
        functools.partial(vmap, in_axes=in_axes, out_axes=out_axes),
    )
