"""`cond` and `switch`: the result of one of several functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration import backend_function
from ops._declaration.operands import index_of, operand_of
from ops._declaration.recording import is_symbolic_call
from ops.control.nests import any_traced, joint_spec, spec_of, tensor_of, values_of
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "cond",
    "switch",
]


_PYTHON = (bool, int, float)


@backend_function
def cond(backend: Backend, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Returns the result of one of two functions.

    Inside `jit`, where ``pred`` has no value yet, this is lax.cond, tf.cond, torch.cond or an If node, and both
    functions must return nests of the same structure, with tensors of the same dtypes and shapes. Under `vmap`, where
    the condition has a value for each row, both functions are called. The branch that is not taken has no effect on
    gradients, even where its derivative is infinite or NaN.

    Args:
        pred: a bool or number, or a tensor of rank 0; zero is false.
        true_fn: a function without parameters, called if pred is true.
        false_fn: a function without parameters, called if pred is false.

    Raises:
        ShapeError: pred does not have rank 0.

    Example:
        >>> import ops
        >>> x = ops.convert_to_tensor(3.0)
        >>> float(ops.convert_to_numpy(ops.cond(x > 2, lambda: x * 10, lambda: x)))
        30.0
    """
    if not callable(true_fn) or not callable(false_fn):
        raise ArgumentTypeError("true_fn and false_fn must be functions without parameters")
    is_symbolic_call(true_fn, pred)
    if isinstance(pred, _PYTHON):
        return true_fn() if pred else false_fn()
    pred = tensor_of(backend, pred)
    if spec_of(backend, pred).shape != ():
        raise ShapeError(f"pred must have rank 0; got shape {spec_of(backend, pred).shape}")
    if isinstance(pred, SymbolicTensor):
        return joint_spec(backend, [true_fn(), false_fn()])
    if not any_traced(backend, pred):
        return true_fn() if bool(pred) else false_fn()
    return backend.kernels["control.cond"](
        backend.cast(pred, "bool"), lambda: values_of(backend, true_fn()), lambda: values_of(backend, false_fn())
    )


@backend_function
def switch(backend: Backend, index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """Returns the result of one of several functions; otherwise like `cond`.

    Args:
        index: the index of the function to call: an int, or an integer tensor of rank 0; floats must have whole
            values. It is clipped to the range of branches.
        branches: functions of the operands.
        *operands: the arguments of the function.

    Raises:
        ArgumentError: there are no branches, or the index is a float that is not a whole number.
        ShapeError: the index does not have rank 0.
        DtypeError: the index is complex.

    Example:
        >>> import ops
        >>> double, square = (lambda x: x * 2), (lambda x: x * x)
        >>> float(ops.convert_to_numpy(ops.switch(1, [double, square], ops.convert_to_tensor(5.0))))
        25.0
    """
    if not branches:
        raise ArgumentError("switch needs at least one branch")
    last = len(branches) - 1
    is_symbolic_call(branches[0], (index, operands))
    if isinstance(index, int):
        return branches[min(max(index, 0), last)](*operands)
    index = operand_of(backend, index)
    if spec_of(backend, index).shape != ():
        raise ShapeError(f"the index must have rank 0; got shape {spec_of(backend, index).shape}")
    index = index_of(backend, "index", index)
    if isinstance(index, SymbolicTensor):
        return joint_spec(backend, [branch(*operands) for branch in branches])
    if not any_traced(backend, index):
        # (int() of a torch tensor of dtype uint64 has only 63 bits.)
        place: int = index.item() if hasattr(index, "item") else int(index)
        return branches[min(max(place, 0), last)](*operands)
    less = backend.bound.elementwise_less

    def choose(first: int) -> Any:
        if first == last:
            return values_of(backend, branches[last](*operands))
        return backend.kernels["control.cond"](
            less(index, first + 1),
            lambda: values_of(backend, branches[first](*operands)),
            lambda: choose(first + 1),
        )

    return choose(0)
