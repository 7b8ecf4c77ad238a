"""The neural-network families on TensorFlow."""
