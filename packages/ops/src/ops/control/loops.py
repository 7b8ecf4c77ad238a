"""`while_loop` and `fori_loop`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops._declaration import backend_function
from ops._declaration.recording import is_symbolic_call, without_symbols
from ops.control.nests import (
    any_traced,
    is_differentiated,
    joint_spec,
    leaves_of,
    run_kernel,
    spec_of,
    tensor_of,
    tensors_of,
    values_of,
    with_leaves,
)
from ops.control.variables import LoopVariables
from ops_common import dtypes
from ops_common.errors import ArgumentError, DtypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "fori_loop",
    "while_loop",
]


@backend_function
def while_loop(
    backend: Backend,
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Returns the variables of a loop when its condition no longer holds.

    On jax this is lax.while_loop, unless a gradient is computed outside `jit`; inside `jit` it is tf.while_loop,
    torch's while_loop operator or OpenVINO's Loop node. There the variables must keep their dtypes and shapes, and on
    jax and openvino the loop has no gradients. A variable that is given as a Python number takes the dtype to which the
    steps promote it. Under `vmap`, the loop continues while the condition holds in any row; other rows keep their
    values.

    Args:
        cond: a function of the variables that returns a bool tensor of rank 0.
        body: a function of the variables that returns their next values.
        loop_vars: a list or tuple of variables (each may be a nest), passed to the functions as separate arguments; or
            a single variable.
        maximum_iterations: the maximum number of steps; None for no limit.

    Returns:
        A tuple of the variables; or the variable itself if ``loop_vars`` is a single one.

    Example:
        >>> import ops
        >>> i, x = ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (0, 1.0))
        >>> int(ops.convert_to_numpy(i)), float(ops.convert_to_numpy(x))
        (3, 8.0)
    """
    several = isinstance(loop_vars, (list, tuple))
    state = LoopVariables(backend, tuple(loop_vars) if several else (loop_vars,))
    is_symbolic = is_symbolic_call(body, state.values)
    results_of = tensors_of if is_symbolic else values_of

    def of_body(values: Any) -> tuple[Any, ...]:
        outputs = body(*values)
        return tuple(outputs) if isinstance(outputs, (list, tuple)) and several else (outputs,)

    def step(*values: Any) -> tuple[Any, ...]:
        return state.checked(results_of(backend, of_body(values)))

    if is_symbolic:

        def outline() -> Any:
            variables = state.start()
            cond(*variables)
            joint_spec(backend, [variables, step(*variables)])
            return with_leaves(variables, [spec_of(backend, leaf) for leaf in leaves_of(variables)])

        variables = state.run(outline, of_body)
        return variables if several else variables[0]
    kernel = backend.kernels.get("control.while_loop")
    steps = 0
    if kernel is None or backend.name != "jax" or is_differentiated(backend, state.values):
        while True:
            if kernel is not None and any_traced(backend, state.values):
                break
            if maximum_iterations is not None and steps >= maximum_iterations:
                return state.values if several else state.values[0]
            holds = without_symbols(cond(*state.values))
            if kernel is not None and any_traced(backend, holds):  # values that it closes over
                break
            if not bool(holds):
                return state.values if several else state.values[0]
            state.proceed(state.run(lambda: values_of(backend, of_body(state.start())), of_body))
            steps += 1
    if backend.name == "torch":
        state.probe(lambda values: values_of(backend, of_body(values)))

    def condition(*values: Any) -> Any:
        return without_symbols(cond(*values))

    def loop() -> Any:
        variables = state.start()
        if maximum_iterations is None:
            return run_kernel(backend, "control.while_loop", variables, condition, step, variables)
        names = backend.bound

        def holds(steps: Any, *values: Any) -> Any:
            return names.elementwise_logical_and(names.elementwise_less(steps, maximum_iterations), condition(*values))

        def counted(steps: Any, *values: Any) -> Any:
            return names.elementwise_add(steps, 1), *step(*values)

        start = backend.make(steps, "int32")
        return run_kernel(backend, "control.while_loop", variables, holds, counted, (start, *variables))[1:]

    results = state.run(loop, of_body)
    return tuple(results) if several else results[0]


