"""`export`: writes a function to a file that another program can run, with the frameworks' own exporters."""

from __future__ import annotations

import importlib.util
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ops._replacing import replacing
from ops_common.errors import ArgumentError, ArgumentTypeError, BackendError, ForeignTensorError, UnsupportedError
from ops_common.runtime import active, registry
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, trees
from ops_common.tensors.variable import Variable

__all__ = [
    "export",
]


# Each format with the backend whose exporter writes it, the suffixes of its files, and the packages that it also needs.
_FORMATS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "openvino": ("openvino", (".xml",), ()),
    "onnx": ("torch", (".onnx",), ("onnx", "onnxscript")),
    "saved_model": ("tensorflow", ("",), ()),
    "torch": ("torch", (".pt2",), ()),
    "stablehlo": ("jax", (".stablehlo", ".jaxexp"), ("flatbuffers",)),
}

_COMPRESSIONS = ("float16", "int8")


def export(
    function: Callable[..., Any],
    *specs: Any,
    path: str | Path,
    format: str | None = None,
    compress: str | None = None,
) -> Path:
    """Writes a function to a file that a runtime can execute without `ops`, and returns the path.

    The format determines which framework writes the file, whichever backend is active and whichever the weights were
    trained on; that framework must be installed.

    =========== ================ ============ ===================================================================
    format      path ends with   written by   served by
    =========== ================ ============ ===================================================================
    openvino    .xml             openvino     OpenVINO (with a .bin file next to it)
    onnx        .onnx            torch        ONNX Runtime and others (the packages onnx and onnxscript are needed)
    saved_model (a folder)       tensorflow   TensorFlow, TensorFlow Serving
    torch       .pt2             torch        ``torch.export.load(path).module()``
    stablehlo   .stablehlo       jax          ``jax.export.deserialize(bytes).call`` (flatbuffers is needed)
    =========== ================ ============ ===================================================================

    JAX exports for cpu, cuda and tpu. If an op has special code for the current device, JAX exports for that device
    alone, and its runtime raises an error on others.

    The inputs of the exported function are the SymbolicTensors among the specs, in their order; the outputs are a flat
    tuple of tensors, or tensors by name. An input is named after its parameter (and its key, in a nest), or by the name
    of its SymbolicTensor; an output after its key, or ``output``.

    The files are written next to the path and moved there when they are complete. If anything fails, for example
    because the disk is full, an older export at the path is unchanged and no partial file remains.

    Args:
        function: a function written with `ops`, of tensors or nests of them.
        *specs: its arguments. A SymbolicTensor is an input of the exported function, with None for sizes that may
            vary: along axis 0, all inputs have the same size. Arrays, tensors of any backend, Variables and all other
            values are constants.
        path: the path to write to; the format's suffix is added if it is missing.
        format: a format from the table; None to use the path's suffix.
        compress: "float16" or "int8", for OpenVINO: stores weights in 16 bits, or in 8 bits with the package nncf.

    Returns:
        The path.

    Raises:
        ArgumentError: the format is unknown or cannot be inferred from the path; or there is no input; or the path is
            a folder and the format writes a file, or the other way round.
        OSError: the files cannot be written.
        BackendError: the framework that writes the format is not installed.
        UnsupportedError: a package that the exporter needs is missing, or the format does not support something in the
            function.
        ForeignTensorError: the function closes over another framework's tensors: pass them as arguments or use
            Variables.

    Example:
        >>> import ops
        >>> def dense(weights, x):
        ...     return ops.relu(ops.matmul(x, weights["w"]))
        >>> ops.export(dense, {"w": ops.ones((3, 2))}, ops.SymbolicTensor((None, 3)), path="dense.txt")
        Traceback (most recent call last):
        ...
        ops_common.errors.ArgumentError: the end of 'dense.txt' denotes no format; ...
    """
    if not callable(function):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
    target = Path(path)
    form = _form(target, format)
    ends = _FORMATS[form][1]
    if "" not in ends and target.suffix not in ends:
        target = target.with_name(target.name + ends[0])
    name, _, needed = _FORMATS[form]
    if compress is not None and (form != "openvino" or compress not in _COMPRESSIONS):
        raise ArgumentError(
            f'compress must be "float16" or "int8", with the format openvino; got {compress!r} with {form}'
        )
    inputs = list(_inputs(_parameter_names(function, len(specs)), specs))
    if not inputs:
        raise ArgumentError("the exported function has no input: pass a SymbolicTensor for each input")
    try:
        backend = registry.load(name)
    except BackendError as error:
        raise BackendError(f"the format {form} is written by the backend {name}: {error}") from error
    missing = [package for package in needed if importlib.util.find_spec(package) is None]
    if missing:
        raise UnsupportedError(
            f"the exporter of the format {form} needs more packages: pip install {' '.join(missing)}"
        )
    arrays = trees.put(specs, map(_array, trees.leaves(specs, _is_constant)), _is_constant, keep=True)
    names: list[str] = []

    def flat(*tensors: Any) -> list[Any]:
        constants = trees.leaves(arrays, _is_array)
        args = trees.put(arrays, map(backend.to_tensor, constants), _is_array, keep=True)
        args = trees.put(args, tensors, _is_input, keep=True)
        with _Constants(backend):
            outputs = function(*args)
        input_names = {label for label, _, _ in inputs}
        names[:] = [f"output_{label}" if label in input_names else label for label in _output_names("", outputs)]
        return [backend.to_tensor(x) for x in trees.leaves(outputs, trees.is_leaf)]

    kernel = backend.optional("transform.export", "ops.export", "another format may be")
    main = "saved_model.pb" if form == "saved_model" else target.name
    try:
        with replacing(target, form == "saved_model", main) as path, active.use_backend(name):
            kernel(flat, inputs, names, str(path), form, compress)
    except OSError as error:
        if not names:  # raised by the function itself, which has not returned yet
            raise
        raise _unwritten(target, error) from error
    except ForeignTensorError as error:
        raise ForeignTensorError(
            f"{error}. The format {form} is written by the backend {name}: pass tensors of other frameworks "
            "to ops.export as arguments, not as variables that the function closes over"
        ) from error
    return target


