"""Every record on PyTorch at several sizes, in `ops.jit` with and without ``dynamic=True`` and exported with unknown
sizes, and gradients: the values match those of the eager calls, and the compilations are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, assert_same_result, changes, longer, public_function
from ops_common.testing import BACKENDS, Record, Sample
from ops_common.testing.record import Maker

pytestmark = pytest.mark.skipif("torch" not in BACKENDS, reason="torch is not installed")

OPTIONS = {"torch": {"backend": "aot_eager"}}

# A longer sequence is not sorted, the QR of a matrix with equal columns is not unique, and a traced bincount has
# minlength for its length.
OTHERS = ("bincount", "qr", "searchsorted")

# Functions whose code depends on a relation of sizes, for which torch compiles again when it changes, or on a size.
_RELATION = "depends on which size is larger: "
_STEPS = "there is one step for each element of the axis"
SEVERAL = {
    "trace": "torch compiles for a diagonal without elements, of one element, or of more",
    "correlate": _RELATION + "the operands are exchanged",
    "image.ssim": "torch selects the kernel of a convolution by the batch, 5 times that of the images",
    "image.resize": _RELATION + "images are cropped or padded along one axis to keep their shape",
    "nn.ctc_decode": _STEPS,
    "nn.ctc_loss": _STEPS,
    "nn.dot_product_attention": "torch compares the strides of the bias, which depend on axes of size 1",
    "nn.gru": _STEPS,
    "nn.lstm": _STEPS,
    "rfft": _RELATION + "the tensor is cropped or padded to the transform's length",
    "irfft": _RELATION + "the tensor is cropped or padded to the transform's length",
    "istft": _RELATION + "the signal is cropped or padded to the length",
    "unique": _STEPS,
    "unstack": "the number of results is the size",
    "reshape": "torch compiles for an axis that a reshape keeps, and for a remainder of sizes",
    "split": _RELATION + "an index can be beyond the end",
}

# Functions that torch.export cannot export for all values of some sizes. It raises an error when it exports the
# function, or the program does when it is called with other sizes.
_FEWER = "there must be as many elements as are selected"
_MULTIPLE = "the size must be a multiple of a number"
_LENGTH = "the size must not be less than the transform's length"
EXPORTED_FOR_SOME = {
    "diag": "torch exports for a diagonal of one element, or of more",
    "diff": "there must be more elements than differences are taken",
    "nn.ctc_decode": _STEPS,
    "nn.ctc_loss": _STEPS,
    "irfft": _LENGTH,
    "rfft": _LENGTH,
    "stft": _LENGTH,
    "nn.dot_product_attention": "torch compares the sizes of keys and values",
    "nn.glu": _MULTIPLE,
    "nn.gru": _STEPS,
    "nn.lstm": _STEPS,
    "reshape": _MULTIPLE,
    "split": "an index can be beyond the end",
    "top_k": _FEWER,
    "unstack": "the number of results is the size",
}

# Functions with a result whose shape depends on values.
BY_VALUES = ("nonzero", "unique")

# Functions of images and a kernel, which must not be larger than the images: torch compiles for that.
_OF_KERNELS = ("nn.conv", "nn.conv_transpose", "nn.depthwise_conv", "nn.separable_conv")


class Case(NamedTuple):
    """A call of a record's function, at four sizes."""

    call: Callable[..., Any]
    put: Callable[[Sequence[Any]], Any]
    sets: list[list[Any]]  # of arrays
    axes: tuple[tuple[int, ...], ...]  # that are longer from set to set


def cases(record: Record) -> Iterator[Case]:
    function = public_function(record.path)
    dtype = next((name for name in ("float32", "int32") if name in record.takes), record.takes[0])
    for sample in record.samples(Maker(dtype)):
        arrays, put = sample.arrays()
        if not arrays:
            continue
        arrays = [np.array(x, order="C") for x in arrays]  # torch compiles for other strides again

        def call(*tensors: Any, put: Any = put) -> Any:
            args, kwargs = put(tensors)
            return function(*args, **kwargs)

        for axes in changes(arrays):
            sets = [arrays]
            for count in (2, 2, 3):
                sets.append([longer(x, places, count) for x, places in zip(sets[-1], axes, strict=True)])
            yield Case(call, put, sets, axes)


