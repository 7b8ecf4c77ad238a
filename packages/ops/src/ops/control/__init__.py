"""Family control: branches and loops as higher-order functions, and functions with custom gradients.

Where a condition has a value, Python branches and loops on it; in a traced function the framework's own construct is
used.
"""

from ops.control import branches, differentiation, loops, scans
from ops.control.branches import *
from ops.control.differentiation import *
from ops.control.loops import *
from ops.control.scans import *

__all__: list[str] = []
__all__ += branches.__all__
__all__ += differentiation.__all__
__all__ += loops.__all__
__all__ += scans.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
