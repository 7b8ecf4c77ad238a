"""For tests of `ops`, of its backends, and of other people's backends: one record for each op.

A record says with which arguments an op is tried, which dtypes it takes, what NumPy answers in float64, which dtype the
answer has, and which arguments are errors. Tests are generated from it: of the backends' kernels (`conformance`), and
of the public functions in `ops`' own tests.
"""

from ops_common import registry
from ops_common.testing.record import RECORDS, Record, Sample, close, tolerance

# The installed backends, in the order in which one process can load them: torch before tensorflow.
BACKENDS = [
    *(name for name in ("numpy", "jax", "torch", "tensorflow", "openvino") if name in registry.installed()),
    *(name for name in registry.installed() if name not in registry.KNOWN),
]

__all__ = ["BACKENDS", "RECORDS", "Record", "Sample", "close", "tolerance"]
