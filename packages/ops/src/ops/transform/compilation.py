"""`jit`: compiles functions, and the state that they read and change, with the active backend's own compiler."""

from __future__ import annotations

import contextlib
import functools
import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ops._declaration import mixes_symbols, of_arguments, words_of_index
from ops._declaration.recording import SymbolsFound
from ops._declaration.sparsity import load_sparse, sparse_module
from ops._declaration.tracebacks import shortened
from ops._declaration.users_errors import is_raised_by_user
from ops.core import compute_output_spec
from ops.transform.arguments import is_symbolic
from ops.transform.wrapped import P, R, Transformed
from ops_common.algorithms.philox import MASK
from ops_common.errors import ArgumentError, ArgumentTypeError, IndexRangeError, OpsError, UnsupportedError
from ops_common.runtime import locks
from ops_common.runtime.active import current_backend
from ops_common.runtime.backend import Backend, is_scipy, short
from ops_common.runtime.registry import KNOWN
from ops_common.tensors import scopes, seeds, trees
from ops_common.tensors.arguments import canonical_bool
from ops_common.tensors.exact_keys import exact_key
from ops_common.tensors.scopes import blocks
from ops_common.tensors.seeds import SeedGenerator, gather, tracing
from ops_common.tensors.variable import Variable

__all__ = [
    "jit",
]


# Called before a compiler that traces Python code reads a function. `ops._frontend` adds to it.
PREPARATIONS: list[Callable[[Backend], None]] = []
_NO_SCOPES = (None, "full")
_NO_STATIC: dict[int | str, Any] = {}


