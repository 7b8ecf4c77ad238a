"""Family elementwise: arithmetic, comparisons, logic and mathematical functions, with broadcasting."""

from ops.elementwise import (
    arithmetic,
    bitwise,
    comparison,
    complex_numbers,
    exponential,
    floating_point,
    logical,
    powers,
    rounding,
    selection,
    special_functions,
    trigonometric,
)
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

__all__: list[str] = []
__all__ += arithmetic.__all__
__all__ += bitwise.__all__
__all__ += comparison.__all__
__all__ += complex_numbers.__all__
__all__ += exponential.__all__
__all__ += floating_point.__all__
__all__ += logical.__all__
__all__ += powers.__all__
__all__ += rounding.__all__
__all__ += selection.__all__
__all__ += special_functions.__all__
__all__ += trigonometric.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
