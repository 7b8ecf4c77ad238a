"""Family signal: Fourier transforms, sequences along an axis, and windows of a given number of points.

Transforms take and return complex numbers as tuples of real and imaginary parts, as the reference does, so that they
work where a framework has no complex dtype. float16 and bfloat16 are computed in float32.

The windows have the formulas of NumPy's functions of the same names. Positions are measured from the middle, so that
windows are exactly symmetric.
"""

from ops.signal import complex_tensors, fourier, frames, windows
from ops.signal.complex_tensors import *
from ops.signal.fourier import *
from ops.signal.frames import *
from ops.signal.windows import *

__all__: list[str] = []
__all__ += complex_tensors.__all__
__all__ += fourier.__all__
__all__ += frames.__all__
__all__ += windows.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
