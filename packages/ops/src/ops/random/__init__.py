"""Family random, and the module `ops.random`: numbers drawn by each framework's own fast generator.

The same integer seed gives the same numbers on the same backend; different backends draw different numbers, except
within the scope of `portable`.
"""

from ops.random import distributions
from ops.random.distributions import *

__all__: list[str] = []
__all__ += distributions.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
