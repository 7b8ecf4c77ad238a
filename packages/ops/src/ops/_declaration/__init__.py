"""How one declaration becomes a public function: dispatch, promotion, symbolic results and explained errors.

Three kinds of public functions exist.

* `primitive`: signature, docstring, dtype rule and shape rule; the work is a backend's kernel of that family and name.
* `composite`: signature, docstring and a body written in other ops, which serves every backend and symbolic tensors.
  A backend's kernel of that family and name takes the body's place on that backend.
* `backend_function`: a function whose first parameter is the active Backend (conversion, transforms, random numbers).

One call of `ops.add`, file by file:

1. `declared`: the public function reads which backend is active, and calls the function that is bound to it.
2. `binding`, `fast_path`: the bound function tests whether the kernel can have the arguments as they are. If so, the
   kernel is called at once. If only the static arguments are not canonical, `look_up` finds their canonical form in
   the op's `table` of earlier calls, and the kernel is called with it.
3. `general_path`, `preparing`: otherwise arguments are converted, promoted and brought into canonical form
   (`arguments`, `operands`, `dtype_rules`), and the kernel is called. With symbolic operands, `inference` gives a
   symbolic result.
4. `errors`, `inference`: if the kernel fails, the op's rule is run on the arguments, and the error says what was
   wrong.

`roles` and `signature` say what an op does with each argument, `rebinding` binds the bodies of composites.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from ops._declaration.arguments import (
    canonical_axis,
    canonical_count,
    canonical_float,
    canonical_int,
    canonical_shape,
)
from ops._declaration.declared import DECLARED
from ops._declaration.dtype_rules import KEEP, DtypeRule
from ops._declaration.errors import of_arguments, words_of_index
from ops._declaration.op import BackendFunction, Body, Op
from ops._declaration.table import reads
from ops_common.runtime.backend import Backend

F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")


def primitive(
    dtype: DtypeRule,
    shape: Callable[..., Any],
    canonical: Callable[..., tuple[Any, ...]] | None = None,
    kernel: str = "",
) -> Callable[[F], F]:
    """Declares an op that every backend has a kernel for.

    On a backend that lacks it, because the contract lists it as optional, a call raises UnsupportedError.

    Args:
        dtype: its dtype rule.
        shape: its shape rule: from the op's arguments, operands as SymbolicTensors, to the answer's shape; a list or
            tuple of shapes for several answers; a SymbolicTensor, or a tuple of them, where the dtype rule does not
            know the dtype.
        canonical: from the arguments to the canonical ones, where one argument's form depends on another's. It may
            read the operands' dtypes and shapes, not their values; `reads` says less. It returns the operands as they
            are.
        kernel: the kernel's name in the contract, where it is not the op's own.
    """
    return lambda function: Op(function, dtype, shape, canonical, kernel, has_body=False).dispatcher()  # type: ignore[return-value]  # same signature


def composite(
    dtype: DtypeRule = KEEP,
    canonical: Callable[..., tuple[Any, ...]] | None = None,
    kernel: str | None = "",
    fused: bool = True,
    shape: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declares an op by a body written in other ops.

    Args:
        dtype: how operands are promoted before the body, or a backend's kernel in its place, gets them. Without a rule
            they become tensors of their own dtype.
        canonical: as for `primitive`.
        kernel: the name of the kernel that may take the body's place; None where none may.
        fused: False for a body whose shapes depend on values, which no backend can compile.
        shape: a shape rule as for `primitive`, where symbolic answers cannot come from the body.
    """
    return lambda function: Op(function, dtype, shape, canonical, kernel, fused).dispatcher()  # type: ignore[return-value]  # same signature


def body(function: F) -> F:
    """Declares a function written in ops: what another op calls, with arguments that need nothing more done to them."""
    return Body(function).dispatcher()  # type: ignore[return-value]  # same signature


def backend_function(function: Callable[Concatenate[Backend, P], R]) -> Callable[P, R]:
    """Declares a function whose first parameter is the active Backend; callers do not pass it."""
    return BackendFunction(function).dispatcher()


__all__ = (
    "DECLARED",
    "Op",
    "backend_function",
    "body",
    "canonical_axis",
    "canonical_count",
    "canonical_float",
    "canonical_int",
    "canonical_shape",
    "composite",
    "of_arguments",
    "primitive",
    "reads",
    "words_of_index",
)
