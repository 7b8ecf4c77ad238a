"""The differences from keras in docs/differences.md, from the file that `python parity differences` writes with it."""

from __future__ import annotations

import functools
import inspect
import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import ops

ALL = ("numpy", "jax", "tensorflow", "torch", "openvino")


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        name: its name in docs/differences.md.
        ops: the ops that it concerns, by public path; empty for any op.
        arguments: if there are any, only calls that pass one of them differ.
        backends: of keras, on which it differs.
        keras: what keras does.
        ours: what ops does.
    """

    name: str
    ops: tuple[str, ...]
    arguments: tuple[str, ...]
    backends: tuple[str, ...]
    keras: str
    ours: str

    @property
    def sentence(self) -> str:
        """What keras does and what ops does, in one sentence."""
        where = "" if self.backends == ALL else f" ({', '.join(self.backends)})"
        return f"keras{where} {self.keras}; ops {self.ours}"


@functools.cache
def differences() -> tuple[Difference, ...]:
    """Returns all differences."""
    text = resources.files("ops._cli").joinpath("differences.json").read_text("utf-8")
    return tuple(
        Difference(
            item["name"],
            tuple(item["ops"]),
            tuple(item["arguments"]),
            tuple(item["backends"]),
            item["keras"],
            item["ours"],
        )
        for item in json.loads(text)
    )


@functools.cache
def _by_function() -> dict[Any, tuple[Difference, ...]]:
    """Returns the differences of each public function, which may have two names, such as `ops.nn.softmax`."""
    table: dict[Any, tuple[Difference, ...]] = {}
    for difference in differences():
        for path in difference.ops:
            function = lookup(path)
            table[function] = (*table.get(function, ()), difference)
    return table


def lookup(path: str) -> Any:
    """Returns the public function, class or module of this path below `ops`; None if there is none."""
    value: Any = ops
    for part in path.split("."):
        value = getattr(value, part, None)
    return value


def of(path: str) -> tuple[Difference, ...]:
    """Returns the differences of an op by any of its public paths, without those of any op."""
    return _by_function().get(lookup(path), ())


def general() -> tuple[Difference, ...]:
    """Returns the differences that concern any op."""
    return tuple(difference for difference in differences() if not difference.ops)


@functools.cache
def parameters(path: str) -> tuple[tuple[str, Any], ...]:
    """Returns the names and defaults of an op's parameters."""
    signature = inspect.signature(lookup(path))
    return tuple((parameter.name, parameter.default) for parameter in signature.parameters.values())
