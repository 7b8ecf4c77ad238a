"""The parts of keras that code of arrays uses, on any backend: `import ops.keras as keras`.

`ops`, `random`, `tree`, `backend`, `config`, `activations`, `saving` and `utils` are modules. Layers, models, losses,
metrics and optimizers are not here: asking for one raises an AttributeError that says so. docs/keras.md lists what
behaves differently.
"""

from __future__ import annotations

from typing import Any

import ops
from ops import random
from ops.graph import Function, Operation
from ops.keras import activations, backend, config, saving, tree, utils
from ops.keras._absent import attribute_error
from ops.keras._state import Input, KerasTensor, RematScope, StatelessScope, Variable, remat
from ops_common.runtime.active import device
from ops_common.tensors.scopes import SymbolicScope, name_scope

__version__ = "3.15.1"  # the version of keras whose API this is


__all__ = [
    "Function",
    "Input",
    "KerasTensor",
    "Operation",
    "RematScope",
    "StatelessScope",
    "SymbolicScope",
    "Variable",
    "activations",
    "backend",
    "config",
    "device",
    "name_scope",
    "ops",
    "random",
    "remat",
    "saving",
    "tree",
    "utils",
    "version",
]


def version() -> str:
    """Returns the version of keras whose API this is.

    Example:
        >>> from ops import keras
        >>> keras.version()
        '3.15.1'
    """
    return __version__


_MODEL = "ops has no layers and models; write them with your framework, or install keras, whose layers can call ops"
_TRAINING = "ops has no training loop; use your framework's, with ops.value_and_grad for gradients"
_LOSS = "write the loss with functions of ops, such as ops.categorical_crossentropy"
_WEIGHTS = "pass a function of (shape, dtype) or a value to Variable, for example from ops.random"
_DTYPES = "use keras.config.floatx, and ops.AutocastScope to compute in another dtype"
_DATA = "it reads or shows data, which is not an operation on tensors; install keras for it"
_QUANTIZATION = "ops has no quantization of layers"
_ABSENT = {
    "InputSpec": _MODEL,
    "Layer": _MODEL,
    "Model": _MODEL,
    "Sequential": _MODEL,
    "applications": _MODEL,
    "layers": _MODEL,
    "models": _MODEL,
    "distillation": _MODEL,
    "export": "use ops.export",
    "Optimizer": _TRAINING,
    "callbacks": _TRAINING,
    "optimizers": _TRAINING,
    "wrappers": _TRAINING,
    "Loss": _LOSS,
    "losses": _LOSS,
    "Metric": "write the metric with functions of ops",
    "metrics": "write the metric with functions of ops",
    "Initializer": _WEIGHTS,
    "initializers": _WEIGHTS,
    "Regularizer": _LOSS,
    "regularizers": _LOSS,
    "constraints": "write the constraint with functions of ops",
    "DTypePolicy": _DTYPES,
    "FloatDTypePolicy": _DTYPES,
    "dtype_policies": _DTYPES,
    "mixed_precision": _DTYPES,
    "Quantizer": _QUANTIZATION,
    "quantizers": _QUANTIZATION,
    "datasets": _DATA,
    "preprocessing": _DATA,
    "visualization": _DATA,
    "distribution": "use your framework's own distribution of tensors",
    "legacy": "it holds what keras deprecated",
}


def __getattr__(name: str) -> Any:
    raise attribute_error(__name__, name, _ABSENT)


def __dir__() -> list[str]:
    return sorted(__all__)
