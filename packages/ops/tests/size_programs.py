"""Small programs whose inputs have sizes that are unknown while a function is traced.

Each program is a function of a namespace with the names of keras.ops, a namespace with those of keras.random, and its
inputs. keras 3.15.1 runs all of them on TensorFlow in a `tf.function` whose signature has None for these sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Program(NamedTuple):
    """A program.

    Attributes:
        function: the program.
        specs: the shape and dtype of each input; "a" and "b" are the unknown sizes.
        sizes: the values of "a" and "b" of each call.
        make: from the shape to the values of an input; None for normal variates.
    """

    function: Callable[..., Any]
    specs: tuple[tuple[tuple[Any, ...], str], ...]
    sizes: tuple[dict[str, int], ...]
    make: Callable[[tuple[int, ...]], Any] | None = None

    def inputs(self, call: int) -> list[Any]:
        """Returns the arrays of one call."""
        arrays: list[Any] = []
        for i, (shape, dtype) in enumerate(self.specs):
            known: Any = tuple(self.sizes[call].get(size, size) for size in shape)
            if self.make is not None and (i or len(self.specs) == 1):
                arrays.append(np.asarray(self.make(known), dtype))
            else:
                arrays.append(np.random.default_rng(i).normal(size=known).astype(dtype))
        return arrays

    def shapes(self) -> list[tuple[int | None, ...]]:
        """Returns the inputs' shapes with None for unknown sizes."""
        return [tuple(size if isinstance(size, int) else None for size in shape) for shape, _ in self.specs]


PROGRAMS: dict[str, Program] = {}


def program(*shapes: Any, sizes: Any = ((5, 6), (3, 9)), make: Any = None) -> Any:
    """Registers a program for inputs of these shapes; a dtype other than float32 is a shape's last item."""
    specs = tuple((s[:-1], s[-1]) if s and s[-1] in ("int32", "bool") else (s, "float32") for s in shapes)
    calls = tuple(dict(zip("ab", pair, strict=True)) for pair in sizes)

    def register(function: Any) -> Any:
        PROGRAMS[function.__name__] = Program(function, specs, calls, make)
        return function

    return register


@program(("a", 4, 3))
def class_token(ops: Any, random: Any, x: Any) -> Any:
    token = ops.reshape(ops.arange(3, dtype="float32"), (1, 1, 3))
    return ops.concatenate([ops.broadcast_to(token, (ops.shape(x)[0], 1, 3)), x], axis=1)


@program(("a", 4, 3))
def column_of_zeros(ops: Any, random: Any, x: Any) -> Any:
    return ops.concatenate([ops.reshape(x, (-1, 12)), ops.zeros((ops.shape(x)[0], 1))], axis=1)


@program(("a", 8, 8, 2))
def patches(ops: Any, random: Any, x: Any) -> Any:
    batch = ops.shape(x)[0]
    grid = ops.transpose(ops.reshape(x, (batch, 2, 4, 2, 4, 2)), (0, 1, 3, 2, 4, 5))
    return ops.reshape(grid, (batch, 4, 32))


@program(("a", "b", 4))
def positional_encoding(ops: Any, random: Any, x: Any) -> Any:
    positions = ops.cast(ops.arange(ops.shape(x)[1]), "float32")
    angles = ops.expand_dims(positions, 1) / ops.power(100.0, ops.arange(2, dtype="float32"))
    return x + ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)


@program(("a", "b", 4))
def causal_attention(ops: Any, random: Any, x: Any) -> Any:
    steps = ops.arange(ops.shape(x)[1])
    scores = ops.matmul(x, ops.transpose(x, (0, 2, 1)))
    scores = ops.where(ops.expand_dims(steps, 1) >= steps, scores, -1e9)
    return ops.matmul(ops.softmax(scores), x)


@program(("a", "b", 2), ("a", "int32"), make=lambda shape: np.arange(shape[0]) + 1)
def masked_mean(ops: Any, random: Any, x: Any, lengths: Any) -> Any:
    mask = ops.arange(ops.shape(x)[1]) < ops.expand_dims(lengths, 1)
    total = ops.sum(ops.where(ops.expand_dims(mask, -1), x, 0.0), axis=1)
    return total / ops.cast(ops.expand_dims(lengths, 1), "float32")


