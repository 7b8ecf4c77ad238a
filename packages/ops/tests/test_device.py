"""Devices on every backend. Without an accelerator, the tests that need one are skipped with a message."""

from __future__ import annotations

import asyncio
import importlib
import operator
import threading
from typing import Any

import numpy as np
import optree
import pytest

import ops
from ops.testing import RECORDS
from ops_common.testing import BACKENDS, Record
from ops_common.testing.record import Maker


def device_kind(x: Any) -> str:
    """Returns the kind of the tensor's device, as the framework reports it."""
    if ops.backend() == "torch":
        return "cpu" if x.device.type == "cpu" else "gpu"
    if ops.backend() == "jax":
        return "cpu" if {device.platform for device in x.devices()} == {"cpu"} else "gpu"
    if ops.backend() == "tensorflow":
        return "gpu" if "GPU" in x.device else "cpu"
    return "cpu"


def accelerator() -> str:
    names = [name for name in ops.devices() if name.startswith("gpu")]
    if not names:
        pytest.skip("no accelerator: placement on one is not tested")
    return names[-1]


def new_tensors() -> dict[str, Any]:
    """Returns tensors from every function that creates them."""
    return {
        "convert_to_tensor": ops.convert_to_tensor(np.arange(3.0, dtype="float32")),
        "a large array": ops.convert_to_tensor(np.ones((300, 300), "float32")),
        "a number": ops.convert_to_tensor(1.0),
        "a list": ops.convert_to_tensor([1, 2]),
        "zeros": ops.zeros((2, 3)),
        "full": ops.full((2,), 3),
        "eye": ops.eye(3),
        "arange": ops.arange(5),
        "linspace": ops.linspace(0, 1, 5),
        "normal": ops.random.normal((3,)),
        "randint": ops.random.randint((3,), 0, 9),
        "gamma": ops.random.gamma((3,), 2.0),
        "shuffle": ops.random.shuffle([1, 2, 3]),
        "an op": ops.add([1.0, 2.0], 3.0),
        "a composite": ops.softmax([1.0, 2.0]),
        "Variable": ops.Variable([1.0, 2.0]).value,
        "jit": ops.jit(lambda: ops.add(ops.ones((3,)), ops.arange(3)))(),
        "jit of an array": ops.jit(lambda x: x * 2)(ops.ones((3,))),
    }


def test_devices_are_listed(backend: str) -> None:
    assert "cpu:0" in ops.devices()
    assert len(set(ops.devices())) == len(ops.devices())


def test_tensors_are_on_the_processor(backend: str) -> None:
    outside = {name: device_kind(x) for name, x in new_tensors().items()}
    for name in ("cpu", "CPU:0"):
        with ops.device(name):
            assert ops.backend() == backend
            assert {name: device_kind(x) for name, x in new_tensors().items()} == dict.fromkeys(outside, "cpu")
    assert {name: device_kind(x) for name, x in new_tensors().items()} == outside


def test_tensors_are_on_the_accelerator(backend: str) -> None:
    name = accelerator()
    with ops.device(name):
        tensors = new_tensors()
        assert {name: device_kind(x) for name, x in tensors.items()} == dict.fromkeys(tensors, "gpu")
        with ops.device("cpu"):
            host = ops.ones((3,))
            assert device_kind(host) == device_kind(host * 2) == "cpu"
        assert device_kind(ops.ones((2,))) == "gpu"
    # Tensors stay on their device, and computations run there.
    y = ops.matmul(tensors["eye"], tensors["eye"]) + 1
    assert device_kind(y) == "gpu"
    np.testing.assert_array_equal(ops.convert_to_numpy(y), np.eye(3) + 1)


def test_one_jitted_function_on_two_devices(backend: str) -> None:
    name = accelerator()
    function = ops.jit(lambda: ops.ones((3,)) * 2)
    for device in ("cpu", name, "cpu"):
        with ops.device(device):
            assert device_kind(function()) == device.partition(":")[0]


def test_unavailable_devices_are_an_error(backend: str) -> None:
    with pytest.raises(ops.DeviceError, match="has no device 'gpu:77' here; it has cpu:0") as caught:
        with ops.device("gpu:77"):
            pass
    # Without any GPU, the message says how to find out why.
    hinted = any(text in str(caught.value) for text in ("type `nvidia-smi`", "select another backend"))
    assert hinted == (backend != "openvino" and "gpu:0" not in ops.devices())
    with pytest.raises(ops.DeviceError, match="no device 'gpu:77'"):
        with ops.device("cuda:77"):
            pass
    for wrong in ("", "cpu:x", 3, None):
        with pytest.raises(ops.ArgumentError, match="a device name must be"):
            with ops.device(wrong):  # type: ignore[arg-type]  # what a user might try
                pass
    assert ops.shape(ops.ones((2,))) == (2,)


