"""Runs the records of all ops with operands that are divided over devices: values, shapes, layouts and gradients."""

from __future__ import annotations

import itertools
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import optree

import ops
from ops import distribution as dist
from ops.testing.catalogue import RECORDS
from ops.testing.results import public_function
from ops_common import dtypes
from ops_common.testing.closeness import allowed, tolerance, wide
from ops_common.testing.record import Maker, Record, Sample

# Both results have rounding errors: each may differ from the exact one by the record's tolerance.
_LIMIT = 2.0
# TensorFlow runs functions on a mesh as graphs, whose optimizer changes the order of operations: where large terms
# cancel, as in the derivatives of windows by their position, rounding errors are larger than in eager code.
_LOOSE = {("tensorflow", "image.scale_and_translate"): 40.0}


def sweep(
    part: int, parts: int, shape: Sequence[int] = (2, 2), only: str = "", gradients: bool = True
) -> dict[str, Any]:
    """Runs every ``parts``-th record.

    Returns:
        ``calls`` and ``gradients``, how many calls and gradients were compared; ``wrong``, a list of what differs;
        ``gathered``, the ops whose result is whole on each device although an operand was divided; and ``differences``,
        the largest difference to one device by op, in units of the record's tolerance, if it is more than one.
    """
    mesh = dist.DeviceMesh(tuple(shape), ("a", "b")[: len(shape)])
    strategy = dist.DataParallel(mesh)
    result: dict[str, Any] = {"calls": 0, "gradients": 0, "wrong": [], "gathered": [], "differences": {}}
    for record in itertools.islice(RECORDS, part, None, parts):
        if only and record.path != only:
            continue
        print(record.path, flush=True)  # the last one of a process that crashes is the cause
        for place, sample in enumerate(_samples(record)):
            for layouts in _layouts([x.shape if _is_operand(x) else () for x in sample.arrays()[0]], mesh):
                what = f"{record.path} sample {place} layouts {layouts}"
                try:
                    _check(record, sample, layouts, strategy, gradients, result)
                except Exception as error:
                    frame = traceback.extract_tb(sys.exc_info()[2])[-1]
                    message = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
                    result["wrong"].append(f"{what}: {message} ({frame.filename.rpartition('/')[2]}:{frame.lineno})")
    result["gathered"] = sorted(set(result["gathered"]))
    return result


def _samples(record: Record) -> list[Sample]:
    dtype = next((name for name in ("float32", "int32") if name in record.takes), record.takes[0])
    samples = [*record.samples(Maker(dtype)), *(record.forms(Maker(dtype)) if record.forms else ())]
    return [sample for sample in samples if sample.arrays()[0]]


def _layouts(shapes: Sequence[tuple[int, ...]], mesh: dist.DeviceMesh) -> Iterator[list[tuple[str | None, ...]]]:
    """Yields layouts of all operands: each divisible axis of each one alone, and two axes, or operands, together."""
    whole = [(None,) * len(shape) for shape in shapes]
    names = mesh.axis_names

    def divided(place: int, axis: int, name: str) -> Any:
        entries: list[str | None] = [*whole[place]]
        entries[axis] = name
        return tuple(entries)

    def is_divisible(size: int, name: str) -> bool:
        return size > 0 and size % mesh.axis_size(name) == 0

    first: list[Any] = [*whole]
    for place, shape in enumerate(shapes):
        for axis, size in enumerate(shape):
            if is_divisible(size, names[0]):
                yield [*whole[:place], divided(place, axis, names[0]), *whole[place + 1 :]]
                if first[place] == whole[place]:
                    first[place] = divided(place, axis, names[0])
    if sum(x != y for x, y in zip(first, whole, strict=True)) > 1:
        yield first
    if len(names) > 1:
        last = [*first]
        for place, shape in enumerate(shapes):
            for axis in reversed(range(len(shape))):
                if last[place][axis] is None and is_divisible(shape[axis], names[1]):
                    entries = [*last[place]]
                    entries[axis] = names[1]
                    last[place] = tuple(entries)
                    break
        if last != first:
            yield last


