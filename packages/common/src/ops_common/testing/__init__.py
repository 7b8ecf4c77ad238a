"""Records for tests of backends and of `ops`: one record for each op that has a kernel in the contract.

A record holds the arguments to try an op with, the dtypes it takes, a NumPy reference in float64, the result's dtype,
and arguments that are errors. Tests are generated from it: of the kernels of any backend (`conformance`),
and of the public functions in the tests of `ops`. The records of composite ops are in `ops.testing`.
"""

from ops_common.runtime import registry
from ops_common.testing.catalogue import RECORDS
from ops_common.testing.record import Record, Sample, close, tolerance

# The installed backends, in the order in which one process can load them: torch before tensorflow.
BACKENDS = [
    *(name for name in ("numpy", "jax", "torch", "tensorflow", "openvino") if name in registry.installed()),
    *(name for name in registry.installed() if name not in registry.KNOWN),
]

__all__ = ["BACKENDS", "RECORDS", "Record", "Sample", "close", "tolerance"]
