"""NumPy, family nn.recurrent."""

from ops_common.recurrent import gru, lstm

__all__ = ["gru", "lstm"]
