"""TensorFlow, family nn.attention. The framework has no kernel of its own: `ops` composes products and a softmax."""
