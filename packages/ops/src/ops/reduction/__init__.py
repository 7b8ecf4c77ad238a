"""Family reduction: reductions and cumulative functions along axes."""

from ops.reduction import cumulation, extremes, logic, totals, variance, without_nan
from ops.reduction.cumulation import *
from ops.reduction.extremes import *
from ops.reduction.logic import *
from ops.reduction.precision import narrowed as narrowed
from ops.reduction.precision import number_for as number_for
from ops.reduction.precision import widened as widened
from ops.reduction.totals import *
from ops.reduction.variance import *
from ops.reduction.without_nan import *

__all__: list[str] = []
__all__ += cumulation.__all__
__all__ += extremes.__all__
__all__ += logic.__all__
__all__ += totals.__all__
__all__ += variance.__all__
__all__ += without_nan.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
