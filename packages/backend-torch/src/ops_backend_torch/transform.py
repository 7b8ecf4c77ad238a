"""PyTorch, family transform: torch.compile and torch.func."""

from __future__ import annotations

import functools
import inspect
import io
import logging
import os
import shutil
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch._guards
import torch.torch_version
from torch.utils.checkpoint import checkpoint as _checkpoint
from torch.utils.checkpoint import set_checkpoint_early_stop as _early_stop

from ops_backend_torch import vmap_control
from ops_backend_torch.core import DTYPES
from ops_backend_torch.tracing import is_compiling
from ops_common.tensors import scopes, trees

Tensor = Any

# From 2.13 on, the compiler supports autograd inside a function. Earlier versions only support torch.func, without
# branches and custom gradients.
FOLLOWS_AUTOGRAD = torch.torch_version.TorchVersion(torch.__version__) >= (2, 13)  # pyright: ignore[reportOperatorIssue]  # it compares with tuples

_LIMIT = 64  # signatures that one function is compiled for
_Parameter = torch.nn.Parameter
_gradients = [0]  # number of nested gradients; read while a function is compiled


def jit(
    function: Callable[..., Any],
    donated: tuple[int, ...],
    dynamic: bool,
    settings: Mapping[str, Any],
    traced: Callable[[], None],
) -> Callable[..., Any]:
    seen: set[Any] = set()

    @torch.compiler.assume_constant_result
    def count() -> None:  # called by the compiler, which may restart within one compilation
        number = str(torch._guards.CompileContext.current_compile_id())
        if number not in seen:
            seen.add(number)
            traced()

    @functools.wraps(function, updated=())  # torch marks compiled functions by attributes
    def counted(*args: Any, **kwargs: Any) -> Any:
        if torch.compiler.is_dynamo_compiling():
            count()
        return function(*args, **kwargs)

    if FOLLOWS_AUTOGRAD:  # opt-in; only affects code that Dynamo would otherwise not support
        torch._dynamo.config.trace_autograd_ops = True
    options: dict[str, Any] = {
        "fullgraph": True,
        **_compile_options(),
        **({"dynamic": True} if dynamic else {}),
        **settings,
    }
    return torch.compile(counted, **options)


def is_tracing() -> bool:
    # Inside a transform of torch.func, compiled functions cannot be called: the transform inlines the function itself.
    # Nor can the gradient of a compiled function be differentiated: autograd would return 0.
    return is_compiling() or _nested.depth > 1 or (_levels is not None and _levels() is not None)


def is_differentiating() -> bool:
    """Returns whether the compiler is inside a function whose gradient is computed."""
    return is_compiling() and _gradients[0] > 0


def is_differentiating_twice() -> bool:
    """Returns whether that gradient is differentiated again, in the compiled function or around it."""
    return is_compiling() and (_gradients[0] > 1 or _hanging[0] > 0)


class _Nested(threading.local):
    depth = 0  # number of nested gradients by autograd, outside of compilers


_nested = _Nested()
_hanging = [0]  # number of nested gradients, in a function that is being compiled, by tensors with their own graph


def _inside_gradient(function: Callable[..., Any], points: list[Tensor], hangs: bool) -> Any:
    """Returns the function's result for the points of a gradient."""
    more = 2 if hangs else 1
    _nested.depth += more
    try:
        return function(*points)
    finally:
        _nested.depth -= more


@functools.cache
def _compile_options() -> dict[str, Any]:
    options: dict[str, Any] = {}
    if "isolate_recompiles" in inspect.signature(torch.compile).parameters:
        # Functions that share their code, as all of `value_and_grad` do, should not use up each other's limit of
        # signatures.
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
        # A parameter would record its own graph in addition to this gradient.
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
            # torch.func only returns tensors.
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
    """Returns plain autograd, which supports checkpoints and is faster; torch.func inside its other transforms."""
    if is_compiling():
        return _traced_gradients if FOLLOWS_AUTOGRAD and not _levels_traced[0] else _gradients_of
    return _autograd if _is_outermost() else _gradients_of


def _is_outermost() -> bool:
    """Returns whether it is known that no transform of torch.func is active."""
    return _levels is not None and _levels() is None


_levels: Callable[[], Any] | None = getattr(torch._C._functorch, "peek_interpreter_stack", None)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


