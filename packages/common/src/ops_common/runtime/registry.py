"""Discovery and loading of backends: the entry-point group ``ops.backends``, read lazily, loaded at first use."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ops_common import contract
from ops_common.errors import ArgumentError, ArgumentTypeError, BackendError, DeviceError
from ops_common.runtime import advice, config, locks
from ops_common.runtime.backend import Backend, plugin_types
from ops_common.runtime.loading import Source, reason

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "ops.backends"
KNOWN = {
    "numpy": "numpy",
    "jax": "jax",
    "tensorflow": "tensorflow",
    "torch": "torch",
    "openvino": "openvino",
}
_ALIASES = {"tf": "tensorflow"}
_DEVICE = re.compile(r"/?([a-z]+)(?::(\d+))?")
_GPUS = ("cuda", "rocm", "mps", "xpu")  # other names for an accelerator
_loaded: dict[str, Backend] = {}
_lock = locks.rlock()
_found: dict[str, EntryPoint] | None = None
_ambiguous: dict[str, list[EntryPoint]] = {}  # names that several packages use for a backend


def _entries() -> dict[str, EntryPoint]:
    global _found
    if _found is None:
        from importlib.metadata import entry_points  # a tenth of the time of `import ops`, which does not need it

        by_name: dict[str, dict[tuple[str, str], EntryPoint]] = {}
        for entry in entry_points(group=GROUP):
            by_name.setdefault(entry.name, {})[_distribution(entry), entry.value] = entry
        _ambiguous.clear()
        _ambiguous.update({name: [*entries.values()] for name, entries in by_name.items() if len(entries) > 1})
        _found = {name: next(iter(entries.values())) for name, entries in by_name.items()}
    return _found


def _distribution(entry: EntryPoint) -> str:
    """Returns the name of the package that has this entry point, if known."""
    return entry.dist.name if entry.dist is not None else entry.module


def refresh() -> None:
    """Clears the cached list of installed backends, so that the next query searches again."""
    global _found
    _found = None


def installed() -> tuple[str, ...]:
    """Returns the names of the installed backends, sorted; imports no framework.

    Example:
        >>> import ops
        >>> isinstance(ops.backends(), tuple)  # such as ('numpy', 'torch')
        True
    """
    return tuple(sorted(_entries()))


def in_loading_order(names: Iterable[str]) -> list[str]:
    """Returns the names in an order in which one process can load the backends: torch before tensorflow."""
    known = ("numpy", "jax", "torch", "tensorflow", "openvino")
    return sorted(names, key=lambda name: (known.index(name) if name in known else len(known), name))


def load(name: str) -> Backend:
    """Returns the backend of this name, imported and checked at the first call.

    Raises:
        ArgumentTypeError: the name is not a string.
        BackendError: it is unknown, not installed, built for another contract, or its framework fails to import; or
            it does not define what the contract requires.
    """
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
        raise ArgumentTypeError(f"the name of a backend must be a string; got {type(name).__name__}")
    backend = _loaded.get(name)
    if backend is not None:
        return backend
    name = _ALIASES.get(name, name)
    with _lock:
        if name not in _loaded:
            config.read()
            _loaded[name] = _load(name)
        return _loaded[name]


def loaded() -> list[Backend]:
    """Returns the backends that have been loaded."""
    return list(_loaded.values())


def check_device(device: Any) -> str:
    """Returns the device's standard name; raises ArgumentError if it is not a device name."""
    match = _DEVICE.fullmatch(device.lower()) if isinstance(device, str) else None
    if match is None:
        raise ArgumentError(
            f"a device name must be 'cpu', 'gpu' or, with a number from 0, such as 'gpu:1'; got {device!r}"
        )
    kind, number = match.groups()
    return f"{'gpu' if kind in _GPUS else kind}:{int(number or 0)}"


def variant(name: str, device: str | None, portable: bool) -> Backend:
    """Returns the backend on a device (None for the framework's default), and with portable random numbers.

    Raises:
        DeviceError: this device does not exist.
    """
    key = f"{name}@{device or ''}{'+portable' if portable else ''}"
    with _lock:
        base = load(name)
        if device is None and not portable:
            return base
        if key not in _loaded:
            present = base.devices()
            if device is not None and device not in present:
                raise DeviceError(
                    f"backend {base.name!r} has no device {device!r} here; it has {', '.join(present)}"
                    f"{advice.gpu(base.name, device, present)}"
                )
            _loaded[key] = base.variant(key, device, portable)
        return _loaded[key]


