"""Contract, family random. The seed is two 32-bit words; the same words give the same numbers on the same backend.

Shape and dtype are static; in a traced function the draw is part of the trace, and words may be integer tensors of rank
0. Float parameters are numbers or tensors of the result's dtype, which broadcast to the shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any
Seed = tuple[Any, Any]


@required
def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    """Normal variates."""
    ...


@required
def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    """Uniform variates in [minval, maxval)."""
    ...


@required
def truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    """Normal variates within two standard deviations of the mean."""
    ...


@required
def randint(shape: tuple[int, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    """Integers in [minval, maxval), at most 2**63 different ones."""
    ...


@required
def categorical(logits: Tensor, num_samples: int, dtype: str, seed: Seed) -> Tensor:
    """Classes drawn by their unnormalised log-probabilities along the last axis, which num_samples replaces."""
    ...


@required
def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    """Numbers of successes in so many trials; NaN where a parameter is out of range."""
    ...


@required
def beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    """Beta variates; NaN where a parameter is not positive."""
    ...


@required
def gamma(shape: tuple[int, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    """Gamma variates of scale 1; NaN where alpha is not positive."""
    ...


@required
def permutation(count: int, seed: Seed) -> Tensor:
    """The integers below count in random order, int32."""
    ...


@optional
def philox(count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    """Words or numbers, ``count`` of them, of Philox 4x32-10 (see `ops_common.algorithms.philox`).

    The key's words and the step are Python ints or integer tensors of rank 0. The form is ``"words"``: int64, from 0 to
    2**32 - 1; ``"float32"``: the upper 24 bits of each word over 2**24; or ``"float64"``: 27 bits of one word and 26 of
    the next over 2**53, which uses two words for each number. Without this function, there are no portable random
    numbers.
    """
    ...


@optional
def philox_part(start: int, count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    """The numbers from ``start`` on of those that `philox` returns, ``count`` of them: a device draws its part of a
    sharded tensor with it."""
    ...


@optional
def draw_later(function: Callable[[Seed], Tensor], words: Seed) -> Tensor:
    """The tensor that a function of the words computes, which is a `functools.partial` with run-time sizes among its
    arguments, in nested tuples: the function is called with ints in their place each time that the traced function is
    called. For a backend that draws portable numbers on the host."""
    ...


@optional
def traced_seed(generator: Any) -> Seed | None:
    """The next words of a `ops_common.tensors.seeds.SeedGenerator` while a function is compiled: words that each call
    of the compiled function reads anew. None elsewhere, where `ops` queries the generator itself. Not for backends
    whose compiler sees only arguments: `ops.jit` passes them the number of draws as an argument.

    The second word may be an object of the backend, which its functions of this family accept, with a method
    ``draw(function, words)``: the tensor that a function of the words returns once they are known."""
    ...
