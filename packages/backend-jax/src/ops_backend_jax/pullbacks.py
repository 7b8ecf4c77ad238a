"""JAX, the backward pass of a gradient outside of `jit`: compiled as one program.

JAX differentiates a function that runs eagerly by recording its linear part as a jaxpr, which it then transposes and
runs operation by operation. Each operation is a program for each of its shapes, in caches of JAX that only
`jax.clear_caches` empties. Here the backward pass is one program, which is faster and can be released. Calls whose
linear parts are equal, as in the steps of a training loop, share it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import jax
import jax.core
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

from ops_backend_jax._compat import linear_part
from ops_backend_jax.programs import count_program, tensor_text
from ops_common.runtime import compilations
from ops_common.tensors.exact_keys import exact_key

_MOST_EQUATIONS = 2000  # the compilation of a larger program takes too long
_LARGEST_CONSTANT = 64  # elements


class _NoKey(Exception):
    """The linear part contains a function, or something else that is new in each call."""


def run(pullback: Any, cotangents: Any) -> Any:
    """Returns the pullback of cotangents; the pullback is one that `jax.vjp` returned."""
    part = linear_part(pullback)
    if part is None:
        return pullback(cotangents)
    leaves, structure = jax.tree.flatten((pullback, cotangents))
    if not all(_is_plain(leaf) for leaf in leaves):
        return pullback(cotangents)
    jaxpr, layout = part
    try:
        if len(jaxpr.eqns) > _MOST_EQUATIONS:
            raise _NoKey
        key = tuple(_specs(jaxpr.invars)), tuple(_jaxpr_key(jaxpr)), _key(layout), tuple(_specs(leaves))
        hash(key)
    except (_NoKey, TypeError):
        return pullback(cotangents)
    try:
        program = _programs[key]
    except KeyError:
        program = _programs.get_or_create(key, structure)
    return program(*leaves)


def _is_plain(leaf: Any) -> bool:
    return isinstance(leaf, (jax.Array, np.ndarray, np.generic)) and not isinstance(leaf, jax.core.Tracer)


def _compile(structure: Any) -> Any:
    """Returns the backward pass of all pullbacks with an equal linear part; ``structure`` is that of one of them."""

    def backward(*leaves: Any) -> Any:
        pullback, cotangents = jax.tree.unflatten(structure, leaves)
        return pullback(cotangents)

    count_program()
    return jax.jit(backward)


def _specs(tensors: Iterable[Any]) -> Iterable[Any]:
    return ((x.aval.shape, x.aval.dtype) if hasattr(x, "aval") else (x.shape, x.dtype) for x in tensors)


def _text(key: Any) -> str:
    """Returns the shapes and dtypes of the tensors that a gradient is with respect to."""
    return ", ".join(tensor_text(*spec) for spec in key[0])


_programs = compilations.Cache(_compile, "jax", "gradient", _text)


def _jaxpr_key(jaxpr: Any) -> Iterable[Any]:
    """Yields parts that are equal for equal jaxprs. Variables are numbered; of equal abstract values and equation
    contexts there is one object."""
    if jaxpr.effects:
        raise _NoKey
    numbers: dict[Any, int] = {}
    for variable in (*jaxpr.constvars, *jaxpr.invars):
        numbers[variable] = len(numbers)
        yield variable.aval
    for equation in jaxpr.eqns:
        yield equation.primitive
        yield from _atoms(equation.invars, numbers)
        for name, value in equation.params.items():
            yield name
            yield _key(value)
        yield equation.ctx
        for variable in equation.outvars:
            numbers[variable] = len(numbers)
            yield variable.aval
    yield from _atoms(jaxpr.outvars, numbers)


def _atoms(atoms: Sequence[Any], numbers: dict[Any, int]) -> Iterable[Any]:
    yield len(atoms)
    for atom in atoms:
        yield (atom.aval, _key(atom.val)) if isinstance(atom, Literal) else numbers[atom]


def _key(value: Any) -> Any:
    """Returns a hashable form of a parameter that is equal for equal parameters of other calls.

    Raises:
        _NoKey: there is none.
    """
    if value is None or isinstance(value, (bool, int, float, complex, str, np.generic, np.dtype, type)):
        return exact_key(value)
    if isinstance(value, (tuple, list)):
        return type(value), *map(_key, value)  # pyright: ignore[reportUnknownArgumentType]  # any items
    if isinstance(value, dict):
        return tuple((name, _key(item)) for name, item in value.items())  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Jaxpr):
        return tuple(_jaxpr_key(value))
    if isinstance(value, ClosedJaxpr):
        return tuple(_jaxpr_key(value.jaxpr)), *map(_key, value.consts)
    if isinstance(value, (jax.Array, np.ndarray)):
        if value.size > _LARGEST_CONSTANT or isinstance(value, jax.core.Tracer):
            raise _NoKey
        return value.shape, value.dtype, np.asarray(value).tobytes()
    if isinstance(value, jax.core.AbstractValue):
        return value
    # A function, or an object that is compared by identity, may be a new one in each call.
    if callable(value) or _is_compared_by_identity(type(value)):
        raise _NoKey
    return value


@functools.cache
def _is_compared_by_identity(kind: type) -> bool:
    return kind.__hash__ is object.__hash__
