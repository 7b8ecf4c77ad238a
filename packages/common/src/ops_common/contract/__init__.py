"""What a backend provides: one module of typed stubs for each family of operations.

A backend package has a module of the same name for each family, and in it functions of the same names and parameters.
They may count on this, because `ops` sees to it before it calls them:

* tensors are the backend's own. Operands that the op promotes share one dtype already, in which the backend computes;
* an operand of an elementwise function may be a Python number instead of a tensor: a float beside an inexact dtype, an
  int of 32 bits beside that or int32 or int64; at least one is a tensor;
* shapes, axes lists, strides and pads are tuples of ints; axes may be negative; dtypes are standard names; data
  formats are ``"channels_last"`` or ``"channels_first"``; paddings are in lower case;
* the answer's dtype is the operands' shared dtype, unless the stub says otherwise;
* arguments come by position, in the stub's order;
* arguments are not checked. A backend lets its framework's error through; `ops` explains it afterwards. Only where the
  framework would answer wrongly instead of failing must the function raise by itself, any exception will do.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

# (major, minor): a new optional function is a minor change; a new required or a changed one is a major change.
CONTRACT_VERSION = (1, 1)

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
    "nn.normalization",
    "nn.pooling",
    "nn.recurrent",
    "random",
    "signal",
    "transform",
    "control",
    "state",
)


def stubs() -> dict[str, dict[str, Callable[..., Any]]]:
    """Each family's stubs by name; a stub's ``__required__`` says whether a backend must have it."""
    found: dict[str, dict[str, Callable[..., Any]]] = {}
    for family in FAMILIES:
        module = importlib.import_module(f"ops_common.contract.{family}")
        found[family] = {name: stub for name, stub in vars(module).items() if hasattr(stub, "__required__")}
    return found
