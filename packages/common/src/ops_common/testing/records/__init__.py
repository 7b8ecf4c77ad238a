"""The records, family by family. Arrays stand for tensors; `m` makes them in the dtype under test.

Importing this package fills `ops_common.testing.RECORDS`.
"""

from ops_common.testing.records import (
    contraction,
    creation,
    elementwise,
    image,
    indexing,
    linalg,
    manipulation,
    nn,
    nn_pointwise,
    reduction,
    segment,
    signal,
    sorting,
    statistics,
)

__all__ = [
    "contraction",
    "creation",
    "elementwise",
    "image",
    "indexing",
    "linalg",
    "manipulation",
    "nn",
    "nn_pointwise",
    "reduction",
    "segment",
    "signal",
    "sorting",
    "statistics",
]
