"""`scan`, `associative_scan` and maps: loops over the rows of tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ops._declaration import backend_function, canonical_count
from ops._declaration.recording import is_symbolic_call, without_symbols
from ops.control.nests import (
    any_traced,
    carried_spec,
    leaves_of,
    run_kernel,
    spec_of,
    tensors_of,
    values_of,
    with_leaves,
)
from ops.control.variables import LoopVariables
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend, short
from ops_common.shapes import normalize_axis
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.arguments import canonical_bool

__all__ = [
    "associative_scan",
    "map",
    "scan",
    "vectorized_map",
]


def _rows(backend: Backend, xs: Any, length: Any) -> Any:
    """Returns the number of rows of the leaves, which must all have the same number."""
    leading = [spec_of(backend, leaf).shape[:1] for leaf in leaves_of(xs)]
    if not all(leading):
        raise ShapeError("tensors to loop over must have rank 1 or more")
    sizes = [size for (size,) in leading]
    counts = shapes.distinct(sizes if length is None else [*sizes, canonical_count(length, "length")])
    if len(counts) > 1:
        raise ShapeError(
            f"tensors to loop over must have the same first size, equal to length; got sizes {sorted(counts)}"
        )
    return counts[0] if counts else None


@backend_function
def scan(
    backend: Backend,
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Returns the final carry and the stacked outputs of a function applied to one row after another.

    On jax this is lax.scan; inside `jit` it is tf.while_loop on tensorflow, the scan operator on torch (unrolled if the
    steps are few or gradients are needed) and a Loop node on openvino.

    Args:
        f: a function of the carry and a row that returns the next carry and an output (which may be None).
        init: the initial carry, a tensor or a nest of tensors.
        xs: a tensor or a nest of tensors, iterated over along the first axis; None to pass None as each row.
        length: the number of steps; required if xs is None.
        reverse: whether to begin at the last row; each output keeps the position of its row.
        unroll: accepted for compatibility with the reference, and ignored; the compilers decide.

    Returns:
        The last carry, and the outputs of all steps, stacked.

    Raises:
        ArgumentError: neither xs nor length is given.
        ShapeError: the tensors have different numbers of rows, or length differs from them.

    Example:
        >>> import ops
        >>> total, sums = ops.scan(lambda c, x: (c + x, c + x), 0.0, ops.convert_to_tensor([1.0, 2.0, 3.0]))
        >>> float(ops.convert_to_numpy(total)), ops.convert_to_numpy(sums)
        (6.0, array([1., 3., 6.], dtype=float32))
    """
    if xs is None and length is None:
        raise ArgumentError("scan needs xs to loop over, or length")
    state, xs = LoopVariables(backend, init), tensors_of(backend, xs)
    is_symbolic = is_symbolic_call(f, (state.values, xs))
    count = _rows(backend, xs, length)
    results_of = tensors_of if is_symbolic or count == 0 else values_of
    reverse = canonical_bool(reverse)
    leaves = leaves_of(xs)
    get, stack = backend.bound.indexing_get_item, backend.bound.manipulation_stack

    def free_step(carry: Any, row: Any) -> tuple[Any, Any]:
        pair = f(carry, row)
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ArgumentTypeError(f"scan needs a function that returns (carry, output); got {short(pair)}")
        next_carry, output = pair
        return results_of(backend, next_carry), results_of(backend, output)

    def step(carry: Any, row: Any) -> tuple[Any, Any]:
        next_carry, output = free_step(carry, row)
        return state.checked(next_carry), output

    def row_at(i: int) -> Any:
        return with_leaves(xs, [get(leaf, i) for leaf in leaves])

    def outline() -> tuple[Any, Any]:
        specs = [spec_of(backend, leaf) for leaf in leaves]
        row = with_leaves(xs, [SymbolicTensor(spec.shape[1:], spec.dtype) for spec in specs])
        start = with_leaves(state.values, [spec_of(backend, leaf) for leaf in leaves_of(state.start())])
        next_carry, output = step(start, row)
        output_specs = [spec_of(backend, leaf) for leaf in leaves_of(output)]
        outputs = with_leaves(output, [SymbolicTensor((count, *spec.shape), spec.dtype) for spec in output_specs])
        return carried_spec(backend, start, next_carry), outputs

    if is_symbolic:
        return state.run(outline, lambda carry: carry)
    if count == 0:
        outputs = state.run(outline, lambda carry: carry)[1]
        zeros = backend.bound.creation_zeros
        return state.start(), with_leaves(outputs, [zeros(spec.shape, spec.dtype) for spec in leaves_of(outputs)])
    # (A tape records the steps, if their number is known: the gradient needs no step again.)
    if (
        "control.scan" in backend.kernels
        and (backend.name == "jax" or any_traced(backend, (state.values, xs)))
        and not (backend.records and isinstance(count, int))
    ):
        if backend.name == "torch":
            state.probe(lambda carry: free_step(carry, row_at(0))[0])

        def scanned() -> tuple[Any, Any]:
            carry = state.start()
            return run_kernel(backend, "control.scan", (carry, xs), step, carry, xs, count, reverse)

        return state.run(scanned, lambda carry: f(carry, row_at(0))[0])
    outputs: list[Any] = []
    for i in reversed(range(count)) if reverse else range(count):
        row = row_at(i)
        carry, output = state.run(
            lambda row=row: free_step(state.start(), row), lambda carry, row=row: f(carry, row)[0]
        )
        state.proceed(carry)
        outputs.append(output)
    if reverse:
        outputs.reverse()
    columns = [leaves_of(output) for output in outputs]
    stacked = [stack([column[j] for column in columns]) for j in range(len(columns[0]))]
    return state.values, with_leaves(outputs[0], stacked)


