"""What a release must do where only it, a backend and their requirements are installed; `python release` runs it."""

import sys

import ops

assert ops.__version__ == sys.argv[1], ops.__version__
name = ops.backend()
x = ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
assert ops.convert_to_numpy(ops.matmul(x, x)).tolist() == [[7.0, 10.0], [15.0, 22.0]]
gradient = ops.jit(ops.grad(lambda x: ops.sum(ops.nn.relu(x) * x)))(x)
assert ops.convert_to_numpy(gradient).tolist() == [[2.0, 4.0], [6.0, 8.0]]
print(f"    ops {ops.__version__} computes, compiles and differentiates on {name}")
