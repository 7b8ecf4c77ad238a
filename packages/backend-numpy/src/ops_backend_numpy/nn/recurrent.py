"""NumPy, family nn.recurrent."""

from ops_common.host.recurrent import gru, lstm

__all__ = ["gru", "lstm"]
