"""JAX, family core. Kernels are functions compiled once and cached, which is faster than the functions of jax.numpy.

JAX disables 64-bit dtypes by default, and this backend does not change that: calls that involve them are made through
`call`.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.core
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax._compat import enable_x64, fused
from ops_backend_jax.programs import compiled
from ops_common import dtypes
from ops_common.runtime.placement import within

Tensor = Any

DTYPES = {name: dtypes.to_numpy(name) for name in dtypes.ALL}
_NAMES = {native: name for name, native in DTYPES.items()}
WIDE = frozenset(DTYPES[name] for name in dtypes.WIDE)
HALF = frozenset(DTYPES[name] for name in ("float16", "bfloat16"))
TENSOR_TYPES = (jax.Array,)
# Looked up by name: creating an array for its type would initialise the devices, and jax.distributed must come first.
EXACT_TYPES = tuple(cls for cls in jax.Array.__subclasses__() if cls.__name__ == "ArrayImpl")
FAST_DTYPES = frozenset(DTYPES) - frozenset(dtypes.WIDE)
CACHES_BY_EQUALITY = True

_SMALL = 1 << 16  # bytes up to which a compiled copy is faster than device_put
_FREQUENT = 32  # conversions of one shape and dtype after which compiling the copy has paid for itself
_conversions: dict[tuple[tuple[int, ...], str], int] = {}  # how many of small arrays, by shape and dtype


def kernel(static: tuple[int, ...] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compiles a function for each new signature; ``static`` are the positions of arguments that are not tensors.
    Inside another trace, its equations are inlined, without a nested call."""
    return lambda function: compiled(function, functools.partial(jax.jit, static_argnums=static, inline=True))


def fuse(function: Callable[..., Any], static: tuple[int, ...]) -> Callable[..., Any]:
    return fused(kernel(static)(function))


def call(kernel: Callable[..., Any], *args: Any) -> Any:
    with enable_x64(True):
        return kernel(*args)


def devices() -> tuple[str, ...]:
    present = jax.local_devices()
    if present[0].platform != "cpu":
        try:
            present = [*jax.local_devices(backend="cpu"), *present]
        except RuntimeError:  # the user has disabled it
            pass
    return device_names(present)


def device_names(devices: Sequence[Any]) -> tuple[str, ...]:
    """Returns the names of devices: the kind of each, and its number among those of this kind."""
    kinds = ["gpu" if device.platform in ("cuda", "rocm") else device.platform for device in devices]
    return tuple(f"{kind}:{kinds[:place].count(kind)}" for place, kind in enumerate(kinds))


def placed(kernel: Callable[..., Any], name: str, device: str) -> Callable[..., Any]:
    kind, _, number = device.partition(":")
    place = jax.local_devices(backend=kind)[int(number)]
    makes = name.startswith(("creation.", "random.", "eager.creation_")) or name == "core.convert_to_tensor"

    def there() -> Any:
        return jax.default_device(place)

    there_kernel = within(there, kernel)

    def run(*args: Any) -> Any:
        result = there_kernel(*args)
        if makes and not isinstance(result, jax.core.Tracer):
            return jax.device_put(result, place)  # the array is committed to the device
        return within(there, result) if callable(result) else result

    return run


def beside(x: Tensor, other: Tensor) -> Tensor:
    if isinstance(x, jax.core.Tracer) or isinstance(other, jax.core.Tracer) or not other.committed:
        return x  # JAX itself moves it
    places = other.devices()
    return jax.device_put(x, next(iter(places))) if len(places) == 1 else x


@kernel()
def _copy(x: Tensor) -> Tensor:
    return x


def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    # Always a copy: JAX may use the memory of its argument, immediately or later, and arrays can be changed.
    array = np.array(value, DTYPES[dtype], order="C")
    if array.nbytes <= _SMALL:
        key = array.shape, dtype
        count = _conversions.get(key, 0)
        if count >= _FREQUENT:
            return _copy(array)
        if len(_conversions) > 10_000:  # shapes that vary without end
            _conversions.clear()
        _conversions[key] = count + 1
    with jax.ensure_compile_time_eval():  # otherwise a trace would record the transfer
        return jax.device_put(array)


def convert_to_numpy(x: Tensor) -> Any:
    try:
        return np.asarray(x)
    except RuntimeError:
        if x.is_fully_addressable:
            raise
    return gather(x)


def gather(x: Tensor) -> Any:
    """Returns the whole value of an array of which other processes have parts; all processes call this."""
    if not x.is_fully_addressable:
        replicated = jax.sharding.NamedSharding(x.sharding.mesh, jax.sharding.PartitionSpec())
        x = jax.jit(lambda x: x, out_shardings=replicated)(x).addressable_data(0)
    return np.asarray(x)


@kernel(static=(1,))
def cast(x: Tensor, dtype: str) -> Tensor:
    if x.dtype.kind == "c" and dtype not in dtypes.COMPLEX:
        x = lax.ne(x, lax.full_like(x, 0)) if dtype == "bool" else lax.real(x)
    return lax.convert_element_type(x, DTYPES[dtype])


def dtype(x: Tensor) -> str:
    try:
        return _NAMES[x.dtype]
    except KeyError:
        return dtypes.from_numpy(x.dtype)


def shape(x: Tensor) -> tuple[int, ...]:
    return x.shape


def is_size(value: Any) -> bool:
    # A symbolic dimension exists only where jax.export was imported, which takes time.
    module = sys.modules.get("jax.export")
    return module is not None and module.is_symbolic_dim(value)


def size_tensor(size: Any) -> Tensor:
    return jnp.asarray(size).astype(jnp.int32)


smaller_size, larger_size = jax.core.min_dim, jax.core.max_dim


def from_dlpack(x: Any) -> Tensor:
    with enable_x64(True):
        return jnp.from_dlpack(x)
