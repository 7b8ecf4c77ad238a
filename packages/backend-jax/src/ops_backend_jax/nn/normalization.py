"""JAX, family nn.normalization: no kernels; the composites of `ops` are compiled."""
