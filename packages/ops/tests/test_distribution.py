"""ops.distribution: arguments and errors, meshes of one device on every backend, and one run on four devices. The other
tests of it are in the folder distribution, which `tox run -e distribution` runs."""

from __future__ import annotations

import copy
import json
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops import distribution as dist
from ops_common.testing import BACKENDS

FOLDER = Path(__file__).parent / "distribution"
ENGINES = [name for name in ("jax", "torch", "tensorflow") if name in BACKENDS]


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of the folder can be imported."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name in ("launch", "program"):
        sys.modules.pop(name, None)


def one(*names: str) -> dist.DeviceMesh:
    names = names or ("data", "model")
    return dist.DeviceMesh((1,) * len(names), names, dist.list_devices()[:1])


def test_it_is_loaded_when_it_is_used() -> None:
    import subprocess

    code = "import sys, ops; assert 'ops.distribution' not in sys.modules; print(ops.distribution.DeviceMesh.__name__)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "DeviceMesh\n"


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: dist.DeviceMesh((1,), ("a", "b"), ["cpu:0"]), ops.ArgumentError, "a name for each axis"),
        (lambda: dist.DeviceMesh((1, 1), ("a", "a"), ["cpu:0"]), ops.ArgumentError, "different names"),
        (lambda: dist.DeviceMesh((2,), ("a",), ["cpu:0"]), ops.ArgumentError, "needs 2 devices; got 1"),
        (lambda: dist.DeviceMesh((2,), ("a",), ["cpu:0", "cpu:0"]), ops.ArgumentError, "must be different"),
        (lambda: dist.DeviceMesh((0,), ("a",), []), ops.ArgumentError, "positive integers; got 0"),
        (lambda: dist.DeviceMesh((1,), "a", ["cpu:0"]), ops.ArgumentTypeError, "sequence of strings"),
        (lambda: dist.TensorLayout(("c",), one("a")), ops.ArgumentError, "names the axis 'c'; the mesh has a"),
        (lambda: dist.TensorLayout(("a", "a"), one("a")), ops.ArgumentError, "uses the axis 'a' twice"),
        (lambda: dist.TensorLayout("a"), ops.ArgumentTypeError, "sequence of names"),
        (lambda: dist.TensorLayout((1,)), ops.ArgumentTypeError, "a tuple of names, or None; got 1"),
        (lambda: dist.LayoutMap("mesh"), ops.ArgumentTypeError, "must be a DeviceMesh"),  # type: ignore[arg-type]
        (lambda: dist.LayoutMap(one()).update({"(": ()}), ops.ArgumentError, "not a regular expression"),
        (lambda: dist.ModelParallel(one()), ops.ArgumentTypeError, "must be a LayoutMap"),  # type: ignore[arg-type]
        (lambda: dist.ModelParallel(dist.LayoutMap(one()), "c"), ops.ArgumentError, "an axis of the mesh: data, model"),
        (lambda: dist.DataParallel(one(), ["cpu:0"]), ops.ArgumentError, "not both"),
        (lambda: dist.set_distribution("data"), ops.ArgumentTypeError, "a distribution or None"),  # type: ignore[arg-type]
        (lambda: dist.distribute({}), ops.OpsError, "no distribution here"),
        (lambda: dist.distribute_batch(1), ops.OpsError, "no distribution here"),
        (lambda: dist.distribute_tensor(1, ()), ops.OpsError, "no distribution here"),
        (lambda: dist.layout([1]), ops.ArgumentTypeError, "expected a tensor or Variable"),
        (lambda: dist.initialize("localhost"), ops.ArgumentError, "'host:port'"),
        (lambda: dist.initialize("a:1,b:1", 3), ops.ArgumentError, "2 job_addresses for 3 processes"),
        (lambda: dist.initialize("a:1", 2, 2), ops.ArgumentError, "from 0 to 1; got 2"),
        (lambda: dist.initialize("a:1", 0), ops.ArgumentError, "must be positive"),
        (lambda: dist.initialize("a:1", 2.0), ops.ArgumentTypeError, "an integer or None"),  # type: ignore[arg-type]
        (lambda: dist.initialize("a:1", 2, 0, timeout=0), ops.ArgumentError, "positive number of seconds"),
    ],
)
def test_wrong_arguments(make: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message.replace("(", r"\(")):
        make()


