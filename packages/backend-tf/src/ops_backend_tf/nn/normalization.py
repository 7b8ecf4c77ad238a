"""TensorFlow, family nn.normalization: no kernels; `ops` composes them, since no fused kernel supports arbitrary
axes."""
