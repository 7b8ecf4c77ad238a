"""`assert_same_everywhere`: a function has the same results on all backends, compiled or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ops
from ops.testing.closeness import difference, is_array, to_numpy
from ops.testing.selection import selected
from ops_common.errors import ArgumentError
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees

_MODES = ("eager", "jit", "symbolic")


def assert_same_everywhere(
    function: Callable[..., Any],
    *args: Any,
    backends: Sequence[str] | None = None,
    modes: Sequence[str] = _MODES,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = True,
) -> None:
    """Asserts that a function of tensors returns the same on each backend: eagerly, compiled, and for symbolic tensors.

    The function is called on each backend as it is, by `ops.jit`, and by `ops.compute_output_spec`. Values are compared
    with those of the first backend's eager call as `assert_close` does, symbolic results with the eager result's shape
    and dtype. With one backend, its calls are compared with each other. Functions that draw random numbers are the same
    everywhere inside `ops.random.portable` only.

    Args:
        function: written with `ops`, of tensors and static arguments; bind its named arguments by a lambda.
        *args: its arguments. Tensors of any backend and NumPy arrays, also in dicts, lists and tuples, are converted to
            tensors of each backend. Other arguments are passed as they are.
        backends: names of backends; the default is all that are installed, or those of pytest's ``--ops-backends``.
        modes: which calls are made, of ``"eager"``, ``"jit"`` and ``"symbolic"``. The eager call is always made.
        rtol: the relative tolerance; the default depends on the dtype.
        atol: the absolute tolerance; the default depends on the dtype and on the values.
        equal_nan: whether NaN equals NaN.

    Raises:
        AssertionError: results differ; the message names the backend, the call and the worst element.
        ArgumentError: a mode is unknown.
        BackendError: a backend is not installed, or there is none.

    An error of the function itself passes through, with a note that names the backend and the call.

    Example:
        >>> import numpy as np
        >>> import ops
        >>> from ops.testing import assert_same_everywhere
        >>> assert_same_everywhere(lambda x: ops.softmax(x) * 2, np.ones((2, 3), "float32"))
    """
    __tracebackhide__ = True
    unknown = sorted(set(modes) - set(_MODES))
    if unknown:
        raise ArgumentError(f"modes must be of {', '.join(_MODES)}; got {', '.join(unknown)}")
    names = selected() if backends is None else list(backends)
    first: tuple[str, Any] | None = None
    for name in names:
        with ops.use_backend(name):
            values = _map(lambda x: ops.convert_to_tensor(to_numpy(x)), args)
            eager = _call(function, values, name, "eager")
            result = _map(to_numpy, eager)
            if first is None:
                first = name, result
            pairs = [(f"{first[0]}, eager", first[1], f"{name}, eager", result)] if first[0] != name else []
            if "jit" in modes:
                compiled = _map(to_numpy, _call(ops.jit(function), values, name, "jit"))
                pairs.append((f"{name}, eager", result, f"{name}, jit", compiled))
            for expected_label, expected, label, actual in pairs:
                report = difference(actual, expected, rtol=rtol, atol=atol, equal_nan=equal_nan)
                if report is not None:
                    raise AssertionError(f"actual: {label}; expected: {expected_label}\n{report}")
            if "symbolic" in modes:
                spec = _call(lambda *values: ops.compute_output_spec(function, *values), values, name, "symbolic")
                for report in _differences_of_spec(spec, result, ""):
                    raise AssertionError(f"actual: {name}, symbolic; expected: {name}, eager\n{report}")


def _map(change: Callable[[Any], Any], values: Any) -> Any:
    return trees.put(values, [change(x) for x in trees.leaves(values, is_array)], is_array, keep=True)


def _call(function: Callable[..., Any], args: Sequence[Any], name: str, mode: str) -> Any:
    try:
        return function(*args)
    except Exception as error:
        error.add_note(f"assert_same_everywhere: backend {name}, {mode}")
        raise


def _differences_of_spec(spec: Any, result: Any, place: str) -> Iterator[str]:
    """Yields what of a symbolic result is not the shape and dtype of the arrays of an eager one."""
    at = f"at {place}: " if place else ""
    if isinstance(result, dict):
        if not isinstance(spec, dict) or spec.keys() != result.keys():
            yield f"{at}actual {spec!r}, expected a dict of {[*result]}"
            return
        for key, value in result.items():
            yield from _differences_of_spec(spec[key], value, f"{place}[{key!r}]")
    elif isinstance(result, (list, tuple)):
        if not isinstance(spec, (list, tuple)) or len(spec) != len(result):
            yield f"{at}actual {spec!r}, expected a sequence of length {len(result)}"
            return
        for i, (item, value) in enumerate(zip(spec, result, strict=True)):
            yield from _differences_of_spec(item, value, f"{place}[{i}]")
    elif is_array(result):
        expected = SymbolicTensor(result.shape, result.dtype)
        if not is_array(spec) or _does_not_fit(spec, expected):
            yield f"{at}actual {spec!r}, expected {expected!r}"


def _does_not_fit(spec: Any, expected: SymbolicTensor) -> bool:
    shape, sizes = tuple(ops.shape(spec)), expected.shape
    return (
        ops.dtype(spec) != expected.dtype
        or len(shape) != len(sizes)
        or any(n is not None and n != size for n, size in zip(shape, sizes, strict=True))
    )
