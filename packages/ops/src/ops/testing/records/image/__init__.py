"""Records of the composite ops of family image. References are loops over pixels, written from the definitions."""

from ops.testing.records.image import (
    colours,
    cropping_and_padding,
    filters,
    geometric_transforms,
    patches,
    resizing,
    sampling,
    similarity,
)
from ops_common.testing.record import Record

RECORDS: list[Record] = [
    *cropping_and_padding.RECORDS,
    *colours.RECORDS,
    *patches.RECORDS,
    *filters.RECORDS,
    *similarity.RECORDS,
    *resizing.RECORDS,
    *sampling.RECORDS,
    *geometric_transforms.RECORDS,
]