def test_layout_map() -> None:
    layouts = dist.LayoutMap(one())
    layouts["dense.*kernel"] = (None, "model")
    layouts["bias"] = dist.TensorLayout(("model",))
    assert layouts["model/dense_1/kernel"] == dist.TensorLayout((None, "model"), one())
    assert layouts["bias"].device_mesh == one()
    assert layouts["embedding"] is None
    assert (len(layouts), list(layouts)) == (2, ["dense.*kernel", "bias"])
    with pytest.raises(ops.ArgumentError, match=r"has the layout .* already"):
        layouts["bias"] = (None,)
    with pytest.raises(ops.ArgumentError, match=r"matches 'dense.\*kernel' .* and 'bias'"):
        layouts["dense/kernel_bias"]
    del layouts["bias"]
    assert layouts["bias"] is None


def test_layouts_of_strategies() -> None:
    mesh = one("data")
    for value in (mesh, dist.TensorLayout(("data", None), mesh)):
        assert copy.deepcopy(value) == value == pickle.loads(pickle.dumps(value))
    sharded = dist.FullySharded(mesh)
    assert sharded.layout_of("kernel", (3, 8, 8)).axes == (None, "data", None)
    assert sharded.layout_of("scale", ()).axes == ()
    assert dist.DataParallel(mesh).layout_of("kernel", (3, 8)).axes == (None, None)
    assert dist.DataParallel(mesh).data_layout((3, 8)).axes == ("data", None)
    assert dist.DataParallel(mesh).data_layout(()).axes == ()


def test_a_mesh_of_one_device(backend: str, tmp_path: Path) -> None:
    layout_map = dist.LayoutMap(one())
    layout_map["kernel"] = (None, "model")
    strategy = dist.ModelParallel(layout_map, batch_dim_name="data")

    def loss(weights: Any, x: Any) -> Any:
        return ops.mean(ops.square(ops.matmul(x, weights["kernel"]) + weights["bias"]))

    kernel, x = np.arange(6, dtype="float32").reshape(3, 2), np.ones((4, 3), "float32")
    with strategy.scope():
        assert dist.distribution() is strategy
        weights = dist.distribute({"kernel": kernel, "bias": np.zeros(2, "float32")})
        batch = dist.distribute_batch(x)
        assert ops.convert_to_numpy(dist.distribute_batch(x, local=True)).tolist() == x.tolist()
        assert dist.layout(weights["kernel"]) == dist.TensorLayout((None, "model"), one())
        ((device, bounds, data, is_first),) = dist.shards(weights["kernel"])
        assert (device, bounds, is_first) == (dist.list_devices()[0], ((0, 3), (0, 2)), True)
        np.testing.assert_array_equal(data, kernel)
        value, gradients = ops.value_and_grad(loss)(weights, batch)
        assert float(ops.convert_to_numpy(value)) == 58.5
        np.testing.assert_allclose(ops.convert_to_numpy(gradients["kernel"]), np.tile([6.0, 9.0], (3, 1)))
        variable = ops.Variable(lambda shape, dtype: ops.random.normal(shape, seed=1), (3, 2), name="kernel")
        drawn = ops.convert_to_numpy(ops.random.normal((3, 2), seed=1))
        np.testing.assert_allclose(variable.numpy(), drawn, rtol=3e-7)
        variable.assign(kernel)
        assert copy.deepcopy(variable).numpy().tolist() == kernel.tolist()
        assert dist.communication(loss, weights, batch) == {}
        dist.save(tmp_path / "weights", {"kernel": variable, "bias": weights["bias"]})
    assert dist.distribution() is None
    loaded = dist.load(tmp_path / "weights", like=weights)
    assert [ops.convert_to_numpy(loaded[name]).tolist() for name in ("kernel", "bias")] == [kernel.tolist(), [0.0, 0.0]]
    assert (dist.process_id(), dist.num_processes()) == (0, 1)


