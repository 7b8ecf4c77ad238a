"""Exported files run in the format's own runtime and match the function."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

WRITERS = {
    "openvino": ("openvino", ".xml"),
    "onnx": ("torch", ".onnx"),
    "saved_model": ("tensorflow", ""),
    "torch": ("torch", ".pt2"),
    "stablehlo": ("jax", ".stablehlo"),
}
FORMATS = [form for form, (name, _) in WRITERS.items() if name in BACKENDS]
QUICK = [form for form in FORMATS if form != "onnx"]  # whose exporter takes seconds; sweeps/test_export.py covers it
RNG = np.random.default_rng(0)


def serve(form: str, path: Path, **inputs: Any) -> list[Any]:
    """Returns the outputs of the format's own runtime, which does not use ops."""
    if form == "openvino":
        import openvino

        compiled: Any = openvino.Core().compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        outputs = compiled(inputs)
        return [outputs[i] for i in range(len(compiled.outputs))]
    if form == "onnx":
        import onnxruntime

        return onnxruntime.InferenceSession(str(path)).run(None, inputs)
    if form == "saved_model":
        import tensorflow

        served = tensorflow.saved_model.load(str(path)).signatures["serving_default"]
        outputs = served(**{name: tensorflow.constant(value) for name, value in inputs.items()})
        return [outputs[name].numpy() for name in outputs]
    if form == "torch":
        import torch

        module = torch.export.load(str(path)).module()
        return [x.numpy(force=True) for x in module(*map(torch.tensor, inputs.values()))]
    import jax.export

    return [np.asarray(x) for x in jax.export.deserialize(bytearray(path.read_bytes())).call(*inputs.values())]


def dense(*shape: int) -> Any:
    return (RNG.normal(size=shape) / np.sqrt(shape[0])).astype(np.float32)


def block(weights: Any, x: Any) -> Any:
    """A transformer block of four heads: attention and two dense layers, with normalization and residuals."""
    y = ops.nn.layer_normalization(x)
    query, key, value = (ops.reshape(ops.matmul(y, weights[name]), (-1, 6, 4, 8)) for name in "qkv")
    y = ops.reshape(ops.nn.dot_product_attention(query, key, value, is_causal=True), (-1, 6, 32))
    x = x + ops.matmul(y, weights["out"])
    return x + ops.matmul(ops.nn.gelu(ops.matmul(ops.nn.layer_normalization(x), weights["up"])), weights["down"])


WEIGHTS = {**{name: dense(32, 32) for name in ("q", "k", "v", "out")}, "up": dense(32, 64), "down": dense(64, 32)}


FILTERS, EACH, MIX, BIAS = dense(3, 3, 2, 4), dense(2, 2, 4, 1), dense(4, 3), dense(4)


def convolved(x: Any) -> Any:
    x = ops.conv(x, FILTERS, padding="same", bias=BIAS)
    return ops.nn.dense(ops.depthwise_conv(x, EACH, bias=BIAS), MIX, BIAS[:3])


@pytest.mark.parametrize("form", QUICK)
def test_biases(form: str, tmp_path: Path) -> None:
    path = ops.export(convolved, ops.SymbolicTensor((None, 5, 6, 2)), path=tmp_path / f"convolved{WRITERS[form][1]}")
    with ops.use_backend(WRITERS[form][0]):
        x = RNG.normal(size=(3, 5, 6, 2)).astype(np.float32)
        (result,) = serve(form, path, x=x)
        np.testing.assert_allclose(result, ops.convert_to_numpy(convolved(x)), 1e-5, 1e-5)


@pytest.mark.parametrize("form", FORMATS)
def test_a_transformer_with_any_batch_size(form: str, tmp_path: Path) -> None:
    path = ops.export(block, WEIGHTS, ops.SymbolicTensor((None, 6, 32)), path=tmp_path / f"block{WRITERS[form][1]}")
    with ops.use_backend(WRITERS[form][0]):
        for batch in (1, 2, 5):
            x = RNG.normal(size=(batch, 6, 32)).astype(np.float32)
            (result,) = serve(form, path, x=x)
            np.testing.assert_allclose(
                result, ops.convert_to_numpy(block(WEIGHTS, ops.convert_to_tensor(x))), rtol=1e-4, atol=1e-5
            )


