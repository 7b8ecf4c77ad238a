"""Family transform: functions of functions. A transformed function runs on the backend that is active when called.

No module has the name of a function, which would replace it as an attribute of this package.
"""

from ops.transform import (
    checkpointing,
    compilation,
    exporting,
    gradients,
    jacobians,
    mapping,
    products,
    programs,
    vectorization,
)
from ops.transform.checkpointing import *
from ops.transform.compilation import *
from ops.transform.exporting import *
from ops.transform.gradients import *
from ops.transform.jacobians import *
from ops.transform.mapping import *
from ops.transform.products import *
from ops.transform.programs import *
from ops.transform.vectorization import *

__all__: list[str] = []
__all__ += checkpointing.__all__
__all__ += compilation.__all__
__all__ += exporting.__all__
__all__ += gradients.__all__
__all__ += jacobians.__all__
__all__ += mapping.__all__
__all__ += products.__all__
__all__ += programs.__all__
__all__ += vectorization.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