@backend_function
def map(backend: Backend, f: Callable[..., Any], xs: Any) -> Any:
    """Returns the stacked results of a function applied to one row after another; like `scan` without a carry.

    Args:
        f: a function of a row.
        xs: a tensor or a nest of tensors, iterated over along the first axis.

    Raises:
        ShapeError: the tensors have different numbers of rows.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.map(lambda x: x * x, ops.convert_to_tensor([1.0, 2.0, 3.0])))
        array([1., 4., 9.], dtype=float32)
    """
    is_symbolic_call(f, xs)  # outlines f now, and not only the function of `scan`
    return backend.bound.control_scan(lambda carry, row: (carry, f(row)), (), xs)[1]


@backend_function
def vectorized_map(backend: Backend, function: Callable[..., Any], elements: Any) -> Any:
    """Returns the same as `map`, computed for all rows at once if the framework can vectorize the function (jax,
    tensorflow, torch).

    Args:
        function: a function of a row, without side effects.
        elements: a tensor or a nest of tensors, mapped over along the first axis.

    Raises:
        ShapeError: the tensors have different numbers of rows.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vectorized_map(lambda x: x * x, ops.convert_to_tensor([1.0, 2.0, 3.0])))
        array([1., 4., 9.], dtype=float32)
    """
    elements = tensors_of(backend, elements)
    leaves = leaves_of(elements)
    is_symbolic = is_symbolic_call(function, elements)
    if _rows(backend, elements, None) and not is_symbolic and "transform.map_rows" in backend.kernels:
        outputs: list[Any] = []

        def one_row(*rows: Any) -> tuple[Any, ...]:
            outputs.append(values_of(backend, function(with_leaves(elements, rows))))
            return tuple(leaves_of(outputs[-1]))

        try:
            stacked = run_kernel(backend, "transform.map_rows", elements, one_row, leaves)
            return with_leaves(outputs[-1], stacked if isinstance(stacked, (list, tuple)) else (stacked,))
        except Exception:  # fall back to row by row, where the function succeeds or raises its own error
            pass
    return backend.bound.control_map(function, elements)


