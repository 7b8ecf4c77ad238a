"""The look-up of canonical arguments: which arguments share an entry, have their own, or get none."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

import ops
from ops._declaration import general_path
from ops._declaration.table import MAX_ENTRIES, Table
from ops_common.runtime import active


def table(key: str) -> Table:
    """Returns the empty table of an op on the active backend."""
    result = getattr(active.current_backend().bound, key).__globals__["_general_path"].table
    result.entries.clear()
    return result


def host(x: Any) -> np.ndarray[Any, Any]:
    return ops.convert_to_numpy(x)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the ops whose arguments the general path prepares, in the order of the calls."""
    names: list[str] = []
    prepare = general_path.prepare

    def counted(op: Any, *arguments: Any) -> Any:
        names.append(op.name)
        return prepare(op, *arguments)

    monkeypatch.setattr(general_path, "prepare", counted)
    return names


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: ops.sum(x, axis=[0, 1]), "sum"),
        (lambda x: ops.reshape(x, [4, 1, -1]), "reshape"),
        (lambda x: ops.norm(x, axis=-1), "norm"),
        (lambda x: ops.pad(x, [[1, 1], [0, 0]]), "pad"),
        (lambda x: ops.split(x, [1], axis=1)[0], "split"),
        (lambda x: ops.einsum("ij,kj", x, x), "einsum"),
        (lambda x: ops.layer_normalization(x, x[0], beta=None), "layer_normalization"),
        (lambda x: ops.rms_normalization(x, scale=x[0]), "rms_normalization"),
        (lambda x: ops.eye(3, 4, dtype="float16"), "eye"),
        (lambda x: ops.select([x > 0, x < 0], [x, x], x[0, 0]), "select"),
        (lambda x: ops.max_pool(ops.reshape(x, (1, 4, 4)), 2, padding="SAME"), "max_pool"),
        (lambda x: ops.add(x, ops.cast(x, "int32")), "add"),
        (lambda x: ops.sum(x > 3, axis=0), "sum"),
        (lambda x: ops.any(x, axis=1), "any"),
        (lambda x: ops.logical_and(x, x > 3), "logical_and"),
        (lambda x: ops.where(x > 3, 1.0, -float("inf")), "where"),
        (lambda x: ops.where(x > 3, 1, 0), "where"),
        (lambda x: ops.where(x, x, ops.cast(x, "int32")), "where"),
        (lambda x: ops.sqrt(ops.cast(x, "int32")), "sqrt"),
        (lambda x: ops.trapezoid(x, dx=0.5), "trapezoid"),
    ],
)
def test_a_repeated_call_is_not_prepared(backend: str, call: Any, name: str, prepared: list[str]) -> None:
    x = ops.reshape(ops.arange(16, dtype="float32"), (4, 4))
    first = call(x)
    prepared.clear()
    second = call(x)
    assert name not in prepared
    np.testing.assert_array_equal(host(first), host(second))


def test_equal_arguments_of_different_types_have_their_own_entries(backend: str) -> None:
    x = ops.ones((2, 2))
    entries = table("manipulation_pad").entries
    numbers = (0, False, 0.0, -0.0, 1, True, 1.0)
    for number in numbers:
        ops.pad(x, [[1, 0], [0, 0]], constant_values=number)
    constants = [entry[3] for entry in entries.values()]
    assert list(map(repr, constants)) == list(map(repr, numbers))


def test_equal_items_of_different_types_have_their_own_entries(backend: str) -> None:
    x = ops.ones((2, 2))
    entries = table("reduction_sum").entries
    assert ops.sum(x, axis=[0, 1]).shape == ops.sum(x, axis=[False, True]).shape == ()
    assert len(entries) == 2
    with pytest.raises(TypeError, match="expected an int"):
        ops.sum(x, axis=[0.0, 1])  # type: ignore[arg-type]  # a wrong argument
    assert len(entries) == 2


def test_a_list_that_changes_later_changes_no_entry(backend: str) -> None:
    x = ops.ones((2, 3))
    axes = [0]
    assert tuple(ops.sum(x, axis=axes).shape) == (3,)
    axes[0] = 1
    assert tuple(ops.sum(x, axis=axes).shape) == (2,)
    widths = [[1, 1], [0, 0]]
    assert tuple(ops.pad(x, widths).shape) == (4, 3)
    widths[1][0] = 2
    assert tuple(ops.pad(x, widths).shape) == (4, 5)
    widths[1][0] = 0
    assert tuple(ops.pad(x, widths).shape) == (4, 3)


