"""Family nn.recurrent: loops over the steps of sequences.

Inside a compiled function a loop uses the framework's own construct (`jax.lax.scan`, `tf.while_loop`, torch's scan,
OpenVINO's Loop node). In eager calls, steps run one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops._declaration import backend_function, composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.contraction import matmul
from ops.core import _static_shape as shape_of
from ops.core import cast, convert_to_tensor
from ops.core import dtype as dtype_of
from ops.creation import zeros_like
from ops.elementwise import add, multiply, subtract, tanh, where
from ops.indexing import get_item
from ops.manipulation import expand_dims, flip, split, squeeze, stack, transpose
from ops.nn.activation import relu, sigmoid
from ops_common import shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees

__all__ = [
    "gru",
    "lstm",
    "rnn",
]

# --- loops


def _steps(
    backend: Backend, step: Callable[..., Any], carry: list[Tensor], sequences: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    """Runs the steps one by one."""
    bound = backend.bound
    step_outputs: list[list[Tensor]] = []
    for i in range(backend.shape(sequences[0])[0]):
        carry, outputs = step(carry, [bound.indexing_get_item(x, i) for x in sequences])
        step_outputs.append(outputs)
    return carry, [bound.manipulation_stack(list(column), 0) for column in zip(*step_outputs, strict=True)]


@backend_function
def _loop(
    backend: Backend, step: Callable[..., Any], carry: list[Tensor], sequences: list[Tensor], unroll: bool
) -> tuple[list[Tensor], list[Tensor]]:
    """Runs ``carry, outputs = step(carry, slices)`` along axis 0; returns the last carry and the stacked outputs."""
    lengths = [x.shape[0] if isinstance(x, SymbolicTensor) else backend.shape(x)[0] for x in sequences]
    # A list: the compiler of torch 2.8 does not trace next(iterator, default).
    known = [size for size in lengths if size is not None]
    length = known[0] if known else None
    if length == 0:
        raise ShapeError("a sequence must have at least one step; got none")
    if any(isinstance(x, SymbolicTensor) for x in (*carry, *sequences)):
        after, outputs = step(carry, [SymbolicTensor(x.shape[1:], dtype_of(x)) for x in sequences])
        return after, [SymbolicTensor((length, *x.shape), x.dtype) for x in outputs]
    if "nn.recurrent.loop" in backend.kernels and not unroll:
        fast = all(backend.dtype(x) in backend.fast_dtypes for x in (*carry, *sequences))
        results = backend.run("nn.recurrent.loop", fast, step, carry, sequences)
        if results is not None:
            return results
    if length is None and backend.records and not unroll:
        last, outputs = backend.bound.control_scan(step, carry, sequences)
        return last, outputs
    if length is None:
        raise ShapeError("to unroll a loop, the number of steps must be known: omit unroll, or name the size")
    return _steps(backend, step, carry, sequences)


def _time_first(x: Any) -> Any:
    return transpose(x, (1, 0, *range(2, len(shape_of(x)))))


def _tensor(x: Any) -> Any:
    return x if isinstance(x, SymbolicTensor) else convert_to_tensor(x)


def _select_by_mask(mask: Any, new: Any, old: Any) -> Any:
    """Returns the new values where the mask of the batch is True, and the old values elsewhere."""
    return where(expand_dims(mask, tuple(range(1, len(shape_of(new))))) if len(shape_of(new)) > 1 else mask, new, old)


def _leaf(x: Any) -> bool:
    return True


def _leaves(nest: Any) -> list[Any]:
    return trees.leaves(nest, _leaf)


def _like(nest: Any, leaves: Any) -> Any:
    """Returns a nest of the same structure with these leaves."""
    return trees.put(nest, leaves, _leaf, keep=False)


@backend_function
def rnn(
    backend: Backend,
    step_function: Callable[..., Any],
    inputs: Any,
    initial_states: Any,
    go_backwards: bool = False,
    mask: Any = None,
    constants: Any = None,
    unroll: bool = False,
    input_length: int | None = None,
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, Any]:
    """A recurrent network: applies a step function along the time axis.

    Args:
        step_function: ``output, new_states = step_function(input, states)``. The input has no time axis; states is a
            list of the current states, initially ``initial_states``, followed by the constants. The function returns as
            many new states as there are initial states, in a list or tuple.
        inputs: shape (batch, time, ...), or a nest of such tensors.
        initial_states: a list or tuple of tensors, or of nests of tensors.
        go_backwards: whether to begin with the last step. Outputs are in the order in which they are computed.
        mask: True for the steps to use, of shape (batch, time) or (batch, time, 1). In other steps, states are
            unchanged, and the previous output is repeated (zeros if there is none).
        constants: a list or tuple of tensors that are passed to each step.
        unroll: whether a compiled function repeats the step instead of using a loop.
        input_length: the number of steps to take; None for all.
        time_major: whether inputs, mask and outputs have their axes in the order (time, batch, ...).
        zero_output_for_mask: whether outputs of masked steps are zeros.
        return_all_outputs: whether to return all outputs or only the last one.

    Returns:
        ``(last_output, outputs, new_states)``: of shapes (batch, ...) and (batch, time, ...), and the last states in a
        list.

    Raises:
        ShapeError: there are no steps, or the sequences have different numbers of steps.

    Example:
        >>> import ops
        >>> def add_up(x, states):
        ...     total = states[0] + x
        ...     return total, [total]
        >>> last, outputs, states = ops.nn.rnn(add_up, ops.ones((1, 3, 1)), [ops.zeros((1, 1))])
        >>> ops.convert_to_numpy(outputs)[0, :, 0]
        array([1., 2., 3.], dtype=float32)
    """
    if active.current_backend() is not backend:  # called as a function of a namespace
        with active.use_backend(backend.name):
            return rnn(step_function, inputs, initial_states, go_backwards, mask, constants, unroll, input_length,
                       time_major, zero_output_for_mask, return_all_outputs)  # fmt: skip
    nest = list(initial_states)
    sequences, states = [_tensor(x) for x in _leaves(inputs)], [_tensor(x) for x in _leaves(nest)]
    fixed = [] if constants is None else [_like(x, map(_tensor, _leaves(x))) for x in constants]
    if mask is not None:
        mask = cast(_tensor(mask), "bool")
        sequences.append(squeeze(mask, 2) if len(shape_of(mask)) == 3 else mask)
    if any(len(shape_of(x)) < 2 for x in sequences):
        raise ShapeError(f"inputs must have a batch and a time axis; got shapes {[shape_of(x) for x in sequences]}")
    sequences = [x if time_major else _time_first(x) for x in sequences]
    lengths = shapes.distinct([shape_of(x)[0] for x in sequences])
    if len(lengths) > 1:
        raise ShapeError(f"sequences must have the same number of steps; got {sorted(lengths)}")
    if input_length is not None:
        sequences = [get_item(x, slice(0, input_length)) for x in sequences]
    if go_backwards:
        sequences = [flip(x, 0) for x in sequences]
    output_nest: list[Any] = [None]

    def apply(states: list[Any], slices: list[Any]) -> tuple[list[Any], list[Any]]:
        output, new = step_function(_like(inputs, slices), [*_like(nest, states), *fixed])
        output_nest[0] = output
        outputs, new_leaves = _leaves(output), _leaves(list(new))
        if len(new_leaves) != len(states):
            raise ArgumentError(f"the step function must return {len(states)} new states; got {len(new_leaves)}")
        return [cast(x, dtype_of(old)) for x, old in zip(new_leaves, states, strict=True)], outputs

    count = len(states)
    step: Callable[..., Any] = apply
    if mask is not None:

        def masked(carry: list[Any], slices: list[Any]) -> tuple[list[Any], list[Any]]:
            states, seen = carry[:count], slices[-1]
            new, outputs = apply(states, slices[:-1])
            before = carry[count:] or [zeros_like(x) for x in outputs]
            outputs = [_select_by_mask(seen, x, old) for x, old in zip(outputs, before, strict=True)]
            new = [_select_by_mask(seen, x, old) for x, old in zip(new, states, strict=True)]
            return [*new, *(outputs if len(carry) > count else ())], outputs

        step = masked
        if not zero_output_for_mask:
            firsts = [
                SymbolicTensor(x.shape[1:], x.dtype) if isinstance(x, SymbolicTensor) else get_item(x, 0)
                for x in sequences[:-1]
            ]
            states = [*states, *(zeros_like(x) for x in apply(states, firsts)[1])]
    states, outputs = _loop(step, states, sequences, unroll)
    last = [get_item(x, -1) for x in outputs]
    if not return_all_outputs:
        outputs = [expand_dims(x, 0) for x in last]
    outputs = [x if time_major else _time_first(x) for x in outputs]
    like = output_nest[0]
    return _like(like, last), _like(like, outputs), _like(nest, states[:count])


# --- cells


def _activate(x: Any, activation: Any) -> Any:
    """Applies an activation, given by its name or as a function."""
    if activation == "tanh":
        return tanh(x)
    if activation == "sigmoid":
        return sigmoid(x)
    if activation == "relu":
        return relu(x)
    return x if activation == "linear" else activation(x)


def _activation(value: Any) -> Any:
    if callable(value) or value in ("tanh", "sigmoid", "relu", "linear"):
        return value
    raise ArgumentError(f"an activation must be 'tanh', 'sigmoid', 'relu', 'linear' or a function; got {value!r}")


def _shape(x: Any) -> Shape:
    return tuple(getattr(x, "shape", ()))


def _check(
    inputs: Any, states: list[Any], mask: Any, kernel: Any, recurrent: Any, bias: Any, gates: int, biases: int
) -> None:
    """Raises ShapeError if the shapes of a cell's arguments do not fit each other."""
    x, k, r, rows = _shape(inputs), _shape(kernel), _shape(recurrent), [_shape(state) for state in states]
    described = f"inputs {x}, states {rows}, kernel {k} and recurrent kernel {r}"
    if len(x) != 3 or len(k) != 2 or len(r) != 2 or any(len(row) != 2 for row in rows):
        raise ShapeError(
            f"inputs must be (batch, time, features), states (batch, units) and kernels matrices; got {described}"
        )
    if x[1] == 0:
        raise ShapeError(f"a sequence must have at least one step; got {described}")
    pairs = [(x[2], k[0]), (k[1], r[1]), *((row[0], x[0]) for row in rows), *((row[1], r[0]) for row in rows)]
    if r[0] is not None:
        pairs.append((r[1], gates * r[0]))
    if any(None not in pair and pair[0] != pair[1] for pair in pairs):
        raise ShapeError(f"{described} do not fit: a kernel must have {gates} columns for each unit")
    for what, array, expected in (("mask", mask, x[:2]), ("bias", bias, (r[1],) if biases == 1 else (biases, r[1]))):
        array_shape = _shape(array)
        if array is not None and (
            len(array_shape) != len(expected)
            or any(None not in pair and pair[0] != pair[1] for pair in zip(array_shape, expected))  # noqa: B905  # of equal length
        ):
            raise ShapeError(f"the {what} must have shape {expected}; got {array_shape}")


