"""TensorFlow, family elementwise.

Kernels first try TensorFlow's operation, which costs nothing; TensorFlow raises an error for an unsupported dtype, also
while a graph is traced. The few functions for which it would raise only when the graph runs check the dtype first.
"""

# ruff: noqa: F403  # the modules list their kernels in `__all__`
from ops_backend_tf.elementwise.arithmetic import *
from ops_backend_tf.elementwise.bitwise import *
from ops_backend_tf.elementwise.comparison import *
from ops_backend_tf.elementwise.complex import *
from ops_backend_tf.elementwise.exponential import *
from ops_backend_tf.elementwise.floating import *
from ops_backend_tf.elementwise.rounding import *
from ops_backend_tf.elementwise.selection import *
from ops_backend_tf.elementwise.special import *
from ops_backend_tf.elementwise.trigonometric import *
