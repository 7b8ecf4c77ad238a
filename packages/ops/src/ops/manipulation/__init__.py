"""Family manipulation: shapes, axes and the order of elements."""

from ops.manipulation import extension, joining, reordering, reshaping, splitting
from ops.manipulation.extension import *
from ops.manipulation.joining import *
from ops.manipulation.reordering import *
from ops.manipulation.reshaping import *
from ops.manipulation.splitting import *

__all__: list[str] = []
__all__ += extension.__all__
__all__ += joining.__all__
__all__ += reordering.__all__
__all__ += reshaping.__all__
__all__ += splitting.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
