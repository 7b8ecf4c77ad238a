"""Finding and loading backends: the entry-point group ``ops.backends``, read late, loaded when first used."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

from ops_common import config, contract, locks
from ops_common.backend import Backend
from ops_common.errors import ArgumentError, BackendError, DeviceError

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


def _entries() -> dict[str, EntryPoint]:
    global _found
    if _found is None:
        from importlib.metadata import entry_points  # a tenth of the time of `import ops`, and not needed by it

        _found = {entry.name: entry for entry in entry_points(group=GROUP)}
    return _found


def refresh() -> None:
    """Forgets which backends are installed, so that the next question looks again."""
    global _found
    _found = None


def installed() -> tuple[str, ...]:
    """The names of the installed backends, sorted; no framework is imported."""
    return tuple(sorted(_entries()))


def load(name: str) -> Backend:
    """The backend of this name, imported and checked at the first call.

    Raises:
        BackendError: it is unknown, not installed, built for another contract, or its framework fails to import.
    """
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
    """The backends that have been loaded."""
    return list(_loaded.values())


def check_device(device: Any) -> str:
    """The device's standard name; ArgumentError for what names none."""
    found = _DEVICE.fullmatch(device.lower()) if isinstance(device, str) else None
    if found is None:
        raise ArgumentError(f"a device is named 'cpu', 'gpu' or 'gpu:1', with the number from 0 on; got {device!r}")
    kind, number = found.groups()
    return f"{'gpu' if kind in _GPUS else kind}:{int(number or 0)}"


def variant(name: str, device: str | None, portable: bool) -> Backend:
    """The backend on a device (None for the framework's own choice), and with portable random numbers.

    Raises:
        DeviceError: this device is not there.
    """
    key = f"{name}@{device or ''}{'+portable' if portable else ''}"
    with _lock:
        base = load(name)
        if device is None and not portable:
            return base
        if key not in _loaded:
            present = base.devices()
            if device is not None and device not in present:
                raise DeviceError(f"backend {base.name!r} has no device {device!r} here; it has {', '.join(present)}")
            _loaded[key] = base.variant(key, device, portable)
        return _loaded[key]


def _load(name: str) -> Backend:
    entry = _entries().get(name)
    if entry is None:
        have = ", ".join(installed()) or "none"
        if name in KNOWN:
            raise BackendError(
                f'backend {name!r} is not installed (installed: {have}); pip install "ops[{KNOWN[name]}]"'
            )
        raise BackendError(f"unknown backend {name!r}; installed: {have}; known: {', '.join(KNOWN)}")
    try:
        package = importlib.import_module(entry.module)
        _check_contract(name, getattr(package, "CONTRACT_VERSION", None), entry)
        return Backend(name, package)
    except BackendError:
        raise
    except Exception as error:
        others = ", ".join(other for other in installed() if other != name) or "none"
        raise BackendError(
            f"backend {name!r} is installed but fails to import ({type(error).__name__}: {error}); "
            f"reinstall its framework, or choose another backend: {others}"
        ) from error


def _check_contract(name: str, version: tuple[int, int] | None, entry: EntryPoint) -> None:
    ours = contract.CONTRACT_VERSION
    distribution = entry.dist.name if entry.dist is not None else entry.module
    if version is None:
        raise BackendError(f"backend {name!r} ({distribution}) declares no CONTRACT_VERSION")
    theirs = f"{version[0]}.{version[1]}"
    if version[0] < ours[0]:
        raise BackendError(
            f"backend {name!r} is built for contract {theirs}, ops-common has {ours[0]}.{ours[1]}; "
            f"upgrade it: pip install -U {distribution}"
        )
    if version > ours:
        raise BackendError(
            f"backend {name!r} is built for contract {theirs}, ops-common has {ours[0]}.{ours[1]}; "
            f"upgrade common: pip install -U ops-common ops"
        )


def default_name(configured: str | None) -> str:
    """The backend to use when nobody chose: the configured one, else numpy, else the only one installed."""
    if configured:
        return configured
    have = installed()
    if "numpy" in have:
        return "numpy"
    if len(have) == 1:
        return have[0]
    if not have:
        raise BackendError(
            'no backend is installed; pip install "ops[numpy]" (or [jax], [tensorflow], [torch], [openvino], [all])'
        )
    raise BackendError(
        f"several backends are installed ({', '.join(have)}): choose one with ops.set_backend or OPS_BACKEND"
    )
