"""`compilations` and `clear_compilations`: the compiled programs that backends keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ops_common.errors import BackendError
from ops_common.runtime import compilations as cached
from ops_common.runtime import registry
from ops_common.runtime.compilations import Program, Totals

__all__ = [
    "clear_compilations",
    "compilations",
]

_SHOWN = 3  # signatures of a function in the table


class Compilations(NamedTuple):
    """The compiled programs of this process; printed as a table.

    Attributes:
        totals: of each backend, as a tuple of ``backend``, ``programs``, ``bytes``, ``compiled``, ``evicted`` and
            ``limit``.
        programs: each program, as a tuple of ``backend``, ``name``, ``signature`` and ``bytes``.
    """

    totals: tuple[Totals, ...]
    programs: tuple[Program, ...]

    def __str__(self) -> str:
        rows: list[tuple[object, ...]] = [("backend", "programs", "MB", "compiled", "evicted", "limit")]
        rows += [(x.backend, x.programs, _megabytes(x.bytes), x.compiled, x.evicted, x.limit) for x in self.totals]
        by_function: dict[tuple[str, str], list[Program]] = {}
        for program in self.programs:
            by_function.setdefault((program.backend, program.name), []).append(program)
        details: list[tuple[object, ...]] = [("backend", "function", "programs", "MB", "signatures")]
        for (backend, name), programs in sorted(by_function.items(), key=lambda item: (item[0][0], -len(item[1]))):
            sizes = [program.bytes for program in programs if program.bytes is not None]
            signatures = "; ".join(_short(program.signature) for program in programs[:_SHOWN])
            more = f"; and {len(programs) - _SHOWN} more" if len(programs) > _SHOWN else ""
            details.append(
                (backend, name, len(programs), _megabytes(sum(sizes) if sizes else None), f"{signatures}{more}")
            )
        return _table(rows) if len(details) == 1 else f"{_table(rows)}\n\n{_table(details)}"


def _megabytes(size: int | None) -> str:
    return "-" if size is None else f"{size / 1e6:.1f}"


def _short(signature: str) -> str:
    return signature if len(signature) <= 60 else f"{signature[:57]}..."


def _table(rows: Sequence[Sequence[object]]) -> str:
    texts = [tuple(map(str, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in texts
    )


def compilations(backend: str | None = None) -> Compilations:
    """Returns the compiled programs that this process keeps: of ops, of composites, of jitted functions and of
    gradients.

    Programs are counted on the backends that compile for each shape, which are jax and openvino. A backend keeps at
    most `ops.config.compilation_cache_size()` of them.

    Args:
        backend: the name of a backend; None for all.

    Returns:
        A tuple of ``totals``, by backend, and ``programs``, by function and signature. ``print`` shows it as a table.
        Sizes in bytes are estimates, or None where the framework does not report any.

    Raises:
        BackendError: the backend is not installed.

    Example:
        >>> import ops
        >>> ops.clear_compilations()
        >>> [total.programs for total in ops.compilations().totals if total.programs]
        []
    """
    _check(backend)
    names = [name for name in cached.backends() if backend in (None, name)]
    return Compilations(tuple(cached.totals(name) for name in names), cached.programs(backend))


def clear_compilations(backend: str | None = None) -> None:
    """Releases the compiled programs of a backend, or of all. They are compiled again when they are needed.

    Args:
        backend: the name of a backend; None for all.

    Raises:
        BackendError: the backend is not installed.

    Example:
        >>> import ops
        >>> ops.clear_compilations()
        >>> ops.compilations().programs
        ()
    """
    _check(backend)
    cached.clear(backend)


def _check(backend: str | None) -> None:
    if backend is not None and backend not in registry.installed():
        raise BackendError(f"backend {backend!r} is not installed; installed are {', '.join(registry.installed())}")