def _points(leaves: list[Tensor]) -> tuple[bool, list[Tensor]]:
    """Returns whether gradients are connected to the leaves' own graph, and the tensors to differentiate by in place of
    the leaves."""
    hangs = torch.is_grad_enabled() and any(x.requires_grad for x in leaves)
    with torch.inference_mode(False), torch.enable_grad():
        points = [
            x.view_as(x) if hangs and x.requires_grad else (x.clone() if x.is_inference() else x.detach())
            for x in leaves
        ]
        return hangs, [x if x.requires_grad else x.requires_grad_() for x in points]


def _autograd(function: Callable[..., Any], leaves: list[Tensor]) -> tuple[Any, tuple[Tensor, Any]]:
    """Returns what `_gradients_of` does, by autograd. The results are detached, unless an outer graph needs theirs."""
    wanted = torch.is_grad_enabled()
    hangs, points = _points(leaves)
    with torch.inference_mode(False), torch.enable_grad():
        value, tensors = _inside_gradient(function, points, hangs)
        if not value.requires_grad:
            return [torch.zeros_like(x) for x in leaves], (value, tensors)
        hangs = hangs or (wanted and _hangs(value, points))
        gradients = torch.autograd.grad(value, points, create_graph=hangs, materialize_grads=True)
    if hangs:
        return gradients, (value, tensors)
    return gradients, (value.detach(), [x.detach() if x.grad_fn is not None else x for x in tensors])


