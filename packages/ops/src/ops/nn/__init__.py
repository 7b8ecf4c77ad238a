"""The module `ops.nn`."""

from ops.nn import activation, attention, convolution, ctc, linear, loss, normalization, pooling, recurrent, space
from ops.nn.activation import *
from ops.nn.attention import *
from ops.nn.convolution import *
from ops.nn.ctc import *
from ops.nn.linear import *
from ops.nn.loss import *
from ops.nn.normalization import *
from ops.nn.pooling import *
from ops.nn.recurrent import *
from ops.nn.space import *
from ops.signal import polar

__all__ = ["polar"]
__all__ += activation.__all__
__all__ += attention.__all__
__all__ += convolution.__all__
__all__ += ctc.__all__
__all__ += linear.__all__
__all__ += loss.__all__
__all__ += normalization.__all__
__all__ += pooling.__all__
__all__ += recurrent.__all__
__all__ += space.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
