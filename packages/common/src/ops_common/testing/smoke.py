"""The smoke test of a backend that is installed alone: some kernels of each family against their records."""

from __future__ import annotations

from ops_common.testing import conformance

_FAMILIES = (
    "creation",
    "elementwise",
    "reduction",
    "manipulation",
    "contraction",
    "linalg",
    "sorting",
    "nn.convolution",
)
_EACH = 4


def run(backend: str) -> int:
    """Checks the first kernels of some families in float32 (AssertionError if one is wrong); returns how many."""
    count = 0
    for family in _FAMILIES:
        cases = [case for case in conformance.cases(backend) if case.dtype == "float32"]
        for case in [case for case in cases if str(case).startswith(f"{family}.")][:_EACH]:
            case.check()
            count += 1
    if count < 2 * len(_FAMILIES):
        raise AssertionError(f"there are only {count} kernels")
    return count
