"""How one declaration becomes a public function: dispatch, promotion, symbolic results and explained errors.

Three kinds of public functions exist.

* `primitive`: signature, docstring, dtype rule and shape rule. Every backend implements it as a kernel of that family
  and name.
* `composite`: signature, docstring and a body written in other ops, for every backend and for symbolic tensors. A
  backend may implement it as a kernel of that family and name, which then replaces the body.
* `backend_function`: a function whose first parameter is the active Backend (conversion, transforms, random numbers).

One call of `ops.add`, file by file:

1. `declared`: the public function reads which backend is active, and calls the function that is bound to it.
2. `binding`, `fast_path`: the bound function tests whether the kernel accepts the arguments unchanged. If so, it calls
   the kernel at once. If only the static arguments are not canonical, `look_up` looks up their canonical form in the
   op's `table` of earlier calls, and calls the kernel with it.
3. `general_path`, `preparing`: otherwise arguments are converted, promoted and canonicalised (`arguments`, `operands`,
   `dtype_rules`), and the kernel is called. For symbolic operands, `inference` computes a symbolic result.
4. `errors`, `inference`: if the kernel fails, the op's shape rule is run on the arguments, and the error states what is
   wrong with them.

`roles` and `signature` describe how an op treats each argument; `rebinding` binds the bodies of composites.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from ops._declaration.arguments import (
    canonical_axis,
    canonical_count,
    canonical_float,
    canonical_int,
    canonical_shape,
    canonical_size,
    check_count,
    check_sizes,
    static_sizes,
)
from ops._declaration.declared import DECLARED
from ops._declaration.dtype_rules import KEEP, DtypeRule
from ops._declaration.errors import mixes_symbols, of_arguments, words_of_index
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
    instead: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declares an op that every backend has a kernel for.

    On a backend that lacks it, because the contract lists it as optional, a call raises UnsupportedError.

    Args:
        dtype: the dtype rule.
        shape: the shape rule, a function of the op's arguments with operands as SymbolicTensors. It returns the
            result's shape; a list or tuple of shapes for several results; or a SymbolicTensor, or a tuple of them, if
            the dtype rule does not determine the dtype.
        canonical: a function from the arguments to canonical ones, for arguments whose form depends on other arguments.
            It may read the operands' dtypes and shapes, but not their values; `reads` declares that it reads less. It
            returns the operands unchanged.
        kernel: the kernel's name in the contract, if it differs from the op's name.
        instead: for calls of another form, which the kernel does not support, such as one with None for an operand: a
            function of the backend and the unprepared arguments. It returns the result, computed by other ops of
            ``backend.bound``, or NotImplemented. It is called on the general path.
    """

    def declare(function: F) -> F:
        op = Op(function, dtype, shape, canonical, kernel, has_body=False, instead=instead)
        return op.dispatcher()  # type: ignore[return-value]  # same signature

    return declare


def composite(
    dtype: DtypeRule = KEEP,
    canonical: Callable[..., tuple[Any, ...]] | None = None,
    kernel: str | None = "",
    fused: bool = True,
    shape: Callable[..., Any] | None = None,
    numbers: Sequence[str] = (),
    instead: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declares an op by a body written in other ops.

    Args:
        dtype: the dtype rule by which operands are promoted before the body, or the kernel that replaces it, is called.
            Without a rule, each operand is converted to a tensor of its own dtype.
        canonical: as for `primitive`.
        kernel: the name of the kernel that may replace the body; None if there is no such kernel.
        fused: whether a backend may compile the body; False if its shapes depend on values.
        shape: a shape rule as for `primitive`, if the body does not support symbolic operands.
        numbers: names of float parameters for which the body also accepts scalar tensors: a backend that compiles the
            body does not compile it for each value.
        instead: as for `primitive`.
    """

    def declare(function: F) -> F:
        op = Op(function, dtype, shape, canonical, kernel, fused, numbers=numbers, instead=instead)
        return op.dispatcher()  # type: ignore[return-value]  # same signature

    return declare


def body(function: F) -> F:
    """Declares a function written in ops that other ops call, with arguments that are already canonical."""
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
    "canonical_size",
    "check_count",
    "check_sizes",
    "composite",
    "mixes_symbols",
    "of_arguments",
    "primitive",
    "reads",
    "static_sizes",
    "words_of_index",
)
