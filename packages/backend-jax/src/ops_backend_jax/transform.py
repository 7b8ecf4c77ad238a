"""JAX, family transform. If an argument has a 64-bit dtype, the whole function is traced with those enabled."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import jax
import jax.core
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax import pullbacks
from ops_backend_jax._compat import Undecided, exporter, mixed, width
from ops_backend_jax.core import DTYPES, EXACT_TYPES, WIDE
from ops_backend_jax.programs import Programs, part_of_program, transforms
from ops_common.errors import UnsupportedError
from ops_common.tensors import trees

_ARRAYS = (jax.Array, np.ndarray, np.generic)
_EXACT = frozenset(EXACT_TYPES)


def with_width(leaves: list[Any]) -> AbstractContextManager[Any]:
    """A context in which 64-bit dtypes are enabled if a tensor has one."""
    return width(any(leaf.dtype in WIDE for leaf in leaves if isinstance(leaf, _ARRAYS)))


def _identity(leaf: Any) -> tuple[type, Any]:
    """Returns the identity of a static argument: 1, 1.0 and True are equal, and so are 0.0 and -0.0."""
    return type(leaf), leaf.hex() if type(leaf) is float else leaf


def _value(identity: tuple[type, Any]) -> Any:
    kind, value = identity
    return float.fromhex(value) if kind is float else value


def _of_tensors(
    transform: Callable[..., Any], function: Callable[..., Any], donated: tuple[int, ...] = ()
) -> Callable[..., Any]:
    """Returns the function under a transform that only sees its tensors; everything else is static. Tensors among the
    arguments at donated positions are a separate list."""

    @functools.partial(transform, static_argnums=(0, 1))
    def transformed(structure: Any, static: tuple[Any, ...], tensors: list[Any], given: Sequence[Any]) -> Any:
        kept, handed = iter(tensors), iter(given)
        leaves = [
            next(kept) if identity is None else next(handed) if identity is _GIVEN else _value(identity)
            for identity in static
        ]
        args, kwargs = jax.tree.unflatten(structure, leaves)
        return function(*args, **kwargs)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = jax.tree.flatten((args, kwargs))
        static = tuple(None if isinstance(leaf, _ARRAYS) else _identity(leaf) for leaf in leaves)
        tensors = [leaf for leaf in leaves if isinstance(leaf, _ARRAYS)]
        given: Sequence[Any] = ()
        if donated:
            static, tensors, given = _parted(args, donated, leaves, static)
        with with_width([*tensors, *given]) if given else with_width(tensors):
            return transformed(structure, static, tensors, given)

    return call


_GIVEN = (jax.Array, None)  # placeholder for a donated tensor, as None for another


def _parted(args: tuple[Any, ...], donated: tuple[int, ...], leaves: list[Any], static: tuple[Any, ...]) -> Any:
    """Returns the static part, with donated tensors marked, and the other and the donated tensors."""
    sizes = [len(jax.tree.leaves(arg)) for arg in args]
    ends = list(itertools.accumulate(sizes))
    is_given = {
        place for i in donated if i < len(args) for place in range(ends[i] - sizes[i], ends[i]) if static[place] is None
    }
    marked = tuple(_GIVEN if place in is_given else identity for place, identity in enumerate(static))
    tensors = [leaf for place, leaf in enumerate(leaves) if marked[place] is None]
    return marked, tensors, [leaves[place] for place in sorted(is_given)]


class _WideArray(BaseException):
    """Ends the trace of a function with a 64-bit argument, which must be traced with those enabled."""


def _are_arrays(tree: Any) -> bool:
    """Returns whether all leaves are arrays, which `jax.jit` accepts as they are. In Python, this takes less time than
    flattening the nest."""
    kind = type(tree)
    if kind in _EXACT:
        return True
    if kind is dict:
        tree = tree.values()
    elif kind is not list and not isinstance(tree, tuple):
        return tree is None
    for item in tree:  # a generator takes twice the time
        if type(item) not in _EXACT and not _are_arrays(item):
            return False
    return True


class _Jitted:
    """A compiled function. A call in which all arguments are arrays is `jax.jit`'s own; otherwise numbers, strings and
    so on are static, and 64-bit numbers are enabled if an array has them.

    Attributes:
        direct: a function of args and kwargs that returns NotImplemented for a call that is not `jax.jit`'s own.
    """

    def __init__(self, compiled: Callable[..., Any], general: Callable[..., Any]) -> None:
        self._general = general
        has_wide = False  # whether a call had a 64-bit array

        def direct(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            nonlocal has_wide
            for item in args:
                if type(item) not in _EXACT and not _are_arrays(item):
                    return NotImplemented
            if has_wide or (kwargs and not _are_arrays(kwargs)):
                return NotImplemented
            try:
                return compiled(*args, **kwargs)
            except _WideArray:
                has_wide = True
            return NotImplemented

        self.direct = direct

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self.direct(args, kwargs)
        return self._general(*args, **kwargs) if result is NotImplemented else result


def jit(
    function: Callable[..., Any],
    donated: tuple[int, ...],
    dynamic: bool,
    settings: Mapping[str, Any],
    traced: Callable[[], None],
) -> Callable[..., Any]:
    inner = part_of_program(function)

    def compile(body: Callable[..., Any], programs: Programs, **options: Any) -> Any:
        compiled = jax.jit(body, **options, **settings)
        programs.of(compiled)
        return compiled

    def counted(programs: Programs, is_direct: bool) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            if is_direct and any(leaf.dtype in WIDE for leaf in jax.tree.leaves((args, kwargs))):
                raise _WideArray
            traced()
            programs.trace((*args, *kwargs.values()))
            return inner(*args, **kwargs)

        return call

    name = getattr(function, "__qualname__", "function")
    general, direct = Programs(name), Programs(name)
    positions = {"donate_argnums": (3,)} if donated else {}
    transform = functools.partial(compile, programs=general, **positions)
    of_tensors = _of_tensors(transform, counted(general, False), donated)
    return of_tensors if donated else _Jitted(mixed(compile(counted(direct, True), direct)), of_tensors)


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = jax.tree.flatten((args, kwargs))

        # Not as static arguments: JAX would keep the function forever.
        def of_tensors(tensors: list[Any]) -> Any:
            rest = iter(tensors)
            args, kwargs = jax.tree.unflatten(
                structure, [next(rest) if isinstance(leaf, _ARRAYS) else leaf for leaf in leaves]
            )
            return function(*args, **kwargs)

        tensors = [leaf for leaf in leaves if isinstance(leaf, _ARRAYS)]
        with with_width(tensors):
            return jax.checkpoint(of_tensors)(tensors)

    return call


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    positions = (argnums,) if isinstance(argnums, int) else argnums

    @transforms
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = [args[position] for position in positions]
        points = trees.leaves(chosen, _is_trainable)

        def of_points(points: list[Any]) -> Any:
            given = list(args)
            for position, arg in zip(positions, trees.put(chosen, points, _is_trainable, keep=True), strict=True):
                given[position] = arg
            return function(*given, **kwargs)

        with with_width(jax.tree.leaves((args, kwargs))):
            if all(jnp.issubdtype(point.dtype, jnp.floating) for point in points):
                output, pullback, *aux = jax.vjp(of_points, points, has_aux=has_aux)
                (slopes,) = pullbacks.run(pullback, np.ones((), output.dtype))
                value = (output, *aux) if has_aux else output
            else:
                value, slopes = jax.value_and_grad(of_points, has_aux=has_aux)(points)
        gradients = trees.put(chosen, slopes, _is_trainable, keep=False)
        return value, gradients[0] if isinstance(argnums, int) else tuple(gradients)

    return call


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, _ARRAYS) and jnp.issubdtype(leaf.dtype, jnp.inexact)


@transforms
def vjp(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    with with_width(points):
        values, pullback, aux = jax.vjp(function, *points, has_aux=True)

    @transforms
    def back(directions: list[Any]) -> list[Any]:
        with with_width([*points, *directions]):
            return list(pullbacks.run(pullback, directions))

    return values, back, aux


@transforms
def jacobian(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    with with_width(points):
        rows, aux = jax.jacrev(lambda points: function(*points), has_aux=True)(points)
    return rows, aux


@transforms
def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    with with_width(list(primals)):
        return jax.jvp(function, primals, tangents, has_aux=has_aux)


def stop_gradient(x: Any) -> Any:
    # A tensor that is not traced has no gradient to stop.
    return lax.stop_gradient(x) if isinstance(x, jax.core.Tracer) else x


@transforms
def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    return jax.vmap(function)(*tensors)


def _undecided(error: BaseException | None) -> str | None:
    """Returns JAX's sentence about a comparison of symbolic dimensions among an error and its causes; None if there is
    none."""
    while error is not None:
        if isinstance(error, Undecided):
            return str(error).partition("\n")[0].rstrip(".")
        error = error.__cause__ or error.__context__
    return None


def export(
    function: Callable[..., list[Any]],
    inputs: list[tuple[str, tuple[int | None, ...], str]],
    names: list[str],
    path: str,
    form: str,
    compress: str | None,
) -> None:
    jax_export = exporter()
    scope = jax_export.SymbolicScope()
    specs: list[Any] = []
    for name, shape, dtype in inputs:
        text = ", ".join(
            str(size) if size is not None else f"{name}_{i}" if i else "batch" for i, size in enumerate(shape)
        )
        specs.append(jax.ShapeDtypeStruct(jax_export.symbolic_shape(text, scope=scope), DTYPES[dtype]))
    compiled = jax.jit(part_of_program(lambda *tensors: tuple(function(*tensors))))
    with width(any(spec.dtype in WIDE for spec in specs)):
        try:
            try:
                exported = jax_export.export(compiled, platforms=("cpu", "cuda", "tpu"))(*specs)
            except NotImplementedError:  # the function has platform-specific code for the devices present
                exported = jax_export.export(compiled)(*specs)
        except Exception as error:
            comparison = _undecided(error)
            if comparison is None:
                raise
            raise UnsupportedError(
                f"jax.export does not support a condition that does not hold for all sizes: {comparison}; give the "
                "size, or export to another format"
            ) from error
    with open(path, "wb") as file:
        file.write(exported.serialize())