@program(("a", "b", 2))
def pad_to_a_multiple(ops: Any, random: Any, x: Any) -> Any:
    return ops.pad(x, [[0, 0], [0, (-ops.shape(x)[1]) % 4], [0, 0]])


@program(("a", 3))
def labels_of_a_batch(ops: Any, random: Any, x: Any) -> Any:
    count = ops.shape(x)[0]
    return ops.matmul(ops.one_hot(ops.arange(count) // 2, count), x)


@program(("a", "b", 4))
def flatten_and_unflatten(ops: Any, random: Any, x: Any) -> Any:
    batch, steps, features = ops.shape(x)
    rows = ops.reshape(x, (batch * steps, features))
    return ops.reshape(ops.tanh(rows * 2.0), (batch, steps, features))


@program(("a", "b", 4))
def statistics_of_a_batch(ops: Any, random: Any, x: Any) -> Any:
    count = ops.cast(ops.shape(x)[0] * ops.shape(x)[1], "float32")
    mean = ops.sum(x, axis=(0, 1)) / count
    return ops.sum(ops.square(x - mean), axis=(0, 1)) / (count - 1.0)


@program(("a", "b"), ("a", "int32"), make=lambda shape: np.arange(shape[0]) % 4)
def one_element_of_each_row(ops: Any, random: Any, x: Any, columns: Any) -> Any:
    rows = ops.arange(ops.shape(x)[0])
    return ops.take(ops.reshape(x, (-1,)), rows * ops.shape(x)[1] + columns)


@program(("a", 50))
def dropout(ops: Any, random: Any, x: Any) -> Any:
    return random.dropout(ops.ones_like(x), 0.5, seed=3) > 0


@program(("a", 3))
def shuffle(ops: Any, random: Any, x: Any) -> Any:
    return ops.sort(random.shuffle(x, seed=3), axis=0)


@program(("a", "b"))
def noise(ops: Any, random: Any, x: Any) -> Any:
    return ops.abs(random.normal(ops.shape(x), seed=3)) + ops.abs(random.uniform(ops.shape(x), seed=4)) >= 0


@program(("a", 40))
def short_time_spectrum(ops: Any, random: Any, x: Any) -> Any:
    real, imaginary = ops.stft(x, 8, 4, 8)
    return ops.stack([real, imaginary])


@program(("a", "b"), sizes=((3, 40), (2, 28)))
def short_time_spectrum_of_any_length(ops: Any, random: Any, x: Any) -> Any:
    return ops.stft(x, 8, 4, 8)[0]


@program(("a", "b"), sizes=((5, 8), (3, 10)))
def spectrum(ops: Any, random: Any, x: Any) -> Any:
    return ops.stack(ops.rfft(x))


@program(("a", 7, 5), ("a", 3, "int32"), make=lambda shape: np.arange(np.prod(shape)).reshape(shape) % 4 + 1)
def ctc(ops: Any, random: Any, outputs: Any, targets: Any) -> Any:
    batch = ops.shape(outputs)[0]
    return ops.ctc_loss(targets, outputs, ops.full((batch,), 3, "int32"), ops.full((batch,), 7, "int32"))


@program((8, "a"))
def running_sums(ops: Any, random: Any, x: Any) -> Any:
    return ops.associative_scan(lambda left, right: left + right, x)


@program(("a", 3))
def scatter_rows(ops: Any, random: Any, x: Any) -> Any:
    rows = ops.expand_dims(ops.arange(ops.shape(x)[0]), 1)
    return ops.scatter_update(ops.zeros_like(x), rows, ops.cumsum(x, axis=0))


def _resizing(name: str, **options: Any) -> None:
    def resize(ops: Any, random: Any, images: Any) -> Any:
        return ops.image.resize(images, (5, 7), **options)

    resize.__name__ = name
    program((2, "a", "b", 3), sizes=((9, 11), (12, 8)))(resize)


_resizing("resize_bilinear")
_resizing("resize_antialias", antialias=True)
_resizing("resize_bicubic", interpolation="bicubic")
_resizing("resize_lanczos", interpolation="lanczos3")
_resizing("resize_nearest", interpolation="nearest")
_resizing("resize_crop", crop_to_aspect_ratio=True)
_resizing("resize_pad", pad_to_aspect_ratio=True)


@program(("a", "b", 2))
def beams(ops: Any, random: Any, x: Any) -> Any:
    batch, steps, features = ops.shape(x)
    tiled = ops.tile(ops.expand_dims(x, 1), (1, 3, 1, 1))
    return ops.reshape(tiled, (batch * 3, steps, features))


@program(("a", 4))
def contrastive_loss(ops: Any, random: Any, x: Any) -> Any:
    logits = ops.matmul(x, ops.transpose(x))
    return -ops.sum(ops.log_softmax(logits) * ops.eye(ops.shape(x)[0])) / ops.cast(ops.shape(x)[0], "float32")


@program(("a", "b", 3))
def later_half(ops: Any, random: Any, x: Any) -> Any:
    return x[:, ops.shape(x)[1] // 2 :]


@program(("a", "b"))
def all_but_the_last(ops: Any, random: Any, x: Any) -> Any:
    batch, steps = ops.shape(x)
    return ops.slice(x, (0, 0), (batch, steps - 1))


@program(("a", "b"))
def previous_step(ops: Any, random: Any, x: Any) -> Any:
    return ops.slice_update(ops.zeros_like(x), (0, 1), x[:, :-1])


@program(("a", 3), ("a", "int32"), make=lambda shape: np.arange(shape[0]) // 2)
def sums_by_group(ops: Any, random: Any, x: Any, groups: Any) -> Any:
    sums = ops.segment_sum(x, groups, num_segments=ops.shape(x)[0])
    return ops.take(sums, groups, axis=0)


@program((2, "a", "b", 3))
def coordinates(ops: Any, random: Any, images: Any) -> Any:
    batch, height, width, _ = ops.shape(images)
    columns, rows = ops.meshgrid(ops.arange(width), ops.arange(height))
    grid = ops.cast(ops.stack([rows, columns], axis=-1), "float32")
    return ops.concatenate([images, ops.broadcast_to(grid, (batch, height, width, 2))], axis=-1)


@program(("a", "b", 2))
def recurrence(ops: Any, random: Any, x: Any) -> Any:
    start = ops.zeros((ops.shape(x)[0], 2))
    return ops.scan(lambda state, step: (state * 0.5 + step, state), start, ops.transpose(x, (1, 0, 2)))[0]


@program(("a", 3))
def counting_loop(ops: Any, random: Any, x: Any) -> Any:
    return ops.fori_loop(0, ops.shape(x)[0], lambda i, total: total * 0.5 + ops.take(x, i, axis=0), ops.zeros((3,)))


@program(("a", "b"))
def cumulative_mean(ops: Any, random: Any, x: Any) -> Any:
    return ops.cumsum(x, axis=1) / ops.arange(1, ops.shape(x)[1] + 1, dtype="float32")


@program(("a", 3))
def relative_positions(ops: Any, random: Any, x: Any) -> Any:
    steps = ops.arange(ops.shape(x)[0])
    distance = ops.clip(ops.expand_dims(steps, 0) - ops.expand_dims(steps, 1), -2, 2) + 2
    return ops.take(ops.arange(5, dtype="float32"), distance, axis=0)


@program(("a", 4, 4, 2))
def upsample(ops: Any, random: Any, x: Any) -> Any:
    return ops.repeat(ops.repeat(x, 2, axis=1), 2, axis=2)


@program(("a", "b"))
def largest_elements(ops: Any, random: Any, x: Any) -> Any:
    return ops.top_k(x, 2)[0]


@program(("a", "b"))
def share_of_positive_elements(ops: Any, random: Any, x: Any) -> Any:
    return ops.cast(ops.count_nonzero(x > 0), "float32") / ops.cast(ops.size(x), "float32")


@program(("a", "b"))
def padding_mask(ops: Any, random: Any, x: Any) -> Any:
    return ops.logical_and(ops.ones(ops.shape(x), dtype="bool"), ops.tril(ops.full(ops.shape(x), 1.0)) > 0)
