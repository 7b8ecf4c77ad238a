"""Rules of products that sum over axes; see `rules`."""

from __future__ import annotations

from collections import Counter
from typing import Any

import torch

from ops_backend_torch.distribution.local import Labels, Plan, Rule

Tensor = Any


def matmul(x1: Tensor, x2: Tensor) -> Plan | None:
    if not x1.dim() or not x2.dim():
        return None
    first = ("sum",) if x1.dim() == 1 else ("rows", "sum")
    second = ("sum",) if x2.dim() == 1 else ("sum", "columns")
    stacks = [x.shape[: x.dim() - len(own)] for x, own in ((x1, first), (x2, second))]
    rank = max(map(len, stacks))
    sizes = torch.broadcast_shapes(*stacks)
    leading: list[Labels] = [
        tuple(i if size == sizes[i] else None for i, size in enumerate(shape, rank - len(shape))) for shape in stacks
    ]
    result: Labels = (*range(rank), *(() if x1.dim() == 1 else ("rows",)), *(() if x2.dim() == 1 else ("columns",)))
    return Plan([(*leading[0], *first), (*leading[1], *second)], result)


def _dot(x1: Tensor, x2: Tensor) -> Plan | None:
    if not x1.dim() or not x2.dim():
        return None
    first: Labels = tuple(("first", i) for i in range(x1.dim() - 1))
    second: Labels = tuple(("second", i) for i in range(x2.dim()))
    axis = 0 if x2.dim() == 1 else x2.dim() - 2
    return Plan(
        [(*first, "sum"), (*second[:axis], "sum", *second[axis + 1 :])], (*first, *second[:axis], *second[axis + 1 :])
    )


def _tensordot(x1: Tensor, x2: Tensor, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Plan:
    summed = [[axis % x.dim() for axis in given] for x, given in zip((x1, x2), axes, strict=True)]
    operands = [
        tuple(("sum", given.index(i)) if i in given else (place, i) for i in range(x.dim()))
        for place, (x, given) in enumerate(zip((x1, x2), summed, strict=True))
    ]
    result: Labels = tuple(label for labels in operands for label in labels if label[0] != "sum")
    return Plan(operands, result)


def _einsum(subscripts: str, *operands: Tensor) -> Plan:
    given, _, result = subscripts.replace(" ", "").partition("->")
    terms = given.split(",")
    if "->" not in subscripts:
        counts = Counter(letter for letter in given if letter.isalpha())
        result = "..." * ("..." in given) + "".join(sorted(letter for letter, n in counts.items() if n == 1))
    ranks = [x.dim() - len(term.replace("...", "")) for x, term in zip(operands, terms, strict=True)]
    rest = max(ranks, default=0)

    def labels_of(term: str, rank: int) -> Labels:
        before, ellipsis, after = term.partition("...")
        middle = [("...", i) for i in range(rest - rank, rest)] if ellipsis else []
        return (*before, *middle, *after)

    sizes: dict[Any, int] = {}
    labels = [labels_of(term, rank) for term, rank in zip(terms, ranks, strict=True)]
    for x, own in zip(operands, labels, strict=True):
        for label, size in zip(own, x.shape, strict=True):
            sizes[label] = max(size, sizes.get(label, 1))
    repeated = {label for own in labels for label, n in Counter(own).items() if n > 1}
    return Plan(
        [
            tuple(
                label if size == sizes[label] and label not in repeated else None
                for label, size in zip(own, x.shape, strict=True)
            )
            for x, own in zip(operands, labels, strict=True)
        ],
        labels_of(result, rest),
    )


def _cdist(x: Tensor, y: Tensor) -> Plan | None:
    if x.shape[:-2] != y.shape[:-2]:
        return None
    leading = tuple(range(x.dim() - 2))
    return Plan([(*leading, "rows", None), (*leading, "columns", None)], (*leading, "rows", "columns"))


CONTRACTIONS: dict[str, Rule] = {
    "contraction.matmul": matmul,
    "contraction.dot": _dot,
    "contraction.tensordot": _tensordot,
    "contraction.einsum": _einsum,
    "contraction.cdist": _cdist,
}
