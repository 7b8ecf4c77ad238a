"""Hypothesis strategies for shapes, dtypes and tensors of the active backend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from hypothesis.strategies import DrawFn, SearchStrategy

import ops
from ops_common import dtypes as dtype_names
from ops_common.errors import ArgumentError
from ops_common.runtime import active

_KINDS = {
    "bool": ("bool",),
    "int": dtype_names.SIGNED,
    "uint": dtype_names.UNSIGNED,
    "float": ("bfloat16", "float16", "float32", "float64"),
    "complex": dtype_names.COMPLEX,
}

__all__ = ["dtypes", "shapes", "tensors"]


def shapes(
    *, min_rank: int = 0, max_rank: int = 3, min_size: int = 0, max_size: int = 4
) -> SearchStrategy[tuple[int, ...]]:
    """A strategy for shapes: tuples of sizes.

    Few and small sizes are the default, as some backends compile for each shape.

    Args:
        min_rank: the least number of axes.
        max_rank: the greatest number of axes.
        min_size: the least size of an axis.
        max_size: the greatest size of an axis.

    Raises:
        ArgumentError: a limit is negative, or a maximum is below its minimum.

    Example:
        >>> from ops.testing import shapes
        >>> shape = shapes(min_rank=2, max_rank=2, min_size=1)  # of matrices that are not empty
    """
    if not (0 <= min_rank <= max_rank and 0 <= min_size <= max_size):
        raise ArgumentError(
            f"limits of shapes must not be negative, and a maximum not below its minimum; got ranks {min_rank} to "
            f"{max_rank}, sizes {min_size} to {max_size}"
        )
    return st.lists(st.integers(min_size, max_size), min_size=min_rank, max_size=max_rank).map(tuple)


def dtypes(*kinds: str) -> SearchStrategy[str]:
    """A strategy for names of dtypes that the active backend has.

    Args:
        *kinds: ``"bool"``, ``"int"``, ``"uint"``, ``"float"`` and ``"complex"``; without any, all but complex.

    Raises:
        ArgumentError: a kind is unknown.

    Example:
        >>> from ops.testing import dtypes
        >>> dtype = dtypes("float", "complex")
    """
    for kind in kinds:
        if kind not in _KINDS:
            raise ArgumentError(f"unknown kind of dtypes {kind!r}; known are {', '.join(_KINDS)}")
    names = [name for kind in kinds or ("bool", "int", "uint", "float") for name in _KINDS[kind]]

    @st.composite
    def of_backend(draw: DrawFn) -> str:
        # The backend that is active when the example is drawn: the strategy is made before the test runs.
        native = active.current_backend().native_dtypes
        return draw(st.sampled_from([name for name in names if name in native]))

    return of_backend()


def tensors(
    dtype: str | SearchStrategy[str] | None = None,
    shape: Sequence[int] | SearchStrategy[tuple[int, ...]] | None = None,
    *,
    min_value: float | None = -10,
    max_value: float | None = 10,
    allow_nan: bool = False,
    allow_infinity: bool = False,
) -> SearchStrategy[Any]:
    """A strategy for tensors of the active backend.

    Args:
        dtype: a dtype, or a strategy for dtypes; the default is `floatx`.
        shape: a shape, or a strategy for shapes; the default is `shapes()`.
        min_value: the least number, which unsigned integers replace by 0 if it is negative; for complex dtypes, the
            least real and imaginary part. None is the dtype's least finite number.
        max_value: the greatest number, likewise. Numbers are rounded to the dtype after they are drawn.
        allow_nan: whether elements of inexact dtypes may be NaN.
        allow_infinity: whether elements of inexact dtypes may be infinite.

    There are no subnormal numbers, which frameworks may replace by 0.

    Example:
        >>> from hypothesis import given, settings
        >>> import ops
        >>> from ops.testing import dtypes, tensors
        >>> @settings(deadline=None)  # a first call may compile
        ... @given(tensors(dtypes("float", "int")))
        ... def test_abs_is_not_negative(x):
        ...     assert ops.convert_to_numpy(ops.all(ops.abs(x) >= 0))
        >>> test_abs_is_not_negative()
    """

    @st.composite
    def tensor(draw: DrawFn) -> Any:
        name = dtype_names.standardize(draw(dtype) if isinstance(dtype, SearchStrategy) else dtype)
        sizes = draw(shape if isinstance(shape, SearchStrategy) else shapes() if shape is None else st.just(shape))
        if name in dtype_names.INTEGERS:
            elements: SearchStrategy[Any] = _integers(name, min_value, max_value)
        elif name in dtype_names.INEXACT:
            part = _floats(name, min_value, max_value, allow_nan, allow_infinity)
            elements = st.builds(complex, part, part) if name in dtype_names.COMPLEX else part
        else:
            elements = st.booleans()
        # Some dtypes are not NumPy's own, so that the array is converted to them.
        wide = np.dtype(name if name in (*dtype_names.INTEGERS, "bool") else "complex128")
        wide = np.dtype("float64") if name in dtype_names.FLOATS else wide
        array = draw(st_numpy.arrays(wide, tuple(sizes), elements=elements))
        return ops.convert_to_tensor(array.astype(dtype_names.to_numpy(name)))

    return tensor()


def _integers(name: str, min_value: float | None, max_value: float | None) -> SearchStrategy[int]:
    least, greatest = dtype_names.integer_range(name)
    low = least if min_value is None else max(least, int(np.ceil(min_value)))
    high = greatest if max_value is None else min(greatest, int(np.floor(max_value)))
    return st.integers(low, high)


def _floats(
    name: str, min_value: float | None, max_value: float | None, allow_nan: bool, allow_infinity: bool
) -> SearchStrategy[float]:
    part = {"complex64": "float32", "complex128": "float64"}.get(name, name)
    greatest = dtype_names.largest(part)
    smallest = float(ml_dtypes.finfo(dtype_names.to_numpy(part)).smallest_normal)
    low = -greatest if min_value is None else max(-greatest, min_value)
    high = greatest if max_value is None else min(greatest, max_value)
    special = [*([float("nan")] if allow_nan else []), *([float("inf"), float("-inf")] if allow_infinity else [])]

    def normal(value: float) -> float:
        return value if abs(value) >= smallest else 0.0 * value

    finite = st.floats(low, high, allow_nan=False, allow_infinity=False, allow_subnormal=False).map(normal)
    return finite | st.sampled_from(special) if special else finite
