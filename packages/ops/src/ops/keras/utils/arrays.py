"""Functions of keras.utils on arrays: NumPy in, NumPy out, and tensors in, tensors out."""

from __future__ import annotations

import operator
import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

import ops
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.tensors import seeds


def _is_tensor(x: Any) -> bool:
    return not isinstance(x, np.ndarray) and (isinstance(x, ops.Variable) or ops.is_tensor(x))


def normalize(x: Any, axis: int = -1, order: Any = 2) -> Any:
    """Returns x divided by its norm along an axis; zero vectors remain zero.

    Args:
        x: a tensor, or an array or nested list, for which the result is a NumPy array.
        axis: the axis.
        order: the order of the norm, as for `ops.norm`.

    Example:
        >>> from ops import keras
        >>> keras.utils.normalize([[3.0, 4.0]])
        array([[0.6, 0.8]])
    """
    if _is_tensor(x):
        norm = ops.norm(x, ord=order, axis=axis, keepdims=True)
        return ops.divide(x, ops.where(ops.equal(norm, 0), ops.ones_like(norm), norm))
    array = np.atleast_1d(np.asarray(x))
    norm = np.atleast_1d(np.linalg.norm(array, order, axis, keepdims=True))
    return array / np.where(norm == 0, 1, norm)


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Returns one-hot vectors of class numbers, of shape ``(*shape, num_classes)`` without a last axis of size 1 of x.

    Args:
        x: class numbers: a tensor, or an array or nested list, for which the result is a NumPy array.
        num_classes: the number of classes; None for the largest class number plus one.

    Raises:
        ArgumentError: a class number of an array or list is not an integer below `num_classes`, or there is no class
            number to count the classes from.
        ArgumentTypeError: x is symbolic and `num_classes` is None.

    Example:
        >>> from ops import keras
        >>> keras.utils.to_categorical([2, 0], 3)
        array([[0., 0., 1.],
               [1., 0., 0.]])
    """
    if _is_tensor(x):
        shape = ops.shape(x)
        if len(shape) > 1 and shape[-1] == 1:
            x = ops.squeeze(x, -1)
        if num_classes is None:
            num_classes = int(np.max(ops.convert_to_numpy(x))) + 1
        return ops.one_hot(ops.cast(x, "int32"), num_classes)
    labels = np.asarray(x)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if num_classes is None:
        if labels.size == 0:
            raise ArgumentError("to_categorical: num_classes must be given for an empty x")
        num_classes = int(labels.max()) + 1
    whole = labels.astype(np.int64)
    if labels.size and (np.any(whole != labels) or whole.min() < -num_classes or whole.max() >= num_classes):
        raise ArgumentError(f"to_categorical: class numbers must be integers below num_classes={num_classes}")
    return np.eye(num_classes)[whole]


def pad_sequences(
    sequences: Iterable[Iterable[Any]],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: str = "pre",
    truncating: str = "pre",
    value: Any = 0.0,
) -> Any:
    """Returns a NumPy array of sequences, padded or truncated to the same length.

    Args:
        sequences: the sequences, of numbers or of arrays of one shape.
        maxlen: the length; None for that of the longest.
        dtype: the NumPy dtype of the result.
        padding: "pre" or "post": where `value` is added.
        truncating: "pre" or "post": where items are removed.
        value: the value that is added.

    Raises:
        ArgumentError: sequences, or one of them, is not iterable, or padding or truncating is unknown.
        ShapeError: the items have different shapes.

    Example:
        >>> from ops import keras
        >>> keras.utils.pad_sequences([[1], [2, 3, 4]], maxlen=2)
        array([[0, 1],
               [3, 4]], dtype=int32)
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ArgumentError(f'pad_sequences: {name} must be "pre" or "post"; got {side!r}')
    try:
        rows = [list(sequence) for sequence in sequences]
    except TypeError:
        raise ArgumentError("pad_sequences: sequences must be a list of sequences") from None
    length = max(map(len, rows), default=0) if maxlen is None else operator.index(maxlen)
    shapes = {np.shape(item) for row in rows for item in row}
    if len(shapes) > 1:
        raise ShapeError(f"pad_sequences: items must have one shape; got {sorted(shapes)}")
    item_shape: tuple[int, ...] = next(iter(shapes), ())
    padded = np.full((len(rows), length, *item_shape), value, dtype)
    for position, row in enumerate(rows):
        kept = row[max(len(row) - length, 0) :] if truncating == "pre" else row[:length]
        if kept:
            start = length - len(kept) if padding == "pre" else 0
            padded[position, start : start + len(kept)] = np.asarray(kept, padded.dtype)
    return padded


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """Returns the tuple (x, y) or (x, y, sample_weight); x alone if there is no y, in a tuple if it is a list or tuple.

    Example:
        >>> from ops import keras
        >>> keras.utils.pack_x_y_sample_weight(1, 2)
        (1, 2)
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """Returns (x, y, sample_weight) of what `pack_x_y_sample_weight` returns, with None for what is not there.

    Raises:
        ArgumentError: data is a list or tuple that does not have 1 to 3 items.

    Example:
        >>> from ops import keras
        >>> keras.utils.unpack_x_y_sample_weight((1, 2))
        (1, 2, None)
    """
    if not isinstance(data, (list, tuple)):
        return data, None, None
    items: Sequence[Any] = data
    if not 1 <= len(items) <= 3:
        raise ArgumentError(f"data must be x, (x,), (x, y) or (x, y, sample_weight); got {len(items)} items")
    x, y, sample_weight = (*items, None, None)[:3]
    return x, y, sample_weight


def set_random_seed(seed: int) -> None:
    """Seeds Python's and NumPy's global generators, and the generator that `ops.random` uses for ``seed=None``.

    The framework's own global generator is not changed: `ops` does not draw from it.

    Raises:
        ArgumentTypeError: the seed is not an integer.
        ArgumentError: it is negative or not below 2**32.

    Example:
        >>> from ops import keras
        >>> keras.utils.set_random_seed(7)
    """
    try:
        number = operator.index(seed)
    except TypeError:
        raise ArgumentTypeError(f"seed must be an integer; got {seed!r}") from None
    if not 0 <= number < 2**32:
        raise ArgumentError(f"seed must be at least 0 and less than 2**32; got {number}")
    random.seed(number)
    np.random.seed(number)
    seeds.default.restart(number)
