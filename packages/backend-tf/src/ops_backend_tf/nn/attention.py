"""TensorFlow, family nn.attention. The framework has no fused kernel: `ops` composes products and a softmax."""
