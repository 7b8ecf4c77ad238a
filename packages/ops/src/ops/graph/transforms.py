"""Transforms in graphs: `grad`, `vmap` and the others are operations whose first argument is a function."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Generator, Sequence
from typing import Any

from ops._declaration.recording import Outline, is_symbolic, record
from ops.control import custom_gradient
from ops.graph.staging import Primitive, recorded_backend
from ops.transform import checkpoint, grad, hessian, jacobian, value_and_grad, vectorize, vjp, vmap
from ops_common.errors import ArgumentTypeError, UnsupportedError
from ops_common.runtime import active
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, trees
from ops_common.tensors.variable import Variable

_TRANSFORMS: dict[str, Callable[..., Any]] = {
    "checkpoint": checkpoint,
    "grad": grad,
    "hessian": hessian,
    "jacobian": jacobian,
    "value_and_grad": value_and_grad,
    "vectorize": vectorize,
    "vmap": vmap,
}


def _run(transform: Callable[..., Any]) -> Callable[..., Any]:
    def call(function: Any, options: dict[str, Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        return transform(function, **options)(*args, **kwargs)

    return call


def _custom_gradient(function: Any, gradient: Any, args: Sequence[Any]) -> Any:
    """Calls a function with a custom gradient. The gradient's block computes again what the function has computed."""
    return custom_gradient(lambda *tensors: (function(*tensors), functools.partial(gradient, *tensors)))(*args)


def _pullback(function: Any, primals: Sequence[Any], cotangents: Any) -> Any:
    """Returns the cotangents that the pullback of a function returns."""
    return vjp(function, primals)[1](cotangents)


_PARAMETERS = ("function", "options", "args", "kwargs")
_BY_NAME = {name: Primitive(f"@{name}", _PARAMETERS, _run(transform)) for name, transform in _TRANSFORMS.items()}
CUSTOM_GRADIENT = Primitive("@custom_gradient", ("function", "gradient", "args"), _custom_gradient)
PULLBACK = Primitive("@pullback", ("function", "primals", "cotangents"), _pullback)
PRIMITIVES = (*_BY_NAME.values(), CUSTOM_GRADIENT, PULLBACK)


def _is_value(leaf: Any) -> bool:
    backend = recorded_backend()
    return isinstance(leaf, (SymbolicTensor, Variable)) or backend.is_tensor(leaf)


def _symbols(tree: Any) -> Any:
    """Returns the arguments with a symbolic tensor for each tensor."""
    backend = recorded_backend()

    def spec(leaf: Any) -> SymbolicTensor:
        if isinstance(leaf, SymbolicTensor):
            return leaf
        if isinstance(leaf, Variable):
            return SymbolicTensor(leaf.shape, leaf.dtype)
        return SymbolicTensor(backend.shape(leaf), backend.dtype(leaf))

    return trees.put(tree, [spec(leaf) for leaf in trees.leaves(tree, _is_value)], _is_value, keep=True)


def record_transformed(function: Callable[..., Any], make: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Returns the symbolic result of a transformed function, recorded in the graph.

    Args:
        function: the original function.
        make: creates the transformed function: a transform, or a partial of it with its options.
        args, kwargs: the arguments of the transformed function.
    """
    transform, options = (make.func, make.keywords) if isinstance(make, functools.partial) else (make, {})
    name: str = transform.__name__
    if name not in _BY_NAME:
        raise UnsupportedError(f"a graph cannot record a function of ops.{name}")
    outline = Outline(function)
    with _inside():
        result = transform(outline, **options).on(recorded_backend())(*_symbols(tuple(args)), **_symbols(dict(kwargs)))
    options = {
        key: sorted(value, key=str) if isinstance(value, frozenset) else value
        for key, value in options.items()
        if key != "sparse"  # a graph's gradients are dense, as their symbolic tensors say
    }
    return _staged(record(_BY_NAME[name], (outline, options, tuple(args), dict(kwargs)), result))


def _staged(result: Any) -> Any:
    """Returns the result of a call; in `make_graph`, it is added to those of the function that is being recorded."""
    backend = active.current_backend()
    bound: Any = backend.bound
    return bound.add(result) if backend.stages else result


@contextlib.contextmanager
def _inside() -> Generator[None]:
    """A context for calls that belong to an inner function."""
    backend = active.current_backend()
    if not backend.stages:
        with scopes.RecordingScope():
            yield
        return
    bound: Any = backend.bound
    bound.depth += 1
    try:
        yield
    finally:
        bound.depth -= 1


def record_custom_gradient(function: Callable[..., Any], args: Sequence[Any]) -> Any:
    """Returns the symbolic result of a function with a custom gradient, recorded with the gradient.

    Args:
        function: returns the output and the function of its cotangents.
        args: the arguments.
    """
    count = len(args)
    forward = Outline(lambda *tensors: function(*tensors)[0])
    backward = Outline(lambda *values: function(*values[:count])[1](*values[count:]))
    with _inside():
        result = forward(*args)
        backward(*args, *(result if isinstance(result, (list, tuple)) else (result,)))
    return _staged(record(CUSTOM_GRADIENT, (forward, backward, tuple(args)), result))


def record_vjp(function: Callable[..., Any], primals: Sequence[Any], has_aux: bool) -> Any:
    """Returns the value of a function and its pullback, whose calls are recorded, and the auxiliary result."""
    value: Any = function(*primals)
    aux: Any = None
    if has_aux:
        if not isinstance(value, tuple) or len(value) != 2:  # pyright: ignore[reportUnknownArgumentType]
            raise ArgumentTypeError("with has_aux, ops.vjp needs a function that returns (output, aux)")
        value, aux = value

    def pullback(cotangents: Any) -> Any:
        outline = Outline((lambda *args: function(*args)[0]) if has_aux else function)
        with _inside():
            symbolic_pullback = recorded_backend().bound.transform_vjp(outline, _symbols(list(primals)))[1]
        result = symbolic_pullback(_symbols(cotangents))
        return _staged(record(PULLBACK, (outline, list(primals), cotangents), result))

    if not trees.leaves(value, is_symbolic):
        raise ArgumentTypeError("ops.vjp needs a function that returns float tensors")
    return (value, pullback, aux) if has_aux else (value, pullback)
