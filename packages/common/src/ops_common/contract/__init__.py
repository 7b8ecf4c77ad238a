"""The functions and constants that a backend provides: one module of typed stubs for each family of operations.

A backend package has a module of the same name for each family, with functions of the same names and parameters, and
with the constants of the family core. A module all of whose functions are optional may be missing. The functions can
rely on the following, which `ops` ensures before it calls them:

* tensors are the backend's own. Operands that the op promotes already share one dtype, in which the backend computes;
* an operand of an elementwise function may be a Python number instead of a tensor: a float with an inexact dtype, a
  32-bit int with that or with int32 or int64; at least one operand is a tensor;
* shapes, axes lists, strides and pads are tuples of ints, and of run-time sizes on a backend that has `core.is_size`;
  other sizes, too, may be run-time sizes there; axes may be negative; dtypes are standard names; data
  formats are ``"channels_last"`` or ``"channels_first"``; paddings are in lower case;
* the result's dtype is the operands' shared dtype, unless the stub says otherwise;
* arguments are passed by position, in the stub's order;
* arguments are not checked. A backend does not catch its framework's errors; `ops` explains them afterwards. Only
  where the framework would return a wrong result instead of raising an error must the function raise one itself; any
  exception is allowed.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

# (major, minor): a new optional function or constant is a minor change; a new required or a changed one is a major
# change.
CONTRACT_VERSION = (1, 3)

FAMILIES = (
    "core",
    "creation",
    "elementwise",
    "reduction",
    "statistics",
    "manipulation",
    "indexing",
    "sorting",
    "segment",
    "contraction",
    "linalg",
    "image",
    "nn.activation",
    "nn.attention",
    "nn.convolution",
    "nn.loss",
    "nn.linear",
    "nn.normalization",
    "nn.pooling",
    "nn.recurrent",
    "random",
    "signal",
    "transform",
    "control",
    "state",
    "distribution",
    "sparse",
    "eager",
)


def stubs() -> dict[str, dict[str, Callable[..., Any]]]:
    """Returns each family's stubs by name; a stub's ``__required__`` states whether a backend must implement it."""
    families: dict[str, dict[str, Callable[..., Any]]] = {}
    for family in FAMILIES:
        module = importlib.import_module(f"ops_common.contract.{family}")
        families[family] = {name: stub for name, stub in vars(module).items() if hasattr(stub, "__required__")}
    return families


class Constant(NamedTuple):
    """A constant that a backend defines.

    Attributes:
        required: whether a backend must define it.
        annotation: its type, as the contract's module states it.
        default: its value for a backend that does not define it; None if it is required.
    """

    required: bool
    annotation: str
    default: Any


def constants() -> dict[str, dict[str, Constant]]:
    """Returns each family's constants by name: the annotated names of its module. A name with a value is optional."""
    result: dict[str, dict[str, Constant]] = {}
    for family in FAMILIES:
        module = importlib.import_module(f"ops_common.contract.{family}")
        result[family] = {
            name: Constant(not hasattr(module, name), annotation, getattr(module, name, None))
            for name, annotation in inspect.get_annotations(module).items()
        }
    return result
