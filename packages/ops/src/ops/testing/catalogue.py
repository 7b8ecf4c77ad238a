"""The records of all public functions: those of the contract's kernels and those of composite ops."""

from __future__ import annotations

from ops.testing.records import (
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
from ops_common.testing import RECORDS as KERNEL_RECORDS
from ops_common.testing.catalogue import Catalogue

RECORDS = Catalogue(
    KERNEL_RECORDS,
    contraction.RECORDS,
    creation.RECORDS,
    elementwise.RECORDS,
    image.RECORDS,
    indexing.RECORDS,
    linalg.RECORDS,
    manipulation.RECORDS,
    nn.RECORDS,
    nn_pointwise.RECORDS,
    reduction.RECORDS,
    segment.RECORDS,
    signal.RECORDS,
    sorting.RECORDS,
    statistics.RECORDS,
)
