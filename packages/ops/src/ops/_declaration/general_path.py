"""The general path: what a call takes whose arguments a kernel cannot have as they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops._declaration.errors import CALLERS, cause
from ops._declaration.inference import explain, infer
from ops._declaration.op import Op
from ops._declaration.operands import NUMBERS
from ops._declaration.preparing import prepare
from ops._declaration.rebinding import rebind_hook
from ops._declaration.roles import DTYPE
from ops_common.runtime import active, config
from ops_common.runtime.backend import Backend

# Families whose canonical arguments depend on no operand's values.
_CACHED = frozenset(f"nn.{name}" for name in ("activation", "attention", "convolution", "normalization", "pooling"))


class GeneralPath:
    """The general path of one op on one backend: arguments of all kinds are prepared, then the kernel runs.

    The families of `_CACHED` keep the canonical arguments in a cache, by the operands' dtypes and shapes.
    """

    __slots__ = ("backend", "cache", "canonical", "is_cached", "is_tracing", "kernel", "op", "recorded")

    def __init__(self, op: Op, backend: Backend, kernel: Callable[..., Any]) -> None:
        self.op, self.backend, self.kernel = op, backend, kernel
        # Bound now and not at each call, as a compiler that reads Python code cannot read `rebind`.
        self.canonical = None if op.canonical is None else rebind_hook(op.canonical, backend)
        # Whether `ops.autodiff` records what this backend computes, as it has no gradients of its own.
        self.recorded = not backend.records and "transform.vjp" not in backend.kernels
        self.is_cached = (
            op.family in _CACHED
            and op.signature.varargs is None
            and not any(role.is_list for role in op.signature.roles)
        )
        self.is_tracing: Callable[[], bool] | None = backend.kernels.get("transform.is_tracing")
        self.cache: dict[Any, tuple[list[Any], bool]] = {}

    def __call__(self, arguments: tuple[Any, ...], first: Exception | None = None) -> Any:
        """The result of a call.

        Args:
            arguments: one for each parameter.
            first: the error of the kernel on the fast path. The kernel is called again only if preparing changes the
                arguments.
        """
        op, backend = self.op, self.backend
        if self.recorded and active.state.overridden:
            own = active.own(backend)
            if own is not backend:
                return op.signature.call(getattr(own.bound, op.key), arguments)
        values: list[Any] | None = None
        try:
            # A compiler that reads Python code would look after each entry.
            key = self._key(arguments) if self.is_cached and not (self.is_tracing and self.is_tracing()) else None
            cached = self.cache.get(key) if key is not None else None
            if cached is not None:
                values, wide = cached[0].copy(), cached[1]
                for i in op.signature.operands:
                    values[i] = arguments[i]
            else:
                values, symbolic = prepare(op, backend, arguments, self.canonical)
                if symbolic:
                    return infer(op, backend, values)
                if first is not None and all(map(_is_same, values, arguments)):
                    raise first
                wide = backend.call is not None and self._is_wide(values)
                if key is not None and all(values[i] is arguments[i] for i in op.signature.operands):
                    self._keep(key, values, wide)
            if wide and backend.call is not None:
                return backend.call(self.kernel, *op.signature.spread(values))
            return self.kernel(*op.signature.spread(values))
        except Exception as error:
            failed = error
        raise explain(op, backend, arguments, failed, values) from cause(failed)

    def _key(self, arguments: tuple[Any, ...]) -> Any:
        """What prepared arguments depend on; None where they cannot be known by it."""
        types, shape = self.backend.types, self.backend.core.shape
        parts: list[Any] = [config.image_data_format(), config.epsilon(), config.floatx()]
        operands = self.op.signature.operands
        for i, value in enumerate(arguments):
            if value is None:
                parts.append(None)
            elif i in operands:
                if type(value) not in types:
                    return None
                parts += (type(value), value.dtype, shape(value))
            elif i == self.op.signature.options:
                if value:
                    return None
            else:
                parts += (type(value), value)
        key = tuple(parts)
        try:
            hash(key)
        except TypeError:  # a list
            return None
        return key

    def _keep(self, key: Any, values: list[Any], wide: bool) -> None:
        if len(self.cache) >= 256:
            self.cache.clear()
        self.cache[key] = [None if i in self.op.signature.operands else value for i, value in enumerate(values)], wide

    def _is_wide(self, values: list[Any]) -> bool:
        op, fast = self.op, self.backend.fast_dtypes
        roles = op.signature.roles
        for i, value in enumerate(values):
            if i in op.signature.operands:
                for item in value if roles[i].is_list else (value,):
                    # Numbers are left in a composite's arguments only, and its body's ops ask for themselves.
                    if item is not None and type(item) not in NUMBERS and self.backend.dtype(item) not in fast:
                        return True
            elif roles[i] is DTYPE and value not in fast:
                return True
        return False


def _is_same(value: Any, given: Any) -> bool:
    """Whether a prepared argument is the one that was given."""
    if value is given:
        return True
    if isinstance(value, (list, tuple)):
        items: list[Any] | tuple[Any, ...] = value
        return type(value) is type(given) and len(items) == len(given) and all(map(_is_same, items, given))  # pyright: ignore[reportUnknownArgumentType]  # any items
    return type(value) in (bool, int, str) and type(value) is type(given) and value == given


CALLERS.add(GeneralPath.__call__.__code__)
