"""Derives the recording form of a backend: the same kernels, which add nodes to the tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops.autodiff import catalogue, control_flow, transforms
from ops.autodiff.tape import TapeNode, TapeTensor, lower, parents_of, primal, record_outputs, vjp
from ops_common import contract
from ops_common.errors import UnsupportedError
from ops_common.runtime.backend import Backend

_recording_backends: dict[Backend, Backend] = {}
_OMITTED = ("core.fuse", "core.call")
# Sparse tensors that depend on an argument are coordinates and values: see `ops_common.tensors.entries`.
_OMITTED_SPARSE = frozenset(
    f"sparse.{name}"
    for name in (
        *("from_coordinates", "with_values", "multiply_dense", "multiply_from_dense", "multiply_sparse", "reshape"),
        *("permute", "concatenate", "add", "subtract", "multiply", "maximum", "minimum", "not_equal"),
        "sum",
    )
)
# Their results are not tensors that depend on the argument, so they are called with the backend's tensor.
_OF_PRIMALS = frozenset(f"core.{name}" for name in ("dtype", "shape", "sizes", "size", "convert_to_numpy")) | {
    "control.is_traced"
}


def recording_backend(backend: Backend) -> Backend:
    """Returns the recording form of a backend; a recording backend as it is."""
    if backend.records:
        return backend
    if backend not in _recording_backends:
        recording = backend.derived(lambda derived: _kernels(backend, derived), TapeTensor)
        recording.records = True
        _recording_backends[backend] = recording
    return _recording_backends[backend]


def _kernels(backend: Backend, derived: Backend) -> dict[str, Callable[..., Any]]:
    """Returns the kernels of a backend's recording form."""
    with_rules = catalogue.VJPS.keys() | catalogue.DECOMPOSITIONS.keys() | catalogue.ZERO_GRADIENT
    kernels: dict[str, Callable[..., Any]] = {}
    for family, stubs in contract.stubs().items():
        for name, stub in stubs.items():
            key = f"{family}.{name}"
            kernel = backend.kernels.get(key)
            if kernel is None or key in _OMITTED_SPARSE:
                continue
            if key in _OF_PRIMALS:
                kernels[key] = _of_primals(kernel)
            elif family in ("core", "state", "transform", "sparse") and key != "core.cast":
                kernels[key] = kernel
            # An optional kernel without a rule is omitted: the op's own body, which calls other ops, is recorded.
            elif stub.__required__ or family == "random" or key in with_rules:  # type: ignore[attr-defined]  # marked stubs
                kernels[key] = _recorded(key, kernel, derived)
    for key in _OMITTED:
        kernels.pop(key, None)
    kernels |= {
        "transform.jvp": lambda *arguments: transforms.jvp(derived, *arguments),
        "transform.vjp": lambda function, points: vjp(derived, function, points),
        "transform.jacobian": lambda function, points: transforms.jacobian(derived, function, points),
        "transform.jit": lambda function, *settings: function,
        "transform.stop_gradient": primal,
        "transform.checkpoint": transforms.checkpoint,
        "control.custom_gradient": transforms.custom_gradient,
    }
    if "control.cond" in backend.kernels:
        kernels |= {
            "control.cond": control_flow.differentiable_cond(backend.kernels["control.cond"]),
            "control.while_loop": control_flow.undifferentiable_while_loop(backend.kernels["control.while_loop"]),
        }
    if "control.scan" in backend.kernels:
        kernels["control.scan"] = control_flow.differentiable_scan(backend.kernels["control.scan"])
    return kernels


def _of_primals(kernel: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, *others: Any) -> Any:
        return kernel([primal(item) for item in x] if isinstance(x, (list, tuple)) else primal(x), *others)

    return call


def _recorded(key: str, kernel: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    """Returns a kernel that adds a node to the tape if an argument is a tape tensor."""
    rule, decomposition = catalogue.VJPS.get(key), catalogue.DECOMPOSITIONS.get(key)
    has_zero_gradient = key in catalogue.ZERO_GRADIENT

    def call(*arguments: Any) -> Any:
        parents = parents_of(arguments)
        if not parents:
            return kernel(*arguments)
        if decomposition is not None:
            output = decomposition(*arguments)
            if output is not NotImplemented:
                return output
        level = parents[0][1].level
        values = tuple(lower(argument, level) for argument in arguments)
        outputs = call(*values)  # which records at the levels below
        if has_zero_gradient:
            return outputs
        if rule is None:
            raise UnsupportedError(
                f"{key.rpartition('.')[2]} has no derivative on this backend; jax, tensorflow or torch may "
                "have one. If no gradient is needed, use ops.stop_gradient"
            )
        return record_outputs(backend, TapeNode(rule, values, parents), outputs, level)

    return call
