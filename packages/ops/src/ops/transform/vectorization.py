"""`vectorize`: makes a function of single elements broadcast."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from ops._declaration.recording import are_symbolic, without_symbols
from ops.core import _static_shape as shape_of
from ops.core import convert_to_tensor
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import zeros
from ops.elementwise import maximum
from ops.indexing import get_item
from ops.manipulation import broadcast_to, reshape, stack
from ops.transform.wrapped import Transformed
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "vectorize",
]


_Labels = tuple[tuple[str, ...], ...]

_CORE = r"\((?:\w+(?:,\w+)*)?\)"

_SIGNATURE = re.compile(f"{_CORE}(?:,{_CORE})*->{_CORE}(?:,{_CORE})*")


def _labels(signature: Any) -> tuple[_Labels, _Labels]:
    """Returns the labels of a signature's core axes: those of each input and those of each output."""
    text = re.sub(r"\s", "", signature) if isinstance(signature, str) else ""
    if not _SIGNATURE.fullmatch(text):
        raise ArgumentError(f"signature must be a string such as '(m,n),(n)->(m)'; got {signature!r}")
    inputs, outputs = (
        tuple(tuple(core[1:-1].split(",")) if core != "()" else () for core in re.findall(_CORE, side))
        for side in text.split("->")
    )
    return inputs, outputs


def _split(tensors: Sequence[Any], labels: _Labels, sizes: dict[str, shapes.Dim]) -> list[tuple[Any, Any]]:
    """Returns each tensor's axes to loop over and its core axes; adds the core axes' sizes by label to ``sizes``."""
    split: list[tuple[Any, Any]] = []
    for tensor, own in zip(tensors, labels, strict=True):
        shape = shape_of(tensor)
        at = len(shape) - len(own)
        if at < 0:
            raise ShapeError(f"vectorize: a tensor needs the axes ({', '.join(own)}); got shape {shape}")
        for label, size in zip(own, shape[at:], strict=True):
            known_size = sizes.get(label)
            if known_size is not None and size is not None and known_size != size:
                raise ShapeError(f"vectorize: axis {label!r} of the signature has sizes {known_size} and {size}")
            sizes[label] = size if known_size is None else known_size
        split.append((shape[:at], shape[at:]))
    return split


def _each(outputs: Any, function: Callable[[Any], Any]) -> Any:
    """Returns the function's result for the output, or a tuple of its results for each of several outputs."""
    return tuple(function(output) for output in outputs) if isinstance(outputs, tuple) else function(outputs)


def _run_time_loop(loop: Any, tensors: Sequence[Any], parts: Sequence[tuple[Any, Any]]) -> tuple[Any, ...]:
    """Returns the broadcast sizes of the axes to loop over, with run-time sizes for the unknown ones."""
    sizes: list[Any] = []
    for place, size in enumerate(reversed(loop), start=1):
        unknown = [
            sizes_of(x)[len(own) - place]
            for x, (own, _) in zip(tensors, parts, strict=True)
            if len(own) >= place and own[-place] is None
        ]
        sizes.append(functools.reduce(maximum, unknown) if size is None else size)
    return tuple(reversed(sizes))


