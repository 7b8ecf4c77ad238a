"""Run-time sizes: traced int32 tensors of rank 0, which shapes have in place of sizes that are not known yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino.nodes import constant
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_common import shapes


def is_size(value: Any) -> bool:
    """Returns whether a value is a run-time size."""
    return type(value) is Tensor and value.node is not None and value.dtype in ("int32", "int64") and value.shape == ()


def has_sizes(values: Any) -> bool:
    """Returns whether there is a run-time size among arguments, also in tuples, lists and slices."""
    if isinstance(values, (tuple, list)):
        return any(map(has_sizes, values))  # pyright: ignore[reportUnknownArgumentType]  # any items
    if isinstance(values, slice):
        return has_sizes((values.start, values.stop, values.step))
    return isinstance(values, Node) or (type(values) is Tensor and values.node is not None)


def shape_node(x: Any) -> Any:
    """Returns the shape of a node as an int32 node."""
    return opset.shape_of(x, "i32")


def size_node(x: Any, axis: int) -> Any:
    """Returns the size of a node's axis as an int32 node of rank 0."""
    return opset.gather(shape_node(x), opset.constant(axis), opset.constant(0))


def dimensions(x: Tensor) -> tuple[Any, ...]:
    """Returns the sizes of a tensor's axes, with a run-time size in place of each None."""
    if None not in x.shape:
        return x.shape
    return tuple(traced(size_node(x.node, i), "int32") if n is None else n for i, n in enumerate(x.shape))


def node_dimensions(x: Node) -> tuple[Any, ...]:
    """Returns the sizes of a node's axes; as nodes where they are not known yet."""
    return tuple(size_node(x, i).output(0) if n is None else n for i, n in enumerate(sizes(x)))


def joint_size(first: Any, second: Any) -> Any:
    """Returns the size that two sizes broadcast to: ints, run-time sizes or nodes."""
    if type(first) is int and (type(second) is int or first != 1):
        return second if first == 1 else first
    if type(second) is int and second != 1:
        return second
    return opset.maximum(scalar(first), scalar(second)).output(0)


def joint_dimensions(x1: Node, x2: Node) -> list[Any]:
    """Returns the sizes that two nodes broadcast to; as nodes where they are not known yet."""
    shapes.broadcast(sizes(x1), sizes(x2))
    rank = max(len(sizes(x1)), len(sizes(x2)))
    first, second = ((1,) * (rank - len(sizes(x))) + node_dimensions(x) for x in (x1, x2))
    return [joint_size(*pair) for pair in zip(first, second, strict=True)]


def scalar(value: Any, type_: ov.Type = ov.Type.i32) -> Any:
    """Returns an int, a run-time size or a node as a node of rank 0."""
    if type(value) is Tensor:
        value = value.node if value.node is not None else value.host
    if isinstance(value, Node):
        return value if value.get_element_type() == type_ else opset.convert(value, type_).output(0)
    return opset.constant(value, type_).output(0)


def ints(values: Sequence[Any] | np.ndarray[Any, Any]) -> Any:
    """Returns a node of a list of ints and run-time sizes."""
    try:
        return opset.constant(np.array(values, np.int64))
    except (TypeError, ValueError):
        if not has_sizes(values):
            raise
    items: Any = values
    return opset.concat([opset.unsqueeze(scalar(item, ov.Type.i64), opset.constant([0])) for item in items], 0)


def extents(values: Sequence[Any] | np.ndarray[Any, Any]) -> Any:
    """Returns a node of sizes, ints and run-time sizes. OpenVINO rejects a size that could be negative for some inputs,
    such as the difference of two sizes, so run-time sizes are at least 0."""
    if not has_sizes(list(values)):
        return ints(values)
    zero = opset.constant(np.int32(0))
    return ints([opset.maximum(scalar(n), zero).output(0) if has_sizes(n) else n for n in values])


def product(values: Sequence[Any]) -> Any:
    """Returns the product of ints and run-time sizes, as an int or a node."""
    result: Any = 1
    for value in values:
        plain = type(value) is int and type(result) is int
        result = result * value if plain else opset.multiply(scalar(result), scalar(value)).output(0)
    return result


def filled(shape: Sequence[Any], value: Any, dtype: str) -> Any:
    """Returns a node of a run-time shape that holds one number."""
    return opset.broadcast(constant(value, dtype), extents(shape))
