"""The neural-network families on JAX."""
