"""What differs between the supported versions of PyTorch, each with the version that ends it."""

from __future__ import annotations

import inspect
import operator
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
import torch._guards
import torch.torch_version

from ops_backend_torch import unsigned
from ops_common.runtime import wrapping

Tensor = torch.Tensor

_VERSION = torch.torch_version.TorchVersion(torch.__version__)


def _before(major: int, minor: int) -> bool:
    return _VERSION < (major, minor)  # pyright: ignore[reportOperatorIssue]  # it compares with tuples


# From torch 2.14 on: the gradient of clamp is less than 1 where an element is equal to a limit.
CLAMP_EXCLUDES_LIMITS = not _before(2, 14)
_LIMIT = 64  # signatures that one function is compiled for

# Until torch 2.12: the compiler supports no autograd inside a function, but only torch.func, without branches and
# custom gradients. (2.11 has the option `trace_autograd_ops`, which does not support this.)
FOLLOWS_AUTOGRAD = not _before(2, 12)
# Until torch 2.13 (seen with 2.8): where a function chooses guards, the compiler reads the values of all by their
# names, also of objects that only the trace had, and fails.
CHOOSES_GUARDS = not _before(2, 13)
# From torch 2.13 on.
_HAS_OPTION = "recompile_limit" in inspect.signature(torch.compile).parameters


def compiler_options() -> dict[str, Any]:
    """Returns the options of `torch.compile` that set the limit of signatures, and prepares the compiler."""
    if FOLLOWS_AUTOGRAD:  # opt-in; only affects code that Dynamo would otherwise not support
        torch._dynamo.config.trace_autograd_ops = True
    if _HAS_OPTION:
        return {"recompile_limit": _LIMIT}
    # Until torch 2.13: the limit is one for the process.
    torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, _LIMIT)
    return {}


def guard_options(needed: Callable[[Sequence[Any]], list[bool]]) -> dict[str, Any]:
    """Returns the options of `torch.compile`'s compiler by which only the needed guards are checked."""

    def chosen(guards: Sequence[Any]) -> list[bool]:
        for guard in guards:
            if guard.guard_type == "TENSOR_MATCH":
                # The compiler creates the chosen guards again, and (in all versions) compares the tensor of each with
                # the earlier one by value. A NumPy array is another tensor each time.
                guard.orig_guard.obj_weakref = None
        return needed(guards)

    return {"guard_filter_fn": chosen} if CHOOSES_GUARDS else {}


@torch.compiler.substitute_in_graph(wrapping.copy_attributes)
def _copy_attributes(wrapper: Any, function: Callable[..., Any]) -> None:
    """Does nothing: compiled code does not read the attributes.

    Until torch 2.12, the compiler cannot trace an update of a __dict__; from 2.15 on, it fails at the module of
    a function without one.
    """


class OneCall(NamedTuple):
    """A function that is one call of a function of torch, for tensors of one of these types and dtypes."""

    native: Callable[..., Tensor]
    operands: int  # how many it takes
    types: tuple[type, ...]
    dtypes: frozenset[torch.dtype]
    takes_numbers: bool  # in place of the second operand, with a floating-point tensor
    is_bound: Callable[[], bool]


_one_calls: dict[Callable[..., Any], OneCall] = {}


class _Read(threading.local):
    """The functions whose code the compiler has read in the current trace of this thread."""

    trace: Any = None
    functions: frozenset[Callable[..., Any]] = frozenset()


_read = _Read()


def _call_of(function: Callable[..., Any]) -> OneCall | None:
    """Returns the call of torch that the function is, if its code has been read in this trace; notes that it has."""
    trace = torch._guards.CompileContext.current_trace_id()
    if trace is None or trace != _read.trace:
        _read.trace, _read.functions = trace, frozenset()
    if function not in _read.functions:
        _read.functions |= {function}
        return None
    call = _one_calls[function]
    return call if call.is_bound() else None


