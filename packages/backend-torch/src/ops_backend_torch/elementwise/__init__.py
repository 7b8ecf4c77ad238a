"""PyTorch, family elementwise.

Operators are used where the first operand may be a number: `2 < x` works, `torch.lt(2, x)` does not. Elsewhere torch's
functions, which are slightly faster. Trying a kernel first costs nothing; torch raises an error for an unsupported
dtype.
"""

# ruff: noqa: F403  # the modules list their kernels in `__all__`
from ops_backend_torch.elementwise.arithmetic import *
from ops_backend_torch.elementwise.bitwise import *
from ops_backend_torch.elementwise.comparison import *
from ops_backend_torch.elementwise.complex import *
from ops_backend_torch.elementwise.exponential import *
from ops_backend_torch.elementwise.floating import *
from ops_backend_torch.elementwise.rounding import *
from ops_backend_torch.elementwise.selection import *
from ops_backend_torch.elementwise.special import *
from ops_backend_torch.elementwise.trigonometric import *