def test_more_devices_than_there_are(backend: str) -> None:
    mesh = dist.DeviceMesh((2,), ("data",), ["cpu:998", "cpu:999"])
    error = ops.DeviceError if backend in ENGINES else ops.UnsupportedError
    with pytest.raises(error, match="no device 'cpu:998'" if backend in ENGINES else "load them here"):
        dist.DataParallel(mesh).scope()


def test_scopes(backend: str) -> None:
    outer, inner = dist.DataParallel(one("a")), dist.DataParallel(one("b"))
    seen: list[Any] = []
    with outer.scope():
        with inner.scope(), ops.random.portable(), ops.use_backend(backend):
            assert dist.distribution() is inner
        assert dist.distribution() is outer
        thread = threading.Thread(target=lambda: seen.append(dist.distribution()))
        thread.start()
        thread.join()
    assert seen == [None]
    with pytest.raises(ZeroDivisionError), outer.scope():
        _ = 1 / 0
    assert dist.distribution() is None


def test_wrong_checkpoints(backend: str, tmp_path: Path) -> None:
    weights = {"kernel": ops.ones((2, 3)), "blocks": [ops.zeros((2,), "int32"), ops.convert_to_tensor(1.5)]}
    path = tmp_path / "checkpoint"
    dist.save(path, weights)
    dist.save(path, weights)
    assert sorted(item.name for item in path.iterdir()) == ["index.json", "shards-2-0.safetensors"]
    assert list(dist.load(path)) == ["blocks/0", "blocks/1", "kernel"]
    with pytest.raises(ops.ArgumentError, match="no weight 'kernels'; it has"):
        dist.load(path, {"kernels": ops.ones((2, 3))})
    with pytest.raises(ops.ShapeError, match=r"'kernel' has shape \(2, 3\) in the checkpoint, and \(3, 2\)"):
        dist.load(path, {"kernel": ops.ones((3, 2))})
    with pytest.raises(ops.DtypeError, match="'kernel' has dtype float32 in the checkpoint, and int32"):
        dist.load(path, {"kernel": ops.ones((2, 3), "int32")})
    with pytest.raises(ops.ArgumentError, match="holds no checkpoint"):
        dist.load(tmp_path)
    with pytest.raises(ops.ArgumentError, match="is not a folder"):
        dist.save(path / "index.json", weights)
    with pytest.raises(ops.ArgumentError, match="two weights have the path 'a/b'"):
        dist.save(path, {"a": {"b": ops.ones(1)}, "a/b": ops.ones(1)})
    index = json.loads((path / "index.json").read_text())
    for change, message in (
        ({"format": "other"}, "does not describe one"),
        ({"version": 99}, "later version"),
        ({"tensors": {"kernel": {"dtype": "float33", "shape": [2, 3], "parts": []}}}, "dtype 'float33'"),
        ({"tensors": {"kernel": {**index["tensors"]["kernel"], "parts": []}}}, "do not make up a tensor"),
        (
            {"tensors": {"kernel": {**index["tensors"]["kernel"], "parts": [["../x", "kernel", [[0, 2], [0, 3]]]]}}},
            "part",
        ),
        ({"tensors": {"kernel": {**index["tensors"]["kernel"], "dtype": "float64"}}}, "cannot be read|dtype"),
    ):
        (path / "index.json").write_text(json.dumps({**index, **change}))
        with pytest.raises((ops.ArgumentError, ops.UnsupportedError), match=message):
            dist.load(path)
    (path / "index.json").write_text("{")
    with pytest.raises(ops.ArgumentError, match="not valid JSON"):
        dist.load(path)


@pytest.mark.parametrize("engine", ENGINES)
def test_training_on_four_devices(engine: str, shared: None) -> None:
    import launch

    arguments = {"kind": "model", "shape": (2, 2), "steps": 2}
    results = launch.run(engine, "program:losses", arguments)
    expected = launch.run(engine, "program:reference", {"steps": 2}, devices=1)[0]
    for result in results:
        assert max(abs(a - b) for a, b in zip(result["losses"], expected, strict=True)) <= 1e-5
        assert (result["bytes"], result["changed"]) == (51456, {})
