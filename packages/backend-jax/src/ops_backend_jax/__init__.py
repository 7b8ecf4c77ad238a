"""The JAX backend of `ops`. Importing this package does not import the framework; its families do."""

__version__ = "0.2.0"

# The contract (ops_common.contract) that this package is written for.
CONTRACT_VERSION = (1, 0)
