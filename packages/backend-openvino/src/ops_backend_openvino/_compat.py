"""OpenVINO, differences between the supported versions. Each entry names the version that ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

_VERSION = tuple(int(number) for number in re.findall(r"\d+", ov.__version__)[:2])


def kept_without_steps(holds: Any, output: Any, start: Any) -> Any:
    """Returns a while loop's output, or the start value if the condition does not hold at first.

    Until OpenVINO 2025.4: inside another loop's body, a Loop node that takes no step returns memory that was not
    written.
    """
    return output if _VERSION >= (2025, 4) else select(holds, output, start).output(0)


def to_small(x: Any, type_: Any) -> Any:
    """Returns integers in a type of 8 or 16 bits, modulo its range.

    Until OpenVINO 2025.4: a conversion saturates.
    """
    if _VERSION < (2025, 4) and type_ != ov.Type.boolean:
        x = opset.convert(x, ov.Type.i32)
        if type_.is_signed():
            places = opset.constant(np.int32(32 - type_.bitwidth))
            x = opset.bitwise_right_shift(opset.bitwise_left_shift(x, places), places)
        else:
            x = opset.bitwise_and(x, opset.constant(np.int32((1 << type_.bitwidth) - 1)))
    return opset.convert(x, type_)


def in_int32(build: Callable[..., Any], *operands: Any) -> Any:
    """Returns a bitwise function of integers.

    Until OpenVINO 2025.4: those of 16 bits are computed in int32, and saturate.
    """
    type_ = operands[0].get_element_type()
    if _VERSION >= (2025, 4) or type_.bitwidth != 16:
        return build(*operands)
    return to_small(build(*(opset.convert(x, ov.Type.i32) for x in operands)), type_)


def has_einsum(subscripts: str) -> bool:
    """Returns whether the plugin computes it.

    Until OpenVINO 2025.1: an operand may not repeat a label, and ellipses are not broadcast.
    """
    if _VERSION >= (2025, 1):
        return True
    terms = subscripts.partition("->")[0].split(",")
    return "." not in subscripts and all(len(set(term)) == len(term) for term in terms)


def select(condition: Any, x: Any, y: Any) -> Any:
    """Returns a node of x where the condition is true, and of y elsewhere.

    Until OpenVINO 2025.3: int32 values are selected as float32, which rounds them; bits are not.
    """
    node = opset.select(condition, x, y)
    if _VERSION >= (2025, 3) or node.get_element_type() != ov.Type.i32:
        return node
    one = opset.constant(np.int32(1))
    zeros = opset.subtract(opset.convert(condition, ov.Type.i32), one)  # -1 where the condition is false
    return opset.bitwise_or(opset.bitwise_and(x, opset.bitwise_not(zeros)), opset.bitwise_and(y, zeros))


def save_model(model: Any, path: str, halves: bool) -> None:
    """Writes a model, with weights in float16 if ``halves`` is true; raises RuntimeError if it cannot be written."""
    ov.save_model(model, path, compress_to_fp16=halves)
    # Until OpenVINO 2026.2: a full disk is not an error, and leaves a file that cannot be read.
    if _VERSION < (2026, 2):
        ov.Core().read_model(path)
