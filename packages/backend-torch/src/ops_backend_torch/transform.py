"""PyTorch, family transform: torch.compile and torch.func."""

from __future__ import annotations

import functools
import inspect
import os
import shutil
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch

Tensor = Any

_LIMIT = 64  # signatures that one function is compiled for


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    return torch.compile(function, fullgraph=True, **_compile_options())


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
            stacklevel=3,
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
        leaves = [leaf for leaf in _tensors(chosen) if _is_trainable(leaf)]

        def of_leaves(*values: Tensor) -> tuple[Tensor, list[Tensor]]:
            call_args = list(args)
            for position, arg in zip(positions, _put(chosen, values, _is_trainable, True), strict=True):
                call_args[position] = arg
            out = function(*call_args, **kwargs)
            value, aux = out if has_aux else (out, None)
            if not isinstance(value, torch.Tensor) or value.dim():
                raise ValueError("a gradient needs a function whose value is a scalar tensor")
            # torch.func hands tensors out, and nothing else.
            auxiliary.append(aux)
            return value, _tensors(aux)

        if leaves:
            differentiate = torch.func.grad_and_value(of_leaves, argnums=tuple(range(len(leaves))), has_aux=True)
            gradients, (value, tensors) = differentiate(*leaves)
        else:
            gradients, (value, tensors) = (), of_leaves()
        found = _put(chosen, gradients, _is_trainable, False)
        if has_aux:
            value = (value, _put(auxiliary[0], tensors, _is_tensor, True))
        return value, found[0] if isinstance(argnums, int) else tuple(found)

    return transformed


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and (leaf.is_floating_point() or leaf.is_complex())


def _tensors(tree: Any) -> list[Tensor]:
    """The tensors of a nest, in the order in which `_put` sets them."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [tensor for item in tree for tensor in _tensors(item)]
    return [tree] if isinstance(tree, torch.Tensor) else []


def _put(tree: Any, values: Sequence[Tensor], which: Callable[[Any], bool], keep: bool) -> Any:
    """The nest with these values for the leaves that are asked for; other leaves are kept, or become None."""
    left = iter(values)

    def put(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: put(value) for key, value in item.items()}
        if isinstance(item, list):
            return [put(value) for value in item]
        if isinstance(item, tuple):
            items = [put(value) for value in item]
            return type(item)(*items) if hasattr(item, "_fields") else tuple(items)
        return next(left) if which(item) else item if keep else None

    return put(tree)


def stop_gradient(x: Any) -> Any:
    return x.detach()