def results(case: Case) -> list[Any] | None:
    """Returns the eager results; None if the sizes do not fit together. The last size need not: some must be even."""
    values: list[Any] = []
    for arrays in case.sets:
        try:
            values.append(case.call(*map(ops.convert_to_tensor, arrays)))
        except ops.OpsError:
            if len(values) < 3:
                return None
    return values


def records() -> list[Record]:
    return [record for record in RECORDS if record.path not in OTHERS]


def check_jit(record: Record, case: Case, expected: list[Any], dynamic: bool) -> None:
    """Checks the values of a jitted call at each size, and the number of compilations."""
    jitted = ops.jit(case.call, dynamic=dynamic, options=OPTIONS)
    for arrays, result in zip(case.sets, expected, strict=False):
        args, kwargs = case.put(arrays)
        value = jitted(*map(ops.convert_to_tensor, arrays))
        # Two compilations of a function may add in different orders.
        assert_same_result(value, result, record, Sample(tuple(args), kwargs), rounding=50)
    if record.path in SEVERAL or has_other_kernels(record, case):
        return
    # A size of 0 or 1 is never symbolic, also of a result, and axes of one size are one symbol.
    shapes = [shapes_of(result) for result in expected]
    if any(is_small(x, case.axes, shape, shapes[-1]) for x, shape in zip(case.sets, shapes, strict=False)):
        return
    sizes = [x.shape[i] for x, axes in zip(case.sets[0], case.axes, strict=True) for i in axes]
    others = [n for x in case.sets[0] for n in x.shape]
    if all(others.count(n) == sizes.count(n) for n in sizes):
        assert jitted.compilations("torch") <= (1 if dynamic else 2), case.axes


def check_export(record: Record, case: Case, expected: list[Any], folder: Path) -> None:
    """Checks the values of an exported call at each size."""
    import torch

    specs = [
        ops.SymbolicTensor(tuple(None if i in axes else n for i, n in enumerate(x.shape)), str(x.dtype))
        for x, axes in zip(case.sets[0], case.axes, strict=True)
    ]
    if not shapes_of(expected[0]):  # torch.export.load does not accept a program without results
        return
    try:
        path = ops.export(case.call, *specs, path=folder / "function.pt2")
    except ops.UnsupportedError:
        if record.path in EXPORTED_FOR_SOME or record.path in BY_VALUES:
            return
        raise
    loaded = torch.export.load(str(path)).module()
    for arrays, result in zip(case.sets, expected, strict=False):
        if is_small(arrays, case.axes, shapes_of(result), shapes_of(expected[-1])):
            continue
        args, kwargs = case.put(arrays)
        try:
            outputs = loaded(*map(ops.convert_to_tensor, arrays))
        except AssertionError:
            if record.path in EXPORTED_FOR_SOME:
                continue
            raise
        flat = isinstance(result, (list, tuple))
        value, result = (list(outputs), leaves(result)) if flat else (outputs[0], result)
        assert_same_result(value, result, record, Sample(tuple(args), kwargs), rounding=50)


def leaves(result: Any) -> list[Any]:
    return [x for part in result for x in leaves(part)] if isinstance(result, (list, tuple)) else [result]


def shapes_of(result: Any) -> list[tuple[int, ...]]:
    return [ops.shape(x) for x in leaves(result)]


def is_small(arrays: list[Any], axes: tuple[tuple[int, ...], ...], shapes: Any, others: Any) -> bool:
    """Returns whether a size that varies is 0 or 1, for which compilers and exporters need other code."""
    sizes = [x.shape[i] for x, places in zip(arrays, axes, strict=True) for i in places]
    pairs = [(n, m) for a, b in zip(shapes, others, strict=True) for n, m in zip(a, b, strict=True)]
    return min([*sizes, *(n for n, m in pairs if n != m)]) < 2


