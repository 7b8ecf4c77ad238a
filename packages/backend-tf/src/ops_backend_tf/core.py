"""TensorFlow, family core: conversion, dtype and shape.

Kernels call `tf.raw_ops`, TensorFlow's public functions with the least overhead: on a few elements, tf.add takes more
than twice as long, and tf.reshape six times. What they do not do is done here for all kernels: an operand may be a
Python number, and shapes, axes and permutations are integer tensors, of which small ones are cached (`ints`).
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import context

from ops_backend_tf.meshed import host_value
from ops_backend_tf.native import DTYPES, EAGER, GRAPH
from ops_common import dtypes
from ops_common.operators import Operators
from ops_common.runtime.placement import within

Tensor = Any

_NAMES = {native: name for name, native in DTYPES.items()}
TENSOR_TYPES = (tf.Tensor, tf.Variable)
EXACT_TYPES = (EAGER, GRAPH)
FAST_DTYPES = None
CACHES_BY_EQUALITY = True
NUMBERS = frozenset({bool, int, float, complex})

_FLOAT8 = frozenset(DTYPES[name] for name in dtypes.FLOAT8)


class _RawOps:
    """`tf.raw_ops` without the wrapper that enforces keyword arguments, which takes a tenth of a call's time."""

    def __getattr__(self, name: str) -> Any:
        function = inspect.unwrap(getattr(tf.raw_ops, name))
        setattr(self, name, function)
        return function


raw_ops = _RawOps()


def _execute(_: Any, operation: str, name: None, *inputs: Any) -> Tensor:
    with tf.init_scope():
        return getattr(raw_ops, operation)(*inputs)


# Runs an operation of eager tensors with its default attributes, also while a graph is traced: `execute(
# current_context(), operation, None, *inputs)`, which the functions of `raw_ops` call. TensorFlow looks up the line of
# each Python function on the stack, so one function less saves a quarter of a microsecond. The exceptions are others,
# and a gradient does not know the default attributes.
execute: Any = getattr(pywrap_tfe, "TFE_Py_FastPathExecute", _execute)
current_context: Any = context.context


@functools.lru_cache(maxsize=4096)
def _constant_ints(values: tuple[Any, ...] | int) -> Tensor:
    # Created outside any graph and on the host, where kernels read shapes and axes. If one does not fit 32 bits, all
    # are int64; TensorFlow accepts either, and would reduce the number modulo 2**32 for int32.
    with tf.init_scope(), tf.device("CPU:0"):
        return tf.constant(values, tf.int64 if _is_wide(values) else tf.int32)


@functools.lru_cache(maxsize=4096)
def _is_wide(values: tuple[Any, ...] | int) -> bool:
    """Returns whether one of the integers, including those in tuples, does not fit 32 bits."""
    return any(map(_is_wide, values)) if isinstance(values, tuple) else not -(2**31) <= values < 2**31


def _packed(values: Any) -> Tensor:
    """Returns integers and run-time sizes, also nested in tuples, as a tensor; of int64 if one is, or does not fit
    int32."""
    items = list(_flat(values))
    wide = any(item.dtype == tf.int64 if isinstance(item, tf.Tensor) else _is_wide(item) for item in items)
    native = tf.int64 if wide else tf.int32

    def packed(item: Any) -> Any:
        if isinstance(item, tuple):
            return raw_ops.Pack(values=[packed(part) for part in item], axis=0)
        return raw_ops.Cast(x=item, DstT=native) if isinstance(item, tf.Tensor) else tf.constant(item, native)

    return packed(values)


def _flat(values: Any) -> Iterator[Any]:
    if isinstance(values, tuple):
        for item in values:
            yield from _flat(item)
    else:
        yield values


def dims(shape: tuple[Any, ...]) -> Tensor:
    """Returns a shape as a tensor, of int64 if int32 does not hold a size."""
    try:
        return tf.constant(shape, tf.int64 if _is_wide(shape) else tf.int32)
    except TypeError:  # a run-time size has no hash
        return _packed(shape)


