"""TensorFlow, family nn.normalization: the bodies of `ops` serve; there is no fused kernel for any axes."""