try:
    # Private: where these do not exist, the compiler reads the code of every call, which takes several times as long.
    # Untested from torch 2.16 on.
    if not _before(2, 16):
        raise ImportError
    from torch._dynamo import trace_rules, variables

    class _OneCallVariable(variables.UserFunctionVariable):
        """Such a function in a trace. The compiler reads its code at the first call, and so guards what it depends on.
        It puts each later call into the graph as a call of the function of torch."""

        def call_function(self, tx: Any, args: Any, kwargs: Any) -> Any:
            call = _call_of(self.fn)
            if call is not None and not kwargs and len(args) == call.operands:
                operands = [arg.realize() for arg in args]
                if _are_operands(call, operands):
                    return variables.TorchInGraphFunctionVariable(call.native).call_function(tx, operands, {})
            return super().call_function(tx, args, kwargs)

        def as_python_constant(self) -> Any:
            return self.fn

        def get_real_python_backed_value(self) -> Any:
            return self.fn

    def _are_operands(call: OneCall, operands: list[Any]) -> bool:
        first = operands[0]
        if type(first) is not variables.TensorVariable or first.dtype not in call.dtypes:
            return False
        for other in operands:
            if type(other) is variables.TensorVariable:
                if other.class_type not in call.types or other.dtype is not first.dtype:
                    return False
            elif type(other) is variables.ConstantVariable and call.takes_numbers and first.dtype.is_floating_point:
                number = other.as_python_constant()
                if type(number) is not float and (type(number) is not int or not -(2**31) <= number < 2**31):
                    return False
            else:
                return False
        return True

    def trace_as(function: Callable[..., Any], call: OneCall) -> None:
        """Makes the compiler treat the function's calls as this one."""
        _one_calls[function] = call
        trace_rules.get_torch_obj_rule_map()[function] = _OneCallVariable

except (ImportError, AttributeError):

    def trace_as(function: Callable[..., Any], call: OneCall) -> None:
        """Does nothing."""


_OPERATORS = frozenset({"cond", "scan", "while_loop", "while_loop_stack_output"})


@torch.compiler.assume_constant_result
def in_operator() -> bool:
    """Returns whether the compiler is tracing a function that an operator for branches or loops calls.

    Inductor fails at such an operator if a function of it checks for errors (seen until torch 2.13). Private: where
    these attributes do not exist, the result is False.
    """
    try:
        tracer: Any = torch._dynamo.symbolic_convert.InstructionTranslator.current_tx().output.current_tracer
        while tracer is not None:
            if getattr(tracer.source_target, "__name__", None) in _OPERATORS:
                return True
            tracer = tracer.parent
    except AttributeError:
        pass
    return False


@torch.library.custom_op("ops_backend_torch::advance", mutates_args={"count"}, schema="(Tensor(a!) count) -> ()")
def advance(count: Tensor) -> None:
    """Adds 1 to a count. Until torch 2.12, a gradient in a compiled function accepts no other change of a tensor."""
    count.add_(1)


def _arange(count: int, device: torch.device) -> Tensor:
    return torch.arange(count, dtype=torch.int64, device=device)


# Until torch 2.13: generated code computes a product of an index and a constant in fewer than 64 bits. A custom op is
# not an index to the compiler.
@torch.library.custom_op("ops_backend_torch::indices", mutates_args=())
def _opaque_indices(count: int, device: torch.device) -> Tensor:
    return _arange(count, device)


@_opaque_indices.register_fake
def _(count: int, device: torch.device) -> Tensor:
    return _arange(count, device)