def on_mesh(name: str, number: int, mesh: Any) -> Backend:
    """Returns the backend on a mesh of its framework, which has a number."""
    key = f"{name}@mesh{number}"
    with _lock:
        if key not in _loaded:
            _loaded[key] = load(name).on_mesh(key, mesh)
        return _loaded[key]


def by_key(key: str) -> Backend:
    """Returns the backend of this key, which may denote a mesh, a device or portable random numbers (see `variant`)."""
    if key in _loaded:
        return _loaded[key]
    name, _, form = key.partition("@")
    device = form.removesuffix("+portable")
    return variant(name, device or None, device != form)


def standard_name(name: str) -> str:
    """Returns the name of an installed backend, of which some have other names too ("tf").

    Raises:
        BackendError: it is unknown, or not installed.
    """
    name = _ALIASES.get(name, name)
    if name not in _entries():
        raise _not_installed(name)
    return name


def _not_installed(name: str) -> BackendError:
    available = ", ".join(installed()) or "none"
    if name in KNOWN:
        return BackendError(
            f"backend {name!r} is not installed (installed: {available}); {advice.install(KNOWN[name])}"
        )
    return BackendError(
        f"unknown backend {name!r}; installed: {available}; known: {', '.join(KNOWN)}{advice.similar(name, KNOWN)}"
    )


def _load(name: str) -> Backend:
    entry = _entries().get(name)
    if entry is None:
        raise _not_installed(name)
    if name in _ambiguous:
        packages = " and ".join(f"{_distribution(entry)} ({entry.value})" for entry in _ambiguous[name])
        raise BackendError(f"several packages provide a backend {name!r}: {packages}; uninstall all but one of them")
    distribution = _distribution(entry)
    others = ", ".join(other for other in installed() if other != name) or "none"
    source = Source(name, distribution, f", or choose another backend: {others}")
    try:
        package = importlib.import_module(entry.module)
    except (Exception, SystemExit) as error:  # a package that calls exit must not end the user's program
        raise BackendError(
            f"backend {name!r} is installed but fails to import ({reason(error)}); reinstall {distribution} and "
            f"what it requires, or choose another backend: {others}"
        ) from error
    _check_contract(getattr(package, "CONTRACT_VERSION", None), source)
    backend = Backend(source, entry.module)
    if name not in KNOWN:  # NumPy's arrays are operands of every backend: they belong to none
        types = tuple(cls for cls in backend.tensor_types if not issubclass(cls, (np.ndarray, np.generic)))
        plugin_types[name] = types
    return backend


def _check_contract(version: Any, source: Source) -> None:
    ours = contract.CONTRACT_VERSION
    if version is None:
        raise source.error("declares no CONTRACT_VERSION", source.upgrade)
    if not (isinstance(version, tuple) and [*map(type, version)] == [int, int]):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # a plug-in's value
        raise source.error(f"has a wrong CONTRACT_VERSION: a pair of ints, as {ours}; got {version!r}", source.upgrade)
    theirs: tuple[int, int] = version
    if theirs[0] < ours[0] or theirs > ours:
        raise source.error(
            f"is built for contract {theirs[0]}.{theirs[1]}, ops-common has {ours[0]}.{ours[1]}",
            "upgrade common: pip install -U ops-common ops"
            if theirs > ours
            else f"upgrade it: pip install -U {source.distribution}",
        )


def default_name(configured: str | None) -> str:
    """Returns the backend to use when none was selected: the configured one, else numpy, else the only one
    installed."""
    if configured:
        return configured
    available = installed()
    if "numpy" in available:
        return "numpy"
    if len(available) == 1:
        return available[0]
    if not available:
        raise BackendError(advice.no_backend(KNOWN))
    raise BackendError(
        f"several backends are installed ({', '.join(available)}): choose one, as by "
        f'ops.set_backend("{available[0]}"), or by OPS_BACKEND={available[0]} in the environment'
    )