def _unwritten(target: Path, error: OSError) -> OSError:
    """Returns the error to raise if the files could not be written; its message names the target."""
    reason = f"{target} cannot be written; existing files are unchanged: {error.strerror or error}"
    return OSError(reason) if error.errno is None else OSError(error.errno, reason)


class _Constants(scopes.StatelessScope):
    """A context in which Variables are constants of the exporting backend."""

    def __init__(self, backend: Any) -> None:
        super().__init__()
        self._backend = backend

    def get_current_value(self, variable: Any) -> Any:
        value = super().get_current_value(variable)
        if value is not None:
            return value
        # Tracing may prevent the framework from reading the value as an array: use the Variable's own tensor.
        if variable.backend.name == self._backend.name and "state.constant" not in self._backend.kernels:
            return variable._read()
        return self._backend.to_tensor(_array(variable))


def _form(path: Path, form: str | None) -> str:
    if form is None:
        matches = [name for name, (_, ends, _) in _FORMATS.items() if path.suffix in ends]
        if not matches:
            endings = ", ".join(f"{ends[0] or 'a folder'} ({name})" for name, (_, ends, _) in _FORMATS.items())
            raise ArgumentError(f"the end of {path.name!r} denotes no format; known are {endings}; or pass format=")
        return matches[0]
    if form not in _FORMATS:
        raise ArgumentError(f"format must be one of {', '.join(_FORMATS)}; got {form!r}")
    return form


def _parameter_names(function: Callable[..., Any], count: int) -> list[str]:
    """Returns a name for each positional argument."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return [*names, *(f"input_{i}" for i in range(len(names), count))][:count]


def _inputs(names: Sequence[str], specs: Sequence[Any]) -> Iterator[tuple[str, tuple[int | None, ...], str]]:
    """Yields the name, shape and dtype of each input."""
    seen: set[str] = set()
    for name, spec in zip(names, specs, strict=True):
        for path, leaf in _paths(name, spec):
            if _is_input(leaf):
                label = re.sub(r"\W", "_", leaf.name or path)
                if label in seen:
                    raise ArgumentError(
                        f"two inputs are named {label!r}: give them different names with SymbolicTensor(..., name=)"
                    )
                seen.add(label)
                yield label, leaf.shape, leaf.dtype


def _paths(name: str, tree: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, (dict, list, tuple)):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        for key, item in items:
            yield from _paths(f"{name}_{key}" if name else f"{key}", item)
    else:
        yield name, tree


def _output_names(name: str, outputs: Any) -> Iterator[str]:
    for path, leaf in _paths(name, outputs):
        if leaf is not None:
            label = re.sub(r"\W", "_", path)
            yield label if label and not label[0].isdigit() else f"output_{label}".rstrip("_")


def _is_input(leaf: Any) -> bool:
    return isinstance(leaf, SymbolicTensor)


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, np.ndarray)


def _is_constant(leaf: Any) -> bool:
    return isinstance(leaf, Variable) or _is_array(leaf) or _owner(leaf) is not None


def _owner(leaf: Any) -> Any:
    """Returns the backend that the tensor belongs to."""
    return next((backend for backend in registry.loaded() if backend.is_tensor(leaf)), None)


def _array(leaf: Any) -> Any:
    """Returns the values of a tensor of any backend as an array."""
    if isinstance(leaf, Variable):
        constant = leaf.backend.kernels.get("state.constant")
        return leaf.backend.core.convert_to_numpy(leaf._read()) if constant is None else constant(leaf.handle)
    return leaf if _is_array(leaf) else _owner(leaf).core.convert_to_numpy(leaf)
