"""NumPy, family nn.attention."""

from ops_common.attention import attention

__all__ = ["attention"]