class _Vectorized:
    """The function that `vectorize` creates, on one backend."""

    def __init__(self, backend: Backend, function: Callable[..., Any], excluded: frozenset[Any], labels: Any) -> None:
        self.backend, self.function, self.excluded, self.labels = backend, function, excluded, labels

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        arguments: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        names = [name for name in arguments if name not in self.excluded]
        tensors = [convert_to_tensor(arguments[name]) for name in names]
        self.backend.require_dense(tensors)
        cores = self.labels[0] if self.labels is not None else ((),) * len(tensors)
        if len(cores) != len(tensors):
            raise ArgumentTypeError(f"vectorize: the signature has {len(cores)} inputs; got {len(tensors)} arguments")
        sizes: dict[str, shapes.Dim] = {}
        parts = _split(tensors, cores, sizes)
        loop = shapes.broadcast(*(own for own, _ in parts))
        is_outline = are_symbolic(tensors) or 0 in loop

        def one_element(*values: Any) -> Any:
            filled = {**arguments, **dict(zip(names, values, strict=True))}
            result = self.function(*(filled[i] for i in range(len(args))), **{name: filled[name] for name in kwargs})
            result = _each(result if is_outline else without_symbols(result), convert_to_tensor)
            self._check(result, sizes)
            return result

        def outline() -> Any:
            cores = (SymbolicTensor(core, dtype_of(x)) for x, (_, core) in zip(tensors, parts, strict=True))
            return _each(one_element(*cores), lambda out: SymbolicTensor((*loop, *shape_of(out)), dtype_of(out)))

        if are_symbolic(tensors):
            return outline()
        if loop == ():
            return one_element(*tensors)
        if None in loop:
            loop = _run_time_loop(loop, tensors, parts)
        count: Any = shapes.size(loop)
        if isinstance(count, int) and count == 0:
            return _each(outline(), lambda out: zeros(out.shape, out.dtype))
        rows = [
            reshape(broadcast_to(x, (*loop, *core)), (count, *core))
            for x, core in ((x, sizes_of(x)[len(own) :]) for x, (own, _) in zip(tensors, parts, strict=True))
        ]
        return _each(
            self._mapped(one_element, rows, count),
            lambda out: reshape(out, (*loop, *sizes_of(out)[1:])),
        )

    def _mapped(self, one_element: Callable[..., Any], rows: list[Any], count: Any) -> Any:
        backend = self.backend
        if "transform.map_rows" in backend.kernels:
            try:
                fast = all(backend.dtype(row) in backend.fast_dtypes for row in rows)
                return backend.run("transform.map_rows", fast, one_element, rows)
            except Exception:  # fall back to row by row, where the function succeeds or raises its own error
                pass
        if not isinstance(count, int):
            return backend.bound.control_map(lambda row: one_element(*row), tuple(rows))
        results = [one_element(*(get_item(row, i) for row in rows)) for i in range(count)]
        if isinstance(results[0], tuple):
            return tuple(stack(list(column)) for column in zip(*results, strict=True))
        return stack(results)

    def _check(self, result: Any, sizes: dict[str, shapes.Dim]) -> None:
        """Raises an error if the result does not fit the signature."""
        if self.labels is None:
            return
        outputs = result if isinstance(result, tuple) else (result,)
        if len(outputs) != len(self.labels[1]):
            raise ArgumentTypeError(
                f"vectorize: the signature has {len(self.labels[1])} outputs; the function returned {len(outputs)}"
            )
        for (rest, core), own in zip(_split(outputs, self.labels[1], dict(sizes)), self.labels[1], strict=True):
            if rest:
                raise ShapeError(
                    f"vectorize: an output must have the axes ({', '.join(own)}) of the signature; "
                    f"got shape {(*rest, *core)}"
                )


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Collection[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """Returns a function of tensors that broadcast, from a function of single elements (or rows, matrices, ...).

    The function is mapped over all elements at once if the framework can vectorize it (jax, tensorflow, torch);
    otherwise it is called for each element, which is slow. It should have no side effects.

    Args:
        pyfunc: a function of tensors of rank 0, or of the ranks given by the signature, that returns a tensor, a number
            or a tuple of these.
        excluded: positions and names of arguments that are passed to the function unchanged.
        signature: the core axes of all other arguments and of the outputs, such as ``"(m,n),(n)->(m)"``; the function
            receives tensors with these axes, and the axes before them broadcast.

    Returns:
        A function of the same arguments. The broadcast axes come first in its outputs.

    Raises:
        ArgumentError: the signature cannot be parsed.
        ShapeError: when called: shapes do not broadcast, or do not fit the signature.

    Example:
        >>> import ops
        >>> inner = ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()")
        >>> ops.convert_to_numpy(inner([[1, 2], [3, 4]], [1, 10]))
        array([21, 43], dtype=int32)
    """
    if excluded is not None and not (
        isinstance(excluded, Collection)  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
        and all(isinstance(item, (int, str)) for item in excluded)  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
    ):
        raise ArgumentTypeError(f"excluded must be positions and names of arguments; got {excluded!r}")
    if signature is not None and not isinstance(signature, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
        raise ArgumentTypeError(f"a signature must be a string; got {type(signature).__name__}")
    labels = None if signature is None else _labels(signature)
    left_out = frozenset(excluded or ())
    return Transformed(
        pyfunc,
        lambda backend: _Vectorized(backend, pyfunc, left_out, labels),
        functools.partial(vectorize, excluded=left_out, signature=signature),
    )