class Jitted(Transformed[P, R]):
    """A function compiled once for each backend that it is called on and for each value of its static arguments.

    When a call fails, a symbolic run finds the error to report: compilers hide which op failed and why.
    """

    def __init__(
        self, function: Callable[..., Any], static: _Static, donated: tuple[int, ...], dynamic: bool, options: Any
    ) -> None:
        make = functools.partial(
            jit,
            static_argnums=static.places,
            static_argnames=static.names,
            donate_argnums=donated,
            dynamic=dynamic,
            options=options,
        )
        super().__init__(function, self._compile, make)
        self._static, self._donated, self._dynamic, self._options = static, donated, dynamic, options
        self._functions: dict[Any, Callable[..., Any]] = {}
        self._traces: dict[str, int] = {}
        # By backend name: whether the function changes Variables or draws from generators, once this is known.
        self._changes: dict[str, bool] = {}
        # By the key of a backend: a function of args and kwargs for calls that need nothing but the compiled function.
        self._direct: dict[str, Callable[[tuple[Any, ...], dict[str, Any]], Any]] = {}
        # The form for calls with sparse tensors on a backend whose compiler has none, once there was such a call.
        self._of_sparse: Callable[..., Any] | None = None

    def compilations(self, backend: str | None = None) -> int:
        """Returns how often the function has been compiled: in total, or on the backend with this name."""
        return sum(count for name, count in self._traces.items() if backend in (None, name))

    def _compile(self, backend: Backend) -> Callable[..., Any]:
        return self._compiled(backend, self._function, self._donated)

    def _compiled(self, backend: Backend, function: Callable[..., Any], donated: tuple[int, ...]) -> Callable[..., Any]:
        # Resolve a transformed function for this backend now, so that no compiler has to trace the lookup.
        function = function.on(backend) if isinstance(function, Transformed) else function
        # Not wrapped for a compiler that traces Python code, which would trace the wrapper too.
        if "transform.is_tracing" not in backend.kernels:
            function = _traced(function)
        else:  # the function may use any function of a namespace
            for prepare in PREPARATIONS:
                prepare(backend)
        compiler = backend.kernels["transform.jit"]
        settings = self._options.get(backend.name, {})

        def compiled(function: Callable[..., Any], shift: int = 0) -> Callable[..., Any]:
            places = tuple(place + shift for place in donated)
            return compiler(function, places, self._dynamic, settings, lambda: self._count(backend.name))

        if _is_lifted(backend):
            return _Lifted(backend, function, compiled)
        return compiled(function)

    def _count(self, name: str) -> None:
        self._traces[name] = self._traces.get(name, 0) + 1

    def on(self, backend: Backend) -> Callable[..., Any]:
        """Returns the compiled function for one backend and for the scopes in force that affect compilation."""
        if self._static:
            return functools.partial(self._of_static, backend)
        return self._compiled_for(backend, _NO_STATIC)

    def _compiled_for(self, backend: Backend, static: dict[int | str, Any]) -> Callable[..., Any]:
        keys = tuple((where, exact_key(value)) for where, value in static.items()) if static else ()
        key: Any = (backend.key, (scopes.autocast(), scopes.remat()) if scopes.state.entered else _NO_SCOPES, keys)
        compiled = self._functions.get(key)
        if compiled is None:
            if static:
                function, donated = self._static.bound(self._function, static), self._static.left(self._donated)
            else:
                function, donated = self._function, self._donated
            compiled = self._functions.setdefault(key, self._compiled(backend, function, donated))
        return compiled

    def _of_static(self, backend: Backend, *args: Any, **kwargs: Any) -> Any:
        static, args, kwargs = self._static.split(args, kwargs)
        return self._compiled_for(backend, static)(*args, **kwargs)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        backend = current_backend()
        is_tracing = backend.is_tracing
        if is_tracing is not None and is_tracing():
            return self._function(*args, **kwargs)
        direct = self._direct.get(backend.key)
        try:
            if self._of_sparse is not None and _are_sparse(backend, args, kwargs):
                return self._call_sparse(backend, args, kwargs)
            if direct is not None and blocks() is None:
                result = direct(args, kwargs)
                if result is not NotImplemented:
                    return result
            if scopes.state.entered and self._is_plain(backend):
                return self._function(*args, **kwargs)
            if direct is None and backend.name not in self._changes and trees.leaves((args, kwargs), is_symbolic):
                return self._symbolic(args, kwargs)  # compilers refuse such calls, some of them slowly
            result = self._run(backend, args, kwargs)
            if direct is None and not self._static and blocks() is None:
                self._find_direct(backend)
            return result
        except OpsError as error:
            shortened(error)
            raise
        except Exception as error:
            if is_raised_by_user(error):
                shortened(error)
                raise
            failed = error
        except _Incomplete:  # a new trace used state
            self._direct.pop(backend.key, None)
            return self(*args, **kwargs)
        except SymbolsFound:
            failed = None
        if failed is None:  # symbolic tensors are arguments of a transformed function, or it closes over some
            return self._symbolic(args, kwargs)
        return self._explained(backend, args, kwargs, failed)

    def _call_sparse(self, backend: Backend, args: Any, kwargs: Any) -> Any:
        transforms = sparse_module("transforms")
        if self._of_sparse is None:
            load_sparse()
            self._of_sparse = self._make(transforms.packed(self._function))
        return transforms.call_packed(backend, self._of_sparse, args, kwargs)

    def _symbolic(self, args: Any, kwargs: Any) -> Any:
        """Returns the result of a call with symbolic tensors."""
        function: Callable[..., Any] = self._function
        with scopes.OutlineScope():  # assignments to Variables remain in the scope
            return function(*args, **kwargs)

    def _explained(self, backend: Backend, args: Any, kwargs: Any, failed: Exception) -> Any:
        """Raises the error to report; returns the result of a call with symbolic tensors, or with sparse ones, which
        compilers refuse."""
        if backend.name not in ("numpy", "openvino") and trees.leaves((args, kwargs), is_scipy):
            arrays = [sparse_module("conversion").own(backend, x) for x in trees.leaves((args, kwargs), is_scipy)]
            args, kwargs = trees.put((args, kwargs), arrays, is_scipy, keep=True)
            again: Any = self
            return again(*args, **kwargs)
        if self._of_sparse is None and _are_sparse(backend, args, kwargs):
            return self._call_sparse(backend, args, kwargs)
        if backend.name == "openvino" and trees.leaves((args, kwargs), backend.is_sparse):
            raise UnsupportedError(
                "OpenVINO's models have no sparse tensors: call the function without ops.jit, or pass ops.to_dense(x)"
            ) from failed
        unsupported = _unsupported(failed)
        if unsupported is not None:
            raise unsupported from shortened(failed)
        if mixes_symbols(failed):  # also if the function closes over symbolic tensors
            return self._symbolic(args, kwargs)
        refused = of_arguments(backend, failed, (args, kwargs))
        if refused is not None:
            raise refused from shortened(failed)
        words = words_of_index(failed)
        if words is not None and not _raised_in_trace(failed):
            raise IndexRangeError(f"in a compiled function on backend {backend.name}: {words}") from shortened(failed)
        if trees.leaves((args, kwargs), is_symbolic):
            return self._symbolic(args, kwargs)
        try:
            outline = compute_output_spec(self._function, *args, **kwargs)
            wrong = trees.leaves(outline, lambda leaf: isinstance(leaf, (str, bytes, type)) or callable(leaf))
            if wrong:
                raise ArgumentTypeError(f"a compiled function must return tensors and numbers; got {short(wrong[0])}")
        except OpsError as explained:
            raise explained from shortened(failed)
        except Exception as error:
            if _raised_in_trace(failed) == type(error).__name__:
                raise error from None
            # (An AttributeError may be of a SymbolicTensor.)
            if is_raised_by_user(error) and not isinstance(error, AttributeError):
                raise error from shortened(failed)
            raise failed from None  # the symbolic run failed for another reason; the compiler's error is the useful one
        raise failed

    def _run(self, backend: Backend, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Calls the compiled function; holds the state lock if the function changes state or may do so."""
        if self._changes.get(backend.name, not _is_lifted(backend)):
            with locks.state:
                before, traces = seeds.changes(), self._traces.get(backend.name, 0)
                gather(backend.key)
                result = self.on(backend)(*args, **kwargs)
                # A function that is already compiled changes nothing that Python sees, so the result of its trace
                # remains valid. (A framework may have cached it from another `jit` of the function, or from a call
                # whose trace failed at the end; then nothing is known, and later calls keep taking the lock.)
                if seeds.changes() != before:
                    self._changes[backend.name] = True
                elif "state.hold" not in backend.kernels or self._traces.get(backend.name, 0) != traces:
                    self._changes.setdefault(backend.name, False)
                return result
        gather(backend.key)
        before = seeds.changes()
        result = self.on(backend)(*args, **kwargs)
        if seeds.changes() != before:
            self._changes[backend.name] = True
        return result

    def _find_direct(self, backend: Backend) -> None:
        """Finds the direct form of later calls, if no call so far used state that the compiler does not support, or
        changed state."""
        if self._changes.get(backend.name, not _is_lifted(backend)):
            return
        compiled = self._compiled_for(backend, _NO_STATIC)
        if isinstance(compiled, _Lifted):
            if compiled.direct is not None:
                self._direct[backend.key] = compiled.direct
            return

        def call(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if seeds.are_to_gather():
                return NotImplemented
            before = seeds.changes()
            result = compiled(*args, **kwargs)
            if seeds.changes() != before:  # in a new trace
                self._changes[backend.name] = True
                self._direct.pop(backend.key, None)
            return result

        self._direct[backend.key] = call

    def _is_plain(self, backend: Backend) -> bool:
        """Returns whether a scope gives Variables values that a compiled function would not see."""
        frame = scopes.current()
        if frame.symbolic or frame.outline or frame.recorded or backend.stages:
            return True
        return frame.stateless is not None and "state.hold" in backend.kernels


def _are_sparse(backend: Backend, args: Any, kwargs: Any) -> bool:
    """Returns whether a call has sparse tensors that the backend's compiler does not accept as arguments."""
    return backend.dense_layout is not None and len(trees.leaves((args, kwargs), backend.is_sparse)) > 0


def _unsupported(error: BaseException) -> UnsupportedError | None:
    """Returns the UnsupportedError that a backend raised while its compiler traced a function; None if there is none.

    A compiler may add the traced function's source to the message, in a paragraph of its own.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UnsupportedError):
            return UnsupportedError(str(cause).partition("\n\nfrom user code:")[0])
        cause = cause.__cause__ or cause.__context__
    if type(error).__module__.startswith("torch._dynamo"):  # its message has the exception that was not caught
        if "sparse Tensor" in str(error):
            return UnsupportedError(
                "torch's compiler has no sparse tensors: pass those that the function uses as arguments of the "
                "compiled function, which ops passes as coordinates and values"
            )
        if _ALIASING in str(error):
            return UnsupportedError(
                "torch's compiler supports no branch or loop whose functions use both a tensor and a view of it (its "
                "transpose, a slice, a reshape) from outside; use a copy of the view, ops.copy(view), or compute the "
                "view inside of the functions"
            )
        if _READING in str(error):
            return UnsupportedError(
                "torch's compiler needs a number that a tensor of the function holds, such as the counter of a loop in "
                "x[i]; use ops.take(x, i, axis) or ops.get_item(x, i)"
            )
        words = _RAISED.search(str(error))
        return None if words is None else UnsupportedError(words[2].replace("\\n", "\n"))
    return None


_ALIASING = "Encountered aliasing during higher order op tracing"
_READING = "Could not extract specialized integer from data-dependent expression"


def _raised_in_trace(failed: Exception) -> str | None:
    """Returns the name of the type of the error that the function raised while PyTorch's compiler traced it."""
    if not type(failed).__module__.startswith("torch._dynamo"):
        return None
    found = re.search(r"raised exception (\w+)\b", str(failed))
    return None if found is None else found[1]


_RAISED = re.compile(r"raised exception UnsupportedError\((['\"])(.*)\1\)")


def _is_lifted(backend: Backend) -> bool:
    """Returns whether the backend's compiler does not support state."""
    return "control.is_traced" in backend.kernels and "state.hold" not in backend.kernels


def _traced(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, wrapped so that `seed.tracing` is in force while it runs."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with tracing():
            return function(*args, **kwargs)

    return call


class _Incomplete(BaseException):
    """Ends a trace that used state that is not an argument yet. A BaseException: no handler of Exception catches it."""


class _Lifted:
    """A compiled function on a backend whose compiler does not support state.

    The Variables that the function reads and the SeedGenerators that it draws from become arguments, and its changes to
    them become outputs. Tracing finds out which these are: a trace that uses others ends, and the function is compiled
    again with them.

    A function that changes state reads the state, runs and writes the state while it holds one lock.
    """

    def __init__(self, backend: Backend, function: Callable[..., Any], compiler: Callable[..., Any]) -> None:
        self._backend, self._function, self._compiler = backend, function, compiler
        self._variables: list[Variable] = []
        self._generators: list[SeedGenerator] = []
        self._scopes_to_add: list[scopes.Lifting] = []  # scopes of traces that used state which is not an argument yet
        self._changes = False  # whether the function assigns or draws, as far as traces have shown
        self._lock = locks.rlock()  # guards these lists; no user code runs while it is held

        @functools.wraps(function)
        def plain(*args: Any, **kwargs: Any) -> Any:
            with scopes.Lifting() as scope:
                result = function(*args, **kwargs)
            self._check_state(scope, [], [])
            return result

        self._plain = self._compiler(plain)
        self._compiled_with_state: Callable[..., Any] | None = None  # set once there is state

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        while True:
            try:
                if self._compiled_with_state is None and not self._scopes_to_add:
                    return self._plain(*args, **kwargs)
                if scopes.state.entered and isinstance(scopes.current().stateless, scopes.Lifting):
                    return self._function(*args, **kwargs)  # part of an outer trace, which has the state
                whole, variables, generators = self._with_new_state()
                locked = self._changes
                with locks.state if locked else contextlib.nullcontext():
                    words = [self._words(generator) for generator in generators]
                    result, changed, drawn = whole([variable.value for variable in variables], words, *args, **kwargs)
                    if locked or not (changed or drawn):
                        for place, value in changed.items():
                            variables[place].assign(value)
                        for place, count in drawn.items():
                            generators[place].replace_home(self._backend.key, _Counted(count))
                        return result
            except _Incomplete:
                pass

    @property
    def direct(self) -> Callable[[tuple[Any, ...], dict[str, Any]], Any] | None:
        """The kernel's function of args and kwargs, which returns NotImplemented for some calls; None if the kernel has
        none, or if the function uses state."""
        has_state = self._compiled_with_state is not None or bool(self._scopes_to_add)
        return None if has_state else getattr(self._plain, "direct", None)

    def _words(self, generator: SeedGenerator) -> tuple[Any, Any]:
        """Returns the initial seed and the number of draws; the latter is the last call's output, without waiting."""
        # From here on, draws from the generator elsewhere wait for the lock that the caller holds.
        home: Any = generator.home(self._backend.key, lambda: _Counted(0))
        return np.uint32(generator.seed & MASK), home.count

    def _check_state(self, scope: scopes.Lifting, variables: list[Variable], generators: list[SeedGenerator]) -> None:
        """Ends the trace if it used more state than these, or if it is the first trace that changes state."""
        known_ids = {id(item) for item in (*variables, *generators)}
        changes = scope.changes and not self._changes
        more = scope.created or any(id(item) not in known_ids for item in (*scope.variables, *scope.generators))
        self._changes = self._changes or changes
        if more:
            with self._lock:
                self._scopes_to_add.append(scope)
        if more or changes:
            raise _Incomplete

    def _with_new_state(self) -> tuple[Callable[..., Any], list[Variable], list[SeedGenerator]]:
        """Returns the compiled function of all Variables and generators known so far, and these."""
        with self._lock:
            incomplete, self._scopes_to_add = self._scopes_to_add, []
        for scope in incomplete:
            for variable in scope.created:
                variable.initialize()
        with self._lock:
            for scope in incomplete:
                self._variables = _joined(self._variables, scope.variables)
                self._generators = _joined(self._generators, scope.generators)
            whole = self._compiled_with_state
            if incomplete or whole is None:
                whole = self._compiled_with_state = self._compiler(self._stateful(self._variables, self._generators), 2)
            return whole, self._variables, self._generators

    def _stateful(self, variables: list[Variable], generators: list[SeedGenerator]) -> Callable[..., Any]:
        def whole(values: list[Any], words: list[Any], *args: Any, **kwargs: Any) -> Any:
            with scopes.Lifting(zip(variables, values, strict=True), zip(generators, words, strict=True)) as scope:
                result = self._function(*args, **kwargs)
            self._check_state(scope, variables, generators)
            index_by_id = {id(variable): i for i, variable in enumerate(variables)}
            changed = {
                index_by_id[id(variable)]: scope.get_current_value(variable) for variable in scope.changed(index_by_id)
            }
            drawn = {place: scope.count(generator) for place, generator in enumerate(generators)}
            return result, changed, {place: count for place, count in drawn.items() if count is not None}

        return whole


def _joined(items: list[Any], more: list[Any]) -> list[Any]:
    """Returns the items, followed by those of ``more`` that are not among them."""
    return [*items, *(item for item in more if not any(item is other for other in items))]


class _Counted:
    """The number of a generator's draws, as a tensor of the backend: converted to an int only by ``read``."""

    def __init__(self, count: Any) -> None:
        self.count = count

    def read(self) -> int:
        return int(self.count)

    def write(self, count: int) -> None:
        self.count = np.uint32(count & MASK)


class _Static(NamedTuple):
    """The positions and names of the static arguments: these are constants, and each value is compiled separately."""

    places: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.names)

    def split(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[dict[int | str, Any], tuple[Any, ...], dict[str, Any]]:
        """Returns the static arguments, by position or name, and the other arguments."""
        static: dict[int | str, Any] = {}
        for where, value in [
            *((place, args[place]) for place in self.places if place < len(args)),
            *((name, kwargs[name]) for name in self.names if name in kwargs),
        ]:
            try:
                hash(value)
            except TypeError as error:
                raise ArgumentTypeError(
                    f"static argument {where!r} must be hashable, as functions are compiled for each of its values; "
                    f"got {type(value).__name__}"
                ) from error
            static[where] = value
        rest = tuple(arg for place, arg in enumerate(args) if place not in self.places)
        return static, rest, {name: value for name, value in kwargs.items() if name not in self.names}

    def bound(self, function: Callable[..., Any], static: dict[int | str, Any]) -> Callable[..., Any]:
        """Returns the function with the static arguments bound: a function of the other arguments."""
        by_place = {where: value for where, value in static.items() if isinstance(where, int)}
        by_name = {where: value for where, value in static.items() if isinstance(where, str)}

        def of_others(*args: Any, **kwargs: Any) -> Any:
            arguments = list(args)
            for place in sorted(by_place):
                arguments.insert(place, by_place[place])
            return function(*arguments, **kwargs, **by_name)

        return of_others

    def left(self, places: tuple[int, ...]) -> tuple[int, ...]:
        """Returns the positions of the arguments at these places once the static arguments are removed."""
        return tuple(place - sum(static < place for static in self.places) for place in places)


def _static(function: Callable[..., Any], argnums: Any, argnames: Any) -> _Static:
    """Returns which arguments are static, both by position and by name if the function's signature can be read."""
    places = set(_positions("static_argnums", argnums))
    if not isinstance(argnames, Collection) or not all(isinstance(name, str) for name in argnames):
        raise ArgumentTypeError(f"static_argnames must be names of arguments; got {short(argnames)}")
    names = {argnames} if isinstance(argnames, str) else set(argnames)
    if not places and not names:
        return _Static()
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    positional = [
        parameter.name if parameter.kind is parameter.POSITIONAL_OR_KEYWORD else None for parameter in parameters
    ]
    for place, name in enumerate(positional):
        if name is not None and (place in places or name in names):
            places.add(place)
            names.add(name)
    return _Static(tuple(sorted(places)), tuple(sorted(names)))


def _positions(what: str, argnums: Any) -> tuple[int, ...]:
    places = (argnums,) if isinstance(argnums, int) else argnums
    if not isinstance(places, (tuple, list, range, set, frozenset)) or not all(
        isinstance(place, int) and place >= 0 for place in places
    ):
        raise ArgumentTypeError(f"{what} must be positions of arguments, counted from 0; got {argnums!r}")
    return tuple(places)


def jit(
    function: Callable[P, R],
    *,
    static_argnums: int | Sequence[int] = (),
    static_argnames: str | Collection[str] = (),
    donate_argnums: int | Sequence[int] = (),
    dynamic: bool = False,
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> Jitted[P, R]:
    """Returns the function, compiled by the active backend's own compiler for each new signature of its arguments.

    JAX uses `jax.jit`; TensorFlow uses `tf.function`; PyTorch uses `torch.compile` on the whole graph; OpenVINO traces
    the function and compiles and caches the model; NumPy calls the function itself.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that is written with `ops`. It
            must have no side effects except that it may assign Variables and draw from SeedGenerators. Python numbers
            among the arguments may be compiled in as constants: pass numbers that change often as tensors.
        static_argnums: positions of arguments to compile in as constants; these can be of any type: functions, strings,
            objects. Values must be hashable; the function is compiled separately for each of them.
        static_argnames: names of such arguments. For a parameter, either the position or the name is enough.
        donate_argnums: positions of arguments whose memory may be reused for the outputs; the arguments are invalid
            afterwards. Only JAX uses this.
        dynamic: whether to avoid recompilation for sizes that change from call to call: `dynamic=True` of
            torch.compile, `reduce_retracing` of tf.function, a model with dynamic shapes on OpenVINO. JAX compiles for
            each shape.
        options: a dict from a backend's name to options for its own compiler: keyword arguments of `jax.jit`,
            `tf.function` (such as ``jit_compile``) and `torch.compile` (such as ``mode``); for "openvino", the
            properties of `compile_model` (such as ``PERFORMANCE_HINT``, ``CACHE_DIR``, ``INFERENCE_PRECISION_HINT``),
            and ``device``.

    Returns:
        A function of the same arguments. It may be called under different backends. Its method ``compilations()``
        returns how often it has been compiled.

    Raises:
        ArgumentTypeError: positions are not non-negative integers; when called: a static argument is not hashable.

    Example:
        >>> import ops
        >>> double = ops.jit(lambda x: ops.add(x, x))
        >>> ops.convert_to_numpy(double(ops.convert_to_tensor([1.0, 2.0])))
        array([2., 4.], dtype=float32)
        >>> power = ops.jit(lambda x, how: x * x if how == "square" else x, static_argnames="how")
        >>> ops.convert_to_numpy(power(ops.convert_to_tensor([3.0]), how="square"))
        array([9.], dtype=float32)
    """
    if not callable(function):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
    static = _static(function, static_argnums, static_argnames)
    donated = _positions("donate_argnums", donate_argnums)
    both = set(donated) & set(static.places)
    if both:
        raise ArgumentError(f"arguments cannot be both static and donated; got {sorted(both)} as both")
    settings = {name: dict(backend_options) for name, backend_options in (options or {}).items()}
    for name in settings:
        if name not in KNOWN:
            raise ArgumentError(f"the keys of options must be names of backends, {', '.join(KNOWN)}; got {name!r}")
    return Jitted(function, static, donated, canonical_bool(dynamic), settings)
