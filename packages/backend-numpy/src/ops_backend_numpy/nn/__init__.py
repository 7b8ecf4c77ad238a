"""The neural-network families on NumPy."""
