"""JAX, differences between the supported versions. Each entry names the version that ends it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import jax
import jax.core
import jax.numpy as jnp
from jax import lax

from ops_common.errors import UnsupportedError

_VERSION = jax.__version_info__

# Until jax 0.8: the context manager is experimental.
if _VERSION < (0, 8):
    from jax.experimental import enable_x64 as enable_x64  # pyright: ignore[reportAttributeAccessIssue]  # of old versions
else:
    enable_x64 = jax.enable_x64


# Until jax 0.8: constants are lowered in the 64-bit mode of the outermost call, which is an error if a part of the
# function was traced in the other mode. Functions that may use both are traced in 64-bit mode as a whole: our kernels
# name their dtypes, and return the same in both modes.
if _VERSION < (0, 8):

    def width(is_wide: bool) -> AbstractContextManager[Any]:
        """A context in which functions are traced and compiled, with 64-bit dtypes if ``is_wide`` is true."""
        return enable_x64(True)

    def mixed(function: Callable[..., Any]) -> Callable[..., Any]:
        """Returns a function of functions, or a compiled function, in which some parts use 64-bit dtypes."""

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with enable_x64(True):
                return function(*args, **kwargs)

        return call

    def fused(function: Callable[..., Any]) -> Callable[..., Any]:
        """Returns a compiled composite, some of whose parts may use 64-bit dtypes.

        In a program that is traced in 32-bit mode, as by a `jax.jit` that is not ours, it is traced in that mode, too.
        """
        wide = mixed(function)

        @functools.wraps(function)
        def call(*args: Any) -> Any:
            if jax.core.unsafe_am_i_under_a_jit_DO_NOT_USE():
                return function(*args)
            return wide(*args)

        return call

else:

    def width(is_wide: bool) -> AbstractContextManager[Any]:
        """A context in which functions are traced and compiled, with 64-bit dtypes if ``is_wide`` is true."""
        return enable_x64(True) if is_wide else nullcontext()

    def mixed(function: Callable[..., Any]) -> Callable[..., Any]:
        """Returns a function of functions, or a compiled function, in which some parts use 64-bit dtypes."""
        return function

    fused = mixed


def initialize(address: str | None, num_processes: int | None, process_id: int | None, timeout: float) -> None:
    """Joins the processes of a program; a process that does not answer for so many seconds is an error."""
    options: dict[str, Any] = {"initialization_timeout": max(int(timeout), 1)}
    # Until jax 0.7: the interval after which a process counts as lost cannot be set; it is 100 seconds.
    if _VERSION >= (0, 7):
        options["heartbeat_timeout_seconds"] = max(int(timeout), 1)
    jax.distributed.initialize(address, num_processes, process_id, **options)


# The error of a comparison of symbolic dimensions. Until jax 0.10, jax.core exports it.
Undecided: type[Exception] = (
    getattr(jax.errors, "InconclusiveDimensionOperation", None) or jax.core.InconclusiveDimensionOperation
)

# Until jax 0.10: what `jax.vjp` returns does not give access to the linear part that it has recorded.
if _VERSION < (0, 10):

    def linear_part(pullback: Any) -> tuple[Any, Any] | None:
        """Returns the jaxpr of a pullback's linear part, and what else the pullback depends on besides its leaves; None
        if this version does not provide them."""
        return None

else:

    def linear_part(pullback: Any) -> tuple[Any, Any] | None:
        """Returns the jaxpr of a pullback's linear part, and what else the pullback depends on besides its leaves; None
        if this version does not provide them."""
        try:
            spec, known, jaxpr, avals = pullback.fun.args
            return jaxpr, (spec, known, avals, pullback.in_tree, pullback.out_tree)
        except (AttributeError, TypeError, ValueError):
            return None


def add_at(sums: Any, ids: Any, rows: Any) -> Any:
    """Returns the sums with rows added at these ids; ids that are out of range, or negative, are ignored."""
    # Until jax 0.7: there is no option for negative ids, which would count from the end.
    if _VERSION < (0, 7):
        return sums.at[jnp.where(ids < 0, sums.shape[0], ids)].add(rows, mode="drop")
    return sums.at[ids].add(rows, mode="drop", wrap_negative_indices=False)


# Until jax 0.8: jnp.log10 divides by the logarithm of 10 as XLA computes it, so that log10(10) is less than 1.
if _VERSION < (0, 8):

    def log10(x: Any) -> Any:
        """Returns the base-10 logarithm."""
        logarithm = jnp.log(x)
        return logarithm * jnp.asarray(1 / math.log(10), jnp.real(logarithm).dtype)

else:

    def log10(x: Any) -> Any:
        """Returns the base-10 logarithm."""
        return jnp.log10(x)


def floor_divide(x1: Any, x2: Any) -> Any:
    """Returns the floor of the quotient.

    Until jax 0.10.2: a float divided by 0 is NaN instead of infinite.
    """
    quotient = jnp.floor_divide(x1, x2)
    if _VERSION < (0, 10, 2) and jnp.issubdtype(quotient.dtype, jnp.inexact):
        return jnp.where(jnp.equal(x2, 0), jnp.true_divide(x1, x2), quotient)
    return quotient


@jax.custom_jvp
def _eig(x: Any) -> tuple[Any, Any]:
    values, vectors = lax.linalg.eig(x, compute_left_eigenvectors=False)
    return values, vectors


def _eig_jvp(primals: Any, tangents: Any) -> Any:
    values, vectors = _eig(*primals)
    change = jnp.linalg.solve(vectors, tangents[0].astype(vectors.dtype) @ vectors)
    same = jnp.eye(values.shape[-1], dtype=bool)
    gaps = values[..., None, :] - values[..., :, None]
    mixed = jnp.where(same, 0, change / jnp.where(same, 1, gaps))
    return (values, vectors), (jnp.diagonal(change, axis1=-2, axis2=-1), vectors @ mixed)


_eig.defjvp(_eig_jvp)


def eig(x: Any) -> tuple[Any, Any]:
    """Returns the eigenvalues and right eigenvectors of square matrices.

    Until jax 0.10.1: eigenvectors have no derivatives. From then on, an option selects those that are valid for
    distinct eigenvalues.
    """
    if _VERSION < (0, 10, 1):
        return _eig(x)
    values, vectors = lax.linalg.eig(x, compute_left_eigenvectors=False, enable_eigvec_derivs=True)
    return values, vectors


def exporter() -> Any:
    """Returns the module jax.export, imported when it is needed.

    Until jax 0.8: it imports absl, which jax does not require.
    """
    try:
        import jax.export
    except ModuleNotFoundError as error:
        if error.name != "absl":
            raise
        raise UnsupportedError("jax.export before jax 0.8 needs another package: pip install absl-py") from error
    return jax.export
