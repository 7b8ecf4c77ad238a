"""Family indexing: elements selected by index, and blocks at static or dynamic positions."""

from ops.indexing import elements, slicing
from ops.indexing.elements import *
from ops.indexing.slicing import *

__all__: list[str] = []
__all__ += elements.__all__
__all__ += slicing.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
