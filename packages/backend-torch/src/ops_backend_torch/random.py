"""PyTorch, family random: each draw has its own generator, seeded by the two words; torch's global generator is not
changed. The compiler cannot trace a generator, so in a trace the draw is one custom operator, with the same numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from ops_backend_torch import _compat
from ops_backend_torch.core import DTYPES
from ops_backend_torch.tracing import is_compiling
from ops_backend_torch.transform.nesting import is_differentiating
from ops_common.algorithms import philox as philox_of
from ops_common.tensors import seeds

Tensor = Any
Seed = tuple[Any, Any]

_MASK = 2**64 - 1


def normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    if isinstance(mean, torch.Tensor) or isinstance(stddev, torch.Tensor):
        return _draw("normal", shape, 0.0, 1.0, DTYPES[dtype], seed) * stddev + mean
    return _draw("normal", shape, mean, stddev, DTYPES[dtype], seed)


def uniform(shape: tuple[int, ...], minval: Any, maxval: Any, dtype: str, seed: Seed) -> Tensor:
    if isinstance(minval, torch.Tensor) or isinstance(maxval, torch.Tensor):
        x = _draw("uniform", shape, 0.0, 1.0, DTYPES[dtype], seed) * (maxval - minval) + minval
        return torch.where(x < maxval, x, minval)  # rounding may yield the upper bound
    x = _draw("uniform", shape, minval, maxval, DTYPES[dtype], seed)
    return x if minval == 0 else torch.where(x < maxval, x, minval)


_EDGE = math.erf(math.sqrt(2))  # erf at two standard deviations


def truncated_normal(shape: tuple[int, ...], mean: Any, stddev: Any, dtype: str, seed: Seed) -> Tensor:
    # By the inverse of the distribution function, which is well conditioned between these bounds.
    unit = _draw("uniform", shape, -_EDGE, _EDGE, _working(dtype), seed)
    standard = (math.sqrt(2) * torch.erfinv(unit)).clamp(-2, 2)
    return (standard * stddev + mean).to(DTYPES[dtype])


def randint(shape: tuple[int, ...], minval: int, maxval: int, dtype: str, seed: Seed) -> Tensor:
    if maxval - minval == 2**63:
        offsets = _draw("bits", shape, 0.0, 0.0, torch.int64, seed) & (2**63 - 1)
    else:
        offsets = _draw("integers", shape, 0.0, 0.0, torch.int64, seed, maxval - minval)
    # Computed in 64 bits, which wrap around, as casts do: results in the dtype's range are correct.
    return (offsets + (minval if minval < 2**63 else minval - 2**64)).to(DTYPES[dtype])


def categorical(logits: Tensor, num_samples: int, dtype: str, seed: Seed) -> Tensor:
    sums = torch.cumsum(torch.softmax(logits.detach().double(), -1), -1)
    unit = _draw("uniform", (*logits.shape[:-1], num_samples), 0.0, 1.0, torch.float64, seed) * sums[..., -1:]
    indices = torch.searchsorted(sums, unit, right=True).clamp(max=logits.shape[-1] - 1)
    return indices.to(DTYPES[dtype])


def binomial(shape: tuple[int, ...], counts: Any, probabilities: Any, dtype: str, seed: Seed) -> Tensor:
    trials = torch.trunc(_parameter(counts, shape, torch.float64))
    chance = _parameter(probabilities, shape, torch.float64)
    valid = (trials >= 0) & torch.isfinite(trials) & (chance >= 0) & (chance <= 1)
    given = [torch.where(valid, trials, 1.0), torch.where(valid, chance, 0.5)]
    return torch.where(valid, _draw_from("binomial", given, seed), math.nan).to(DTYPES[dtype])


def gamma(shape: tuple[int, ...], alpha: Any, dtype: str, seed: Seed) -> Tensor:
    a = _parameter(alpha, shape, _working(dtype))
    drawn = _draw_from("gamma", [torch.where(a > 0, a, 1.0)], seed)
    return torch.where(a > 0, drawn, math.nan).to(DTYPES[dtype])


def _log_gamma_variates(alpha: Tensor, seed: Seed) -> Tensor:
    """Returns logarithms of gamma variates: those of alpha + 1 plus the logarithm of a power of a uniform one, so that
    none underflows (Marsaglia and Tsang 2000, https://doi.org/10.1145/358407.358414)."""
    draw = _draw_from("gamma", [alpha + 1], seed)
    unit = 1 - _draw("uniform", tuple(alpha.shape), 0.0, 1.0, alpha.dtype, (seed[0] ^ 0x9E3779B9, seed[1]))  # in (0, 1]
    return draw.log() + unit.log() / alpha


def beta(shape: tuple[int, ...], alpha: Any, beta: Any, dtype: str, seed: Seed) -> Tensor:
    a, b = _parameter(alpha, shape, _working(dtype)), _parameter(beta, shape, _working(dtype))
    valid = (a > 0) & (b > 0)
    logs = [
        _log_gamma_variates(torch.where(valid, x, 1.0), (seed[0] ^ place, seed[1]))
        for place, x in ((0x5BD1E995, a), (0x27D4EB2F, b))
    ]
    return torch.where(valid, torch.sigmoid(logs[0] - logs[1]), math.nan).to(DTYPES[dtype])


def permutation(count: int, seed: Seed) -> Tensor:
    return _draw("permutation", (count,), 0.0, 0.0, torch.int32, seed)


def _working(dtype: str) -> torch.dtype:
    """Returns the dtype in which a distribution of several steps is drawn."""
    return torch.float64 if dtype == "float64" else torch.float32


def _parameter(value: Any, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    return torch.as_tensor(value).to(dtype).broadcast_to(shape)


def _draw(
    kind: str, shape: tuple[int, ...], a: float, b: float, dtype: torch.dtype, seed: Seed, count: int = 0
) -> Tensor:
    if is_compiling():
        return _draw_traced(kind, shape, float(a), float(b), count, dtype, torch.empty(0).device, *_split(seed))
    return _fill(torch.empty(shape, dtype=dtype), kind, a, b, count, *seed)


def _split(seed: Seed) -> tuple[list[int], list[Tensor]]:
    """Returns the words that are numbers, with -1 for the others, and the others: an operator accepts no mixed list."""
    tensors = [word for word in seed if isinstance(word, torch.Tensor)]
    return [-1 if isinstance(word, torch.Tensor) else word for word in seed], tensors


def _joined(numbers: Sequence[int], tensors: Sequence[Tensor]) -> Seed:
    """Returns the words as numbers."""
    rest = iter(tensors)
    first, second = (int(next(rest)) & philox_of.MASK if number < 0 else number for number in numbers)
    return first, second


class _Home:
    """A SeedGenerator's first seed, and the number of its draws in a tensor that compiled functions change."""

    def __init__(self) -> None:
        self.seed = torch.zeros((), dtype=torch.int64, device="cpu")
        self.tensor = torch.zeros((), dtype=torch.int64, device="cpu")

    def reseed(self, seed: int) -> None:
        self.seed.fill_(seed & philox_of.MASK)

    def read(self) -> int:
        return int(self.tensor)

    def write(self, count: int) -> None:
        self.tensor.fill_(count)


@torch.compiler.assume_constant_result
def _settle(number: str) -> None:
    """Gives a generator a tensor with the number of its draws; the compiler calls this without tracing it."""
    generator = seeds.known(number)
    # The compiler traces a gradient inside a transform of torch.func, which would wrap the tensors.
    with temporarily_clear_interpreter_stack():
        home: Any = generator.home("torch", _Home)
    generator.tensor, generator.seed_tensor = home.tensor, home.seed
    seeds.changed()


def traced_seed(generator: seeds.SeedGenerator) -> Seed | None:
    if not is_compiling():
        return None
    _settle(generator.number)
    count = generator.tensor
    now = count & philox_of.MASK
    if is_differentiating() and not _compat.FOLLOWS_AUTOGRAD:
        _compat.advance(count)
    else:
        count.add_(1)
    # The compiled function must not store this process's seed: a forked process has a different one.
    return generator.seed_tensor, now


def _generator(device: torch.device, word0: int, word1: int) -> torch.Generator:
    generator = torch.Generator(device)
    generator.manual_seed(_mix(word0 << 32 | word1))
    return generator


def _fill(x: Tensor, kind: str, a: float, b: float, count: int, word0: int, word1: int) -> Tensor:
    generator = _generator(x.device, word0, word1)
    if kind == "normal":
        return x.normal_(a, b, generator=generator)
    if kind == "uniform":
        return x.uniform_(a, b, generator=generator)
    if kind == "integers":
        return x.random_(0, count, generator=generator)
    if kind == "bits":
        return x.random_(-(2**63), None, generator=generator)
    return torch.randperm(x.shape[0], generator=generator, dtype=x.dtype, device=x.device)


def _mix(seed: int) -> int:
    # torch's CPU generator only uses the low 32 bits of a seed, so these must depend on both words: the finalizer of
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
    count: int,
    dtype: torch.dtype,
    device: torch.device,
    numbers: Sequence[int],
    tensors: Sequence[torch.Tensor],
) -> torch.Tensor:
    return _fill(torch.empty(shape, dtype=dtype, device=device), kind, a, b, count, *_joined(numbers, tensors))


@_draw_traced.register_fake
def _(
    kind: str,
    shape: Sequence[int],
    a: float,
    b: float,
    count: int,
    dtype: torch.dtype,
    device: torch.device,
    numbers: Sequence[int],
    tensors: Sequence[torch.Tensor],
) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device=device)


