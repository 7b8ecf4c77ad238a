"""The PyTorch engine: control flow, transforms, Variables and torch's own training loop with tensors on a mesh."""

from __future__ import annotations

import launch


def test_programs_in_a_scope() -> None:
    for errors in launch.run("torch", "torch_programs:checks"):
        assert not errors, "\n".join(errors.values())


def test_a_process_alone() -> None:
    assert launch.run("torch", "torch_programs:alone", devices=1) == [{}]


def test_communication_of_a_step() -> None:
    # In each of the two blocks, both passes sum the results of attention and of the dense layers over the model axis.
    # The gradients, of which a process holds 51,456 bytes, and the loss are summed over the data axis.
    activations = 8 * (4 * 16 * 32 * 4)
    for traffic in launch.run("torch", "torch_programs:traffic", {"kind": "model", "shape": (2, 2)}):
        assert traffic == {"all-reduce": [8 + 17 + 1, activations + 51456 + 4]}
    # Each weight is gathered once, and its gradient is scattered.
    for traffic in launch.run("torch", "torch_programs:traffic", {"kind": "sharded", "shape": (4, 1)}):
        assert traffic == {"all-gather": [17, 84480], "reduce-scatter": [17, 84480 // 4], "all-reduce": [1, 4]}
