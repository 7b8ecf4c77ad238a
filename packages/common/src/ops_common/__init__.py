"""What `ops` and its backends share: the contract, dtypes, shapes, configuration, state and errors.

Public, for backends of other projects: the names below, and the modules `contract`, `dtypes`, `errors`, `operators`,
`shapes`, `symbolic` and `testing`. They change incompatibly only with a major version of the contract. The packages
`runtime`, `tensors`, `host` and `algorithms` are private to this project, and may change in every minor version.
"""

from ops_common.contract import CONTRACT_VERSION
from ops_common.errors import (
    ArgumentError,
    ArgumentTypeError,
    AxisError,
    BackendError,
    DeviceError,
    DtypeError,
    ForeignTensorError,
    IndexRangeError,
    KernelError,
    LinAlgError,
    OpsError,
    ShapeError,
    UnsupportedError,
)
from ops_common.symbolic import SymbolicTensor

__version__ = "0.2.0"

__all__ = [
    "CONTRACT_VERSION",
    "ArgumentError",
    "ArgumentTypeError",
    "AxisError",
    "BackendError",
    "DeviceError",
    "DtypeError",
    "ForeignTensorError",
    "IndexRangeError",
    "KernelError",
    "LinAlgError",
    "OpsError",
    "ShapeError",
    "SymbolicTensor",
    "UnsupportedError",
    "__version__",
]
