"""TensorFlow, family eager: short forms of frequent calls, of plain tensors of usual dtypes. They return NotImplemented
for other calls, which `ops` then computes without them."""

# ruff: noqa: F403  # the modules list their kernels in `__all__`
from ops_backend_tf.eager.contraction import *
from ops_backend_tf.eager.elementwise import *
from ops_backend_tf.eager.image import *
from ops_backend_tf.eager.indexing import *
from ops_backend_tf.eager.linalg import *
from ops_backend_tf.eager.manipulation import *
from ops_backend_tf.eager.nn import *
from ops_backend_tf.eager.reduction import *
from ops_backend_tf.eager.sorting import *
