"""Every record in a traced function with unknown sizes: the values are those of the eager call.

A *cell* is a sample and the axes whose sizes are unknown: one axis of one array, or all axes. The function is traced
once for the cell, by `tf.function` with an input signature or as an exported OpenVINO model, and called with the
sample.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import ops
from ops.testing import RECORDS, assert_same_result, public_function
from ops_common.runtime import registry
from ops_common.testing import BACKENDS, Record, Sample
from ops_common.testing.record import Maker

Shapes = list[tuple[int | None, ...]]

# An error says that a size must be known, in these ops, for this reason; on the backends named, or on all of them.
MUST_BE_KNOWN: dict[str, tuple[str, Sequence[str]]] = {
    "nn.gru": ("unrolling needs the number of steps, OpenVINO's cells the number of units", BACKENDS),
    "nn.lstm": ("unrolling needs the number of steps, OpenVINO's cells the number of units", BACKENDS),
    "unstack": ("the number of results is the size of an axis", BACKENDS),
    "nn.conv_transpose": ("the size of the result depends on the kernel's", BACKENDS),
    "cross": ("the rank of the result depends on the size, and OpenVINO's plug-in must know it", ["openvino"]),
    "squeeze": ("the rank of the result depends on the sizes, and OpenVINO's plug-in must know it", ["openvino"]),
    "nn.conv": ("OpenVINO's plug-in must know the sizes of a kernel", ["openvino"]),
    "nn.depthwise_conv": ("OpenVINO's plug-in must know the sizes of a kernel", ["openvino"]),
    "nn.separable_conv": ("OpenVINO's plug-in must know the sizes of a kernel", ["openvino"]),
}

# Cells of matrices whose sizes alone distinguish them from vectors: the call fails.
MATRICES = {("solve", 2, "all"), ("solve_triangular", 2, "all")}

# Cells in which TensorFlow's own result has the shape of the operand, on some CPUs: the batch is empty.
EMPTY = {("nn.depthwise_conv", 6, "0.0"), ("nn.depthwise_conv", 6, "all")}


def cells(arrays: Sequence[Any]) -> Iterator[tuple[str, Shapes]]:
    """Yields the cells of a sample: names, and the shapes with None for the unknown sizes."""
    places = [(i, axis) for i, x in enumerate(arrays) for axis in range(x.ndim)]
    for place in places:
        yield (
            f"{place[0]}.{place[1]}",
            [tuple(None if (i, a) == place else n for a, n in enumerate(x.shape)) for i, x in enumerate(arrays)],
        )
    if len(places) > 1:
        yield "all", [(None,) * x.ndim for x in arrays]


def in_tensorflow(function: Callable[..., Any], arrays: Sequence[Any], unknown: Shapes, _: Path) -> Any:
    tf = importlib.import_module("tensorflow")
    specs = [tf.TensorSpec(shape, tf.as_dtype(x.dtype)) for shape, x in zip(unknown, arrays, strict=True)]
    return tf.function(function, input_signature=specs, autograph=False)(*map(tf.constant, arrays))


def in_openvino(function: Callable[..., Any], arrays: Sequence[Any], unknown: Shapes, folder: Path) -> Any:
    optree, openvino = importlib.import_module("optree"), importlib.import_module("openvino")
    specs = [ops.SymbolicTensor(shape, str(x.dtype)) for shape, x in zip(unknown, arrays, strict=True)]
    structure: list[Any] = []

    def flat(*tensors: Any) -> list[Any]:
        leaves, spec = optree.tree_flatten(function(*tensors))
        structure.append(spec)
        return leaves

    ops.export(flat, *specs, path=folder / "model.xml", format="openvino")
    compiled = openvino.Core().compile_model(folder / "model.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    results = compiled(list(arrays))
    return optree.tree_unflatten(
        structure[-1], [ops.convert_to_tensor(results[i]) for i in range(len(compiled.outputs))]
    )


RUNNERS = {"tensorflow": in_tensorflow, "openvino": in_openvino}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.path)
def test_traced_unknown_sizes(record: Record, backend: str, tmp_path: Path) -> None:
    if backend not in RUNNERS:
        return  # JAX and PyTorch have symbolic sizes; NumPy does not trace
    if backend == "openvino" and record.path == "bincount":
        return  # a traced bincount has minlength for its length
    run, native = RUNNERS[backend], registry.load(backend).native_dtypes
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    if not all(name in native for name in record.dtypes(dtype)):
        return
    function = public_function(record.path)
    wrong: list[str] = []
    for number, sample in enumerate(record.samples(Maker(dtype))[: 3 if backend == "openvino" else 8]):
        arrays, put = sample.arrays()
        if not arrays or (backend == "openvino" and any(0 in x.shape for x in arrays)):
            continue  # nothing is traced, or OpenVINO has no tensors without elements

        def call(*tensors: Any, put: Any = put) -> Any:
            args, kwargs = put(tensors)
            return function(*args, **kwargs)

        expected = call(*map(ops.convert_to_tensor, arrays))
        args, kwargs = put(arrays)
        try:
            run(call, arrays, [x.shape for x in arrays], tmp_path)
        except ops.UnsupportedError:
            continue  # not in a traced function at all
        for name, unknown in cells(arrays):
            cell = record.path, number, name
            if cell in EMPTY:
                continue
            if cell in MATRICES:
                with pytest.raises(Exception, match="are vectors" if backend == "tensorflow" else None):
                    run(call, arrays, unknown, tmp_path)
                continue
            try:
                result = run(call, arrays, unknown, tmp_path)
                assert_same_result(result, expected, record, Sample(tuple(args), kwargs), rounding=50)
            except (ops.ShapeError, ops.UnsupportedError) as error:
                _, backends = MUST_BE_KNOWN.get(record.path, ("", ()))
                if backend not in backends or "must be known" not in str(error):
                    wrong.append(f"{number}, {name}: {error}")
            except Exception as error:
                wrong.append(f"{number}, {name}: {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)