def test_a_change_of_the_configuration_empties_the_tables(backend: str) -> None:
    x = ops.ones((1, 2, 4, 3))
    before = ops.config.image_data_format()
    try:
        for data_format, shape in (("channels_last", (1, 1, 2, 3)), ("channels_first", (1, 2, 2, 1))):
            ops.config.set_image_data_format(data_format)
            assert tuple(ops.max_pool(x, 2).shape) == shape
    finally:
        ops.config.set_image_data_format(before)
    dtype = ops.config.floatx()
    try:
        for floatx in ("float32", "float16"):
            ops.config.set_floatx(floatx)
            assert host(ops.eye(2)).dtype == floatx
    finally:
        ops.config.set_floatx(dtype)


def test_an_entry_is_not_added_after_the_configuration_has_changed() -> None:
    filled = Table([])
    changes = Table.changes
    ops.config.set_epsilon(ops.config.epsilon())
    filled.add((b"",), (len,), changes)
    assert not filled.entries
    filled.add((b"",), (len,), Table.changes)
    assert filled.entries


def test_a_full_table_evicts_its_oldest_entry(backend: str) -> None:
    entries = table("creation_eye").entries
    for k in range(MAX_ENTRIES + 3):
        ops.eye(2, k=k)
    assert len(entries) == MAX_ENTRIES
    assert [entry[3] for entry in entries.values()] == list(range(3, MAX_ENTRIES + 3))


@pytest.mark.parametrize(
    ("key", "call"),
    [
        ("linalg_norm", lambda n: ops.norm(ops.ones((n, 3)), axis=1)),
        ("nn_pooling_max_pool", lambda n: ops.max_pool(ops.ones((n, 4, 3)), 2)),
        ("nn_convolution_conv", lambda n: ops.conv(ops.ones((n, 4, 3)), ops.ones((2, 3, 1)), padding="same")),
        ("nn_activation_one_hot", lambda n: ops.one_hot(ops.arange(n, dtype="int32"), 4)),
        ("manipulation_split", lambda n: ops.split(ops.ones((n, 4)), 2, axis=1)),
    ],
)
def test_batches_of_all_sizes_share_an_entry(backend: str, key: str, call: Any) -> None:
    entries = table(key).entries
    for n in (1, 2, 5):
        call(n)
    assert len(entries) == 1


_OPERANDS = (
    True,
    3,
    2**31,
    2.5,
    float("inf"),
    np.array([True, False]),
    np.array([1, 2], np.int8),
    np.array([1, -2], np.int32),
    np.array([1.5, -2], np.float32),
)


@pytest.mark.parametrize("op", [ops.add, ops.where])
def test_a_repeated_call_of_operands_of_any_two_dtypes_returns_the_same(backend: str, op: Any) -> None:
    condition = [ops.convert_to_tensor([True, False])] if op is ops.where else []
    for first in _OPERANDS:
        for second in _OPERANDS:
            arguments = [ops.convert_to_tensor(x) if isinstance(x, np.ndarray) else x for x in (first, second)]
            try:
                results = [op(*condition, *arguments)]
            except ops.OpsError as error:  # an int beyond the tensor's dtype
                with pytest.raises(type(error)):
                    op(*condition, *arguments)
                continue
            results += [op(*condition, *arguments) for _ in range(2)]
            values = [host(result) for result in results]
            assert len({ops.dtype(result) for result in results}) == 1, (first, second)
            np.testing.assert_array_equal(values[1], values[0])
            np.testing.assert_array_equal(values[2], values[0])


def test_an_entry_for_a_number_holds_its_type_and_not_its_value(backend: str) -> None:
    mask = ops.convert_to_tensor([True, False])
    for number, dtype in ((1, "int32"), (2, "int32"), (1.0, "float32"), (True, "bool"), (2**40, "int64"), (3, "int32")):
        result = ops.where(mask, number, type(number)(0))
        assert ops.dtype(result) == dtype
        assert host(result).tolist() == [number, 0]


class Sizes(tuple[int, ...]):
    """A subclass of tuple, like torch.Size."""

    __slots__ = ()


def test_shapes_of_other_tuple_types_share_an_entry(backend: str) -> None:
    entries = table("creation_zeros").entries
    for shape in ((2, 3), Sizes((2, 3)), Sizes((2, 3))):
        assert tuple(ops.zeros(shape).shape) == (2, 3)
    assert 1 <= len(entries) <= 2  # the serial form of a constant may differ from that of a new tuple
    with pytest.raises(ops.OpsError):
        ops.zeros(Sizes(("a",)))  # type: ignore[arg-type]  # a wrong argument