def ints(x: Tensor, values: Any) -> Any:
    """Returns integers as an argument of a kernel on x: a cached tensor if x is eager; in a graph the ints themselves,
    which become constants. Run-time sizes among them are packed into a tensor."""
    try:
        if type(x) is not EAGER and not _is_wide(values):
            return values if values != () else _constant_ints(())  # a constant of () is of floats
        return _constant_ints(values)
    except TypeError:  # a run-time size has no hash
        return _packed(values)


def can_be_read(x: Tensor) -> bool:
    """Returns whether reading x's values now costs no more than a pass over them: x is eager, and on the CPU."""
    return type(x) is EAGER and x.device.endswith("CPU:0")


def scalar(number: Any, native: tf.DType) -> Tensor:
    """Returns a tensor of rank 0."""
    if type(number) is complex and not native.is_complex and native is not tf.bool:
        number = number.real
    if native is tf.bool:
        number = bool(number)
    elif type(number) is bool or (type(number) is float and native.is_integer):
        number = int(number)
    if number == 0 and "-" in str(number) and not native.is_integer and native is not tf.bool:
        # TensorFlow caches scalars by their value, which compares equal for 0.0 and -0.0.
        return tf.constant(np.asarray(number, native.as_numpy_dtype))
    return tf.constant(number, native)  # pyright: ignore[reportArgumentType]  # the stubs do not accept complex numbers


def number_like(number: Any, x: Tensor) -> Tensor:
    """Returns a tensor of rank 0 and x's dtype: for a number before a tensor, whose dtype a graph would derive from the
    number."""
    return scalar(number, x.dtype)


@functools.lru_cache(maxsize=64)
def _kept_zero(sign: float, dtype: tf.DType) -> Tensor:
    with tf.init_scope(), tf.device("CPU:0"):
        return tf.constant(np.asarray(math.copysign(0.0, sign), dtype.as_numpy_dtype))


@functools.lru_cache(maxsize=256)
def _kept_number(number: float, dtype: tf.DType) -> Tensor:
    with tf.init_scope(), tf.device("CPU:0"):
        return scalar(number, dtype)


def constant_like(number: float, x: Tensor) -> Tensor:
    """Returns a tensor of rank 0 and x's dtype, of a number that a kernel always uses, not of a negative zero: a cached
    one if x is eager."""
    return _kept_number(number, x.dtype) if type(x) is EAGER else scalar(number, x.dtype)


def whole(x: Tensor, number: int) -> Tensor:
    """Returns an integer as a tensor, for an argument that has to be one in a graph: a cached one if x is eager."""
    return _constant_ints(number) if type(x) is EAGER else tf.constant(number)


def zero_like(number: float, x: Tensor) -> Tensor:
    """Returns a zero, with its sign, for a number after a tensor: TensorFlow might use the one of the other sign
    (`scalar`)."""
    return _kept_zero(math.copysign(1.0, number), x.dtype) if type(x) is EAGER else number_like(number, x)


def static_shape(x: Tensor) -> list[Any]:
    """Returns the sizes of the axes; None for a size that is unknown in a graph."""
    return x.shape.as_list()


def dynamic_shape(x: Tensor) -> tuple[Any, ...]:
    """Returns the sizes of the axes; an int32 tensor of rank 0 for a size that is unknown in a graph."""
    static = x.shape.as_list()
    if None not in static:
        return tuple(static)
    dynamic = raw_ops.Shape(input=x)
    return tuple(dynamic[i] if size is None else size for i, size in enumerate(static))


def static_sizes(shape: Iterable[Any]) -> list[Any]:
    """Returns sizes, with None in place of run-time sizes."""
    return [size if isinstance(size, int) else None for size in shape]


def devices() -> tuple[str, ...]:
    logical = [d for d in tf.config.list_logical_devices() if d.device_type in ("CPU", "GPU", "TPU")]
    return tuple(sorted(device.name.removeprefix("/device:").lower() for device in logical))


