"""Family creation: tensors created from shapes and numbers."""

from ops.creation import conversion, filling, matrices, ranges
from ops.creation.conversion import *
from ops.creation.filling import *
from ops.creation.matrices import *
from ops.creation.ranges import *

__all__: list[str] = []
__all__ += conversion.__all__
__all__ += filling.__all__
__all__ += matrices.__all__
__all__ += ranges.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
