"""OpenVINO, family elementwise: one node for each function, or several where the plugin's own node is wrong.

Determined by testing the plugin over all dtypes (2026.4, x86): Maximum and Minimum drop NaN, Exp turns it into
infinity; int32 comparisons are computed in float32; 8-bit integers saturate instead of wrapping around; a / b is a
times a rounded reciprocal.
"""

# ruff: noqa: F403  # the modules list their kernels in `__all__`
from ops_backend_openvino.elementwise.arithmetic import *
from ops_backend_openvino.elementwise.binary_gcd import *
from ops_backend_openvino.elementwise.bitwise import *
from ops_backend_openvino.elementwise.comparison import *
from ops_backend_openvino.elementwise.complex import *
from ops_backend_openvino.elementwise.exponential import *
from ops_backend_openvino.elementwise.floating import *
from ops_backend_openvino.elementwise.rounding import *
from ops_backend_openvino.elementwise.selection import *
from ops_backend_openvino.elementwise.special import *
from ops_backend_openvino.elementwise.trigonometric import *
