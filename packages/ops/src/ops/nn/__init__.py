"""The namespace `ops.nn`."""

from ops.nn.activation import gelu, log_softmax, one_hot, relu, sigmoid, softmax
from ops.nn.convolution import conv
from ops.nn.loss import sparse_categorical_crossentropy
from ops.nn.pooling import average_pool, max_pool

__all__ = [
    "average_pool",
    "conv",
    "gelu",
    "log_softmax",
    "max_pool",
    "one_hot",
    "relu",
    "sigmoid",
    "softmax",
    "sparse_categorical_crossentropy",
]
