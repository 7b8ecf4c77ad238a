"""PyTorch, family transform: torch.compile and torch.func."""

from __future__ import annotations

import functools
import inspect
import os
import shutil
import sys
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch.utils.checkpoint import checkpoint as _checkpoint
from torch.utils.checkpoint import set_checkpoint_early_stop as _early_stop

from ops_common import scopes, trees

Tensor = Any

# From 2.13 on the compiler follows autograd inside a function. Before, it follows torch.func alone, and that goes
# through no branch and knows of no custom gradient.
FOLLOWS_AUTOGRAD = torch.torch_version.TorchVersion(torch.__version__) >= (2, 13)

_LIMIT = 64  # signatures that one function is compiled for
_Parameter = torch.nn.Parameter
_gradients = [0]  # how many are being taken, one inside the other; read while a function is compiled


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    if FOLLOWS_AUTOGRAD:  # if it is told to; where it would otherwise give up, nothing else changes
        torch._dynamo.config.trace_autograd_ops = True
    return torch.compile(function, fullgraph=True, **_compile_options())


is_tracing = torch.compiler.is_compiling


def is_differentiating() -> bool:
    """Whether the compiler is inside a function whose gradient is taken."""
    return torch.compiler.is_compiling() and _gradients[0] > 0


@functools.cache
def _compile_options() -> dict[str, Any]:
    options: dict[str, Any] = {}
    if "isolate_recompiles" in inspect.signature(torch.compile).parameters:
        # Functions that share their code, as all of `value_and_grad` do, should not use up each other's signatures.
        options.update(isolate_recompiles=True, recompile_limit=_LIMIT)
    compiler = os.environ.get("CXX") or {"darwin": "clang++", "win32": "cl"}.get(sys.platform, "g++")
    if shutil.which(compiler) is None:
        warnings.warn(
            f"ops.jit: torch needs a C++ compiler to generate code, and {compiler!r} is not on the PATH; functions are "
            "traced and run operation by operation instead (backend 'aot_eager'). Install one, or name yours in CXX",
            RuntimeWarning,
            stacklevel=5,
        )
        options["backend"] = "aot_eager"
    return options


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    positions = (argnums,) if isinstance(argnums, int) else argnums

    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        auxiliary: list[Any] = []
        chosen = [args[position] for position in positions]
        # A parameter would have its own graph recorded beside this gradient.
        leaves = [x.detach() if type(x) is _Parameter else x for x in trees.leaves(chosen, _is_trainable)]

        def of_leaves(*values: Tensor) -> tuple[Tensor, list[Tensor]]:
            call_args = list(args)
            for position, arg in zip(positions, trees.put(chosen, values, _is_trainable, keep=True), strict=True):
                call_args[position] = arg
            _gradients[0] += 1
            try:
                out = function(*call_args, **kwargs)
            finally:
                _gradients[0] -= 1
            value, aux = out if has_aux else (out, None)
            if not isinstance(value, torch.Tensor) or value.dim():
                raise ValueError("a gradient needs a function whose value is a scalar tensor")
            # torch.func hands tensors out, and nothing else.
            auxiliary.append(aux)
            return value, trees.leaves(aux, _is_tensor)

        if leaves:
            gradients, (value, tensors) = _differentiation()(of_leaves, leaves)
        else:
            gradients, (value, tensors) = (), of_leaves()
        found = trees.put(chosen, gradients, _is_trainable, keep=False)
        if has_aux:
            value = (value, trees.put(auxiliary[0], tensors, _is_tensor, keep=True))
        return value, found[0] if isinstance(argnums, int) else tuple(found)

    return transformed


def _differentiation() -> Callable[..., Any]:
    """Autograd by itself, which knows of checkpoints and is the quicker one; torch.func within its other transforms."""
    if torch.compiler.is_compiling():
        return _traced_gradients if FOLLOWS_AUTOGRAD else _gradients_of
    return _autograd if _is_outermost() else _gradients_of


def _is_outermost() -> bool:
    """Whether no transform of torch.func is around."""
    return _levels is not None and _levels() is None


_levels: Callable[[], Any] | None = getattr(torch._C._functorch, "peek_interpreter_stack", None)


def _autograd(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    """As `_gradients_of`, by autograd. What the answers hang on is let go of, but where it is somebody else's."""
    wanted = torch.is_grad_enabled()
    with torch.inference_mode(False), torch.enable_grad():
        hangs = wanted and any(x.requires_grad for x in leaves)
        points = [
            x.view_as(x) if hangs and x.requires_grad else (x.clone() if x.is_inference() else x.detach())
            for x in leaves
        ]
        for x in points:
            if not x.requires_grad:
                x.requires_grad_()
        value, tensors = function(*points)
        if not value.requires_grad:
            return [torch.zeros_like(x) for x in leaves], (value, tensors)
        hangs = hangs or (wanted and _hangs(value.grad_fn, points))
        gradients = torch.autograd.grad(value, points, create_graph=hangs, materialize_grads=True)
    if hangs:
        return gradients, (value, tensors)
    return gradients, (value.detach(), [x.detach() if x.grad_fn is not None else x for x in tensors])


def _hangs(end: Any, points: list[Tensor]) -> bool:
    """Whether a value's gradient leads to other leaves than these."""
    seen = {end}
    todo = [end]
    while todo:
        node = todo.pop()
        variable = getattr(node, "variable", None)
        if variable is not None and not any(variable is x for x in points):
            return True
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                todo.append(following)
    return False


def _gradients_of(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    differentiate = torch.func.grad_and_value(function, argnums=tuple(range(len(leaves))), has_aux=True)
    return differentiate(*leaves)


def _traced_gradients(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    """As `_gradients_of`, by autograd."""
    outermost = _gradients[0] == 0
    points = [x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in leaves]
    value, tensors = function(*points)
    gradients = torch.autograd.grad(value, points, create_graph=True, materialize_grads=True)
    if outermost and not any(x.requires_grad for x in leaves):
        # What a compiled function hands out must not hang on leaves that were made inside of it.
        return [x.detach() for x in gradients], (value.detach(), [x.detach() for x in tensors])
    return gradients, (value, tensors)


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and (leaf.is_floating_point() or leaf.is_complex())


def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    return torch.func.jvp(function, primals, tangents, has_aux=has_aux)


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        options = {"use_reentrant": False, "preserve_rng_state": False}
        if torch.compiler.is_compiling():  # which reads the function once
            return _checkpoint(function, *args, **options, **kwargs)
        if not _is_outermost():
            return function(*args, **kwargs)  # torch.func saves by itself
        with _early_stop(False):  # by an exception from within an op, which the op would explain
            return _checkpoint(scopes.replayed(function), *args, **options, **kwargs)

    return call


def stop_gradient(x: Any) -> Any:
    return x.detach()


def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    return torch.vmap(function, randomness="different")(*tensors)
