"""PyTorch, family transform: torch.compile, autograd, torch.func and torch.export."""

# ruff: noqa: F403  # the modules list their kernels in `__all__`
from ops_backend_torch.transform.checkpointing import *
from ops_backend_torch.transform.compilation import *
from ops_backend_torch.transform.differentiation import *
from ops_backend_torch.transform.exporting import *
from ops_backend_torch.transform.mapping import *
from ops_backend_torch.transform.nesting import *
from ops_backend_torch.transform.tracing import *
