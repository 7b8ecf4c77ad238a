"""Tests of a backend's sparse tensors (contract, family sparse), without `ops`.

@pytest.mark.parametrize("case", sparse_conformance.cases("mine"), ids=str)
def test_sparse(case):
    case.check()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.runtime import registry
from ops_common.runtime.backend import Backend

Array = np.ndarray[Any, Any]

# Shapes of one, two and three axes.
_SHAPES = ((4,), (4, 3), (2, 2, 3))
_DTYPES = ("float32", "float64", "int32", "complex64")


def _dense(shape: tuple[int, ...], dtype: str, seed: int = 0) -> Array:
    rng = np.random.default_rng(seed)
    kept = rng.random(shape) < 0.5
    return np.where(kept, rng.integers(1, 9, shape), 0).astype(dtypes.to_numpy(dtype))


@dataclass(frozen=True)
class SparseCase:
    """The functions of the family for one shape and dtype."""

    backend: str
    shape: tuple[int, ...]
    dtype: str

    def __str__(self) -> str:
        return f"{'x'.join(map(str, self.shape))}-{self.dtype}"

    def check(self) -> None:
        """Calls each function that the backend has, and compares the results with NumPy's."""
        backend = registry.load(self.backend)
        dense = _dense(self.shape, self.dtype)
        indices = np.argwhere(dense)
        values = dense[tuple(indices.T)]
        ordered = self._made(backend, indices, values, True)
        # Each element is stored as the sum of two.
        twice = self._made(
            backend, np.concatenate([indices[::-1], indices]), np.concatenate([values[::-1], values]), False
        )
        for x, expected, canonical in ((ordered, dense, True), (twice, 2 * dense, False)):
            self._check_parts(backend, x, expected, canonical)
            self._check_coalesced(backend, x, expected)
        self._check_unique(backend, indices)
        self._check_pairs(backend, ordered, dense)
        self._check_positions(backend, ordered, dense)
        self._check_positions(backend, twice, 2 * dense)
        if len(self.shape) == 2:
            self._check_products(backend, ordered, twice, dense)
        assert not backend.kernels["sparse.is_sparse"](backend.make(dense, self.dtype))
        assert not backend.kernels["sparse.is_sparse"]("x")

    def _run(self, backend: Backend, name: str, *args: Any) -> Any:
        function: Callable[..., Any] = backend.kernels[f"sparse.{name}"]
        return function(*args) if backend.call is None else backend.call(function, *args)

    def _made(self, backend: Backend, indices: Array, values: Array, canonical: bool) -> Any:
        name = "int64" if backend.call is None else "int32"
        places = backend.make(indices.astype(name), name)
        return self._run(backend, "from_coordinates", places, backend.make(values, self.dtype), self.shape, canonical)

    def _array(self, backend: Backend, x: Any) -> Array:
        return np.asarray(backend.core.convert_to_numpy(x))

    def _same(self, backend: Backend, x: Any, expected: Array) -> None:
        np.testing.assert_array_equal(self._array(backend, self._run(backend, "to_dense", x)), expected)

    def _check_parts(self, backend: Backend, x: Any, expected: Array, canonical: bool) -> None:
        assert backend.kernels["sparse.is_sparse"](x)
        assert (self._run(backend, "shape", x), self._run(backend, "dtype", x)) == (self.shape, self.dtype)
        assert canonical or not self._run(backend, "is_canonical", x)
        self._same(backend, x, expected)
        found, values = self._run(backend, "coordinates", x)
        added = np.zeros(self.shape, expected.dtype)
        np.add.at(added, tuple(self._array(backend, found).T), self._array(backend, values))
        np.testing.assert_array_equal(added, expected)
        other = self._run(backend, "with_values", x, backend.make(3 * self._array(backend, values), self.dtype))
        self._same(backend, other, 3 * expected)

    def _check_coalesced(self, backend: Backend, x: Any, expected: Array) -> None:
        if "sparse.coalesce" not in backend.kernels:
            return
        result = self._run(backend, "coalesce", x)
        if result is NotImplemented:
            return
        assert self._run(backend, "is_canonical", result)
        found, values = self._run(backend, "coordinates", result)
        np.testing.assert_array_equal(self._array(backend, found), np.argwhere(expected))
        np.testing.assert_array_equal(self._array(backend, values), expected[expected != 0])

    def _check_unique(self, backend: Backend, indices: Array) -> None:
        repeated = np.concatenate([indices[::-1], indices])
        name = "int64" if backend.call is None else "int32"
        rows, places = self._run(backend, "unique_rows", backend.make(repeated.astype(name), name), self.shape)
        np.testing.assert_array_equal(self._array(backend, rows), indices)
        np.testing.assert_array_equal(indices[self._array(backend, places)], repeated)

    def _check_pairs(self, backend: Backend, x: Any, dense: Array) -> None:
        other = _dense(self.shape, self.dtype, 1)
        places = np.argwhere(other)
        y = self._made(backend, places, other[tuple(places.T)], True)
        for name in ("add", "subtract", "multiply", "maximum", "minimum", "not_equal"):
            if f"sparse.{name}" in backend.kernels:
                result = self._run(backend, name, x, y)
                if result is not NotImplemented:
                    self._same(backend, result, getattr(np, name)(dense, other))

    def _check_positions(self, backend: Backend, x: Any, dense: Array) -> None:
        axes = tuple(range(dense.ndim))[::-1]
        cases: dict[str, tuple[tuple[Any, ...], Array]] = {
            "reshape": ((x, (dense.size, 1)), dense.reshape(-1, 1)),
            "permute": ((x, axes), dense.transpose(axes)),
            "concatenate": (([x, x], 0), np.concatenate([dense, dense])),
            **({"sum": ((x, (0,), False), dense.sum(0, dtype=dense.dtype))} if dense.ndim > 1 else {}),
        }
        for name, (args, expected) in cases.items():
            if f"sparse.{name}" in backend.kernels:
                result = self._run(backend, name, *args)
                if result is not NotImplemented:
                    self._same(backend, result, expected)
                    found, _ = self._run(backend, "coordinates", result)
                    if self._run(backend, "is_canonical", result):
                        np.testing.assert_array_equal(self._array(backend, found), np.argwhere(expected))
        if "sparse.values" in backend.kernels:
            _, values = self._run(backend, "coordinates", x)
            np.testing.assert_array_equal(
                self._array(backend, self._run(backend, "values", x)), self._array(backend, values)
            )

    def _check_products(self, backend: Backend, x: Any, twice: Any, dense: Array) -> None:
        columns = np.arange(2 * self.shape[1]).reshape(self.shape[1], 2).astype(dense.dtype)
        if "sparse.multiply_dense" in backend.kernels:
            for operand, array in ((x, dense), (twice, 2 * dense)):
                result = self._run(backend, "multiply_dense", operand, backend.make(columns, self.dtype))
                if result is not NotImplemented:
                    np.testing.assert_array_equal(self._array(backend, result), array @ columns)
        if "sparse.multiply_from_dense" in backend.kernels:
            rows = np.arange(2 * self.shape[0]).reshape(2, self.shape[0]).astype(dense.dtype)
            result = self._run(backend, "multiply_from_dense", backend.make(rows, self.dtype), x)
            if result is not NotImplemented:
                np.testing.assert_array_equal(self._array(backend, result), rows @ dense)


def cases(backend: str) -> list[SparseCase]:
    """Returns the cases of a backend: none if it has no sparse tensors."""
    loaded = registry.load(backend)
    if "sparse.is_sparse" not in loaded.kernels:
        return []
    return [
        SparseCase(backend, shape, dtype) for shape in _SHAPES for dtype in _DTYPES if dtype in loaded.native_dtypes
    ]