@backend_function
def associative_scan(backend: Backend, f: Callable[..., Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Returns the cumulative combinations along an axis under an associative function.

    The number of steps is logarithmic; each step combines whole blocks. (After Blelloch, Prefix sums and
    their applications, 1990.)

    Args:
        f: an associative function of two nests of tensors that combines them element by element along the axis.
        elems: a tensor or a nest of tensors.
        reverse: whether to begin at the end.
        axis: the axis to scan along.

    Raises:
        ShapeError: the tensors' sizes along the axis differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.associative_scan(lambda a, b: a + b, ops.convert_to_tensor([1.0, 2.0, 3.0])))
        array([1., 3., 6.], dtype=float32)
    """
    elems = tensors_of(backend, elems)
    leaves = leaves_of(elems)
    names = backend.bound
    axes = [normalize_axis(axis, len(spec_of(backend, leaf).shape)) for leaf in leaves]
    known = shapes.distinct([spec_of(backend, leaf).shape[at] for leaf, at in zip(leaves, axes, strict=True)])
    if len(known) > 1:
        raise ShapeError(f"tensors to combine must have the same size along the axis; got {known}")
    is_symbolic = is_symbolic_call(f, leaves)
    count: Any = known[0] if known else None if is_symbolic else names.core_shape(leaves[0])[axes[0]]
    if is_symbolic:
        specs = [spec_of(backend, leaf) for leaf in leaves]
        leaves = [
            SymbolicTensor((*x.shape[:at], count, *x.shape[at + 1 :]), x.dtype)
            for x, at in zip(specs, axes, strict=True)
        ]

    def cut(values: list[Any], start: Any, stop: Any, step: Any = None) -> list[Any]:
        places = slice(start, stop, step)
        return [
            names.indexing_get_item(value, (*(slice(None),) * at, places))
            for value, at in zip(values, axes, strict=True)
        ]

    def combine(first: list[Any], second: list[Any]) -> list[Any]:
        result = f(with_leaves(elems, first), with_leaves(elems, second))
        return leaves_of(result if is_symbolic else without_symbols(result))

    def join(first: list[Any], second: list[Any]) -> list[Any]:
        return [names.manipulation_concatenate([a, b], at) for a, b, at in zip(first, second, axes, strict=True)]

    if reverse:
        leaves = cut(leaves, None, None, -1)

    def doubled(width: Any, values: list[Any]) -> list[Any]:
        # Each element is the combination of the `width` elements up to it; combined with that of the `width` elements
        # before these, it covers twice as many.
        return join(cut(values, 0, width), combine(cut(values, 0, count - width), cut(values, width, None)))

    if count is None:  # one step shows the dtypes, and how the other axes broadcast
        leaves = join(cut(leaves, 0, 1), combine(cut(leaves, 0, -1), cut(leaves, 1, None)))
    elif isinstance(count, int):
        width = 1
        while width < count:
            leaves, width = doubled(width, leaves), 2 * width
    else:
        each = doubled if backend.sizes is not None else functools.partial(_doubled, backend, axes, combine, count)
        leaves = names.control_while_loop(
            lambda width, _: names.elementwise_less(width, count),
            lambda width, values: (names.elementwise_multiply(width, 2), each(width, values)),
            (names.core_convert_to_tensor(1, "int32"), leaves),
        )[1]
    return with_leaves(elems, cut(leaves, None, None, -1) if reverse else leaves)


def _doubled(
    backend: Backend, axes: list[int], combine: Callable[..., list[Any]], count: Any, width: Any, values: list[Any]
) -> list[Any]:
    """Returns a step of `associative_scan` that leaves all sizes as they are, for frameworks in which the width, a
    tensor, cannot be a size: the first elements are combined with themselves, and the result is not used."""
    names = backend.bound
    places = names.creation_arange(count, dtype="int32")
    is_first = names.elementwise_less(places, width)
    sources = names.elementwise_where(is_first, places, names.elementwise_subtract(places, width))
    before = [names.indexing_take(value, sources, axis) for value, axis in zip(values, axes, strict=True)]
    results: list[Any] = []
    for value, combined, axis in zip(values, combine(before, values), axes, strict=True):
        after = len(backend.shape(value)) - 1 - axis
        kept = names.manipulation_expand_dims(is_first, tuple(range(1, after + 1))) if after else is_first
        results.append(names.elementwise_where(kept, value, combined))
    return results