def test_shapes_that_a_hook_checks_have_their_own_entries(backend: str) -> None:
    x = ops.ones((2, 3))
    ops.layer_normalization(x, ops.ones((3,)))
    with pytest.raises(ValueError, match="gamma"):
        ops.layer_normalization(x, ops.ones((2,)))


class Hostile(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compared")

    def __hash__(self) -> int:
        raise RuntimeError("hashed")


def test_arguments_that_are_not_exact_builtins_get_no_entry(backend: str) -> None:
    x = ops.ones((2, 3))
    entries = table("reduction_sum").entries
    for axis in (np.int64(1), [np.int64(1)], np.asarray(1)):
        assert tuple(ops.sum(x, axis=axis).shape) == (2,)  # type: ignore[arg-type]  # accepted at run time
    nested: list[Any] = []
    nested += [nested, nested]
    with pytest.raises(TypeError, match="expected an int"):
        ops.sum(x, axis=nested)
    assert not entries
    entries = table("creation_eye").entries
    with pytest.raises(ops.OpsError):
        ops.eye(2, dtype=Hostile("float32"))
    assert not entries


def test_a_kernel_that_fails_after_a_look_up_is_not_called_again(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    x = ops.ones((2, 3))
    entries = table("reduction_sum").entries
    ops.sum(x, axis=[0])
    calls: list[Any] = []

    def failing(*arguments: Any) -> Any:
        calls.append(arguments)
        raise OSError("broken")

    for key, entry in list(entries.items()):
        entries[key] = (failing, *entry[1:])
    with pytest.raises(ops.OpsError, match="OSError: broken"):
        ops.sum(x, axis=[0])
    assert len(calls) == 1


def test_a_traceback_starts_where_the_kernel_is_called(backend: str) -> None:
    with pytest.raises(ops.ShapeError) as caught:
        ops.add(ops.ones((2,)), ops.ones((3,)))
    cause = caught.value.__cause__
    assert cause is not None
    assert cause.__traceback__ is not None
    assert cause.__traceback__.tb_frame.f_code.co_filename == f"<ops {backend} elementwise_add>"


def test_a_primitive_without_a_kernel_is_not_supported(backend: str) -> None:
    complete = active.current_backend()
    lacking = complete.derived(lambda _: {k: f for k, f in complete.kernels.items() if k != "elementwise.square"})
    with pytest.raises(ops.UnsupportedError, match=rf"on backend {backend}: .* no kernel elementwise.square"):
        lacking.bound.elementwise_square(ops.ones((2,)))  # pyright: ignore[reportAttributeAccessIssue]  # by key


def test_threads_share_a_table(backend: str) -> None:
    x = ops.ones((2, 3))
    failures: list[Any] = []
    start = threading.Barrier(4)

    def work(seed: int) -> None:
        with ops.use_backend(backend):
            start.wait()
            for n in range(300):
                if tuple(ops.reshape(x, [1] * ((n * 7 + seed) % 5) + [6]).shape)[-1] != 6:
                    failures.append(n)
                if seed == 0 and n % 50 == 0:
                    ops.config.set_epsilon(ops.config.epsilon())

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


@pytest.mark.skipif("torch" not in ops.backends(), reason="tests torch's compiler, which is not installed")
def test_torch_compiles_without_the_look_up() -> None:
    import torch

    def function(x: Any) -> Any:
        return ops.pad(ops.reshape(ops.sum(x, axis=[0]), [1, 4]), [[1, 1], [0, 0]]) + ops.eye(3, 4)

    with ops.use_backend("torch"):
        x = torch.ones(4, 4)
        compiled = torch.compile(function, fullgraph=True, backend="aot_eager")
        first = compiled(x)
        function(x)
        ops.eye(5)  # a new entry
        with torch._dynamo.config.patch(error_on_recompile=True):
            torch.testing.assert_close(compiled(x), first)


def test_items_of_tuples_are_kept_apart(backend: str) -> None:
    x = ops.ones((2, 3, 4))
    for call, good, bad in (
        (ops.sum, (0, 1), (0, 1.0)),
        (ops.transpose, (2, 0, 1), (2, 0.0, 1)),
        (ops.reshape, (4, 6), (4.0, 6)),
        (ops.broadcast_to, (2, 3, 4), (2, 3.0, 4)),
    ):
        for _ in range(2):
            call(x, good)
            with pytest.raises(ops.ArgumentTypeError):
                call(x, bad)


def test_operands_that_are_not_promoted_may_have_64_bits(backend: str) -> None:
    """The numbers are computed in float64, which JAX supports in some calls only."""
    result = ops.linspace(0, 2**31 - 1, 3, dtype="int32")
    assert ops.convert_to_numpy(result).tolist() == [0, 2**30 - 1, 2**31 - 1]
