"""One tensor API for JAX, TensorFlow, PyTorch, NumPy and OpenVINO.

>>> import ops
>>> ops.convert_to_numpy(ops.add([1, 2], 3))
array([4, 5], dtype=int32)
"""

# Star imports are from the modules that define the functions, not from packages that collect them: mypy does not follow
# `__all__ += other.__all__`.
import importlib as _importlib
from typing import TYPE_CHECKING as _TYPE_CHECKING

from ops import (
    contraction,
    control,
    core,
    creation,
    einops,
    elementwise,
    image,
    indexing,
    linalg,
    manipulation,
    nn,
    numpy,
    random,
    reduction,
    segment,
    signal,
    sorting,
    sparse,
    statistics,
    transform,
)
from ops._frontend import install as _install
from ops._namespace import namespace
from ops._versions import show_versions
from ops.contraction import *
from ops.control.branches import *
from ops.control.differentiation import *
from ops.control.loops import *
from ops.control.scans import *
from ops.core import *
from ops.creation.conversion import *
from ops.creation.filling import *
from ops.creation.matrices import *
from ops.creation.ranges import *
from ops.einops import *
from ops.elementwise.arithmetic import *
from ops.elementwise.bitwise import *
from ops.elementwise.comparison import *
from ops.elementwise.complex_numbers import *
from ops.elementwise.exponential import *
from ops.elementwise.floating_point import *
from ops.elementwise.logical import *
from ops.elementwise.powers import *
from ops.elementwise.rounding import *
from ops.elementwise.selection import *
from ops.elementwise.special_functions import *
from ops.elementwise.trigonometric import *
from ops.indexing.elements import *
from ops.indexing.slicing import *
from ops.linalg.decompositions import *
from ops.linalg.determinants import *
from ops.linalg.norms import *
from ops.linalg.solving import *
from ops.manipulation.extension import *
from ops.manipulation.joining import *
from ops.manipulation.reordering import *
from ops.manipulation.reshaping import *
from ops.manipulation.splitting import *
from ops.nn.activation import *
from ops.nn.attention import *
from ops.nn.convolution import *
from ops.nn.ctc import *
from ops.nn.loss import *
from ops.nn.normalization import *
from ops.nn.pooling import *
from ops.nn.space import *
from ops.reduction.cumulation import *
from ops.reduction.extremes import *
from ops.reduction.logic import *
from ops.reduction.totals import *
from ops.reduction.variance import *
from ops.reduction.without_nan import *
from ops.segment import *
from ops.signal.complex_tensors import *
from ops.signal.fourier import *
from ops.signal.frames import *
from ops.signal.windows import *
from ops.sorting import *
from ops.sparse.tensors import *
from ops.statistics import *
from ops.transform.checkpointing import *
from ops.transform.compilation import *
from ops.transform.exporting import *
from ops.transform.gradients import *
from ops.transform.jacobians import *
from ops.transform.mapping import *
from ops.transform.products import *
from ops.transform.programs import *
from ops.transform.vectorization import *
from ops_common import (
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
    SymbolicTensor,
    UnsupportedError,
)
from ops_common.runtime import config
from ops_common.runtime.active import backend, device, devices, set_backend, use_backend
from ops_common.runtime.registry import installed as backends
from ops_common.tensors.scopes import AutocastScope, RematScope, StatelessScope, SymbolicScope, name_scope
from ops_common.tensors.variable import Variable

__version__ = "0.2.0"

_install()

if _TYPE_CHECKING:
    from ops import distribution as distribution
    from ops.graph import Function as Function
    from ops.graph import Graph as Graph
    from ops.graph import Input as Input
    from ops.graph import Operation as Operation
    from ops.graph import load_graph as load_graph
    from ops.graph import make_graph as make_graph


def __getattr__(name: str) -> object:
    # Loaded at their first use.
    if name == "distribution":
        return _importlib.import_module("ops.distribution")
    if name not in ("Function", "Graph", "Input", "Operation", "load_graph", "make_graph"):
        raise AttributeError(f"module 'ops' has no attribute {name!r}")
    value = getattr(_importlib.import_module("ops.graph"), name)
    globals()[name] = value
    return value


# The names of this module. Each family lists its own.
__all__ = [
    "ArgumentError",
    "ArgumentTypeError",
    "AutocastScope",
    "AxisError",
    "BackendError",
    "DeviceError",
    "DtypeError",
    "ForeignTensorError",
    "IndexRangeError",
    "KernelError",
    "LinAlgError",
    "OpsError",
    "RematScope",
    "ShapeError",
    "StatelessScope",
    "SymbolicScope",
    "SymbolicTensor",
    "UnsupportedError",
    "Variable",
    "__version__",
    "backend",
    "backends",
    "config",
    "device",
    "devices",
    "image",
    "linalg",
    "name_scope",
    "namespace",
    "nn",
    "numpy",
    "random",
    "set_backend",
    "show_versions",
    "sparse",
    "use_backend",
]
__all__ += contraction.__all__
__all__ += control.__all__
__all__ += core.__all__
__all__ += creation.__all__
__all__ += einops.__all__
__all__ += elementwise.__all__
__all__ += indexing.__all__
__all__ += linalg.__all__
__all__.remove("jvp")  # it is listed by transform
__all__ += manipulation.__all__
__all__ += nn.__all__
__all__.remove("polar")  # it is listed by signal
# keras.ops does not have these.
__all__.remove("dense")
__all__.remove("gru")
__all__.remove("lstm")
__all__.remove("rnn")
__all__ += reduction.__all__
__all__ += segment.__all__
__all__ += signal.__all__
__all__ += sorting.__all__
__all__ += ["is_sparse", "to_dense"]
__all__ += statistics.__all__
__all__ += transform.__all__
__all__ += ["Function", "Graph", "Input", "Operation", "load_graph", "make_graph"]


def __dir__() -> list[str]:
    return sorted(__all__)
