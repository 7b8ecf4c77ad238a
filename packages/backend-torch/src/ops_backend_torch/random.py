"""PyTorch, family random: a generator of its own for each draw, seeded by the two words; torch's global one stays as it
is. The compiler cannot trace a generator, so in a trace the draw is one custom operator, with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from ops_backend_torch.core import DTYPES

Tensor = Any
Seed = tuple[int, int]

_MASK = 2**64 - 1


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    if isinstance(mean, torch.Tensor) or isinstance(stddev, torch.Tensor):
        return _draw("normal", shape, 0.0, 1.0, DTYPES[dtype], seed) * stddev + mean
    return _draw("normal", shape, mean, stddev, DTYPES[dtype], seed)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    if isinstance(minval, torch.Tensor) or isinstance(maxval, torch.Tensor):
        x = _draw("uniform", shape, 0.0, 1.0, DTYPES[dtype], seed) * (maxval - minval) + minval
        return torch.where(x < maxval, x, minval)  # rounding may reach the upper bound
    x = _draw("uniform", shape, minval, maxval, DTYPES[dtype], seed)
    return x if minval == 0 else torch.where(x < maxval, x, minval)


def _draw(kind: str, shape: tuple[int, ...], a: float, b: float, dtype: torch.dtype, seed: Seed) -> Tensor:
    if torch.compiler.is_compiling():
        return _draw_traced(kind, shape, float(a), float(b), dtype, torch.empty(0).device, *seed)
    return _fill(torch.empty(shape, dtype=dtype), kind, a, b, *seed)


def _fill(x: Tensor, kind: str, a: float, b: float, word0: int, word1: int) -> Tensor:
    generator = torch.Generator(x.device)
    generator.manual_seed(_mix(word0 << 32 | word1))
    return x.normal_(a, b, generator=generator) if kind == "normal" else x.uniform_(a, b, generator=generator)


def _mix(seed: int) -> int:
    # torch's CPU generator takes the low 32 bits of a seed only, so these must depend on both words: the finalizer of
    # SplitMix64 (Steele, Lea and Flood 2014, https://doi.org/10.1145/2660193.2660195).
    seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EB & _MASK
    return seed ^ (seed >> 31)


@torch.library.custom_op("ops_backend_torch::draw", mutates_args=())
def _draw_traced(
    kind: str,
    shape: Sequence[int],
    a: float,
    b: float,
    dtype: torch.dtype,
    device: torch.device,
    word0: int,
    word1: int,
) -> torch.Tensor:
    return _fill(torch.empty(shape, dtype=dtype, device=device), kind, a, b, word0, word1)


@_draw_traced.register_fake
def _(
    kind: str,
    shape: Sequence[int],
    a: float,
    b: float,
    dtype: torch.dtype,
    device: torch.device,
    word0: int,
    word1: int,
) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device=device)