def has_other_kernels(record: Record, case: Case) -> bool:
    """Returns whether the size of a convolution's kernel varies."""
    return record.path in _OF_KERNELS and any(
        i < x.ndim - 2 for x, axes in zip(case.sets[0][1:], case.axes[1:], strict=True) for i in axes
    )


def has_one_batch(case: Case) -> bool:
    """Returns whether the unknown sizes along axis 0 are equal, as `ops.export` requires."""
    return len({x.shape[0] for x, axes in zip(case.sets[0], case.axes, strict=True) if 0 in axes}) <= 1


@pytest.mark.parametrize("dynamic", [False, True], ids=["plain", "dynamic"])
@pytest.mark.parametrize("record", records(), ids=lambda record: record.path)
def test_jit(record: Record, dynamic: bool) -> None:
    with ops.use_backend("torch"), np.errstate(all="ignore"):
        for case in cases(record):
            expected = results(case)
            if expected is None:
                continue
            try:
                check_jit(record, case, expected, dynamic)
            except ops.UnsupportedError:
                if record.path not in BY_VALUES:
                    raise


@pytest.mark.parametrize("record", records(), ids=lambda record: record.path)
def test_export(record: Record, tmp_path: Path) -> None:
    with ops.use_backend("torch"), np.errstate(all="ignore"):
        for case in cases(record):
            expected = results(case)
            if expected is None or not has_one_batch(case) or has_other_kernels(record, case):
                continue
            check_export(record, case, expected, tmp_path)


def _scan(x: Any) -> Any:
    return ops.scan(lambda carry, row: (carry * 0.5 + row, ops.sin(carry)), ops.zeros_like(x[0]), x)[1]


def _loop(x: Any) -> Any:
    return ops.fori_loop(0, 3, lambda i, y: ops.sin(y) + x, x)


def _segments(x: Any) -> Any:
    return ops.segment_sum(x, ops.arange(ops.shape(x)[0]) % 3, num_segments=3)


def _covariance(x: Any) -> Any:
    return ops.matmul(ops.transpose(x), x) + ops.eye(5)


def _ctc(x: Any) -> Any:
    labels = ops.convert_to_tensor(np.array([[1, 2], [3, 3]], "int32"))
    lengths = ops.convert_to_tensor(np.array([2, 2], "int32"))
    return ops.nn.ctc_loss(labels, x, lengths, ops.full((2,), 4, dtype="int32"))


def _batch_norm(x: Any) -> Any:
    mean, variance = ops.nn.moments(x, (0,))
    return ops.nn.batch_normalization(x, mean, variance, 1)


_IMAGES = [(2, 8, 6, 3), (2, 11, 7, 3), (2, 12, 10, 3)]
_ROWS = [(4, 5), (6, 5), (9, 5)]
_SERIES = [(2, 30), (2, 45), (2, 50)]
_SEQUENCES = [(2, 6, 5), (2, 8, 5), (2, 11, 5)]
_KERNEL = np.random.default_rng(1).normal(size=(3, 3, 3, 2)).astype("float32")
_MATRIX = np.random.default_rng(2).normal(size=(5, 3)).astype("float32")