def _isclose(x1: Tensor, x2: Tensor, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    # Until torch 2.12: the result is written into memory of the first operand's shape, also on the CPU.
    x1, x2 = torch.broadcast_tensors(x1, x2)
    return torch.isclose(x1, x2, rtol, atol, equal_nan)


def _arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    # Until torch 2.10: the gradients at the origin are NaN instead of 0.
    is_origin = torch.logical_and(x1 == 0, x2 == 0)
    return torch.arctan2(torch.where(is_origin, x1.detach(), x1), torch.where(is_origin, x2.detach(), x2))


def _aminmax(x: Tensor) -> tuple[Tensor, Tensor]:
    # Until torch 2.12: aminmax has no gradient.
    return torch.amin(x), torch.amax(x)


def _pad(x: Tensor, amounts: list[int], mode: str, value: float) -> Tensor:
    # Until torch 2.10: tensors without elements are an error.
    if x.numel():
        return torch.nn.functional.pad(x, amounts, mode, value)
    ends = zip(amounts[::2], amounts[1::2], strict=True)
    shape = [size + before + after for size, (before, after) in zip(reversed(x.shape), ends, strict=True)]
    return torch.full(shape[::-1], value, dtype=x.dtype, device=x.device)


# Until torch 2.13, an index until torch 2.10: these have no kernels for unsigned integers.
def _where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    try:
        return torch.where(condition, x1, x2)
    except RuntimeError:
        return _unsigned_where(condition, x1, x2)


def _unsigned_where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    return unsigned.modular(lambda a, b: torch.where(condition, a, b), x1, x2)


def _signbit(x: Tensor) -> Tensor:
    try:
        return torch.signbit(x)
    except RuntimeError:
        return _unsigned_signbit(x)


def _unsigned_signbit(x: Tensor) -> Tensor:
    unsigned.dtype_of((x,))
    return torch.zeros_like(x, dtype=torch.bool)


def _index(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    try:
        return x[key]
    except NotImplementedError:
        return _unsigned_index(x, key)


def _unsigned_index(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    dtype = unsigned.dtype_of((x,))
    return x.view(_SIGNED[dtype])[key].view(dtype)


_SIGNED_DTYPES = (torch.int8, torch.int16, torch.int32, torch.int64)


def _dividing(function: Callable[..., Tensor], is_quotient: bool) -> Callable[..., Tensor]:
    """Returns a division of torch by which the lowest integer divided by -1 is itself, and the remainder 0.

    Until torch 2.13 (seen with 2.8), such a division ends the process on x86.
    """

    def call(x1: Any, x2: Any, **options: Any) -> Tensor:
        if type(x2) is int:
            is_minus, other = x2 == -1, 1 if x2 == -1 else x2
        elif isinstance(x2, Tensor) and x2.dtype in _SIGNED_DTYPES:
            is_minus = x2 == -1
            other = torch.where(is_minus, 1, x2)
        else:
            return function(x1, x2, **options)
        result = function(x1, other, **options)
        if not is_quotient or is_minus is False:
            return result
        return -result if is_minus is True else torch.where(is_minus, -result, result)

    return call


_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}

if _before(2, 13):
    unsigned.in_graph(_where, _unsigned_where)
    unsigned.in_graph(_signbit, _unsigned_signbit)
if _before(2, 10):
    unsigned.in_graph(_index, _unsigned_index)

isclose: Callable[..., Tensor] = _isclose if _before(2, 12) else torch.isclose
arctan2: Callable[[Tensor, Tensor], Tensor] = _arctan2 if _before(2, 10) else torch.arctan2
aminmax: Callable[[Tensor], Any] = _aminmax if _before(2, 12) else torch.aminmax
pad: Callable[..., Tensor] = _pad if _before(2, 10) else torch.nn.functional.pad
where: Callable[..., Tensor] = _where if _before(2, 13) else torch.where
signbit: Callable[[Tensor], Tensor] = _signbit if _before(2, 13) else torch.signbit
index: Callable[[Tensor, tuple[Any, ...]], Tensor] = _index if _before(2, 10) else operator.getitem
indices: Callable[[int, torch.device], Tensor] = _opaque_indices if _before(2, 13) else _arange
divide: Callable[..., Tensor] = _dividing(torch.div, True) if _before(2, 13) else torch.div
remainder: Callable[..., Tensor] = _dividing(torch.remainder, False) if _before(2, 13) else torch.remainder
fmod: Callable[..., Tensor] = _dividing(torch.fmod, False) if _before(2, 13) else torch.fmod
