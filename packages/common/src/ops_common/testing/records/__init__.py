"""The records of the contract's kernels: a module for each family, with a list `RECORDS`."""
