"""Records for tests of backends and of `ops`: one record for each op that has a kernel in the contract.

A record holds the arguments to try an op with, the dtypes it takes, a NumPy reference in float64, the result's dtype,
and arguments that are errors. Tests are generated from it: of the kernels of any backend (`conformance`),
and of the public functions in the tests of `ops`. The records of composite ops are in `ops.testing`.
"""

import importlib
from typing import TYPE_CHECKING

from ops_common.runtime import registry
from ops_common.testing.closeness import tolerance
from ops_common.testing.record import Record, Sample, close

if TYPE_CHECKING:
    from ops_common.testing.catalogue import RECORDS as RECORDS

# The installed backends, in the order in which one process can load them.
BACKENDS = registry.in_loading_order(registry.installed())

__all__ = ["BACKENDS", "RECORDS", "Record", "Sample", "close", "tolerance"]


def __getattr__(name: str) -> object:
    if name != "RECORDS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Loaded at its first use: comparing results needs no records.
    return importlib.import_module("ops_common.testing.catalogue").RECORDS
