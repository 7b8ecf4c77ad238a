"""Portable random numbers: equal on every installed backend, and those of Philox's published vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.algorithms import philox
from ops_common.runtime import registry
from ops_common.testing import BACKENDS

R = ops.random
N = 1001
LOGITS = np.log(np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]], np.float32))

# By name: the draw, and the units in the last place by which backends may differ: 0 for integers and uniform floats.
DRAWS: dict[str, tuple[Callable[[Any], Any], int]] = {
    "uniform": (lambda seed: R.uniform((7, 143), seed=seed), 0),
    "uniform between bounds": (lambda seed: R.uniform((N,), -3.0, 5.5, seed=seed), 0),
    "uniform between tensors": (lambda seed: R.uniform((3, 5), np.float32([[-1], [0], [2]]), 3.0, seed=seed), 0),
    "uniform of float64": (lambda seed: R.uniform((N,), dtype="float64", seed=seed), 0),
    "uniform of float16": (lambda seed: R.uniform((N,), dtype="float16", seed=seed), 0),
    "uniform of bfloat16": (lambda seed: R.uniform((N,), 1.0, 2.0, dtype="bfloat16", seed=seed), 0),
    "randint": (lambda seed: R.randint((N,), -5, 1000, seed=seed), 0),
    "randint of uint8": (lambda seed: R.randint((N,), 0, 256, "uint8", seed=seed), 0),
    "randint of 33 bits": (lambda seed: R.randint((N,), 5, 2**33, "int64", seed=seed), 0),
    "randint of 63 bits": (lambda seed: R.randint((N,), -(2**62), 2**62 - 7, "int64", seed=seed), 0),
    "randint of uint64": (lambda seed: R.randint((N,), 2**63, 2**64, "uint64", seed=seed), 0),
    "categorical": (lambda seed: R.categorical(LOGITS, 501, seed=seed), 0),
    "shuffle": (lambda seed: R.shuffle(np.arange(N, dtype=np.int32), seed=seed), 0),
    "dropout": (lambda seed: R.dropout(np.ones((N,), np.float32), 0.25, seed=seed), 0),
    "binomial of a few": (lambda seed: R.binomial((N,), 9.0, 0.4, seed=seed), 0),
    "binomial of many": (lambda seed: R.binomial((N,), np.linspace(1, 5000, N, dtype=np.float32), 0.7, seed=seed), 0),
    "normal": (lambda seed: R.normal((7, 143), 2.0, 3.0, seed=seed), 1),
    "normal of float64": (lambda seed: R.normal((N,), dtype="float64", seed=seed), 4),
    "truncated_normal": (lambda seed: R.truncated_normal((N,), seed=seed), 1),
    "truncated_normal of float64": (lambda seed: R.truncated_normal((N,), dtype="float64", seed=seed), 8),
    "gamma": (lambda seed: R.gamma((N,), 2.5, seed=seed), 1),
    "gamma of a small parameter": (lambda seed: R.gamma((N,), 0.3, seed=seed), 1),
    "gamma of float64": (lambda seed: R.gamma((N,), 20.0, dtype="float64", seed=seed), 16),
    "beta": (lambda seed: R.beta((N,), 0.5, 2.0, seed=seed), 1),
}


def drawn(name: str, seed: Any) -> np.ndarray:
    return ops.convert_to_numpy(DRAWS[name][0](seed))


def steps_between(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference in units in the last place."""
    if a.dtype.kind != "f":
        return float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max())
    return float((np.abs(a - b) / np.spacing(np.maximum(np.abs(a), np.abs(b)))).max())


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ((2**32 - 1,) * 4, (2**32 - 1,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_published_vectors(counter: tuple[int, ...], key: tuple[int, int], expected: str) -> None:
    """The test vectors of Random123 for philox4x32 with ten rounds."""
    assert " ".join(f"{word:08x}" for word in philox.block(counter, key)) == expected


def test_every_backend_generates_the_same_words(backend: str) -> None:
    """TensorFlow's words come from its own kernel, so this compares our implementation with it."""
    kernel = registry.load(backend)
    for form in ("words", "float32", "float64"):
        for count in (0, 1, 1003, 70_001):
            words = kernel.run("random.philox", form == "float32", count, 0xDEADBEEF, 12345, 7, 3, form)
            expected = philox.draw(count, 0xDEADBEEF, 12345, 7, 3, form)
            assert kernel.dtype(words) == str(expected.dtype)
            np.testing.assert_array_equal(kernel.core.convert_to_numpy(words), expected)


def reference(name: str, seed: Any) -> np.ndarray:
    """Returns the draw of the first installed backend; if it is the only one, eager and jitted draws are compared."""
    with ops.use_backend(BACKENDS[0]), R.portable():
        return drawn(name, seed)


@pytest.mark.parametrize("name", DRAWS)
def test_every_backend_draws_the_same(backend: str, name: str) -> None:
    with np.errstate(all="ignore"):
        expected = reference(name, 77)
    with R.portable():
        numbers = drawn(name, 77)
    assert (numbers.dtype, numbers.shape) == (expected.dtype, expected.shape)
    assert steps_between(numbers, expected) <= DRAWS[name][1]


# Recorded numbers, which no later version may change.
KEPT = {
    "uniform": [0.2061637043952942, 0.2810961604118347, 0.7929304242134094],
    "randint": [65, 509, 654],
    "shuffle": [171, 791, 607],
    "normal": [3.1675679683685303, 5.3619585037231445, 3.783104658126831],
    "gamma": [1.3823570013046265, 1.7497718334197998, 1.6892282962799072],
    "binomial of many": [1.0, 3.0, 9.0],
    "categorical": [1, 2, 1],
}


@pytest.mark.parametrize("name", KEPT)
def test_numbers_are_stable_between_versions(backend: str, name: str) -> None:
    with R.portable():
        np.testing.assert_allclose(drawn(name, 77).reshape(-1)[:3], KEPT[name], rtol=1e-6)


@pytest.mark.parametrize("name", DRAWS)
def test_seeds(backend: str, name: str) -> None:
    with R.portable():
        first = drawn(name, 5)
        assert not np.array_equal(first, drawn(name, 6))
        assert not np.array_equal(first, drawn(name, 5 + 2**32))
        np.testing.assert_array_equal(first, drawn(name, np.array([5, 0], np.int32)))
        assert not np.array_equal(drawn(name, None), drawn(name, None))
    # By the generator, without a context; and in any order of calls.
    generator, same = R.SeedGenerator(5, portable=True), R.SeedGenerator(5, portable=True)
    a, b = drawn(name, generator), drawn(name, generator)
    drawn("uniform", 3)
    np.testing.assert_array_equal(a, drawn(name, same))
    np.testing.assert_array_equal(b, drawn(name, same))
    np.testing.assert_array_equal(a, first)


def test_the_context_nests_and_ends(backend: str) -> None:
    own = drawn("uniform", 7)
    with R.portable():
        portable = drawn("uniform", 7)
        with ops.device("cpu"), R.portable():
            np.testing.assert_array_equal(drawn("uniform", 7), portable)
        for name in BACKENDS:
            with ops.use_backend(name):
                np.testing.assert_array_equal(drawn("uniform", 7), portable)
        with pytest.raises(KeyError):
            with R.portable():
                raise KeyError
        np.testing.assert_array_equal(drawn("uniform", 7), portable)
    np.testing.assert_array_equal(drawn("uniform", 7), own)
    assert not np.array_equal(own, portable)


TRACED = ["uniform between bounds", "randint of 63 bits", "normal", "gamma"]


@pytest.mark.parametrize("name", TRACED)
@pytest.mark.parametrize("kind", [name for name in BACKENDS if name != "openvino"])
def test_a_seed_may_be_an_argument_of_a_jitted_function(kind: str, name: str) -> None:
    with ops.use_backend(kind), R.portable():
        function = ops.jit(DRAWS[name][0])
        for seed in (77, 78):
            numbers = ops.convert_to_numpy(function(ops.convert_to_tensor(np.array([seed, 0], np.int32))))
            assert steps_between(numbers, drawn(name, seed)) <= DRAWS[name][1]


@pytest.mark.machine_code
@pytest.mark.parametrize("name", ["uniform", "categorical"])
def test_a_jitted_function_draws_the_same(backend: str, name: str) -> None:
    with R.portable():
        numbers = ops.convert_to_numpy(ops.jit(lambda: DRAWS[name][0](77))())
        assert steps_between(numbers, drawn(name, 77)) <= max(DRAWS[name][1], 1 if numbers.dtype.kind == "f" else 0)


def test_seeds_that_are_tensors(backend: str) -> None:
    np.testing.assert_array_equal(drawn("uniform", ops.convert_to_tensor(np.array([7, 0]))), drawn("uniform", 7))
    for wrong in (np.array([1, 2, 3]), np.array([1.0, 2.0]), np.array(3)):
        with pytest.raises(ops.ArgumentError, match="a seed tensor must have two integers"):
            drawn("uniform", ops.convert_to_tensor(wrong))


def test_gradients_of_locations_and_scales() -> None:
    for name in BACKENDS:
        with ops.use_backend(name), R.portable():
            gradient = ops.grad(lambda x: ops.sum(R.normal((5,), x, 2.0, seed=3)) + ops.sum(R.gamma((5,), 3.0, seed=3)))
            assert float(ops.convert_to_numpy(gradient(ops.convert_to_tensor(1.0)))) == 5.0


@pytest.mark.parametrize("form", ["words", "float32", "float64"])
def test_a_part_of_a_draw(backend: str, form: str) -> None:
    loaded = registry.load(backend)

    def drawn_part(start: int, count: int) -> np.ndarray:
        drawn = loaded.run("random.philox_part", form == "float32", start, count, 5, 6, 1, 2, form)
        return loaded.core.convert_to_numpy(drawn)

    whole = philox.draw(103, 5, 6, 1, 2, form)
    for start, count in ((0, 103), (1, 7), (4, 8), (50, 53), (7, 0)):
        found = drawn_part(start, count)
        assert found.dtype == whole.dtype
        np.testing.assert_array_equal(found, whole[start : start + count])
    if form == "words":  # beyond 2**32 blocks
        assert drawn_part(2**34 + 4, 4).tolist() == philox.block([1, 1, 1, 2], [5, 6])
