"""TensorFlow, family distribution: DTensor, `tf.experimental.dtensor`.

DTensor runs an operation as one program on all devices of a mesh, and derives the communication from the layouts. It
supports most operations, in most layouts. `meshed` covers the rest.
"""

from ops_backend_tf.distribution.communication import communication
from ops_backend_tf.distribution.kernels import meshed
from ops_backend_tf.distribution.layouts import axes, gather, make, mesh_of, place, shards
from ops_backend_tf.distribution.processes import barrier, devices, initialize, mesh, processes

__all__ = [
    "axes",
    "barrier",
    "communication",
    "devices",
    "gather",
    "initialize",
    "make",
    "mesh",
    "mesh_of",
    "meshed",
    "place",
    "processes",
    "shards",
]