def _pullback(
    function: Callable[..., tuple[list[Any], list[Any]]], leaves: list[Tensor]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    """Returns what `vjp` does, by autograd."""
    hangs, points = _points(leaves)
    with torch.inference_mode(False), torch.enable_grad():
        values, aux = _inside_gradient(function, points, hangs)
    ends = [x for x in values if x.requires_grad]
    hangs = hangs or (torch.is_grad_enabled() and any(_hangs(x, points) for x in ends))

    def back(directions: list[Any]) -> list[Any]:
        if not ends:
            return [torch.zeros_like(x) for x in leaves]
        along = [direction for direction, value in zip(directions, values, strict=True) if value.requires_grad]
        again = hangs or any(x.requires_grad for x in along)
        options = {"retain_graph": True, "create_graph": again, "materialize_grads": True}
        with torch.inference_mode(False), torch.enable_grad():
            return list(torch.autograd.grad(ends, points, along, **options))

    if hangs:
        return values, back, aux
    return [x.detach() for x in values], back, [x.detach() if x.grad_fn is not None else x for x in aux]


def _rows(
    value: Tensor,
    zeros: list[Tensor],
    place: int,
    back: Callable[[list[Any]], list[Any]],
    points: list[Tensor],
) -> list[Tensor]:
    """Returns the derivatives of one value, from a pullback."""
    if not value.numel():
        return [point.new_zeros((*value.shape, *point.shape)) for point in points]
    found = []
    for i in range(value.numel()):
        unit = torch.zeros(value.numel(), dtype=value.dtype, device=value.device)
        unit[i] = 1
        found.append(back([*zeros[:place], unit.reshape(value.shape), *zeros[place + 1 :]]))
    return [torch.stack(column).reshape(*value.shape, *column[0].shape) for column in zip(*found, strict=True)]


class _Checkpoints(threading.local):
    depth = 0  # number of nested checkpointed functions that are running


_checkpoints = _Checkpoints()


def _hangs(value: Tensor, points: list[Tensor]) -> bool:
    """Returns whether a value's graph contains leaves other than these."""
    end: Any = value.grad_fn
    if end is None:  # a leaf itself
        return not any(value is x for x in points)
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
    """Returns what `_gradients_of` does, by autograd."""
    outermost = _gradients[0] == 0
    points = [x.view_as(x) if x.requires_grad else x.detach().requires_grad_() for x in leaves]
    hangs = any(x.requires_grad for x in leaves)
    _hanging[0] += hangs
    try:
        value, tensors = function(*points)
    finally:
        _hanging[0] -= hangs
    if value.requires_grad:
        gradients = torch.autograd.grad(value, points, create_graph=True, materialize_grads=True)
    else:  # it depends on none of them
        gradients = [torch.zeros_like(x) for x in points]
    if outermost and not hangs:
        # The results of a compiled function must not be connected to leaves that were created inside it.
        return [x.detach() for x in gradients], (value.detach(), [x.detach() for x in tensors])
    return gradients, (value, tensors)


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and (leaf.is_floating_point() or leaf.is_complex())


_levels_traced = [0]  # number of active transforms of torch.func, in a function that is being compiled


def _counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, which counts as inside a transform of torch.func while it runs."""

    def call(*args: Any) -> Any:
        _levels_traced[0] += 1
        try:
            return function(*args)
        finally:
            _levels_traced[0] -= 1

    return call


def is_in_torch_func() -> bool:
    """Returns whether the compiler is inside a function under a transform of torch.func."""
    return is_compiling() and _levels_traced[0] > 0


def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    return torch.func.jvp(_counted(function), primals, tangents, has_aux=has_aux)


def vjp(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    if not is_compiling() and _is_outermost():
        return _pullback(function, points)
    values, pullback, aux = torch.func.vjp(_counted(function), *points, has_aux=True)  # pyright: ignore[reportAssignmentType]  # three with has_aux
    return values, lambda directions: list(pullback(directions)), aux


def jacobian(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    if _checkpoints.depth and _is_outermost():  # torch.func cannot be used here: row by row
        values, back, aux = _pullback(function, points)
        zeros = [torch.zeros_like(one) for one in values]
        return [_rows(value, zeros, i, back, points) for i, value in enumerate(values)], aux
    if not points:
        values, aux = function()
        return [[] for _ in values], aux
    everyone = tuple(range(len(points)))
    rows, aux = torch.func.jacrev(_counted(function), argnums=everyone, has_aux=True)(*points)
    return [list(row) for row in rows], aux


def _inside(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        _checkpoints.depth += 1
        try:
            return function(*args, **kwargs)
        finally:
            _checkpoints.depth -= 1

    return call


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        options = {"use_reentrant": False, "preserve_rng_state": False}
        if is_compiling():  # the compiler traces the function once
            return _checkpoint(function, *args, **options, **kwargs)
        if not _is_outermost():
            return function(*args, **kwargs)  # torch.func saves by itself
        with _early_stop(False):  # it stops by an exception inside an op, which the op would explain
            return _checkpoint(_inside(scopes.replayed(function)), *args, **options, **kwargs)

    return call


def stop_gradient(x: Any) -> Any:
    return x.detach()


def _in_rows(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, which counts as mapped over rows while it runs."""

    def traced(*args: Any) -> Any:
        vmap_control.traced_depth[0] += 1
        try:
            return function(*args)
        finally:
            vmap_control.traced_depth[0] -= 1

    def eager(*args: Any) -> Any:
        vmap_control.depth.eager += 1
        try:
            return function(*args)
        finally:
            vmap_control.depth.eager -= 1

    return traced if is_compiling() else eager


def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    mapped_function = torch.vmap(_counted(_in_rows(function)), randomness="same")
    if not is_compiling():
        return mapped_function(*tensors)
    levels, depth = _levels_traced[0], vmap_control.traced_depth[0]
    try:
        return mapped_function(*tensors)
    except vmap_control.RowByRow:
        _levels_traced[0], vmap_control.traced_depth[0] = levels, depth
    rows = [function(*[x[i] for x in tensors]) for i in range(len(tensors[0]))]
    if isinstance(rows[0], torch.Tensor):
        return torch.stack(rows)
    return tuple([torch.stack(list(column)) for column in zip(*rows, strict=True)])


class _Exported(torch.nn.Module):
    """A function in the form that torch's exporters require."""

    def __init__(self, function: Callable[..., list[Tensor]]) -> None:
        super().__init__()
        self._function = function

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        return tuple(self._function(*tensors))


def export(
    function: Callable[..., list[Any]],
    inputs: list[tuple[str, tuple[int | None, ...], str]],
    names: list[str],
    path: str,
    form: str,
    compress: str | None,
) -> None:
    batch = torch.export.Dim("batch", min=1)
    free = tuple(
        {i: torch.export.Dim.DYNAMIC if i else batch for i, size in enumerate(shape) if size is None} or None
        for _, shape, _ in inputs
    )
    # Dynamic sizes are not 0 or 1, which are specialised in a trace.
    samples = tuple(
        torch.zeros([3 if size is None else size for size in shape], dtype=DTYPES[dtype]) for _, shape, dtype in inputs
    )
    with torch.no_grad():
        module = _Exported(function).eval()
        program = torch.export.export(module, samples, dynamic_shapes=(free,) if any(free) else None)
    if form == "torch":
        # To memory first: torch crashes the process if it cannot write a file.
        buffer = io.BytesIO()
        torch.export.save(program, buffer)
        with open(path, "wb") as file:
            file.write(buffer.getbuffer())
        return
    labels = [name for name, _, _ in inputs]
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's modules warn about each other
        logger.setLevel(logging.ERROR)  # it would mention a package that is not needed
        try:
            torch.onnx.export(program, (), path, input_names=labels, output_names=[*names], dynamo=True, verbose=False)
        finally:
            logger.setLevel(level)
