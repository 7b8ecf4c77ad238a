"""What kernels need where TensorFlow's gradient is wrong."""

from __future__ import annotations

from typing import Any

from tensorflow.python import pywrap_tfe

from ops_backend_tf.core import EAGER, number_like, raw_ops

Tensor = Any

_AddV2, _Mul = raw_ops.AddV2, raw_ops.Mul

# Whether no tape and no accumulator records this thread's operations. There is no public function for this; without a
# private one, something is assumed to record.
nothing_records = getattr(pywrap_tfe, "TFE_Py_TapeSetIsEmpty", lambda: False)


def differentiable(x: Tensor) -> bool:
    """Returns whether a gradient may be computed (of a graph, also later), so that it must be corrected where
    TensorFlow's is wrong."""
    return not nothing_records() or type(x) is not EAGER


def half_each(x1: Tensor, x2: Tensor) -> Tensor:
    """Returns either of two equal numbers, with half of the gradient for each."""
    half = number_like(0.5, x1)
    return _AddV2(x=_Mul(x=x1, y=half), y=_Mul(x=x2, y=half))