def placed(kernel: Callable[..., Any], name: str, device: str) -> Callable[..., Any]:
    place = "/" + device.upper()

    def there() -> Any:
        return tf.device(place)

    there_kernel = within(there, kernel)

    def run(*args: Any) -> Any:
        result = there_kernel(*args)
        return within(there, result) if callable(result) else result

    return run


def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    if type(value) in NUMBERS and dtype not in dtypes.FLOAT8:
        return scalar(value, DTYPES[dtype])
    return tf.constant(np.asarray(value, dtypes.to_numpy(dtype)))


def convert_to_numpy(x: Tensor) -> Any:
    if type(x) is GRAPH:
        raise TypeError("a tensor has no value while a graph is traced; use ops.where instead of a Python condition")
    try:
        return np.asarray(x)
    except tf.errors.UnimplementedError:  # its parts are on several devices
        return np.asarray(host_value(x))
    except ValueError:  # of rank 0, in a dtype that is not NumPy's own
        return np.asarray(x.numpy())


def cast(x: Tensor, dtype: str) -> Tensor:
    native = DTYPES[dtype]
    if native in _FLOAT8 and not x.dtype.is_floating:
        x = raw_ops.Cast(x=x, DstT=tf.float32)
    if native is tf.bool and x.dtype.is_complex:  # Cast only considers the real part
        return raw_ops.NotEqual(x=x, y=number_like(0, x))
    return raw_ops.Cast(x=x, DstT=native)


def dtype(x: Tensor) -> str:
    try:
        return _NAMES[x.dtype]
    except KeyError:
        return dtypes.standardize(x.dtype)


def shape(x: Tensor) -> tuple[int | None, ...]:
    return tuple(x.shape.as_list())


class Size(Operators, GRAPH):  # pyright: ignore[reportGeneralTypeIssues,reportUntypedBaseClass]  # a class at run time
    """A run-time size: a graph's int32 tensor of rank 0, whose operators promote it as the functions of `ops` do.
    (TensorFlow's own refuse to divide a float tensor by it.) Results that are sizes again have this class, too."""

    __slots__ = ()
    ops_backend = "tensorflow"

    def __hash__(self) -> int:
        raise TypeError("a tensor has no hash while a graph is traced")


def _as_size(x: Tensor) -> Tensor:
    x.__class__ = Size
    return x


_SIZE_OPERATORS = ("add", "sub", "mul", "floordiv", "mod", "pow")


def _size_operator(name: str) -> Callable[[Any, Any], Any]:
    def operate(self: Any, other: Any) -> Any:
        result = getattr(super(Size, self), name)(other)
        return _as_size(result) if is_size(result) and type(other) in (int, Size) else result

    return operate


for _name in _SIZE_OPERATORS:
    for _method in (f"__{_name}__", f"__r{_name}__"):
        setattr(Size, _method, _size_operator(_method))
Size.__neg__ = lambda self: _as_size(super(Size, self).__neg__())
Size.__abs__ = lambda self: _as_size(super(Size, self).__abs__())


def is_size(value: Any) -> bool:
    return isinstance(value, GRAPH) and value.dtype in (tf.int32, tf.int64) and value.shape.rank == 0


def sizes(x: Tensor) -> tuple[Any, ...]:
    return tuple(size if type(size) is int else _as_size(size) for size in dynamic_shape(x))


# TensorFlow's CPU kernels crash the process if memory is not aligned to this (bytes).
_ALIGNED = 64


def from_dlpack(x: Any) -> Tensor:
    if x.__dlpack_device__()[0] == 1 and np.from_dlpack(x).__array_interface__["data"][0] % _ALIGNED:
        raise ValueError("memory that TensorFlow cannot use as it lies: it has to be copied")
    return tf.experimental.dlpack.from_dlpack(x.__dlpack__())


def size(x: Tensor) -> Tensor:
    return _as_size(raw_ops.Size(input=x))
