"""The module `ops.numpy`: functions that NumPy also provides."""

from ops import contraction as _contraction
from ops import creation as _creation
from ops import elementwise as _elementwise
from ops import manipulation as _manipulation
from ops import reduction as _reduction
from ops import sorting as _sorting
from ops import statistics as _statistics
from ops.contraction import *
from ops.core import ndim, size
from ops.creation.conversion import *
from ops.creation.filling import *
from ops.creation.matrices import *
from ops.creation.ranges import *
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
from ops.indexing import elements as _elements
from ops.indexing.elements import *
from ops.linalg import slogdet
from ops.manipulation.extension import *
from ops.manipulation.joining import *
from ops.manipulation.reordering import *
from ops.manipulation.reshaping import *
from ops.manipulation.splitting import *
from ops.reduction.cumulation import *
from ops.reduction.extremes import *
from ops.reduction.logic import *
from ops.reduction.totals import *
from ops.reduction.variance import *
from ops.reduction.without_nan import *
from ops.signal import windows as _windows
from ops.signal.windows import *
from ops.sorting import *
from ops.statistics import *
from ops.transform import vectorization as _vectorization
from ops.transform.vectorization import *

__all__ = ["ndim", "size", "slogdet"]
__all__ += _contraction.__all__
__all__ += _creation.__all__
__all__ += _elementwise.__all__
__all__ += _elements.__all__
__all__ += _manipulation.__all__
__all__ += _reduction.__all__
__all__ += _sorting.__all__
__all__ += _statistics.__all__
__all__ += _vectorization.__all__
__all__ += _windows.__all__

# keras.ops.numpy does not have these functions of the families.
__all__.remove("cdist")
__all__.remove("erf")
__all__.remove("erfc")
__all__.remove("erfinv")
__all__.remove("gammainc")
__all__.remove("in_top_k")
__all__.remove("lgamma")
__all__.remove("logsumexp")
__all__.remove("rsqrt")
__all__.remove("saturate_cast")
__all__.remove("top_k")
__all__.remove("unstack")
del cdist, erf, erfc, erfinv, gammainc, in_top_k, lgamma, logsumexp, rsqrt, saturate_cast, top_k, unstack


def __dir__() -> list[str]:
    return sorted(__all__)
