"""Kernels for NumPy arrays, shared by the backends whose tensors are in host memory: numpy and openvino."""
