"""NumPy, family nn.attention."""

from ops_common.host.attention import attention

__all__ = ["attention"]
