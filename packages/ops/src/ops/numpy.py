"""The namespace `ops.numpy`: the families of functions that NumPy also provides."""

from ops import contraction as _contraction
from ops import creation as _creation
from ops import elementwise as _elementwise
from ops import indexing as _indexing
from ops import manipulation as _manipulation
from ops import reduction as _reduction
from ops import sorting as _sorting
from ops import statistics as _statistics
from ops.contraction import *
from ops.core import ndim, size
from ops.creation import *
from ops.elementwise import *
from ops.indexing import *
from ops.linalg import slogdet
from ops.manipulation import *
from ops.reduction import *
from ops.signal import bartlett, blackman, hamming, hanning, kaiser
from ops.sorting import *
from ops.statistics import *
from ops.transform import vectorize

__all__ = ["bartlett", "blackman", "hamming", "hanning", "kaiser", "ndim", "size", "slogdet", "vectorize"]
__all__ += _contraction.__all__
__all__ += _creation.__all__
__all__ += _elementwise.__all__
__all__ += _indexing.__all__
__all__ += _manipulation.__all__
__all__ += _reduction.__all__
__all__ += _sorting.__all__
__all__ += _statistics.__all__

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