def test_a_device_scope_applies_to_backends_selected_inside() -> None:
    before = ops.backend()
    with ops.device("cpu"):
        for name in BACKENDS:
            with ops.use_backend(name):
                assert ops.backend() == name
                assert device_kind(ops.ones((2,))) == "cpu"
        assert ops.backend() == before
        with pytest.raises(KeyError):
            with ops.device("cpu:0"):
                raise KeyError
    assert ops.backend() == before


def test_bound_functions_and_gradients_on_a_device(backend: str) -> None:
    with ops.device("cpu"):
        outside = device_kind(ops.namespace(backend).ones((2,)))  # bound before the scope
        assert outside in ("cpu", "gpu")
        derivative = ops.jit(ops.grad(lambda x: ops.sum(x * x * ops.ones((3,)))))
        gradient = derivative(ops.convert_to_tensor([1.0, 2.0, 3.0]))
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), [2.0, 4.0, 6.0])


def test_tasks_and_threads_keep_their_own_device(backend: str) -> None:
    names = [name for name in ops.devices() if name.startswith(("cpu:0", "gpu:0"))]
    wrong: list[str] = []

    async def work(name: str) -> None:
        for _ in range(10):
            with ops.device(name):
                await asyncio.sleep(0)
                if device_kind(ops.ones((2,))) != name.partition(":")[0]:
                    wrong.append(name)

    async def all_tasks() -> None:
        await asyncio.gather(*(work(names[i % len(names)]) for i in range(6)))

    def run_tasks() -> None:
        with ops.use_backend(backend):
            asyncio.run(all_tasks())

    threads = [threading.Thread(target=run_tasks) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


TORCH = [name for name in BACKENDS if name == "torch"]  # whose fake tensors stand for an accelerator's


@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
@pytest.mark.parametrize("name", TORCH)
def test_results_are_on_the_device_of_the_operands(name: str, record: Record) -> None:
    """Uses torch's fake tensors, which have a device but no values, so that no accelerator is needed."""
    torch: Any = importlib.import_module("torch")
    fake: Any = importlib.import_module("torch._subclasses.fake_tensor")
    with_values = (fake.DataDependentOutputException, fake.DynamicOutputShapeException)
    function = operator.attrgetter(record.path)(ops)

    def elsewhere(x: Any) -> Any:
        if isinstance(x, (list, tuple)) and any(isinstance(item, np.ndarray) for item in x):
            return type(x)(elsewhere(item) for item in x)
        if not isinstance(x, np.ndarray):
            return x
        return torch.empty(x.shape, dtype=getattr(torch, str(x.dtype)), device=_ELSEWHERE)

    dtype = "float32" if "float32" in record.takes else record.takes[0]
    with ops.use_backend(name):
        for sample in record.samples(Maker(dtype)):
            with fake.FakeTensorMode():
                args = [elsewhere(x) for x in sample.args]
                kwargs = {name: elsewhere(x) for name, x in sample.kwargs.items()}
                if not any(isinstance(x, torch.Tensor) for x in optree.tree_leaves((args, kwargs))):
                    continue
                try:
                    result = function(*args, **kwargs)
                except ops.OpsError as error:
                    causes = _causes(error)
                    if any(isinstance(cause, with_values) for cause in causes) or record.path == "bincount":
                        continue  # it reads values, which fake tensors do not have
                    raise
                for leaf in optree.tree_leaves(result):
                    assert not isinstance(leaf, torch.Tensor) or str(leaf.device) == _ELSEWHERE


@pytest.mark.parametrize("name", TORCH)
def test_arrays_are_moved_to_the_device_of_a_tensor(name: str) -> None:
    torch: Any = importlib.import_module("torch")
    fake: Any = importlib.import_module("torch._subclasses.fake_tensor")
    with ops.use_backend(name), fake.FakeTensorMode():
        x = torch.empty(3, device=_ELSEWHERE)
        array = np.ones(3, np.float32)
        for result in (
            ops.add(x, array),
            ops.add(array, x),
            ops.add(x, 1),
            ops.add(x, [1.0, 2.0, 3.0]),
            ops.where(np.array([True, False, True]), x, 0.0),
            ops.stack([x, array, [1, 2, 3]]),
            ops.convert_to_tensor([x, array]),
        ):
            assert str(result.device) == _ELSEWHERE


_ELSEWHERE = "lazy:0"  # a device of torch that needs no driver


def _causes(error: BaseException | None) -> list[BaseException]:
    return [] if error is None else [error, *_causes(error.__cause__ or error.__context__)]
