"""Devices, on every backend: where tensors lie. Without an accelerator, what needs one says that it did not run."""

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


def lies(x: Any) -> str:
    """The device's kind, as the framework itself says."""
    if ops.backend() == "torch":
        return "cpu" if x.device.type == "cpu" else "gpu"
    if ops.backend() == "jax":
        return "cpu" if {device.platform for device in x.devices()} == {"cpu"} else "gpu"
    if ops.backend() == "tensorflow":
        return "gpu" if "GPU" in x.device else "cpu"
    return "cpu"


def accelerator() -> str:
    found = [name for name in ops.devices() if name.startswith("gpu")]
    if not found:
        pytest.skip("no accelerator here: placement on one did not run")
    return found[-1]


def made() -> dict[str, Any]:
    """Tensors by every way of making one."""
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


def test_everything_lies_on_the_processor(backend: str) -> None:
    outside = {name: lies(x) for name, x in made().items()}
    for name in ("cpu", "CPU:0"):
        with ops.device(name):
            assert ops.backend() == backend
            assert {name: lies(x) for name, x in made().items()} == dict.fromkeys(outside, "cpu")
    assert {name: lies(x) for name, x in made().items()} == outside


def test_everything_lies_on_the_accelerator(backend: str) -> None:
    name = accelerator()
    with ops.device(name):
        found = made()
        assert {name: lies(x) for name, x in found.items()} == dict.fromkeys(found, "gpu")
        with ops.device("cpu"):
            host = ops.ones((3,))
            assert lies(host) == lies(host * 2) == "cpu"
        assert lies(ops.ones((2,))) == "gpu"
    # What has been made there stays there, and is computed there.
    y = ops.matmul(found["eye"], found["eye"]) + 1
    assert lies(y) == "gpu"
    np.testing.assert_array_equal(ops.convert_to_numpy(y), np.eye(3) + 1)


def test_one_jitted_function_on_two_devices(backend: str) -> None:
    name = accelerator()
    function = ops.jit(lambda: ops.ones((3,)) * 2)
    for wanted in ("cpu", name, "cpu"):
        with ops.device(wanted):
            assert lies(function()) == wanted.partition(":")[0]


def test_absent_devices(backend: str) -> None:
    with pytest.raises(ops.DeviceError, match="has no device 'gpu:77' here; it has cpu:0"):
        with ops.device("gpu:77"):
            pass
    with pytest.raises(ops.DeviceError, match="no device 'gpu:77'"):
        with ops.device("cuda:77"):
            pass
    for wrong in ("", "cpu:x", 3, None):
        with pytest.raises(ops.ArgumentError, match="a device name must be"):
            with ops.device(wrong):  # type: ignore[arg-type]  # what a user might try
                pass
    assert ops.shape(ops.ones((2,))) == (2,)


def test_a_device_holds_for_backends_named_inside() -> None:
    before = ops.backend()
    with ops.device("cpu"):
        for name in BACKENDS:
            with ops.use_backend(name):
                assert ops.backend() == name
                assert lies(ops.ones((2,))) == "cpu"
        assert ops.backend() == before
        with pytest.raises(KeyError):
            with ops.device("cpu:0"):
                raise KeyError
    assert ops.backend() == before


def test_bound_functions_and_gradients_on_a_device(backend: str) -> None:
    with ops.device("cpu"):
        assert lies(ops.namespace(backend).ones((2,))) in ("cpu", "gpu")  # bound before: it follows no scope
        slope = ops.jit(ops.grad(lambda x: ops.sum(x * x * ops.ones((3,)))))
        found = slope(ops.convert_to_tensor([1.0, 2.0, 3.0]))
        np.testing.assert_allclose(ops.convert_to_numpy(found), [2.0, 4.0, 6.0])


def test_tasks_and_threads_keep_their_own_device(backend: str) -> None:
    names = [name for name in ops.devices() if name.startswith(("cpu:0", "gpu:0"))]
    wrong: list[str] = []

    async def work(name: str) -> None:
        for _ in range(10):
            with ops.device(name):
                await asyncio.sleep(0)
                if lies(ops.ones((2,))) != name.partition(":")[0]:
                    wrong.append(name)

    async def all_tasks() -> None:
        await asyncio.gather(*(work(names[i % len(names)]) for i in range(6)))

    def thread() -> None:
        with ops.use_backend(backend):
            asyncio.run(all_tasks())

    threads = [threading.Thread(target=thread) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not wrong


TORCH = [name for name in BACKENDS if name == "torch"]  # whose fake tensors take the part of an accelerator's


@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
@pytest.mark.parametrize("name", TORCH)
def test_answers_lie_where_operands_do(name: str, record: Record) -> None:
    """On torch, without an accelerator: fake tensors have no values, but a device, and may not be mixed."""
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
                    found = function(*args, **kwargs)
                except ops.OpsError as error:
                    causes = _causes(error)
                    if any(isinstance(one, with_values) for one in causes) or record.path == "bincount":
                        continue  # it looks at values, which these do not have
                    raise
                for leaf in optree.tree_leaves(found):
                    assert not isinstance(leaf, torch.Tensor) or str(leaf.device) == _ELSEWHERE


@pytest.mark.parametrize("name", TORCH)
def test_arrays_go_where_a_tensor_lies(name: str) -> None:
    torch: Any = importlib.import_module("torch")
    fake: Any = importlib.import_module("torch._subclasses.fake_tensor")
    with ops.use_backend(name), fake.FakeTensorMode():
        x = torch.empty(3, device=_ELSEWHERE)
        array = np.ones(3, np.float32)
        for found in (
            ops.add(x, array),
            ops.add(array, x),
            ops.add(x, 1),
            ops.add(x, [1.0, 2.0, 3.0]),
            ops.where(np.array([True, False, True]), x, 0.0),
            ops.stack([x, array, [1, 2, 3]]),
            ops.convert_to_tensor([x, array]),
        ):
            assert str(found.device) == _ELSEWHERE


_ELSEWHERE = "lazy:0"  # a device that torch knows by name, and that needs no driver


def _causes(error: BaseException | None) -> list[BaseException]:
    return [] if error is None else [error, *_causes(error.__cause__ or error.__context__)]
