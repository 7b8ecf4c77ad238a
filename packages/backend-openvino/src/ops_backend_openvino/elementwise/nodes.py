"""Nodes that several themes build: exact integers, exact division, signs of zeros."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import to_small
from ops_backend_openvino.native_types import FLOATS, SMALL
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node, Tensor
from ops_common.errors import UnsupportedError

_BOOL = ov.Type.boolean
INT32 = ov.Type.i32
NUMBERS = FLOATS | SMALL | {"int32"}


def is_bool(x: Node) -> bool:
    """Returns whether a node is of bools."""
    return x.get_element_type() == _BOOL


def is_integer(x: Node) -> bool:
    """Returns whether a node is of integers."""
    return x.get_element_type().is_integral() and not is_bool(x)


def wrapping(build: Callable[..., Any], *operands: Node) -> Any:
    """Returns a function of integers computed in int32, from which a conversion to a smaller integer wraps around."""
    type_ = operands[0].get_element_type()
    if type_ == INT32 or not type_.is_integral():
        return build(*operands)
    return to_small(build(*(opset.convert(x, INT32) for x in operands)), type_)


def division(x1: Any, x2: Any) -> Any:
    """Returns a quotient, correctly rounded where the plugin supports it."""
    node = opset.divide(x1, x2)
    # Keeps the plugin from multiplying with the rounded reciprocal, which gives less than 1 for 49 / 49. Not where it
    # would fuse a division of or by a constant into the preceding reduction or product, which it then computes wrongly.
    ends = [_sources(x) for x in (x1, x2)]
    if _CONSTANTS not in ends or INPUTS.issuperset(set.union(*ends)):
        node.get_rt_info()["nonconvertable_divide_0"] = True
    return node


_CONSTANTS = {"Constant"}
INPUTS = _CONSTANTS | {"Parameter"}
# Nodes that the plugin may fuse into the node before them, and nodes between the two that it may eliminate.
_FUSIBLE = frozenset(
    """Add Subtract Multiply Divide Maximum Minimum Power Sqrt Exp Log Abs Negative Tanh Sigmoid Relu Elu Gelu Erf Swish
    Mish HSwish HSigmoid SoftPlus Clamp Floor Ceiling Round Sign Mod FloorMod SquaredDifference Convert PRelu Select
    Sin Cos Equal NotEqual Less LessEqual Greater GreaterEqual IsInf IsNaN IsFinite LogicalNot LogicalAnd LogicalOr
    Reshape Transpose Concat Unsqueeze Squeeze Split VariadicSplit Slice StridedSlice Gather Broadcast Tile""".split()
)


def _sources(x: Any) -> set[str]:
    """Returns the types of the nodes that a value is computed from, looking through fusible nodes."""
    todo, seen, ends = [x if isinstance(x, ov.Node) else x.get_node()], set[str](), set[str]()
    while todo:
        node = todo.pop()
        if node.get_name() in seen:
            continue
        seen.add(node.get_name())
        kind = node.get_type_name()
        if kind in _FUSIBLE:
            todo += [value.get_node() for value in node.input_values()]
        else:
            ends.add(kind)
    return ends


def negated(x: Any) -> Any:
    """Returns a negative of floats. With dynamic sizes, the plugin's own returns 0.0 for 0.0."""
    x = x.output(0) if isinstance(x, ov.Node) else x
    return opset.multiply(x, like(-1.0, x)) if x.get_partial_shape().is_dynamic else opset.negative(x)


# Dtypes that kernels list as native.
ONLY_BOOL = frozenset({"bool"})
INTEGERS = SMALL | {"int32"}


def eager_only(host: Any, name: str, why: str) -> Callable[[Any, Any], Tensor]:
    """Returns a function that no graph can express: computed on the host, and an error in a traced function."""

    def call(x1: Any, x2: Any) -> Tensor:
        operands = [x for x in (x1, x2) if type(x) is Tensor]
        if any(x.node is not None for x in operands):
            raise UnsupportedError(
                f"{name} cannot be part of a traced function on backend 'openvino', which {why}; call it "
                f"outside of ops.jit, or use another backend"
            )
        with np.errstate(all="ignore"):
            array = host(*(x.host if type(x) is Tensor else x for x in (x1, x2)))
        return Tensor(np.asarray(array), operands[0].dtype)

    return call


def is_negative(x: Node) -> Any:
    """Returns whether numbers have a minus sign; false for NaN."""
    # The reciprocal of negative zero is minus infinity.
    one_over = division(like(1.0, x), x)
    return opset.logical_or(opset.less(x, like(0, x)), opset.less(one_over, like(0, x)))
