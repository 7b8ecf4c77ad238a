"""PyTorch, family eager: short forms of frequent calls, of plain tensors of usual dtypes. They return NotImplemented
for other calls, which `ops` then composes."""

# ruff: noqa: F403  # the modules list their kernels in `__all__`
from ops_backend_torch.eager.creation import *
from ops_backend_torch.eager.elementwise import *
from ops_backend_torch.eager.image import *
from ops_backend_torch.eager.indexing import *
from ops_backend_torch.eager.linalg import *
from ops_backend_torch.eager.nn import *
from ops_backend_torch.eager.reduction import *
from ops_backend_torch.eager.sampling import *
from ops_backend_torch.eager.signal import *
from ops_backend_torch.eager.sorting import *
