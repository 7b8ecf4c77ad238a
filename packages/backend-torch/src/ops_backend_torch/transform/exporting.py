"""Export to files: torch.export and ONNX."""

from __future__ import annotations

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
    # A trace of a size of 0 or 1, or of one that is equal to a fixed size, may be valid for that size only.
    fixed = {size for _, shape, _ in inputs for size in shape}
    example = next(size for size in itertools.count(8) if size not in fixed)
    samples = tuple(
        torch.zeros([example if size is None else size for size in shape], dtype=DTYPES[dtype])
        for _, shape, dtype in inputs
    )
    with torch.no_grad():
        module = _Exported(function).eval()
        try:
            program = torch.export.export(module, samples, dynamic_shapes=(free,) if any(free) else None)
        except torch._dynamo.exc.UserError as error:
            reason = str(error).partition("\n\n")[0]
            raise UnsupportedError(
                "torch.export does not support a function in which a condition depends on an unknown size: give "
                f"the size, or export to another format. torch: {reason}"
            ) from error
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
    wide.meta["val"] = index.meta["val"].to(torch.int64)
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
