"""A case, what it gets (one side of the comparison, with the same inputs as the other), and its result."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from consumers.functions import Counted

Array = np.ndarray[Any, Any]
Run = Callable[["Side"], Any]


@dataclass(frozen=True)
class Case:
    """A call of a package's functions.

    Attributes:
        name: unique in the package.
        run: returns a nest of tensors, arrays and numbers.
    """

    name: str
    run: Run


@dataclass
class Result:
    """What a case did.

    Attributes:
        name: of the case.
        leaves: its result as arrays.
        error: the error that it raised, as text.
        trace: the end of its traceback.
        called: the functions of the package that it called, of those that count.
        seconds: its time.
    """

    name: str
    leaves: list[Array] = field(default_factory=list[Array])
    error: str = ""
    trace: str = ""
    called: list[Counted] = field(default_factory=list[Counted])
    seconds: float = 0.0


@dataclass
class Cases:
    """The cases of one package, in the order in which they are added.

    A decorated function is a case. It imports what it calls, because the hook must be installed first.
    """

    cases: list[Case] = field(default_factory=list[Case])

    def __call__(self, run: Run) -> Run:
        self.cases.append(Case(run.__name__, run))
        return run

    def add(self, name: str, run: Run) -> None:
        self.cases.append(Case(name, run))


class Side:
    """One side of the comparison.

    Attributes:
        ops: `keras.ops` or `ops`.
        keras: keras itself on both sides: the packages' layers derive from its layers.
        is_keras: whether the side is keras's.
        backend: the framework's name.
    """

    def __init__(self, ops: Any, keras: Any, is_keras: bool, backend: str) -> None:
        self.ops, self.keras, self.is_keras, self.backend = ops, keras, is_keras, backend
        self._random = np.random.default_rng(0)

    def begin(self, name: str) -> None:
        """Seeds the inputs of a case by its name."""
        self._random = np.random.default_rng(zlib.crc32(name.encode()))
        self.keras.utils.clear_session(free_memory=False)

    def normal(self, *shape: int, scale: float = 1.0) -> Any:
        """Returns a float32 tensor of normally distributed numbers."""
        return self.tensor(self._random.normal(0, scale, shape), "float32")

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Any:
        """Returns a float32 tensor of uniformly distributed numbers."""
        return self.tensor(self._random.uniform(low, high, shape), "float32")

    def integers(self, *shape: int, high: int, low: int = 0, dtype: str = "int32") -> Any:
        """Returns a tensor of integers from low to high - 1."""
        return self.tensor(self._random.integers(low, high, shape), dtype)

    def mask(self, *shape: int, share: float = 0.7) -> Any:
        """Returns a tensor of booleans, of which about a share is true."""
        return self.tensor(self._random.uniform(size=shape) < share, "bool")

    def tensor(self, value: Any, dtype: str | None = None) -> Any:
        return self.ops.convert_to_tensor(value, dtype=dtype)

    def built(self, layer: Any, *args: Any, **kwargs: Any) -> Any:
        """Returns the layer, built by a call, with weights that do not depend on the framework's initializers."""
        layer(*args, **kwargs)
        self.fill(layer)
        return layer

    def call(self, layer: Any, *args: Any, **kwargs: Any) -> Any:
        """Returns the layer's result, with such weights."""
        return self.built(layer, *args, **kwargs)(*args, **kwargs)

    def fill(self, layer: Any) -> None:
        """Sets the weights of a layer or model: floats to about 0.2 from their mean, the rest as they are."""
        for weight in layer.weights:
            if not str(weight.dtype).startswith("float") or "seed" in weight.path:
                continue
            generator = np.random.default_rng(zlib.crc32(repr(tuple(weight.shape)).encode()))
            if any(word in weight.name for word in ("gamma", "scale", "variance", "norm")):
                value = generator.uniform(0.8, 1.2, weight.shape)
            else:
                value = generator.normal(0, 0.2, weight.shape)
            weight.assign(value.astype(str(weight.dtype)))


def leaves(value: Any, to_numpy: Callable[[Any], Array]) -> list[Array]:
    """Returns the numbers in a nest of lists, tuples and dicts as float64 (or complex128) arrays."""
    if value is None or isinstance(value, str):
        return []
    if isinstance(value, dict):
        return [leaf for key in sorted(value, key=str) for leaf in leaves(value[key], to_numpy)]
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item, to_numpy)]
    array = np.asarray(value if isinstance(value, (bool, int, float, np.ndarray)) else to_numpy(value))
    if array.dtype.kind in "SUO":
        return []
    return [array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)]


def error_between(first: Sequence[Array], second: Sequence[Array]) -> float:
    """Returns the largest difference, relative to the largest magnitude if that is above 1; inf where shapes differ."""
    if len(first) != len(second):
        return float("inf")
    largest = 0.0
    for x, y in zip(first, second, strict=True):
        if x.shape != y.shape:
            return float("inf")
        is_same = (x == y) | (np.isnan(x) & np.isnan(y))
        if np.all(is_same):
            continue
        if not np.all(np.isfinite(x[~is_same]) & np.isfinite(y[~is_same])):
            return float("inf")
        magnitudes = np.abs(y[np.isfinite(y)])
        largest = max(largest, float(np.max(np.abs(x - y)[~is_same])) / max(1.0, float(np.max(magnitudes, initial=0))))
    return largest