def _lstm_arguments(
    inputs: Any, state_h: Any, state_c: Any, mask: Any, kernel: Any, recurrent: Any, bias: Any, *rest: Any
) -> tuple[Any, ...]:
    _check(inputs, [state_h, state_c], mask, kernel, recurrent, bias, 4, 1)
    names = (_activation(rest[0]), _activation(rest[1]))
    return inputs, state_h, state_c, mask, kernel, recurrent, bias, *names, *map(bool, rest[2:])


def _sequences(
    inputs: Any, states: list[Any], mask: Any, kernel: Any, recurrent: Any, bias: Any, gates: int, all_steps: bool
) -> tuple[Any, Any, list[Any]]:
    """Returns the symbolic results of a cell, with the sizes that any of its arguments knows."""
    heads = [x.shape[:1] for x in (inputs, *states, *([] if mask is None else [mask]))]
    steps = [inputs.shape[1:2], *([] if mask is None else [mask.shape[1:2]])]
    columns = [x.shape[-1] for x in (kernel, recurrent, *([] if bias is None else [bias]))]
    units = [recurrent.shape[:1], *((x.shape[1],) for x in states), *((n and n // gates,) for n in columns)]
    sizes = [shapes.agreed(*known) for known in (heads, steps, units)]
    if None in sizes:
        raise ShapeError("the sizes of the arguments do not fit each other")
    (batch,), (time,), (size,) = sizes  # type: ignore[misc]  # tested above
    state = SymbolicTensor((batch, size), inputs.dtype)
    outputs = SymbolicTensor((batch, time if all_steps else 1, size), inputs.dtype)
    return state, outputs, [SymbolicTensor(state.shape, state.dtype) for _ in states]


def _lstm_specs(inputs: Any, h: Any, c: Any, mask: Any, kernel: Any, recurrent: Any, bias: Any, *rest: Any) -> Any:
    return _sequences(inputs, [h, c], mask, kernel, recurrent, bias, 4, rest[2])


def _gru_specs(inputs: Any, state: Any, mask: Any, kernel: Any, recurrent: Any, bias: Any, *rest: Any) -> Any:
    return _sequences(inputs, [state], mask, kernel, recurrent, bias, 3, rest[2])


def _wide(dtype: str) -> str:
    """Returns the dtype in which a cell computes."""
    return "float64" if dtype == "float64" else "float32"


@composite(dtype=rules.REAL_FLOATS, canonical=_lstm_arguments, kernel=None, shape=_lstm_specs)
def lstm(
    inputs: Operand,
    initial_state_h: Operand,
    initial_state_c: Operand,
    mask: Operand | None,
    kernel: Operand,
    recurrent_kernel: Operand,
    bias: Operand | None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    return_sequences: bool = False,
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Long short-term memory (Hochreiter and Schmidhuber, 1997; with forget gates, Gers and others, 2000).

    With ``i, f, g, o`` the four parts of ``x @ kernel + h @ recurrent_kernel + bias``, each step computes
    ``c = sigmoid(f) * c + sigmoid(i) * tanh(g)`` and ``h = sigmoid(o) * tanh(c)``.

    Args:
        inputs: shape (batch, time, features).
        initial_state_h: shape (batch, units).
        initial_state_c: shape (batch, units).
        mask: True for the steps to use, of shape (batch, time), or None; see `rnn`.
        kernel: shape (features, 4 * units).
        recurrent_kernel: shape (units, 4 * units).
        bias: shape (4 * units,), or None.
        activation: replaces tanh: "tanh", "sigmoid", "relu", "linear" or a function.
        recurrent_activation: replaces the sigmoid, likewise.
        return_sequences: whether to return all outputs or only the last one.
        go_backwards: whether to begin with the last step.
        unroll: see `rnn`.

    Returns:
        ``(last_output, outputs, [h, c])``; outputs have shape (batch, time, units), or (batch, 1, units) without
        return_sequences.

    Raises:
        ShapeError: the shapes do not fit, or there are no steps.
        ArgumentError: an activation is unknown.

    Example:
        >>> import ops
        >>> state = ops.zeros((2, 4))
        >>> x, kernel, recurrent = ops.ones((2, 3, 5)), ops.ones((5, 16)), ops.ones((4, 16))
        >>> _, outputs, _ = ops.nn.lstm(x, state, state, None, kernel, recurrent, None, return_sequences=True)
        >>> ops.shape(outputs)
        (2, 3, 4)
    """
    dtype = dtype_of(inputs)
    wide = _wide(dtype)
    x, h, c, k, r = (cast(t, wide) for t in (inputs, initial_state_h, initial_state_c, kernel, recurrent_kernel))
    b = zeros_like(get_item(r, 0)) if bias is None else cast(bias, wide)
    step_mask = None if mask is None else cast(mask, "bool")
    if go_backwards:
        x, step_mask = flip(x, 1), None if step_mask is None else flip(step_mask, 1)
    if step_mask is None and activation == "tanh" and recurrent_activation == "sigmoid" and not unroll:
        outputs, h, c = _lstm(x, h, c, k, r, b)
    else:
        outputs, h, c = _lstm_steps(x, h, c, step_mask, k, r, b, activation, recurrent_activation, unroll)
    return _results(outputs, [h, c], return_sequences, dtype)


def _results(outputs: Any, states: list[Any], return_sequences: bool, dtype: str) -> tuple[Any, Any, list[Any]]:
    outputs = cast(outputs, dtype)
    last = get_item(outputs, (slice(None), -1))
    return last, outputs if return_sequences else expand_dims(last, 1), [cast(x, dtype) for x in states]


@composite(dtype=rules.REAL_FLOATS, kernel="lstm")
def _lstm(x: Operand, h: Operand, c: Operand, kernel: Operand, recurrent: Operand, bias: Operand) -> Any:
    """`lstm` with the default activations and no mask, as kernels implement it."""
    return _lstm_steps(x, h, c, None, kernel, recurrent, bias, "tanh", "sigmoid", False)


def _lstm_steps(
    x: Any, h: Any, c: Any, mask: Any, kernel: Any, recurrent: Any, bias: Any, inner: Any, gate: Any, unroll: bool
) -> tuple[Any, Any, Any]:
    def step(carry: list[Any], now: list[Any]) -> tuple[list[Any], list[Any]]:
        h, c = carry[:2]
        i, f, g, o = split(add(now[0], matmul(h, recurrent)), 4, -1)
        new_c = add(multiply(_activate(f, gate), c), multiply(_activate(i, gate), _activate(g, inner)))
        new_h = multiply(_activate(o, gate), _activate(new_c, inner))
        return _masked(now, [new_h, new_c], carry)

    states, outputs = _run(step, x, [h, c], mask, kernel, bias, unroll)
    return outputs, *states


def _masked(now: list[Any], new: list[Any], carry: list[Any]) -> tuple[list[Any], list[Any]]:
    """Returns the carry and the output (the first state) after a step that applies where the mask is True."""
    if len(now) == 1:
        return new, [new[0]]
    step_mask = expand_dims(now[1], -1)
    output = where(step_mask, new[0], carry[-1])
    return [*(where(step_mask, x, old) for x, old in zip(new, carry[:-1], strict=True)), output], [output]


def _run(
    step: Any, x: Any, states: list[Any], mask: Any, kernel: Any, bias: Any, unroll: bool
) -> tuple[list[Any], Any]:
    """Returns the states after all steps, and the outputs; the products of all inputs are computed at once."""
    sequences = [_time_first(add(matmul(x, kernel), bias))]
    carry = states
    if mask is not None:
        sequences.append(_time_first(mask))
        carry = [*states, zeros_like(states[0])]
    carry, outputs = _loop(step, carry, sequences, unroll)
    return carry[: len(states)], _time_first(outputs[0])


def _gru_arguments(
    inputs: Any, state: Any, mask: Any, kernel: Any, recurrent: Any, bias: Any, *rest: Any
) -> tuple[Any, ...]:
    _check(inputs, [state], mask, kernel, recurrent, bias, 3, 2 if rest[-1] else 1)
    names = (_activation(rest[0]), _activation(rest[1]))
    return inputs, state, mask, kernel, recurrent, bias, *names, *map(bool, rest[2:])


@composite(dtype=rules.REAL_FLOATS, canonical=_gru_arguments, kernel=None, shape=_gru_specs)
def gru(
    inputs: Operand,
    initial_state: Operand,
    mask: Operand | None,
    kernel: Operand,
    recurrent_kernel: Operand,
    bias: Operand | None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    return_sequences: bool = False,
    go_backwards: bool = False,
    unroll: bool = False,
    reset_after: bool = True,
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """Gated recurrent unit (Cho and others, 2014, arXiv:1406.1078).

    With ``z, r, g`` the three parts of ``x @ kernel + bias[0]`` and ``z', r', g'`` those of ``h @ recurrent_kernel +
    bias[1]``, each step computes ``h = u h + (1 - u) tanh(g + v g')`` with ``u = sigmoid(z + z')`` and
    ``v = sigmoid(r + r')``.
    Without reset_after, ``v g'`` is ``v h`` times the third part of the recurrent kernel, and there is one bias.

    Args:
        inputs: shape (batch, time, features).
        initial_state: shape (batch, units).
        mask: True for the steps to use, of shape (batch, time), or None; see `rnn`.
        kernel: shape (features, 3 * units).
        recurrent_kernel: shape (units, 3 * units).
        bias: shape (2, 3 * units), or (3 * units,) without reset_after; or None.
        activation: replaces tanh: "tanh", "sigmoid", "relu", "linear" or a function.
        recurrent_activation: replaces the sigmoid, likewise.
        return_sequences: whether to return all outputs or only the last one.
        go_backwards: whether to begin with the last step.
        unroll: see `rnn`.
        reset_after: whether the reset gate is applied after the recurrent product.

    Returns:
        ``(last_output, outputs, [h])``; outputs have shape (batch, time, units), or (batch, 1, units) without
        return_sequences.

    Raises:
        ShapeError: the shapes do not fit, or there are no steps.
        ArgumentError: an activation is unknown.

    Example:
        >>> import ops
        >>> last, _, _ = ops.nn.gru(
        ...     ops.ones((2, 3, 5)), ops.zeros((2, 4)), None, ops.ones((5, 12)), ops.ones((4, 12)), None
        ... )
        >>> ops.shape(last)
        (2, 4)
    """
    dtype = dtype_of(inputs)
    wide = _wide(dtype)
    x, h, k, r = (cast(t, wide) for t in (inputs, initial_state, kernel, recurrent_kernel))
    if bias is not None:
        b = cast(bias, wide)
    else:
        b = zeros_like(get_item(r, 0))
        b = stack([b, b]) if reset_after else b
    step_mask = None if mask is None else cast(mask, "bool")
    if go_backwards:
        x, step_mask = flip(x, 1), None if step_mask is None else flip(step_mask, 1)
    plain = step_mask is None and activation == "tanh" and recurrent_activation == "sigmoid"
    if plain and reset_after and not unroll:
        outputs, h = _gru(x, h, k, r, b)
    else:
        outputs, h = _gru_steps(x, h, step_mask, k, r, b, activation, recurrent_activation, unroll, reset_after)
    return _results(outputs, [h], return_sequences, dtype)


@composite(dtype=rules.REAL_FLOATS, kernel="gru")
def _gru(x: Operand, h: Operand, kernel: Operand, recurrent: Operand, bias: Operand) -> Any:
    """`gru` with the default activations and no mask, as kernels implement it."""
    return _gru_steps(x, h, None, kernel, recurrent, bias, "tanh", "sigmoid", False, True)


def _gru_steps(
    x: Any,
    h: Any,
    mask: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any,
    inner: Any,
    gate: Any,
    unroll: bool,
    reset_after: bool,
) -> tuple[Any, Any]:
    outer_bias, inner_bias = (get_item(bias, 0), get_item(bias, 1)) if reset_after else (bias, None)
    parts = None if reset_after else split(recurrent, 3, -1)

    def step(carry: list[Any], now: list[Any]) -> tuple[list[Any], list[Any]]:
        h = carry[0]
        z, r, g = split(now[0], 3, -1)
        if parts is None:
            z_h, r_h, g_h = split(add(matmul(h, recurrent), inner_bias), 3, -1)
            g_h = multiply(_activate(add(r, r_h), gate), g_h)
        else:
            z_h, r_h = matmul(h, parts[0]), matmul(h, parts[1])
            g_h = matmul(multiply(_activate(add(r, r_h), gate), h), parts[2])
        z, g = _activate(add(z, z_h), gate), _activate(add(g, g_h), inner)
        return _masked(now, [add(g, multiply(z, subtract(h, g)))], carry)

    states, outputs = _run(step, x, [h], mask, kernel, outer_bias, unroll)
    return outputs, states[0]