# Differentiable functions of one tensor, and three shapes of it.
GRADIENTS: dict[str, tuple[Callable[[Any], Any], list[tuple[int, ...]]]] = {
    "softmax": (ops.nn.softmax, _ROWS),
    "softmax over the rows": (lambda x: ops.nn.softmax(x, 0), _ROWS),
    "log_softmax": (lambda x: ops.nn.log_softmax(x, (0, 1)), _ROWS),
    "sparsemax": (ops.nn.sparsemax, [(4, 5), (4, 6), (4, 9)]),
    "layer_normalization": (lambda x: ops.nn.layer_normalization(x, axis=0), _ROWS),
    "rms_normalization": (ops.nn.rms_normalization, [(4, 5), (4, 7), (4, 8)]),
    "batch_normalization": (_batch_norm, _ROWS),
    "normalize": (lambda x: ops.nn.normalize(x, 0), _ROWS),
    "conv": (lambda x: ops.nn.conv(x, _KERNEL, 2, "same"), _IMAGES),
    "conv valid": (lambda x: ops.nn.conv(x, _KERNEL, 1, "valid", dilation_rate=2), _IMAGES),
    "depthwise_conv": (lambda x: ops.nn.depthwise_conv(x, _KERNEL, 1, "same"), _IMAGES),
    "conv_transpose": (lambda x: ops.nn.conv_transpose(x[..., :2], _KERNEL, 2, "same"), _IMAGES),
    "max_pool": (lambda x: ops.nn.max_pool(x, 3, 2, "same"), _IMAGES),
    "average_pool": (lambda x: ops.nn.average_pool(x, 2, 2, "same"), _IMAGES),
    "adaptive_average_pool": (lambda x: ops.nn.adaptive_average_pool(x, 2), _IMAGES),
    "attention": (lambda q: ops.nn.dot_product_attention(q, q, q), [(2, n, 3, 5) for n in (4, 6, 7)]),
    "causal attention": (
        lambda q: ops.nn.dot_product_attention(q, q, q, is_causal=True),
        [(2, n, 3, 5) for n in (4, 6, 7)],
    ),
    "resize nearest": (lambda x: ops.image.resize(x, (4, 3), interpolation="nearest"), _IMAGES),
    "resize bilinear": (lambda x: ops.image.resize(x, (4, 3), antialias=True), _IMAGES),
    "resize bicubic": (lambda x: ops.image.resize(x, (4, 3), interpolation="bicubic"), _IMAGES),
    "gaussian_blur": (ops.image.gaussian_blur, _IMAGES),
    "sobel_edges": (ops.image.sobel_edges, _IMAGES),
    "extract_patches": (lambda x: ops.image.extract_patches(x, 3, padding="same"), _IMAGES),
    "ssim": (lambda x: ops.image.ssim(x, x * 0.9, filter_size=3), _IMAGES),
    "affine_transform": (
        lambda x: ops.image.affine_transform(
            x, ops.convert_to_tensor(np.array([[1, 0.1, 0.3, 0, 0.9, 0.2, 0, 0]] * 2, "float32"))
        ),
        _IMAGES,
    ),
    "take": (lambda x: ops.take(x, np.array([0, 3, 1, 3]), 0), _ROWS),
    "take_along_axis": (lambda x: ops.take_along_axis(x, ops.argsort(x, 0), 0), _ROWS),
    "slice": (lambda x: ops.slice(x, (1, 0), (2, 3)), _ROWS),
    "flip": (lambda x: ops.flip(x, 0), _ROWS),
    "scatter_update": (lambda x: ops.scatter_update(x, np.array([[1], [2]]), ops.sin(x[:2])), _ROWS),
    "cumsum": (lambda x: ops.cumsum(x, 0), _ROWS),
    "cumprod": (lambda x: ops.cumprod(x, 0), _ROWS),
    "sort": (lambda x: ops.sort(x, 0), _ROWS),
    "top_k": (lambda x: ops.top_k(x, 2)[0], _ROWS),
    "median": (lambda x: ops.median(x, 0), _ROWS),
    "max": (lambda x: ops.max(x, 0), _ROWS),
    "std": (lambda x: ops.std(x, 0), _ROWS),
    "logsumexp": (lambda x: ops.logsumexp(x, 0), _ROWS),
    "norm": (lambda x: ops.norm(x, axis=0), _ROWS),
    "norm of matrices": (lambda x: ops.norm(x, 1, (0, 1)), _ROWS),
    "einsum": (lambda x: ops.einsum("ni,ij,nk->njk", x, _MATRIX, x), _ROWS),
    "matmul": (lambda x: ops.matmul(x, ops.transpose(x)), _ROWS),
    "correlate": (lambda x: ops.correlate(x, np.array([1.0, 0.5, 0.2], "float32"), "same"), [(4,), (6,), (9,)]),
    "segment_sum": (_segments, _ROWS),
    "pad": (lambda x: ops.pad(x, ((1, 2), (0, 1))), _ROWS),
    "pad reflect": (lambda x: ops.pad(x, ((1, 2), (0, 1)), "reflect"), _ROWS),
    "roll": (lambda x: ops.roll(x, 2, 0), _ROWS),
    "repeat": (lambda x: ops.repeat(x, 2, 0), _ROWS),
    "array_split": (lambda x: ops.array_split(x, 3, 0)[0], [(8, 5), (10, 5), (12, 5)]),
    "diff": (lambda x: ops.diff(x, axis=0), _ROWS),
    "trapezoid": (lambda x: ops.trapezoid(x, axis=0), _ROWS),
    "one_hot": (lambda x: ops.one_hot(ops.argmax(x, -1), ops.shape(x)[0]) * ops.sum(x), _ROWS),
    "stft": (lambda x: ops.stft(x, 16, 8, 16)[0], _SERIES),
    "rfft": (lambda x: ops.rfft(x, 16)[0], _SERIES),
    "ctc_loss": (_ctc, _SEQUENCES),
    "categorical_crossentropy": (
        lambda x: ops.nn.categorical_crossentropy(ops.nn.softmax(x), ops.nn.softmax(x)),
        _ROWS,
    ),
    "scan": (_scan, _ROWS),
    "fori_loop": (_loop, _ROWS),
    "associative_scan": (lambda x: ops.associative_scan(ops.add, x), _ROWS),
    "vectorized_map": (lambda x: ops.vectorized_map(lambda row: ops.cumsum(row) * row[0], x), _ROWS),
    "dropout": (lambda x: ops.random.dropout(x, 0.5, seed=3), _ROWS),
    "cholesky": (lambda x: ops.cholesky(_covariance(x)), _ROWS),
    "solve": (lambda x: ops.solve(_covariance(x), ops.transpose(x)), _ROWS),
    "pinv": (ops.pinv, _ROWS),
    "singular values": (lambda x: ops.svd(x, compute_uv=False), _ROWS),
}
# Gradients that torch compiles for each size.
SEVERAL_GRADIENTS = {
    "associative_scan": "there is one more step when the size doubles",
    "cumprod": "torch's gradient has a step for each element",
    "ctc_loss": _STEPS,
    "pinv": _RELATION + "torch's gradient has other terms if there are more rows than columns",
    "scan": _STEPS + ", because torch's gradients of the scan operator are wrong",
    "singular values": _RELATION + "torch's gradient has other terms if there are more rows than columns",
}


@pytest.mark.parametrize("dynamic", [False, True], ids=["plain", "dynamic"])
@pytest.mark.parametrize("name", GRADIENTS)
def test_gradient(name: str, dynamic: bool) -> None:
    function, shapes = GRADIENTS[name]

    def loss(x: Any) -> Any:
        return ops.sum(ops.square(function(x)))

    with ops.use_backend("torch"):
        gradient: Any = ops.grad(loss)
        jitted = ops.jit(gradient, dynamic=dynamic, options=OPTIONS)
        for i, shape in enumerate(shapes):
            x = ops.convert_to_tensor(np.random.default_rng(i).uniform(0.1, 1.0, shape).astype("float32"))
            result, expected = ops.convert_to_numpy(jitted(x)), ops.convert_to_numpy(gradient(x))
            np.testing.assert_allclose(result, expected, rtol=1e-3, atol=1e-4)
        if name not in SEVERAL_GRADIENTS:
            assert jitted.compilations("torch") <= (1 if dynamic else 2)
