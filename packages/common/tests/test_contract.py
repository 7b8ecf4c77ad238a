"""The form of the contract's stubs, SymbolicTensor, seeds and the active backend's state, without a backend."""

from __future__ import annotations

import inspect
import threading

import pytest

from ops_common import ArgumentTypeError, DtypeError, ShapeError, SymbolicTensor, contract
from ops_common.tensors import seeds


def test_every_stub_is_marked_typed_and_unique() -> None:
    stubs = contract.stubs()
    assert tuple(stubs) == contract.FAMILIES
    for family, functions in stubs.items():
        assert functions, family
        for name, stub in functions.items():
            for parameter in inspect.signature(stub).parameters.values():
                assert parameter.annotation is not parameter.empty, f"{family}.{name}"
                assert parameter.default is parameter.empty, f"{family}.{name}: kernels get all arguments, by position"


def test_symbolic_tensor() -> None:
    x = SymbolicTensor([None, 3], "float16", name="x")
    assert (x.shape, x.dtype, x.ndim) == ((None, 3), "float16", 2)
    assert repr(x) == "SymbolicTensor(shape=(None, 3), dtype=float16, name=x)"
    assert len(SymbolicTensor((4, None))) == 4
    for wrong in ((-1,), (2.5,), (True,), ("a",)):
        with pytest.raises(ShapeError):
            SymbolicTensor(wrong)  # type: ignore[arg-type]  # that is the test
    with pytest.raises(DtypeError):
        SymbolicTensor((2,), "float33")
    with pytest.raises(ArgumentTypeError, match=r"ops\.where"):
        bool(x)
    with pytest.raises(ArgumentTypeError, match="no known length"):
        len(x)


def test_seeds() -> None:
    assert seeds.words(7) == (7, 0)
    assert seeds.words(2**40 + 3) == (3, 2**8)
    assert seeds.default.draw() != seeds.default.draw()
    generator = seeds.SeedGenerator(5)
    assert [generator.draw() for _ in range(3)] == [(5, 0), (5, 1), (5, 2)]
    for wrong in ("a", 1.5, True):
        with pytest.raises(ArgumentTypeError, match="a seed must be an integer"):
            seeds.words(wrong)  # type: ignore[arg-type]  # that is the test
    with pytest.raises(ArgumentTypeError, match="unknown arguments backend"):
        seeds.SeedGenerator(1, backend="jax")


def test_a_seed_generators_draws_are_counted_once() -> None:
    class Kept:
        count = 0

        def read(self) -> int:
            return self.count

        def write(self, count: int) -> None:
            self.count = count

    generator = seeds.SeedGenerator(1)
    generator.draw()
    first = generator.home("one", Kept)
    assert first.read() == 1
    assert generator.draw() == (1, 1)
    assert first.read() == 2
    second = generator.home("two", Kept)
    second.write(second.read() + 5)  # what a compiled function does
    assert generator.draws() == 7
    seeds.gather("one")
    assert first.read() == 7
    assert generator.draw() == (1, 7)
    assert generator.home_at("two") is None
    assert repr(generator) == "SeedGenerator(seed=1, draws=8)"


def test_a_seed_generator_never_repeats_between_threads() -> None:
    generator = seeds.SeedGenerator(1)
    drawn: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: drawn.extend(generator.draw() for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 4000


def test_constants_have_a_type_and_optional_ones_a_default() -> None:
    constants = contract.constants()
    assert tuple(constants) == contract.FAMILIES
    core = constants.pop("core")
    assert {name for name, constant in core.items() if constant.required} == {
        "TENSOR_TYPES",
        "EXACT_TYPES",
        "DTYPES",
        "FAST_DTYPES",
    }
    assert core["TRACES_PYTHON"] == contract.Constant(False, "bool | Callable[[], bool]", False)
    assert not any(constants.values())
