"""JAX, the collectives in a compiled program, from XLA's text of it."""

from __future__ import annotations

import math
import re

_COLLECTIVES = (
    "all-reduce",
    "all-gather",
    "reduce-scatter",
    "all-to-all",
    "collective-permute",
    "collective-broadcast",
)
_NAMES = {"collective-broadcast": "broadcast"}
# "%name = f32[2,3]{1,0} all-reduce(...", or a tuple of shapes.
_CALL = re.compile(r" = (\(.*?\)|\S+) (" + "|".join(_COLLECTIVES) + r")(-start)?\(")
_SHAPE = re.compile(r"([a-z]+)(\d*)(?:[a-z0-9]*)\[([\d,]*)\]")


def collectives_in(text: str) -> dict[str, tuple[int, int]]:
    """Returns the number of collectives of each kind in a program, and the bytes of their results on one device.

    A collective in the body of a loop counts once.
    """
    result: dict[str, tuple[int, int]] = {}
    for line in text.splitlines():
        match = _CALL.search(line)
        if match is None:
            continue
        shapes, kind, started = match.groups()
        sizes = [_bytes(*parts) for parts in _SHAPE.findall(shapes)]
        if started and kind != "all-reduce":
            sizes = sizes[len(sizes) // 2 :]  # its operands, then its results
        name = _NAMES.get(kind, kind)
        count, size = result.get(name, (0, 0))
        result[name] = count + 1, size + sum(sizes)
    return result


def _bytes(kind: str, bits: str, sizes: str) -> int:
    width = 8 if kind == "pred" or not bits else max(int(bits), 8)
    return width // 8 * math.prod(int(size) for size in sizes.split(",") if size)