def _check(
    record: Record,
    sample: Sample,
    layouts: Sequence[Any],
    strategy: dist.Distribution,
    gradients: bool,
    result: dict[str, Any],
) -> None:
    function = public_function(record.path)
    arrays, arguments = sample.arrays()

    def call(*values: Any) -> Any:
        args, kwargs = arguments(values)
        return function(*args, **kwargs)

    expected = _outputs(call(*map(_tensor, arrays)))
    is_smooth = gradients and record.differentiable and not record.by_values and record.fixed is None
    places = [i for i, x in enumerate(arrays) if x.dtype == np.float32]
    try:
        expected_gradients = _gradients(call, [*map(_tensor, arrays)], places) if is_smooth else []
    except Exception:  # on one device, too: at this point, there is no gradient
        is_smooth, expected_gradients = False, []
    with strategy.scope():
        operands = [
            dist.distribute_tensor(x, dist.TensorLayout(axes, strategy.device_mesh)) if _is_operand(x) else x
            for x, axes in zip(arrays, layouts, strict=True)
        ]
        outputs = optree.tree_leaves(call(*operands))
        values = [_value(x) for x in outputs]
        for output, value in zip(outputs, values, strict=True):
            _check_layout(output, value)
        if any(_is_divided(x) for x in operands) and not any(_is_divided(x) for x in outputs):
            result["gathered"].append(record.path)
        computed_gradients = _gradients(call, operands, places) if is_smooth else []
    for value, array in zip(values, expected, strict=True):
        _check_equal(*(np.asarray(record.compared(x, sample)) for x in (value, array)), record, result)
    for i, (gradient, array) in enumerate(zip(computed_gradients, expected_gradients, strict=True)):
        try:
            _check_equal(gradient, array, record, result)
        except AssertionError:
            if "float64" not in record.takes:
                raise
            # Both may be far from the exact gradient, where it is a small sum of large terms.
            wider = [x.astype(np.float64) if x.dtype == np.float32 else x for x in arrays]
            exact = _gradients(call, [ops.convert_to_tensor(x) if _is_operand(x) else x for x in wider], places)[i]
            errors = [float(np.abs(wide(x) - exact).max()) for x in (gradient, array)]
            if not errors[0] <= 4 * errors[1]:
                raise
    result["calls"] += 1
    result["gradients"] += bool(computed_gradients)


def _check_equal(value: Any, expected: Any, record: Record, result: dict[str, Any]) -> None:
    """Raises an error if arrays differ by more than rounding."""
    assert (value.dtype, value.shape) == (expected.dtype, expected.shape)
    relative = tolerance(dtypes.from_numpy(value.dtype), record.loose)
    if not relative:
        np.testing.assert_array_equal(value, expected)
        return
    with np.errstate(all="ignore"):
        is_equal = (value == expected) | ((value != value) & (expected != expected))
        difference = np.abs(wide(value) - wide(expected))
        # (A result of zero, such as the gradient of a constant, has no scale but that of the rounding errors.)
        floor = np.finfo(np.float32).eps * (np.abs(wide(expected)).max(initial=0.0) < 10 * np.finfo(np.float32).eps)
        bound = allowed(expected, relative) + relative * np.abs(wide(expected)) + floor
        units = np.where(is_equal, 0.0, np.where(np.isfinite(difference), difference / bound, np.inf))
    largest = float(units.max(initial=0.0))
    if largest > max(1.0, result["differences"].get(record.path, 0.0)):
        result["differences"][record.path] = largest
    limit = _LIMIT * _LOOSE.get((ops.backend(), record.path), 1.0)
    assert largest <= limit, f"the difference is {largest:.3g} times the tolerance of the record"


def _is_operand(array: Any) -> bool:
    """Returns whether an array of a sample is an operand. Others are static arguments: sizes, axes, fractions."""
    return array.dtype not in (np.int64, np.float64)


def _tensor(array: Any) -> Any:
    return ops.convert_to_tensor(array) if _is_operand(array) else array


def _outputs(result: Any) -> list[Any]:
    return [_value(x) for x in optree.tree_leaves(result)]


def _value(x: Any) -> Any:
    return np.asarray(ops.convert_to_numpy(x)) if ops.is_tensor(x) else np.asarray(x)


def _check_layout(x: Any, value: Any) -> None:
    if not ops.is_tensor(x):
        return
    assert tuple(x.shape) == value.shape, f"the tensor's shape is {tuple(x.shape)}, but its value's {value.shape}"
    assert dist.layout(x) is not None, "the result is not on the mesh"
    parts = dist.shards(x)
    assert parts, "no device of this process has a part"


def _is_divided(x: Any) -> bool:
    layout = dist.layout(x) if ops.is_tensor(x) else None
    return layout is not None and any(entry is not None for entry in layout.axes)


def _gradients(call: Callable[..., Any], operands: list[Any], places: Sequence[int]) -> list[Any]:
    """Returns the gradients of a weighted sum of float results; none if there are none."""
    if not places:
        return []

    def loss(chosen: list[Any]) -> Any:
        values = [*operands]
        for place, x in zip(places, chosen, strict=True):
            values[place] = x
        leaves = [x for x in optree.tree_leaves(call(*values)) if ops.is_tensor(x)]
        floats = [x for x in leaves if ops.dtype(x) in dtypes.FLOATS]
        if not floats:
            return ops.sum(chosen[0]) * 0.0
        return sum(ops.sum(x * ops.cast(ops.reshape(_weights(x), x.shape), ops.dtype(x))) for x in floats)

    _, gradients = ops.value_and_grad(loss)([operands[place] for place in places])
    return [np.asarray(ops.convert_to_numpy(gradient)) for gradient in gradients]


def _weights(x: Any) -> Any:
    count = int(np.prod(x.shape))
    return np.linspace(0.5, 1.5, count, dtype=np.float32)