@pytest.mark.parametrize("form", FORMATS)
def test_nests_variables_and_names(form: str, tmp_path: Path) -> None:
    """Nested inputs and outputs, inputs that share a batch size, and weights in Variables and tensors."""
    with ops.use_backend(WRITERS[form][0]):
        scale = ops.Variable(np.array([1.0, 2.0, 3.0], np.float32))
        shift = ops.convert_to_tensor([10.0, 20.0, 30.0])

    def function(inputs: dict[str, Any], shift: Any, factor: int) -> dict[str, Any]:
        y = inputs["a"] * scale + ops.cast(inputs["b"], "float32") * factor
        return {"y": y + shift, "top": [ops.argmax(y, axis=-1)]}

    specs = {"a": ops.SymbolicTensor((None, 3)), "b": ops.SymbolicTensor((None, 3), "int32", name="count")}
    path = ops.export(function, specs, shift, 2, path=tmp_path / "nested" / "it", format=form)
    for batch in (2, 4):
        a = RNG.normal(size=(batch, 3)).astype(np.float32)
        b = RNG.integers(0, 5, (batch, 3)).astype(np.int32)
        outputs = serve(form, path, inputs_a=a, count=b)
        y = a * np.array([1, 2, 3], np.float32) + 2 * b
        values, places = sorted(outputs, key=np.ndim, reverse=True)
        np.testing.assert_allclose(values, y + np.array([10, 20, 30]), rtol=1e-5)
        np.testing.assert_array_equal(places, y.argmax(-1))


@pytest.mark.parametrize("form", FORMATS)
def test_an_output_with_the_name_of_an_input(form: str, tmp_path: Path) -> None:
    spec = ops.SymbolicTensor((2,), "float32")
    path = ops.export(lambda x: {"x": ops.negative(x), "y": x}, spec, path=tmp_path / "same", format=form)
    outputs = serve(form, path, x=np.array([1.0, -2.0], np.float32))
    assert sorted(x.tolist() for x in outputs) == [[-1.0, 2.0], [1.0, -2.0]]


@pytest.mark.parametrize("form", FORMATS)
def test_loops_and_branches(form: str, tmp_path: Path) -> None:
    def function(x: Any) -> Any:
        total, _ = ops.scan(lambda carry, row: (carry * 0.5 + row, carry), ops.zeros((3,)), x)
        return ops.cond(ops.sum(total) > 0, lambda: total, lambda: -total)

    path = ops.export(function, ops.SymbolicTensor((12, 3)), path=tmp_path / f"loop{WRITERS[form][1]}")
    x = RNG.normal(size=(12, 3)).astype(np.float32)
    total = np.zeros(3)
    for row in x:
        total = total * 0.5 + row
    for sign in (1, -1):
        (result,) = serve(form, path, x=sign * x)
        np.testing.assert_allclose(result, total if total.sum() > 0 else -total, rtol=1e-4)


@pytest.mark.parametrize("form", [form for form in FORMATS if form == "openvino"])
def test_compressed_weights(form: str, tmp_path: Path) -> None:
    weights, x = dense(256, 256), RNG.normal(size=(4, 256)).astype(np.float32)
    sizes = []
    for compress, error in ((None, 1e-5), ("float16", 1e-2), ("int8", 5e-2)):
        path = ops.export(
            lambda w, x: ops.matmul(x, w), weights, ops.SymbolicTensor((None, 256)), path=tmp_path / f"{compress}.xml",
            compress=compress,
        )  # fmt: skip
        (result,) = serve(form, path, x=x)
        np.testing.assert_allclose(result, x @ weights, atol=error)
        sizes.append(path.with_suffix(".bin").stat().st_size)
    assert sizes[0] > 1.9 * sizes[1] > 3.5 * sizes[2]


def test_export_errors(tmp_path: Path) -> None:
    spec = ops.SymbolicTensor((None, 3))
    with pytest.raises(ops.ArgumentError, match=r"the end of 'x.txt' denotes no format; known are .xml \(openvino\)"):
        ops.export(ops.sin, spec, path=tmp_path / "x.txt")
    with pytest.raises(ops.ArgumentError, match="format must be one of openvino, onnx"):
        ops.export(ops.sin, spec, path=tmp_path / "x", format="tflite")
    with pytest.raises(ops.ArgumentError, match="compress must be"):
        ops.export(ops.sin, spec, path=tmp_path / "x", compress="int8")
    with pytest.raises(ops.ArgumentError, match="has no input"):
        ops.export(ops.sin, np.ones(3), path=tmp_path / "x.xml")
    with pytest.raises(ops.ArgumentTypeError, match="expected a function"):
        ops.export(3, spec, path=tmp_path / "x.xml")  # type: ignore[arg-type]  # that is the test
    with pytest.raises(ops.ArgumentError, match="two inputs are named 'x'"):
        ops.export(ops.add, *[ops.SymbolicTensor((3,), name="x")] * 2, path=tmp_path / "x.xml")
    for form, (name, ending) in WRITERS.items():
        if name not in BACKENDS:
            with pytest.raises(ops.BackendError, match=f"the format {form} is written by the backend {name}"):
                ops.export(ops.sin, spec, path=tmp_path / f"x{ending}")


