"""Settings in graphs: a graph computes the same whatever `ops.config` says when it runs.

An argument that is missing in a node has the value that `_DEFAULTS` gives. A graph that was recorded with other
settings has these as arguments. What depends on a setting without having an argument for it is noted in the graph,
which then requires this setting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ops._declaration.roles import DTYPE
from ops.graph.catalogue import Operation
from ops.graph.structure import TensorSpec
from ops_common import dtypes
from ops_common.errors import ArgumentError
from ops_common.runtime import config

# A part of the file format: what a missing argument means must not change with the defaults of `ops.config`.
_DEFAULTS: dict[str, Any] = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}
# Parameters that have the value of a setting if they are None.
_ARGUMENTS = {"epsilon": "epsilon", "data_format": "image_data_format"}
REQUIRED = {"floatx": str, "epsilon": float}


def _current(setting: str) -> Any:
    return getattr(config, setting)()


def resolved(operation: Operation, arguments: Mapping[str, Any], outputs: Sequence[TensorSpec]) -> dict[str, Any]:
    """Returns a node's arguments, with those that are missing as they were recorded, where the current settings would
    give them other values."""
    return _with_settings(operation, arguments, outputs, {s: v for s, v in _DEFAULTS.items() if _current(s) != v})


def recorded(operation: Operation, arguments: Mapping[str, Any], outputs: Sequence[TensorSpec]) -> dict[str, Any]:
    """Returns the arguments of a call that is recorded, with the values of settings that are not the defaults."""
    current = {setting: _current(setting) for setting in _DEFAULTS}
    return _with_settings(operation, arguments, outputs, {s: v for s, v in current.items() if v != _DEFAULTS[s]})


def _with_settings(
    operation: Operation, arguments: Mapping[str, Any], outputs: Sequence[TensorSpec], settings: Mapping[str, Any]
) -> dict[str, Any]:
    result = dict(arguments)
    if not settings:
        return result
    for name, default in zip(operation.parameters, operation.defaults, strict=True):
        if name in result or default is not None:
            continue
        setting = _ARGUMENTS.get(name)
        if setting is not None and setting in settings:
            result[name] = settings[setting]
        elif "floatx" in settings and _is_dtype(operation, name) and len(outputs) == 1:
            result[name] = outputs[0].dtype
    return result


def _is_dtype(operation: Operation, name: str) -> bool:
    declared = operation.declared
    return declared is not None and (
        name == "dtype" or declared.signature.roles[declared.signature.names.index(name)] is DTYPE
    )


def required(
    operation: Operation, arguments: Mapping[str, Any], inputs: Sequence[str], outputs: Sequence[TensorSpec]
) -> dict[str, Any]:
    """Returns the current settings on which the result of a node depends without having them as arguments.

    Args:
        operation: the operation.
        arguments: its arguments.
        inputs: the dtypes of the tensors among them.
        outputs: the results.
    """
    if operation.declared is None:
        return {}
    settings: dict[str, Any] = {}
    if "from_logits" in operation.parameters and not arguments.get("from_logits"):
        settings["epsilon"] = config.epsilon()
    takes_dtype = any(_is_dtype(operation, name) for name in operation.parameters)
    is_inexact = any(spec.dtype in dtypes.INEXACT for spec in outputs)
    if is_inexact and not takes_dtype and not any(name in dtypes.INEXACT for name in inputs):
        settings["floatx"] = config.floatx()
    return settings


def hold(settings: Mapping[str, Any]) -> bool:
    """Returns whether the current settings are those that a graph requires."""
    return all(_current(setting) == value for setting, value in settings.items())


def check(settings: Mapping[str, Any], what: str) -> None:
    """Raises ArgumentError if a setting that a graph requires is another one now."""
    for setting, value in settings.items():
        if _current(setting) != value:
            raise ArgumentError(
                f"{what} was recorded with {setting} {value!r}, on which its results depend; now it is "
                f"{_current(setting)!r}: call ops.config.set_{setting}({value!r}) first"
            )
