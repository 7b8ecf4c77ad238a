"""The contract's neural-network families."""