def contents(folder: Path) -> dict[str, bytes | None]:
    """Returns all files and folders in the folder."""
    return {str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def full_disk() -> Iterator[Callable[[], Any]]:
    """Makes writing of any file larger than a few bytes an error, as on a full disk."""
    if sys.platform == "win32":
        raise NotImplementedError
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    signal.signal(signal.SIGXFSZ, handler)


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_changes_nothing(form: str, tmp_path: Path, full_disk: Callable[[], Any]) -> None:
    """An old export is unchanged, and a new one leaves no files and no folders."""
    spec, weights = ops.SymbolicTensor((None, 40)), dense(40, 40)
    path = ops.export(lambda x: x * 2.0, spec, path=tmp_path / "a" / "net", format=form)
    before = contents(tmp_path)
    full_disk()
    others = (path, path.with_name(f"other{path.suffix}"), tmp_path / "b" / "c" / path.name)
    for other in others if form in QUICK else others[:1]:
        with pytest.raises(OSError, match=re.escape(f"{other} cannot be written; existing files are unchanged")):
            ops.export(lambda x: ops.matmul(x, weights), spec, path=other, format=form)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("form", QUICK)
def test_a_failing_move_changes_nothing(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = ops.SymbolicTensor((None, 3))
    path = ops.export(lambda x: x * 2.0, spec, path=tmp_path / "net", format=form)
    before = contents(tmp_path)
    # Either all files of an export are replaced or none: the last move fails, and the moves before it are undone.
    monkeypatch.setattr(os, "replace", failing)
    for _ in range(2):
        with pytest.raises(OSError, match="cannot be written; existing files are unchanged: Input/output error"):
            ops.export(lambda x: x * 3.0, spec, path=path, format=form)
        assert contents(tmp_path) == before
        monkeypatch.setattr(os, "fsync", failing)  # where some file systems report that they are full
    monkeypatch.undo()
    ops.export(lambda x: x * 3.0, spec, path=path, format=form)
    assert serve(form, path, x=np.ones((1, 3), np.float32))[0].tolist() == [[3.0] * 3]
    assert contents(tmp_path).keys() == before.keys()


def failing(*_: Any) -> None:
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("form", QUICK)
def test_a_failing_function_changes_nothing(form: str, tmp_path: Path) -> None:
    def function(x: Any) -> Any:
        raise OSError("no such weights")

    with pytest.raises(OSError, match="no such weights") as caught:
        ops.export(function, ops.SymbolicTensor((None, 3)), path=tmp_path / "new" / "net", format=form)
    assert "cannot be written" not in str(caught.value)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("form", QUICK)
def test_other_files_and_links_are_unchanged(form: str, tmp_path: Path) -> None:
    spec, ending = ops.SymbolicTensor((None, 3)), WRITERS[form][1]
    path = ops.export(lambda x: x * 2.0, spec, path=tmp_path / "real" / f"net{ending}")
    (tmp_path / f"link{ending}").symlink_to(path)
    notes = (path if path.is_dir() else path.parent) / "notes"
    notes.write_text("mine")
    if path.is_file():
        path.chmod(0o640)
    ops.export(lambda x: x * 3.0, spec, path=tmp_path / f"link{ending}")
    assert (tmp_path / f"link{ending}").is_symlink()
    assert notes.read_text() == "mine"
    if path.is_file():
        assert path.stat().st_mode & 0o777 == 0o640
    assert serve(form, path, x=np.ones((1, 3), np.float32))[0].tolist() == [[3.0] * 3]


@pytest.mark.parametrize("form", FORMATS)
def test_a_path_of_another_kind_is_an_error(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"net{WRITERS[form][1]}"
    if form == "saved_model":
        path.write_text("a file")
    else:
        path.mkdir()
    with pytest.raises(ops.ArgumentError, match="give another path"):
        ops.export(ops.sin, ops.SymbolicTensor((None, 3)), path=path)


@pytest.mark.skipif(
    len(BACKENDS) < 2 or "openvino" not in BACKENDS,
    reason="needs OpenVINO and another backend, whose tensors are foreign to it",
)
def test_tensors_of_other_frameworks_must_be_arguments(tmp_path: Path) -> None:
    name = next(name for name in BACKENDS if name != "openvino")
    with ops.use_backend(name):
        weights = ops.convert_to_tensor([[1.0], [2.0]])
        spec = ops.SymbolicTensor((None, 2))
        path = ops.export(lambda w, x: ops.matmul(x, w), weights, spec, path=tmp_path / "a.xml")
        np.testing.assert_array_equal(serve("openvino", path, x=np.ones((1, 2), np.float32))[0], [[3.0]])
        if name != "numpy":  # whose arrays every backend accepts
            with pytest.raises(ops.ForeignTensorError, match="pass tensors of other frameworks to"):
                ops.export(lambda x: ops.matmul(x, weights), spec, path=tmp_path / "b.xml")
