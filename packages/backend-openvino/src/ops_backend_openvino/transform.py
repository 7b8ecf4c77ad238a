"""OpenVINO, family transform: a function is traced to one model and compiled. `ops` computes the gradients."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping
from typing import Any

import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import save_model
from ops_backend_openvino.compiled import Compiled
from ops_backend_openvino.native_types import TYPES
from ops_backend_openvino.nodes import node_of
from ops_backend_openvino.tensor import traced
from ops_common.errors import UnsupportedError


def jit(
    function: Callable[..., Any],
    donated: tuple[int, ...],
    dynamic: bool,
    settings: Mapping[str, Any],
    traced: Callable[[], None],
) -> Callable[..., Any]:
    compiled = Compiled(function, True, 1 if dynamic else None, (), settings, traced)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return compiled(*args, **kwargs)

    return call


def stop_gradient(x: Any) -> Any:
    return x


def export(
    function: Callable[..., list[Any]],
    inputs: list[tuple[str, tuple[int | None, ...], str]],
    names: list[str],
    path: str,
    form: str,
    compress: str | None,
) -> None:
    parameters = []
    for name, shape, dtype in inputs:
        parameter = opset.parameter(ov.PartialShape([-1 if n is None else n for n in shape]), TYPES[dtype], name)
        parameter.output(0).get_tensor().set_names({name})
        parameters.append(parameter)
    outputs = function(*(traced(p, dtype) for p, (_, _, dtype) in zip(parameters, inputs, strict=True)))
    results = []
    for name, x in zip(names, outputs, strict=True):
        if 0 in x.shape:
            raise UnsupportedError(f"output {name!r} has shape {x.shape}, and OpenVINO has no tensors without elements")
        # Each output has its own name, even if one node is several outputs, or an input.
        result = opset.result(node_of(x, x.dtype) if x.node is None else opset.convert_like(x.node, x.node))
        result.input_value(0).get_tensor().set_names({name})
        results.append(result)
    model: Any = ov.Model(results, parameters, "ops")  # pyright: ignore[reportGeneralTypeIssues]  # another class in the stubs
    if compress == "int8":
        model = _compressed(model)
    try:
        save_model(model, path, compress == "float16")
    except RuntimeError as error:
        raise OSError(str(error)) from error


def _compressed(model: Any) -> Any:
    """Returns the model with its weights in 8 bits, compressed by OpenVINO's own tool."""
    try:
        nncf = importlib.import_module("nncf")
    except ImportError as error:
        raise UnsupportedError("weights in 8 bits are the work of nncf: pip install nncf") from error
    except AttributeError as error:  # it reads names of OpenVINO as it is imported
        raise UnsupportedError(
            f"the installed nncf does not support OpenVINO {ov.__version__.partition('-')[0]}: install one of the same "
            "time, as nncf 2.15 for OpenVINO 2025.0"
        ) from error
    return nncf.compress_weights(model)
