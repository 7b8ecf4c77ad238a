"""Family image, and the module `ops.image`: colours, patches, filters, resizing and geometric transforms.

Images are tensors of shape (height, width, channels) or (batch, height, width, channels); with data format
"channels_first" the channels come before the height. Functions whose output pixels are weighted sums of input pixels
compute integer images in float32, round to the nearest integer (ties to even) and clip to the range of the input dtype,
which the output keeps. Bools are treated as int32.
"""

from ops.image import (
    colours,
    cropping_and_padding,
    filters,
    geometric_transforms,
    patches,
    resizing,
    sampling,
    similarity,
)
from ops.image.colours import *
from ops.image.cropping_and_padding import *
from ops.image.filters import *
from ops.image.geometric_transforms import *
from ops.image.patches import *
from ops.image.resizing import *
from ops.image.sampling import *
from ops.image.similarity import *

__all__: list[str] = []
__all__ += colours.__all__
__all__ += cropping_and_padding.__all__
__all__ += filters.__all__
__all__ += geometric_transforms.__all__
__all__ += patches.__all__
__all__ += resizing.__all__
__all__ += sampling.__all__
__all__ += similarity.__all__


def __dir__() -> list[str]:
    return sorted(__all__)
