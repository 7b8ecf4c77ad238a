"""Loads the modules of a backend package and checks them against the contract."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ops_common import contract, dtypes
from ops_common.errors import BackendError

# Promotion and masks require these.
_NEEDED_DTYPES = frozenset({"bool", "int32", "float32"})


@dataclass(frozen=True)
class Source:
    """Where a backend comes from, for error messages.

    Attributes:
        name: the backend's name.
        distribution: the installed package that provides it.
        others: advice about other backends: ", or choose another backend: numpy".
    """

    name: str
    distribution: str
    others: str = ""

    def error(self, problem: str, remedy: str) -> BackendError:
        """Returns the error for a problem with this backend, and what a user can do."""
        return BackendError(f"backend {self.name!r} ({self.distribution}) {problem}; {remedy}{self.others}")

    @property
    def upgrade(self) -> str:
        """Returns what to do about a package that does not satisfy the contract."""
        return f"upgrade it (pip install -U {self.distribution}), or report this to its authors"


@dataclass(frozen=True)
class Contents:
    """The functions and constants of the contract that a backend package defines.

    Attributes:
        core: its module of the family core.
        kernels: its functions by family-qualified name.
        constants: the constants of the family core, with the defaults of those that it does not define.
    """

    core: ModuleType
    kernels: dict[str, Callable[..., Any]]
    constants: dict[str, Any]


def load(package: str, source: Source) -> Contents:
    """Returns the functions and constants of the contract that a package defines.

    Raises:
        BackendError: a module fails to import, the package does not define what the contract requires, or a constant is
            wrong.
    """
    constants = contract.constants()
    modules: dict[str, ModuleType] = {}
    kernels: dict[str, Callable[..., Any]] = {}
    missing: list[str] = []
    for family, stubs in contract.stubs().items():
        required = [name for name, stub in stubs.items() if stub.__required__]  # type: ignore[attr-defined]  # marked stubs
        required += [name for name, constant in constants[family].items() if constant.required]
        module = _module(package, family, source)
        if module is None:
            if required:
                missing.append(f"the module {package}.{family} with {', '.join(required)}")
            continue
        modules[family] = module
        missing += [f"{family}.{name}" for name in required if not hasattr(module, name)]
        kernels |= {f"{family}.{name}": getattr(module, name) for name in stubs if hasattr(module, name)}
    if missing:
        raise source.error(f"does not define what the contract requires: {', '.join(missing)}", source.upgrade)
    core = modules["core"]
    values = {name: getattr(core, name, constant.default) for name, constant in constants["core"].items()}
    for name, (test, expected) in _CHECKS.items():
        if not test(values[name]):
            raise source.error(
                f"has a wrong constant: {core.__name__}.{name} must be {expected}; got {values[name]!r:.200}",
                source.upgrade,
            )
    return Contents(core, kernels, values)


def reason(error: BaseException) -> str:
    """Returns the type and the message of an error."""
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _module(package: str, family: str, source: Source) -> ModuleType | None:
    """Returns a package's module of a family; None if there is none, as in a package that is older than the family."""
    name = f"{package}.{family}"
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # a module that calls exit must not end the user's program
        if isinstance(error, ModuleNotFoundError):
            if error.name in (name, name.rpartition(".")[0]):
                return None
            remedy = f"install what provides the module {error.name}"
        else:
            remedy = "reinstall the framework that it imports"
        raise source.error(f"cannot be used: its module {name} fails to import ({reason(error)})", remedy) from error


def _are_types(value: Any) -> bool:
    items: tuple[Any, ...] = value if isinstance(value, tuple) else ()
    return bool(items) and all(isinstance(item, type) for item in items)


def _are_names(names: Iterable[Any]) -> bool:
    return all(isinstance(name, str) and name in dtypes.ALL for name in names)


def _is_set_of_names(value: Any) -> bool:
    return value is None or (isinstance(value, Set) and _are_names(value))  # pyright: ignore[reportUnknownArgumentType]  # any items


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and _are_names(value) and value.keys() >= _NEEDED_DTYPES  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]  # any items


# By constant of the family core: a test of its value, and what it is.
_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "TENSOR_TYPES": (_are_types, "a tuple of at least one class"),
    "EXACT_TYPES": (_are_types, "a tuple of at least one class"),
    "DTYPES": (_is_table, "a dict by standard dtype names, with at least bool, int32 and float32"),
    "FAST_DTYPES": (_is_set_of_names, "a frozenset of standard dtype names, or None"),
    "NUMBER_DTYPES": (_is_set_of_names, "a frozenset of standard dtype names, or None"),
    "TRACES_PYTHON": (lambda value: isinstance(value, bool) or callable(value), "a bool or a function"),
    "CACHES_BY_EQUALITY": (lambda value: isinstance(value, bool), "a bool"),
    "DENSE_LAYOUT": (lambda value: True, "any object"),
    "SPARSE_KERNELS": (lambda value: isinstance(value, Set), "a frozenset of keys of functions"),
}
