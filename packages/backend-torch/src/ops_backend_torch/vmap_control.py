"""PyTorch: branches and loops under vmap, where a condition has a value for each row.

torch.vmap does not support data-dependent branches. So every branch is computed for all rows, and each row selects its
own. A branch must not see the rows that do not take it: their results may be infinite, NaN or an index out of range,
and a NaN derivative times a zero cotangent is NaN. `Masked` therefore replaces the values that a branch reads from
outside: such rows get the values of a row that takes the branch, and no gradient flows back into them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import torch
from torch._C import _functorch as functorch  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs
from torch.overrides import TorchFunctionMode

from ops_backend_torch.tracing import is_compiling
from ops_common.tensors import trees

Tensor = Any


class RowByRow(BaseException):
    """An operation of a function that is compiled has no rule under vmap; mapping it row by row works.

    Not an Exception, so that no handler in between explains it.
    """


class _Depth(threading.local):
    """The nesting depth of running functions of `map_rows`, and the conditions of the enclosing branches."""

    def __init__(self) -> None:
        self.eager = 0
        self.conditions: list[Tensor] = []


depth = _Depth()
traced_depth = [0]  # the same in a function that is being compiled


def is_mapped(tensors: Any) -> bool:
    """Returns whether one of the tensors has a value for each row."""
    return depth.eager > 0 and any(_row_axes(x) for x in tensors)


def _row_axes(x: Tensor) -> dict[int, int]:
    """Returns the levels of vmap over which a tensor is mapped, and its axis for each."""
    axes: dict[int, int] = {}
    while functorch.is_functorch_wrapped_tensor(x):
        if functorch.is_batchedtensor(x):
            axes[functorch.maybe_get_level(x)] = functorch.maybe_get_bdim(x)
        x = functorch.get_unwrapped(x)
    return axes


def _rows(pred: Tensor) -> Tensor:
    """Returns the condition, restricted to rows that take the enclosing branches."""
    for outer in depth.conditions:
        pred = torch.logical_and(pred, outer)
    return pred


def _is_any(pred: Tensor) -> bool:
    """Returns whether a condition holds in any row that takes the enclosing branches."""
    with torch._C.DisableTorchFunction():
        values = _rows(pred)
        while functorch.is_functorch_wrapped_tensor(values):
            values = functorch.get_unwrapped(values)
        return bool(values.detach().any())


def _not(pred: Tensor) -> Tensor:
    with torch._C.DisableTorchFunction():
        return torch.logical_not(pred)


def _first_row(pred: Tensor) -> dict[int, int]:
    """Returns for each level of vmap the index of a row for which the condition holds."""
    values = _rows(pred)
    axes: list[int] = []
    while functorch.is_functorch_wrapped_tensor(values):
        if functorch.is_batchedtensor(values):
            axes.append(functorch.maybe_get_level(values))
            values = functorch.get_unwrapped(values).movedim(functorch.maybe_get_bdim(values), -1)
        else:
            values = functorch.get_unwrapped(values)
    place = [int(index) for index in values.detach().nonzero()[0]]  # until torch 2.9, tolist fails inside torch.func
    return dict(zip(reversed(axes), place, strict=True))


def _of_row(x: Tensor, row: dict[int, int]) -> Tensor:
    """Returns a tensor's values in one row."""
    levels = _row_axes(x).keys()
    if not levels or not levels <= row.keys():
        return x
    while functorch.is_functorch_wrapped_tensor(x):
        inner = functorch.get_unwrapped(x)
        if functorch.is_batchedtensor(x):
            inner = inner.select(functorch.maybe_get_bdim(x), row[functorch.maybe_get_level(x)])
        x = inner
    return x


class Masked(TorchFunctionMode):
    """Replaces tensors from outside: where the condition does not hold, by values without a gradient."""

    def __init__(self, pred: Tensor) -> None:
        super().__init__()
        self.pred = pred
        self.row: dict[int, int] = {}
        if not is_compiling():
            with torch._C.DisableTorchFunction():
                self.row = _first_row(pred)
        self.inside: list[Tensor] = []  # created by the branch, or replaced
        self.outside: list[Tensor] = []
        self.replaced: list[Tensor] = []

    def __enter__(self) -> Any:
        if not is_compiling():
            depth.conditions.append(self.pred)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        if not is_compiling():
            depth.conditions.pop()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") in ("__get__", "size", "dim", "numel", "stride", "is_floating_point"):
            return func(*args, **kwargs)
        out = func(*self._masked(args), **self._masked(kwargs))
        self._keep(out)
        return out

    def _masked(self, tree: Any) -> Any:
        if isinstance(tree, torch.Tensor):
            return self._replacement(tree)
        if isinstance(tree, dict):
            return {key: self._masked(item) for key, item in tree.items()}
        if isinstance(tree, list):
            return [self._masked(item) for item in tree]
        if isinstance(tree, tuple):
            return tuple([self._masked(item) for item in tree])
        return tree

    def _replacement(self, x: Tensor) -> Tensor:
        for own in self.inside:
            if own is x:
                return x
        for given, replaced in zip(self.outside, self.replaced, strict=True):
            if given is x:
                return replaced
        if self.row:
            with torch._C.DisableTorchFunction():
                other = _of_row(x, self.row).detach()
        elif x.is_floating_point() or x.is_complex():
            other = x.detach()
        elif x.dtype is torch.bool or not functorch.is_batchedtensor(x):
            return x  # the count of a random generator's draws must stay the same for all rows
        else:
            other = torch.zeros_like(x)  # it may be an index
        replaced = torch.where(self.pred, x, other)
        self.outside.append(x)
        self.replaced.append(replaced)
        self.inside.append(replaced)
        return replaced

    def _keep(self, out: Any) -> None:
        if isinstance(out, torch.Tensor):
            self.inside.append(out)
        elif isinstance(out, (list, tuple)):
            for item in out:
                self._keep(item)


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor)


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Returns the result of each row's branch."""
    if not is_compiling():
        if not _is_any(_not(pred)):
            return true_fn()
        if not _is_any(pred):
            return false_fn()
        opposite = _not(pred)
    else:
        opposite = torch.logical_not(pred)
    with Masked(pred):
        yes = true_fn()
    with Masked(opposite):
        no = false_fn()
    pairs = zip(trees.leaves(yes, _is_tensor), trees.leaves(no, _is_tensor), strict=True)
    return trees.put(yes, [torch.where(pred, a, b) for a, b in pairs], _is_tensor, keep=True)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    """Runs steps while the condition holds in any row; other rows keep their values."""
    variables = loop_vars
    while True:
        holds = cond(*variables)
        if not _is_any(holds):
            return variables
        if not _is_any(_not(holds)):
            variables = body(*variables)
            continue
        with Masked(holds):
            following = body(*variables)
        pairs = zip(trees.leaves(following, _is_tensor), trees.leaves(variables, _is_tensor), strict=True)
        variables = trees.put(variables, [torch.where(holds, a, b) for a, b in pairs], _is_tensor, keep=True)
