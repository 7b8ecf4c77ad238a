"""Export to files: torch.export and ONNX."""

from __future__ import annotations

import io
import itertools
import logging
import warnings
from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch._compat import sizes_of_any_value
from ops_backend_torch.core import DTYPES
from ops_common.errors import UnsupportedError

__all__ = ["export"]

Tensor = Any


class _Exported(torch.nn.Module):
    """A function in the form that torch's exporters require."""

    def __init__(self, function: Callable[..., list[Tensor]]) -> None:
        super().__init__()
        self._function = function

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        return tuple(self._function(*tensors))


def _examples(inputs: list[tuple[str, tuple[int | None, ...], str]], least: int) -> tuple[Tensor, ...]:
    """Returns tensors to trace a function with, whose unknown sizes are at least this."""
    # A trace of a size of 0 or 1, or of one that is equal to a fixed size, may be valid for that size only.
    fixed = {size for _, shape, _ in inputs for size in shape}
    example = next(size for size in itertools.count(least) if size not in fixed)
    return tuple(
        torch.zeros([example if size is None else size for size in shape], dtype=DTYPES[dtype])
        for _, shape, dtype in inputs
    )


def _only_some_sizes(error: Exception) -> Exception:
    """Returns the error to raise if torch cannot export a function for all values of the unknown sizes."""
    lines = [line.strip(" -") for line in str(error).splitlines()]
    reasons = [line for line in lines if line.startswith(("Not all values", "You marked", "The values of"))]
    if not reasons:
        return error
    return UnsupportedError(
        "PyTorch exports this function for some values of the unknown sizes only, because the code depends on them: "
        f"give these sizes as numbers in place of None, or export to another format. torch.export says: {reasons[0]}"
    )


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
    with torch.no_grad():
        module = _Exported(function).eval()
        try:
            program = torch.export.export(module, _examples(inputs, 8), dynamic_shapes=(free,) if any(free) else None)
        except torch._dynamo.exc.UserError:  # pyright: ignore[reportAttributeAccessIssue]  # not valid for all sizes
            try:
                with sizes_of_any_value():  # and other examples, because a constant of the function may be 8
                    program = torch.export.export(module, _examples(inputs, 40), dynamic_shapes=(free,))
            except torch._dynamo.exc.UserError as error:  # pyright: ignore[reportAttributeAccessIssue]
                raise _only_some_sizes(error) from error
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
