"""OpenVINO, differences between the supported versions. Each entry names the version that ends it."""

from __future__ import annotations

import re
from typing import Any

import openvino as ov
import openvino.opset15 as opset

_VERSION = tuple(int(number) for number in re.findall(r"\d+", ov.__version__)[:2])


def kept_without_steps(holds: Any, output: Any, start: Any) -> Any:
    """Returns a while loop's output, or the start value if the condition does not hold at first.

    Until OpenVINO 2025.4: inside another loop's body, a Loop node that takes no step returns memory that was not
    written.
    """
    return output if _VERSION >= (2025, 4) else opset.select(holds, output, start).output(0)
