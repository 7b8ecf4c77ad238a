"""The namespace `ops.nn`."""

from ops.nn.activation import gelu, log_softmax, one_hot, relu, sigmoid, softmax
from ops.nn.attention import dot_product_attention
from ops.nn.convolution import conv, conv_transpose, depthwise_conv, fold, separable_conv, unfold
from ops.nn.loss import sparse_categorical_crossentropy
from ops.nn.pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool
from ops.nn.recurrent import gru, lstm, rnn

__all__ = [
    "adaptive_average_pool",
    "adaptive_max_pool",
    "average_pool",
    "conv",
    "conv_transpose",
    "depthwise_conv",
    "dot_product_attention",
    "fold",
    "gelu",
    "gru",
    "log_softmax",
    "lstm",
    "max_pool",
    "one_hot",
    "relu",
    "rnn",
    "separable_conv",
    "sigmoid",
    "softmax",
    "sparse_categorical_crossentropy",
    "unfold",
]
