"""Every record's first samples through `ops.namespace(b)` with another backend active: eager, grad, jit and vmap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, public_function
from ops_common.runtime import registry
from ops_common.testing import BACKENDS, Record
from ops_common.testing.record import Maker

PAIRS = [(b, other) for b in BACKENDS for other in BACKENDS if b != other]
OTHERS = [(b, next(other for other in BACKENDS if other != b)) for b in BACKENDS] if len(BACKENDS) > 1 else []
OPTIONS = {"torch": {"backend": "aot_eager"}}


def leaves(value: Any, backend: str) -> list[np.ndarray[Any, Any]]:
    """Returns the arrays of a result, and asserts that its tensors are the backend's."""
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in leaves(item, backend)]
    if isinstance(value, dict):
        return [array for item in value.values() for array in leaves(item, backend)]
    if value is None or isinstance(value, (bool, int, float, str)):
        return [np.asarray(value if value is not None else 0.0)] if not isinstance(value, str) else []
    assert registry.load(backend).is_tensor(value)
    return [np.asarray(ops.namespace(backend).convert_to_numpy(value))]


def same(result: Any, expected: Any, backend: str) -> None:
    for array, expected_array in zip(leaves(result, backend), leaves(expected, backend), strict=True):
        assert array.shape == expected_array.shape
        assert array.dtype == expected_array.dtype
        if array.dtype.kind in "fc":
            np.testing.assert_allclose(array, expected_array, rtol=1e-6, atol=1e-6)
        else:
            np.testing.assert_array_equal(array, expected_array)


def check(call: Callable[[Any], Any], backend: str, other: str) -> None:
    """Compares a call of the namespace's functions with that of the public functions on the active backend.

    Where the latter raises, for instance because a gradient is not supported, the former raises the same error.
    """
    xp = ops.namespace(backend)
    with np.errstate(all="ignore"):
        try:
            with ops.use_backend(backend):
                expected = call(ops)
        except Exception as error:
            expected = error
        with ops.use_backend(other):
            if isinstance(expected, Exception):
                with pytest.raises(type(expected)):
                    call(xp)
                return
            result = call(xp)
    same(result, expected, backend)


def calls(record: Record, backend: str, count: int) -> list[tuple[list[Any], dict[str, Any]]]:
    """Returns the arguments of the record's first samples, as tensors of the backend."""
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    to_tensor = ops.namespace(backend).convert_to_tensor
    try:
        samples = list(record.samples(Maker(dtype)))[:count]
        return [sample.with_arrays(to_tensor) for sample in samples]
    except ops.DtypeError:  # the backend does not support the record's only dtype
        return []


def scalar(xp: Any, value: Any) -> Any:
    """Returns the sum of the float tensors of a result."""
    if isinstance(value, (list, tuple)):
        total = [scalar(xp, item) for item in value]
        return sum(total[1:], total[0])
    return xp.sum(value)


@pytest.mark.parametrize(("name", "other"), PAIRS)
@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
def test_eager(record: Record, name: str, other: str) -> None:
    for args, kwargs in calls(record, name, 3):

        def call(root: Any, args: Any = args, kwargs: Any = kwargs) -> Any:
            return public_function(record.path, root)(*args, **kwargs)

        check(call, name, other)


def first_float(name: str, args: list[Any]) -> int | None:
    backend = registry.load(name)
    return next((i for i, x in enumerate(args) if backend.is_tensor(x) and backend.dtype(x) == "float32"), None)


def with_one(args: list[Any], place: int, value: Any) -> list[Any]:
    return [*args[:place], value, *args[place + 1 :]]


@pytest.mark.parametrize(("name", "other"), OTHERS)
@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
def test_grad(record: Record, name: str, other: str) -> None:
    for args, kwargs in calls(record, name, 1):
        place = first_float(name, args)
        if place is None:
            continue

        def call(root: Any, args: Any = args, kwargs: Any = kwargs, place: int = place) -> Any:
            function = public_function(record.path, root)
            return root.grad(lambda x: scalar(root, function(*with_one(args, place, x), **kwargs)))(args[place])

        check(call, name, other)


@pytest.mark.parametrize(("name", "other"), OTHERS)
@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
def test_jit(record: Record, name: str, other: str) -> None:
    for args, kwargs in calls(record, name, 1):
        place = first_float(name, args)
        if place is None:
            continue

        def call(root: Any, args: Any = args, kwargs: Any = kwargs, place: int = place) -> Any:
            function = public_function(record.path, root)
            return root.jit(lambda x: function(*with_one(args, place, x), **kwargs), options=OPTIONS)(args[place])

        check(call, name, other)


@pytest.mark.parametrize(("name", "other"), OTHERS)
@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
def test_vmap(record: Record, name: str, other: str) -> None:
    for args, kwargs in calls(record, name, 1):
        place = first_float(name, args)
        if place is None:
            continue

        def call(root: Any, args: Any = args, kwargs: Any = kwargs, place: int = place) -> Any:
            function = public_function(record.path, root)
            rows = root.stack([args[place], args[place]])
            return root.vmap(lambda x: function(*with_one(args, place, x), **kwargs))(rows)

        check(call, name, other)
