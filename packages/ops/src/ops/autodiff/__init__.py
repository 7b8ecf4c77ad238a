"""Reverse-mode differentiation for backends whose framework has none: NumPy and OpenVINO.

A tensor to differentiate with respect to becomes a `TapeTensor`. A kernel that gets one computes with the value that it
holds and adds a node to the tape. The backward pass visits the nodes in reverse order and applies their vjp rules. The
rules call public ops, so an outer transform can record them in turn, and every order of derivative works. (After
Griewank and Walther, Evaluating Derivatives, 2008, chapter 3.)

From the bottom up; a module imports only modules above it in this list:

- `provider`: which form of a backend computes gradients. All that the rest of `ops` imports at load time.
- `functions`: the ops that the rules call.
- `rules`: what a vjp rule is, and helpers that rules share.
- `tape`: nodes, tensors and the backward pass.
- one module per family (`elementwise`, `reduction`, ..., `nn`): the rules of its kernels, exported as `RULES`.
- `catalogue`: the rules of all families.
- `transforms` and `control_flow`: the kernels `jvp`, `jacobian`, `checkpoint`, `cond`, ... of a recording backend.
- `recording`: derives the recording form of a backend. `ops._frontend` imports it on the first gradient.
"""
