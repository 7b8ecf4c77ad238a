"""Shape rules: the shape of an op's result, and a ShapeError if its arguments do not fit.

A shape is a tuple of ints; an unknown dimension is None. Every rule accepts unknown dimensions, and returns None only
where the dimension cannot be derived.
"""

from ops_common.shapes import axes, broadcasting, contraction, indexing, linalg, manipulation, windows
from ops_common.shapes.axes import *
from ops_common.shapes.broadcasting import *
from ops_common.shapes.contraction import *
from ops_common.shapes.indexing import *
from ops_common.shapes.linalg import *
from ops_common.shapes.manipulation import *
from ops_common.shapes.windows import *

__all__: list[str] = []
__all__ += axes.__all__
__all__ += broadcasting.__all__
__all__ += contraction.__all__
__all__ += indexing.__all__
__all__ += linalg.__all__
__all__ += manipulation.__all__
__all__ += windows.__all__
