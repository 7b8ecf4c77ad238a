"""What a function communicates, read from the graphs that TensorFlow runs."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import current_context

# What each operation of TensorFlow is. On CPUs, DTensor gathers by a sum of parts that are padded with zeros.
_KINDS = {
    "CollectiveReduce": "all-reduce",
    "CollectiveGather": "all-gather",
    "CollectiveReduceScatter": "reduce-scatter",
    "CollectiveAllToAll": "all-to-all",
    "CollectiveBcastSend": "broadcast",
    "CollectiveBcastRecv": "broadcast",
}
_lock = threading.Lock()
_is_counting = False


def forget_kernels() -> None:
    """Clears TensorFlow's cache of eager kernels while communication is counted: the graph of an operation is recorded
    when it runs for the first time."""
    if _is_counting:
        current_context().clear_kernel_cache()


def communication(function: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
    global _is_counting
    function(*args)  # traces it
    context = current_context()
    with _lock:
        tf.test.experimental.sync_devices()  # operations run in other threads
        context.enable_run_metadata()
        try:
            context.export_run_metadata()  # earlier records
            _is_counting = True
            forget_kernels()
            function(*args)
            tf.test.experimental.sync_devices()
            metadata = context.export_run_metadata()
        finally:
            _is_counting = False
            context.disable_run_metadata()
    counts: dict[str, tuple[int, int]] = {}
    # A node occurs once in the graph of each device of this process.
    devices: set[str] = set()
    for node in _collectives(metadata):
        kind = _KINDS[node.op.removesuffix("V2").removesuffix("V3")]
        devices.add(node.device)
        count, size = counts.get(kind, (0, 0))
        counts[kind] = (count + 1, size + _size(node))
    number = max(len(devices), 1)
    return {kind: (count // number, size // number) for kind, (count, size) in counts.items()}


def _collectives(metadata: Any) -> Iterator[Any]:
    for graph in metadata.partition_graphs:
        for node in graph.node:
            if node.op.removesuffix("V2").removesuffix("V3") in _KINDS:
                yield node


def _size(node: Any) -> int:
    shapes = node.attr["_output_shapes"].list.shape
    return sum(math.prod(dim.size for dim in shape.dim) for shape in shapes) * tf.as_dtype(node.attr["T"].type).size
