"""Vjp rules of the family contraction."""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable
from typing import Any

import numpy as np

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, adjoint, conj, is_zero
from ops_common import shapes

_LETTERS = string.ascii_letters


def _matmul_of_vectors(a: Any, b: Any) -> Any:
    a_is_vector, b_is_vector = len(xp.shape(a)) == 1, len(xp.shape(b)) == 1
    if not a_is_vector and not b_is_vector:
        return NotImplemented
    product = xp.matmul(xp.expand_dims(a, 0) if a_is_vector else a, xp.expand_dims(b, 1) if b_is_vector else b)
    return xp.squeeze(product, tuple(axis for axis, is_vector in ((-2, a_is_vector), (-1, b_is_vector)) if is_vector))


def _tensordot(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    a_axes, b_axes = axes
    free_a = tuple(i for i in range(len(xp.shape(a))) if i not in a_axes)
    free_b = tuple(i for i in range(len(xp.shape(b))) if i not in b_axes)

    def by_a() -> Any:
        product = xp.tensordot(g, conj(b), (tuple(range(len(free_a), len(free_a) + len(free_b))), free_b))
        # The contracted axes of b remain, in the order that they have in b.
        pairs = sorted(zip(a_axes, b_axes, strict=True), key=lambda pair: pair[1])
        order = (*free_a, *(a_axis for a_axis, _ in pairs))
        return xp.transpose(product, tuple(int(i) for i in np.argsort(order)))

    def by_b() -> Any:
        product = xp.tensordot(conj(a), g, (free_a, tuple(range(len(free_a)))))
        order = (*(b_axis for _, b_axis in sorted(zip(a_axes, b_axes, strict=True))), *free_b)
        return xp.transpose(product, tuple(int(i) for i in np.argsort(order)))

    return by_a, by_b


def _einsum(g: Any, y: Any, subscripts: str, *operands: Any) -> Any:
    terms, output = _explicit_subscripts(subscripts, operands)
    sizes = _letter_sizes(terms, operands)
    expanded = [
        xp.broadcast_to(x, tuple(sizes[letter] for letter in term)) for x, term in zip(operands, terms, strict=True)
    ]

    def by_operand(i: int) -> Any:
        term = terms[i]
        letters = "".join(dict.fromkeys(term))
        factors = [
            (output, g),
            *((other, conj(x)) for j, (other, x) in enumerate(zip(terms, expanded, strict=True)) if j != i),
        ]
        shared = "".join(letter for letter in letters if any(letter in other for other, _ in factors))
        product = xp.einsum(f"{','.join(other for other, _ in factors)}->{shared}", *(x for _, x in factors))
        # A letter of this operand alone is summed over, so its cotangent is constant along it.
        with_ones = tuple(sizes[letter] if letter in shared else 1 for letter in letters)
        product = xp.broadcast_to(xp.reshape(product, with_ones), tuple(sizes[letter] for letter in letters))
        return product if letters == term else _embed_diagonals(product, letters, term, sizes)

    return (None, *(_bind(by_operand, i) for i in range(len(operands))))


def _bind(by_operand: Callable[[int], Any], i: int) -> Callable[[], Any]:
    return lambda: by_operand(i)


def _explicit_subscripts(subscripts: str, operands: Any) -> tuple[list[str], str]:
    """Returns the terms of the operands and of the output, with letters for the ellipses."""
    inputs, _, output = subscripts.partition("->")
    terms = inputs.split(",")
    ranks = [len(xp.shape(x)) for x in operands]
    unused = (letter for letter in _LETTERS if letter not in subscripts)
    ellipsis_ranks = [
        rank - len(term.replace("...", "")) for rank, term in zip(ranks, terms, strict=True) if "..." in term
    ]
    ellipsis_rank = max(ellipsis_ranks, default=0)
    ellipsis_letters = "".join(itertools.islice(unused, ellipsis_rank))

    def explicit(term: str, rank: int) -> str:
        own_rank = rank - len(term.replace("...", ""))
        return term.replace("...", ellipsis_letters[ellipsis_rank - own_rank :] if "..." in term else "")

    return (
        [explicit(term, rank) for rank, term in zip(ranks, terms, strict=True)],
        output.replace("...", ellipsis_letters),
    )


def _letter_sizes(terms: list[str], operands: Any) -> dict[str, Any]:
    """Returns the size of each letter's axis, after broadcasting."""
    sizes: dict[str, Any] = {}
    for x, term in zip(operands, terms, strict=True):
        for letter, size in zip(term, xp.sizes(x), strict=True):
            other = sizes.get(letter, 1)
            if isinstance(size, int) and size == 1:
                sizes[letter] = other
            elif isinstance(other, int):
                sizes[letter] = size if other == 1 or is_zero(size) else other
            else:
                sizes[letter] = size if isinstance(size, int) else xp.larger_size(other, size)
    return sizes


def _embed_diagonals(x: Any, letters: str, term: str, sizes: dict[str, Any]) -> Any:
    """Returns x with axes for the repeated letters of a term, which read diagonals: zeros off the diagonals."""
    unused = (letter for letter in _LETTERS if letter not in letters)
    target, eye_terms, eyes = "", [], []
    for letter in term:
        if letter in target:
            duplicate = next(unused)
            eye_terms.append(letter + duplicate)
            eyes.append(xp.eye(sizes[letter], dtype=xp.dtype(x)))
            target += duplicate
        else:
            target += letter
    return xp.einsum(f"{','.join([letters, *eye_terms])}->{target}", x, *eyes)


def _vdot(a: Any, b: Any) -> Any:
    return xp.sum(conj(xp.reshape(a, (-1,))) * xp.reshape(b, (-1,)))


def _kron(a: Any, b: Any) -> Any:
    a_shape, b_shape, shape = shapes.kron_factors(xp.sizes(a), xp.sizes(b))
    return xp.reshape(xp.reshape(a, a_shape) * xp.reshape(b, b_shape), shape)  # pyright: ignore[reportArgumentType]  # known sizes


def _correlate(a: Any, b: Any, mode: str) -> Any:
    if None in (xp.shape(a)[0], xp.shape(b)[0]):
        return _correlate_of_unknown_size(a, b, mode)
    is_swapped = xp.shape(a)[0] < xp.shape(b)[0]
    longer, shorter = (b, a) if is_swapped else (a, b)
    size = xp.shape(shorter)[0]
    longer = xp.pad(longer, (shapes.correlation_padding(xp.shape(longer)[0], size, mode),))
    count = xp.shape(longer)[0] - size + 1
    windows = xp.take(longer, np.arange(count, dtype=np.int32)[:, None] + np.arange(size, dtype=np.int32))
    result = xp.matmul(windows, conj(shorter))
    return conj(xp.flip(result)) if is_swapped else result


def _correlate_of_unknown_size(a: Any, b: Any, mode: str) -> Any:
    """Returns the correlation as a part of that for all shifts: either sequence can be the longer one."""
    own, other = xp.sizes(a)[0], xp.sizes(b)[0]
    padded = xp.pad(a, ((other - 1, other - 1),))
    total = own + other - 1
    windows = xp.take(padded, xp.expand_dims(xp.arange(total), 1) + xp.arange(other))
    every = xp.matmul(windows, conj(b))
    if mode == "full":
        return every
    longer, shorter = xp.larger_size(own, other), xp.smaller_size(own, other)
    before = shorter // 2 if mode == "same" else 0
    count = longer if mode == "same" else longer - shorter + 1
    ahead = shorter - 1 - before
    # If b is the longer one, the shifts are counted from the other end.
    start = xp.where(xp.greater_equal(own, other), ahead, total - ahead - count)
    return every[start : start + count]


RULES = FamilyRules(
    vjps={
        "contraction.einsum": _einsum,
        "contraction.matmul": {
            0: lambda g, y, a, b: xp.matmul(g, adjoint(b)),
            1: lambda g, y, a, b: xp.matmul(adjoint(a), g),
        },
        "contraction.tensordot": _tensordot,
    },
    decompositions={
        "contraction.correlate": _correlate,
        "contraction.kron": _kron,
        "contraction.matmul": _matmul_of_vectors,
        "contraction.vdot": _vdot,
    },
)
