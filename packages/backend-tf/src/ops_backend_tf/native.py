"""TensorFlow's dtypes by name, and its types of tensors."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_common import dtypes

DTYPES: dict[str, tf.DType] = {name: tf.as_dtype(name) for name in dtypes.ALL}
# Creating an eager tensor, or tracing a function, would start TensorFlow's context. After that, logical devices cannot
# be configured, and processes cannot be connected.
EAGER: Any = tf.__internal__.EagerTensor  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs
with tf.Graph().as_default():
    GRAPH: Any = type(tf.constant(0))
