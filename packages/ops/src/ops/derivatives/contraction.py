"""Derivatives, families contraction and signal."""

from __future__ import annotations

import itertools
import math
import string
from typing import Any

import numpy as np

import ops as o
from ops.derivatives.rules import RULES, adjoint, conj, native, rule, written
from ops_common import shapes


@written("contraction.matmul")
def _vectors(a: Any, b: Any) -> Any:
    left, right = len(o.shape(a)) == 1, len(o.shape(b)) == 1
    if not left and not right:
        return NotImplemented
    found = o.matmul(o.expand_dims(a, 0) if left else a, o.expand_dims(b, 1) if right else b)
    return o.squeeze(found, tuple(axis for axis, yes in ((-2, left), (-1, right)) if yes))


RULES["contraction.matmul"] = {
    0: lambda g, y, a, b: o.matmul(g, adjoint(b)),
    1: lambda g, y, a, b: o.matmul(adjoint(a), g),
}


@rule("contraction.tensordot")
def _tensordot(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    ours, theirs = axes
    free_a = tuple(i for i in range(len(o.shape(a))) if i not in ours)
    free_b = tuple(i for i in range(len(o.shape(b))) if i not in theirs)
    pairs = sorted(zip(ours, theirs, strict=True), key=lambda pair: pair[1])

    def first() -> Any:
        found = o.tensordot(g, conj(b), (tuple(range(len(free_a), len(free_a) + len(free_b))), free_b))
        order = (*free_a, *(one for one, _ in pairs))  # b's axes are left in their order
        return o.transpose(found, tuple(int(i) for i in np.argsort(order)))

    def second() -> Any:
        found = o.tensordot(conj(a), g, (free_a, tuple(range(len(free_a)))))
        order = (*(other for _, other in sorted(pairs)), *free_b)
        return o.transpose(found, tuple(int(i) for i in np.argsort(order)))

    return first, second


_LETTERS = string.ascii_letters


@rule("contraction.einsum")
def _einsum(g: Any, y: Any, subscripts: str, *operands: Any) -> Any:
    terms, _, output = subscripts.partition("->")
    names = terms.split(",")
    free = (name for name in _LETTERS if name not in subscripts)
    extra = max(
        (
            len(o.shape(x)) - len(name.replace("...", ""))
            for x, name in zip(operands, names, strict=True)
            if "..." in name
        ),
        default=0,
    )
    dots = "".join(itertools.islice(free, extra))

    def plain(name: str, rank: int) -> str:
        """The term with letters for its dots."""
        return name.replace("...", dots[extra - (rank - len(name.replace("...", ""))) :] if "..." in name else "")

    names = [plain(name, len(o.shape(x))) for x, name in zip(operands, names, strict=True)]
    output = output.replace("...", dots)
    sizes: dict[str, int] = {}
    for x, name in zip(operands, names, strict=True):
        for letter, size in zip(name, o.shape(x), strict=True):
            sizes[letter] = max(sizes.get(letter, 1), size) if sizes.get(letter, 1) and size else 0
    full = [o.broadcast_to(x, tuple(sizes[letter] for letter in name)) for x, name in zip(operands, names, strict=True)]

    def by(i: int) -> Any:
        mine = names[i]
        once = "".join(dict.fromkeys(mine))
        given = [
            (output, g),
            *((name, conj(x)) for j, (name, x) in enumerate(zip(names, full, strict=True)) if j != i),
        ]
        there = "".join(letter for letter in once if any(letter in name for name, _ in given))
        found = o.einsum(f"{','.join(name for name, _ in given)}->{there}", *(x for _, x in given))
        # A letter that only this operand has is one of a sum over all its places.
        spread = tuple(sizes[letter] if letter in there else 1 for letter in once)
        found = o.broadcast_to(o.reshape(found, spread), tuple(sizes[letter] for letter in once))
        if once == mine:
            return found
        # A repeated letter reads a diagonal.
        copies = (name for name in _LETTERS if name not in once)
        target, eyes, diagonals = "", [], []
        for letter in mine:
            if letter in target:
                copy = next(copies)
                eyes.append(letter + copy)
                diagonals.append(o.eye(sizes[letter], dtype=o.dtype(found)))
                target += copy
            else:
                target += letter
        return o.einsum(f"{','.join([once, *eyes])}->{target}", found, *diagonals)

    return (None, *((lambda i=i: by(i)) for i in range(len(operands))))


@written("contraction.vdot")
def _vdot(a: Any, b: Any) -> Any:
    return o.sum(conj(o.reshape(a, (-1,))) * o.reshape(b, (-1,)))


@written("contraction.kron")
def _kron(a: Any, b: Any) -> Any:
    left, right, shape = shapes.kron_factors(o.shape(a), o.shape(b))
    return o.reshape(o.reshape(a, left) * o.reshape(b, right), shape)  # pyright: ignore[reportArgumentType]  # known sizes


@written("contraction.correlate")
def _correlate(a: Any, b: Any, mode: str) -> Any:
    swapped = o.shape(a)[0] < o.shape(b)[0]
    longer, shorter = (b, a) if swapped else (a, b)
    size = o.shape(shorter)[0]
    longer = o.pad(longer, (shapes.correlation_padding(o.shape(longer)[0], size, mode),))
    count = o.shape(longer)[0] - size + 1
    windows = o.take(longer, np.arange(count, dtype=np.int32)[:, None] + np.arange(size, dtype=np.int32))
    found = o.matmul(windows, conj(shorter))
    return conj(o.flip(found)) if swapped else found


# --- signal


RULES["signal.complex_of"] = {0: lambda g, y, a, b: o.real(g), 1: lambda g, y, a, b: o.imag(g)}


@rule("signal.dft")
def _dft(g: Any, y: Any, real: Any, imag: Any, count: int, inverse: bool) -> Any:
    size = math.prod(o.shape(real)[-count:])
    transform = native("signal.dft")
    a, b = transform(g[0], g[1], count, not inverse)
    scale = 1.0 / size if inverse else float(size)
    return a * scale, b * scale


def _resized(x: Any, size: int) -> Any:
    """The last axis cut or filled up with zeros."""
    have = o.shape(x)[-1]
    if have > size:
        return x[..., :size]
    return o.pad(x, (*((0, 0),) * (len(o.shape(x)) - 1), (0, size - have))) if have < size else x


@rule("signal.rdft")
def _rdft(g: Any, y: Any, x: Any, fft_length: int) -> Any:
    a, b = (_resized(one, fft_length) for one in g)
    found, _ = native("signal.dft")(a, b, 1, True)
    return (_resized(found * float(fft_length), o.shape(x)[-1]),)


@rule("signal.irdft")
def _irdft(g: Any, y: Any, real: Any, imag: Any, fft_length: int) -> Any:
    a, b = native("signal.rdft")(g, fft_length)
    weight = np.full(fft_length // 2 + 1, 2.0 / fft_length)
    weight[0] = 1.0 / fft_length
    if fft_length % 2 == 0:
        weight[-1] = 1.0 / fft_length
    scale = o.convert_to_tensor(weight, o.dtype(g))
    return _resized(a * scale, o.shape(real)[-1]), _resized(b * scale, o.shape(imag)[-1])
