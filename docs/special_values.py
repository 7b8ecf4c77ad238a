"""Writes docs/special_values.md: what every elementwise op returns for special values. With ``--check`` it says whether
that file is current.

The values are the data of `ops_common.testing.special_values`, which the tests compare with NumPy, SciPy and every
backend.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ops_common.testing import special_values as values

DOCUMENT = Path(__file__).with_name("special_values.md")

_HEAD = """# Special values

Made by `python docs/special_values.py` from `packages/common/src/ops_common/testing/special_values.py`; not to be
changed by hand. Every cell is a test (`packages/ops/tests/test_special_values.py`) on all five backends, eager and
compiled.

What the elementwise ops return for signed zeros, infinities, NaN, the largest numbers of a dtype and casts that
overflow is what the array API standard says; NumPy's result where the standard is silent or leaves a choice; for a
function that neither has, the result of its formula in IEEE 754 arithmetic, or its limit. An empty operand gives an
empty result, of the shape that the operands broadcast to.

- `max` is the dtype's largest finite number. Numbers are rounded to seven digits.
- `±0`: zero of either sign. The standard leaves open which zero is the larger one, and so whether `relu(-0.0)` is
  negative; elsewhere equivalent formulas differ.
- `finite`: a finite number that depends on the dtype, or a tiny one, which may be 0.
- `up`, `down`: the next number of the dtype above or below x1.
"""


def _cell(cell: str) -> str:
    return {"+-0": "±0", "?": "finite"}.get(cell, cell)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _label(row: str) -> str:
    op, arguments = values.CALLS.get(row, (row, {}))
    more = "".join(f", {key}={value}" for key, value in arguments.items())
    aliases = [alias for alias, name in values.ALIASES.items() if name == row]
    return f"`{op}(x{more})`" + "".join(f", `{alias}`" for alias in aliases)


def _title(name: str) -> str:
    aliases = "".join(f", `{alias}`" for alias, op in values.ALIASES.items() if op == name)
    return f"### `{name}`{aliases}"


def document() -> str:
    """The text of the page."""
    arguments, rows = values.unary()
    parts = [_HEAD, "## Functions of one number\n"]
    parts.append(_table(["", *arguments], [[_label(name), *cells] for name, cells in rows.items()]))
    parts.append("\n## Functions of two numbers\n\nx1 is at the left, x2 above.")
    for name, (operands, lines) in values.binary().items():
        body = [[f"**{x1}**", *cells] for x1, cells in zip(operands, lines, strict=True)]
        parts += [f"\n{_title(name)}\n", _table(["", *operands], body)]
    head, *body = values.lines(values.LDEXP)
    parts += [
        "\n### `ldexp`\n\nThe exponent is above.\n",
        _table(["", *head[1:]], [[f"**{x}**", *row] for x, *row in body]),
    ]
    parts += ["\n## Choices\n", _table(["condition", "x1", "x2", "`where`"], values.WHERE)]
    head, *body = values.lines(values.CASTS)
    parts.append("\n## Casts\n\nHalfway cases go to the even number. OpenVINO has no float8.\n")
    parts.append(_table(head, body))
    head, *body = values.lines(values.SATURATED)
    parts += ["\n`saturate_cast`, which stops at the ends of the range:\n", _table(head, body)]
    parts.append("\n## Integers\n\nArithmetic wraps around, and a division by 0 is 0.\n")
    parts.append(
        _table(
            ["call", "dtype", "result"],
            [
                [f"`{op}({', '.join(map(str, operands))})`", dtype, str(result).lower()]
                for op, dtype, operands, result in values.INTEGERS
            ],
        )
    )
    parts.append(
        "\n## Exceptions\n\nA framework's own fused function returns another value, and computing it otherwise would "
        "take more than twice its time:\n"
    )
    parts.append(
        _table(
            ["backend", "call", "x", "result", "dtypes", "own time, other form (ms, a million numbers)"],
            [
                [backend, _label(row), x, result, ", ".join(dtypes), times]
                for backend, row, results, dtypes, times in values.EXCEPTIONS
                for x, result in results.items()
            ],
        )
    )
    parts.append(
        "\nOpenVINO's graphs have no `nextafter` and `gammainc` (UnsupportedError), and compute in float64 nowhere. "
        "TensorFlow and PyTorch have no arithmetic of float8: cast first.\n"
    )
    return "\n".join(parts)


def main() -> int:
    text = document()
    if "--check" in sys.argv[1:]:
        if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            print("docs/special_values.md is stale: run python docs/special_values.py")
            return 1
        return 0
    DOCUMENT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
