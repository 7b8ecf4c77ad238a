"""The neural-network families on PyTorch."""
