"""Export to files: torch.export and ONNX."""

from __future__ import annotations

import importlib
import io
import itertools
import logging
import re
import warnings
from collections.abc import Callable
from typing import Any

import torch

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
        # In ONNX an output that is an input has no name of its own: the input would be renamed (seen in torch 2.8).
        return tuple(x.clone() if any(x is tensor for tensor in tensors) else x for x in self._function(*tensors))


def _examples(inputs: list[tuple[str, tuple[int | None, ...], str]], least: int) -> tuple[Tensor, ...]:
    """Returns tensors to trace a function with, whose unknown sizes are at least this."""
    # A trace of a size of 0 or 1, or of one that is equal to a fixed size, may be valid for that size only.
    fixed = {size for _, shape, _ in inputs for size in shape}
    example = next(size for size in itertools.count(least) if size not in fixed)
    return tuple(
        torch.zeros([example if size is None else size for size in shape], dtype=DTYPES[dtype])
        for _, shape, dtype in inputs
    )


def _only_some_sizes(error: Exception) -> UnsupportedError:
    """Returns the error to raise if torch cannot export a function for all values of the unknown sizes."""
    lines = [line.strip(" -") for line in str(error).splitlines()]
    reasons = [line for line in lines if line.startswith(("Not all values", "You marked", "The values of"))]
    return UnsupportedError(
        "PyTorch exports this function for some values of the unknown sizes only, because the code depends on them: "
        "give these sizes as numbers in place of None, or export to another format. torch.export says: "
        f"{reasons[0] if reasons else lines[0]}"
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
    # Private: the public modules do not export the error and the option. Imported when needed, as they take a second.
    user_error = importlib.import_module("torch._dynamo.exc").UserError
    settings: Any = importlib.import_module("torch.fx.experimental._config")
    with torch.no_grad():
        module = _Exported(function).eval()
        try:
            program = torch.export.export(module, _examples(inputs, 8), dynamic_shapes=(free,) if any(free) else None)
        except user_error:  # the program would not be valid for all sizes
            if not any(free):
                raise
            try:
                # Without exceptions of unknown sizes of 0 and 1, and with other examples, because a constant of the
                # function may be 8.
                with settings.patch(backed_size_oblivious=True):
                    program = torch.export.export(module, _examples(inputs, 40), dynamic_shapes=(free,))
            except user_error as error:
                raise _only_some_sizes(error) from error
    if form == "torch":
        # To memory first: torch crashes the process if it cannot write a file.
        buffer = io.BytesIO()
        torch.export.save(program, buffer)
        with open(path, "wb") as file:
            file.write(buffer.getbuffer())
        return
    _prepare_for_onnx(program.graph_module)
    labels = [name for name, _, _ in inputs]
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's modules warn about each other
        logger.setLevel(logging.ERROR)  # it would mention a package that is not needed
        try:
            torch.onnx.export(program, (), path, input_names=labels, output_names=[*names], dynamo=True, verbose=False)
        except torch.onnx.OnnxExporterError as error:
            raise UnsupportedError(
                f"torch's ONNX exporter does not support {_unsupported(error)}: export to another format, or compute "
                "it outside of the exported function"
            ) from error
        finally:
            logger.setLevel(level)


_aten: Any = torch.ops.aten
_INDEXED = {_aten.index.Tensor, _aten.index_put.default, _aten.index_put_.default}


def _prepare_for_onnx(module: Any) -> None:
    """Replaces what ONNX, or torch's translation to it, does not support: indices of int32, and remainders of tensors
    by sizes."""
    for part in module.modules():
        if not isinstance(part, torch.fx.GraphModule):
            continue
        graph: Any = part.graph
        for node in graph.nodes:
            with graph.inserting_before(node):
                if node.target in _INDEXED:
                    indices = [_as_int64(graph, x) for x in node.args[1]]
                    node.args = (node.args[0], indices, *node.args[2:])
                elif node.target is _aten.remainder.Scalar and isinstance(node.args[1], torch.fx.Node):
                    dtype = node.args[0].meta["val"].dtype
                    node.target = _aten.remainder.Tensor
                    divisor = graph.call_function(_aten.scalar_tensor.default, (node.args[1],), {"dtype": dtype})
                    divisor.meta["val"] = node.args[0].meta["val"].new_empty((), dtype=dtype)
                    node.args = (node.args[0], divisor)
        part.recompile()


def _as_int64(graph: Any, index: Any) -> Any:
    if index is None or index.meta["val"].dtype != torch.int32:
        return index
    wide = graph.call_function(_aten._to_copy.default, (index,), {"dtype": torch.int64})
    wide.meta["val"] = index.meta["val"].long()
    return wide


def _unsupported(error: BaseException) -> str:
    """Returns what the exporter does not support: the operator of the first cause."""
    cause: BaseException | None = error
    while cause is not None:
        error, cause = cause, cause.__cause__ or cause.__context__
    operator = re.search(r"op='([\w.]+)'", str(error))
    if operator is None:
        return f"this function ({str(error).partition(chr(10))[0]})"
    return _DRAWN if operator[1] == "ops_backend_torch.draw" else operator[1]


_DRAWN = "random numbers"