@backend_function
def fori_loop(backend: Backend, lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    """Returns the value after a loop over the integers from ``lower`` (inclusive) to ``upper`` (exclusive).

    On jax this is lax.fori_loop; inside `jit` it is tf.while_loop on tensorflow, the while_loop operator on torch
    (unrolled if the bounds are ints and either the steps are few or gradients are needed) and a Loop node on openvino.
    There the value must keep its dtype and shape.

    Args:
        lower: the first integer.
        upper: the end of the range; it is not included.
        body_fun: a function of the integer (as a tensor or an int) and the value that returns the next value.
        init_val: the initial value, a tensor or a nest of tensors.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.fori_loop(0, 4, lambda i, x: x + i, 1.0)))
        7.0
    """
    state = LoopVariables(backend, init_val)
    lower, upper = (int(bound) if isinstance(bound, np.integer) else bound for bound in (lower, upper))
    is_static = isinstance(lower, int) and isinstance(upper, int)
    if is_static and not -(2**31) <= lower <= upper < 2**31 and lower < upper:
        raise ArgumentError(f"a loop's integers must fit int32, from -2**31 to 2**31 - 1; got {lower} to {upper}")
    if not is_static:
        lower, upper = _bounds(backend, lower, upper)
    is_symbolic = is_symbolic_call(body_fun, (state.values, lower, upper))
    results_of = tensors_of if is_symbolic else values_of

    def step(i: Any, value: Any) -> Any:
        return state.checked(results_of(backend, body_fun(i, value)))

    def loop(lower: Any, upper: Any) -> Any:
        def run() -> Any:
            value = state.start()
            return run_kernel(backend, "control.fori_loop", value, lower, upper, step, value)

        return state.run(run, lambda value: body_fun(lower, value))

    if is_symbolic:
        first = _first(lower)

        def outline() -> Any:
            value = state.start()
            return joint_spec(backend, [value, step(first, value)])

        return state.run(outline, lambda value: body_fun(first, value))
    kernel = backend.kernels.get("control.fori_loop")
    if kernel is not None and (backend.name == "jax" or any_traced(backend, (state.values, lower, upper))):
        if backend.name == "torch":
            state.probe(lambda value: values_of(backend, body_fun(lower, value)))
        return loop(lower, upper)
    last = int(upper)
    for i in range(int(lower), last):
        state.proceed(
            state.run(lambda i=i: values_of(backend, body_fun(i, state.start())), lambda v, i=i: body_fun(i, v))
        )
        if kernel is not None and i + 1 < last and any_traced(backend, state.values):  # values that it closes over
            return loop(i + 1, last)
    return state.values


def _bound(backend: Backend, value: Any) -> Any:
    """Returns a loop bound as a tensor."""
    tensor = tensor_of(backend, value)
    spec = spec_of(backend, tensor)
    if spec.dtype not in dtypes.INTEGERS:
        raise DtypeError(f"a loop's bounds must be integers; got {spec.dtype}")
    if spec.shape != ():
        raise ShapeError(f"a loop's bounds must have shape (); got {spec.shape}")
    return tensor


def _bounds(backend: Backend, *bounds: Any) -> list[Any]:
    """Returns the loop bounds as tensors of the same dtype."""
    tensors = [_bound(backend, bound) for bound in bounds]
    joint = dtypes.promote([spec_of(backend, tensor).dtype for tensor in tensors])
    return [x if isinstance(x, SymbolicTensor) else backend.cast(x, joint) for x in tensors]


def _first(lower: Any) -> Any:
    return lower if isinstance(lower, SymbolicTensor) else SymbolicTensor((), "int32")
