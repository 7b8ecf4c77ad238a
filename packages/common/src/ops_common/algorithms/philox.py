"""Philox 4x32-10, the counter-based generator of the portable random numbers, with NumPy (backends numpy, openvino).

J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011),
https://doi.org/10.1145/2063384.2063405. Block b of a draw is Philox of the counter (b mod 2**32, b / 2**32, stream,
step) under the key given by the seed; its four words are adjacent in the output.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.host.parallel import share

MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)  # added to the key's words in each round
ROUNDS = 10
MASK = 0xFFFFFFFF
_BLOCKS = 1 << 12  # computed at a time: intermediate arrays fit in the cache

Array = np.ndarray[Any, Any]


def keys(key0: int, key1: int) -> list[tuple[int, int]]:
    """Returns the words of the key in each round."""
    return [((key0 + r * WEYL[0]) & MASK, (key1 + r * WEYL[1]) & MASK) for r in range(ROUNDS)]


def block(counter: Sequence[int], key: Sequence[int]) -> list[int]:
    """Returns the four output words for a counter of four words under a key of two."""
    c = list(counter)
    for k0, k1 in keys(*key):
        first, second = c[0] * MULTIPLIERS[0], c[2] * MULTIPLIERS[1]
        c = [second >> 32 ^ c[1] ^ k0, second & MASK, first >> 32 ^ c[3] ^ k1, first & MASK]
    return c


def draw(count: int, key0: int, key1: int, stream: int, step: int, form: str) -> Array:
    """Returns what `random.philox` of the contract does: words in int64, or numbers in [0, 1)."""
    return draw_part(0, count, key0, key1, stream, step, form)


def blocks(start: int, count: int, form: str) -> tuple[int, int, int, int]:
    """Returns which blocks hold a part of a draw: the first one, how many there are, which of their words is the part's
    first, and its number of words."""
    width = 2 if form == "float64" else 1
    first, skipped = divmod(start * width, 4)
    words = count * width
    return first, -(-(skipped + words) // 4), skipped, words


def draw_part(start: int, count: int, key0: int, key1: int, stream: int, step: int, form: str) -> Array:
    """Returns what `random.philox_part` of the contract does."""
    block, rows, skipped, words = blocks(start, count, form)
    out = np.empty((rows, 4), np.float32 if form == "float32" else np.int64)
    rounds = [(np.uint64(a), np.uint64(b)) for a, b in keys(int(key0), int(key1))]

    def work(part: slice) -> None:
        for start in range(part.start, part.stop, _BLOCKS):
            _fill(out[start : min(start + _BLOCKS, part.stop)], block + start, rounds, stream, step)

    share(work, rows, 16)
    flat = out.reshape(-1)[skipped : skipped + words]
    return _doubles(flat) if form == "float64" else flat


def _doubles(words: Array) -> Array:
    """Returns pairs of words as numbers of 53 bits."""
    return ((words[0::2] >> 5) * 67108864.0 + (words[1::2] >> 6)) * 2.0**-53


def _fill(out: Array, start: int, rounds: list[tuple[Any, Any]], stream: int, step: int) -> None:
    first, second = (np.uint64(m) for m in MULTIPLIERS)
    low, half = np.uint64(MASK), np.uint64(32)
    places = np.arange(start, start + len(out), dtype=np.uint64)
    c = [places & low, places >> half, np.full_like(places, stream & MASK), np.full_like(places, int(step) & MASK)]
    products = np.empty_like(places), np.empty_like(places)
    for k0, k1 in rounds:
        np.multiply(c[0], first, out=products[0])
        np.multiply(c[2], second, out=products[1])
        np.right_shift(products[1], half, out=c[0])
        np.bitwise_xor(c[0], c[1], out=c[0])
        np.bitwise_xor(c[0], k0, out=c[0])
        np.bitwise_and(products[1], low, out=c[1])
        np.right_shift(products[0], half, out=c[2])
        np.bitwise_xor(c[2], c[3], out=c[2])
        np.bitwise_xor(c[2], k1, out=c[2])
        np.bitwise_and(products[0], low, out=c[3])
    for i, word in enumerate(c):
        if out.dtype == np.float32:
            np.right_shift(word, np.uint64(8), out=word)
            np.multiply(word, 2.0**-24, out=out[:, i], casting="unsafe")  # 24 bits: exact
        else:
            out[:, i] = word