def _draw_from(kind: str, parameters: list[Tensor], seed: Seed) -> Tensor:
    """Returns variates of the parameters' shape."""
    given = [parameter.contiguous() for parameter in parameters]
    return _draw_from_traced(kind, given, *_split(seed)) if is_compiling() else _from(kind, given, *seed)


def _from(kind: str, parameters: Sequence[Tensor], word0: int, word1: int) -> Tensor:
    generator = _generator(parameters[0].device, word0, word1)
    if kind == "binomial":
        return torch.binomial(*parameters, generator=generator)
    return torch._standard_gamma(*parameters, generator=generator)  # pyright: ignore[reportPrivateImportUsage]  # no public function accepts a generator


@torch.library.custom_op("ops_backend_torch::draw_from", mutates_args=())
def _draw_from_traced(
    kind: str, parameters: Sequence[torch.Tensor], numbers: Sequence[int], tensors: Sequence[torch.Tensor]
) -> torch.Tensor:
    return _from(kind, parameters, *_joined(numbers, tensors))


@_draw_from_traced.register_fake
def _(
    kind: str, parameters: Sequence[torch.Tensor], numbers: Sequence[int], tensors: Sequence[torch.Tensor]
) -> torch.Tensor:
    return torch.empty_like(parameters[0])


def philox(count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    return philox_part(0, count, key0, key1, stream, step, form)


def philox_part(start: int, count: int, key0: Any, key1: Any, stream: int, step: Any, form: str) -> Tensor:
    given = [x for x in (key0, key1, step) if isinstance(x, torch.Tensor)]
    device = (given[0] if given else torch.empty(0)).device
    block, rows, skipped, words = philox_of.blocks(start, count, form)
    c3: Any = step.long() if isinstance(step, torch.Tensor) else step
    if is_compiling() or device.type != "cpu":
        places = _compat.indices(rows, device)
        out = _philox(places + block if block else places, key0, key1, stream, c3)
        flat = torch.stack(out, -1).reshape(-1)[skipped : skipped + words]
        return _formed(flat, form)
    # In blocks, so that intermediate tensors fit in the cache.
    out = torch.empty((rows, 4), dtype=torch.float32 if form == "float32" else torch.int64)
    for first in range(0, rows, _ROWS):
        part = out[first : first + _ROWS]
        places = torch.arange(block + first, block + first + len(part), dtype=torch.int64)
        for i, word in enumerate(_philox(places, key0, key1, stream, c3)):
            part[:, i] = _formed(word, form) if form == "float32" else word
    flat = out.reshape(-1)[skipped : skipped + words]
    return _formed(flat, form) if form == "float64" else flat


_ROWS = 1 << 14


def _formed(words: Tensor, form: str) -> Tensor:
    if form == "float32":
        return (words >> 8).float() * 2.0**-24
    if form == "float64":
        return ((words[0::2] >> 5).double() * 2.0**26 + (words[1::2] >> 6).double()) * 2.0**-53
    return words


def _philox(places: Tensor, key0: Any, key1: Any, stream: int, step: Any) -> list[Any]:
    """Returns the four words of each block, in int64: if a product overflows, its low bits are still correct."""
    c: list[Any] = [places & philox_of.MASK, places >> 32, stream & philox_of.MASK, step & philox_of.MASK]
    for _ in range(philox_of.ROUNDS):
        products = [c[0] * philox_of.MULTIPLIERS[0], c[2] * philox_of.MULTIPLIERS[1]]
        high = [product >> 32 & philox_of.MASK for product in products]
        c = [high[1] ^ c[1] ^ key0, products[1] & philox_of.MASK, high[0] ^ c[3] ^ key1, products[0] & philox_of.MASK]
        key0, key1 = (key0 + philox_of.WEYL[0]) & philox_of.MASK, (key1 + philox_of.WEYL[1]) & philox_of.MASK
    return c
