"""Family transform: functions of functions. Which backend serves is decided when the made function is called."""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from ops._declare import backend_function
from ops.core import compute_output_spec, convert_to_tensor
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.creation import zeros
from ops.indexing import get_item
from ops.manipulation import broadcast_to, reshape, stack
from ops_common import active, scopes, shapes, trees
from ops_common.backend import Backend
from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, ShapeError
from ops_common.philox import MASK
from ops_common.seed import SeedGenerator, gather
from ops_common.symbolic import SymbolicTensor
from ops_common.variable import Variable

_GRADIENTS = "gradients are computed on the backends jax, tensorflow and torch: run under ops.use_backend of one"


class _Transformed:
    """A transformed function: of the backend that is active when it is called."""

    def __init__(self, function: Callable[..., Any], transform: Callable[[Backend], Callable[..., Any]]) -> None:
        if not callable(function):
            raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
        functools.update_wrapper(self, function)
        # AutoGraph must leave this alone, as every public function (see `_declare`).
        self.autograph_info__: dict[str, Any] = {}
        self._transform = transform

    def on(self, backend: Backend) -> Callable[..., Any]:
        """The transformed function of one backend. Not kept: what a compiler that reads Python code finds changed by
        its own first trace, it compiles again."""
        return self._transform(backend)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.on(active.current_backend())(*args, **kwargs)


class _Jitted(_Transformed):
    """A function compiled once for each backend that it is called on. Its failures are explained by a symbolic run:
    compilers hide which op failed, and why."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, self._compile)
        self._function = function
        self._made: dict[Any, Callable[..., Any]] = {}

    def _compile(self, backend: Backend) -> Callable[..., Any]:
        function = self._function
        # What is transformed already is asked for this backend's form now: no compiler need trace the asking.
        function = function.on(backend) if isinstance(function, _Transformed) else function
        if "control.is_traced" in backend.kernels and "state.hold" not in backend.kernels:
            return _Lifted(backend, function)
        return backend.kernels["transform.jit"](function)

    def on(self, backend: Backend) -> Callable[..., Any]:
        """The compiled function of one backend, and of one dtype in which Variables are read."""
        key: Any = (backend.key, scopes.autocast()) if scopes.state.entered else (backend.key, None)
        made = self._made.get(key)
        if made is None:
            made = self._made.setdefault(key, self._compile(backend))
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()
        is_tracing = backend.kernels.get("transform.is_tracing")
        if is_tracing is not None and is_tracing():
            return self._function(*args, **kwargs)
        if scopes.state.entered and self._is_plain(backend):
            return self._function(*args, **kwargs)
        gather(backend.key)
        try:
            return self.on(backend)(*args, **kwargs)
        except OpsError:
            raise
        except Exception as error:
            failed = error
        try:
            compute_output_spec(self._function, *args, **kwargs)
        except OpsError as explained:
            raise explained from failed
        except Exception:  # the symbolic run has troubles of its own; the compiler's error is what the user needs
            raise failed from None
        raise failed

    def _is_plain(self, backend: Backend) -> bool:
        """Whether a scope gives Variables values that a compiled function would not see."""
        frame = scopes.current()
        return frame.symbolic or (frame.stateless is not None and "state.hold" in backend.kernels)


class _Lifted:
    """A compiled function on a backend whose compiler knows of no state: Variables that it reads and the SeedGenerators
    that it draws from become arguments, and what it does to them becomes answers. Which they are, traces say."""

    def __init__(self, backend: Backend, function: Callable[..., Any]) -> None:
        self._backend, self._function = backend, function
        self._compiler = backend.kernels["transform.jit"]
        self._variables: list[Variable] = []
        self._generators: list[SeedGenerator] = []
        self._met: list[scopes.Lifting] = []  # what traces have found
        self._lock = threading.Lock()

        @functools.wraps(function)
        def plain(*args: Any, **kwargs: Any) -> Any:
            with scopes.Lifting() as scope:
                answer = function(*args, **kwargs)
            self._look(scope, [], [])
            return answer

        self._plain = self._compiler(plain)
        self._whole: Callable[..., Any] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._whole is None:
            answer = self._plain(*args, **kwargs)
            if not self._met:
                return answer
        return self._with_state(args, kwargs)

    def _with_state(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        while True:
            whole, variables, generators = self._grown()
            counts = [self._count(generator) for generator in generators]
            answer, changed, drawn = whole([variable.value for variable in variables], counts, args, kwargs)
            if not self._met:
                break
        for place, value in changed.items():
            variables[place].assign(value)
        for place, count in drawn.items():
            generators[place].replace_home(self._backend.key, _Counted(count))
        return answer

    def _count(self, generator: SeedGenerator) -> Any:
        """The number of draws: the last call's answer, which nobody need wait for."""
        home = generator.home_at(self._backend.key)
        return home.count if isinstance(home, _Counted) else np.uint32(generator.draws() & MASK)

    def _look(self, scope: scopes.Lifting, variables: list[Variable], generators: list[SeedGenerator]) -> None:
        """Keeps the scope if more has been met in it than these."""
        known = {id(item) for item in (*variables, *generators)}
        if scope.created or any(id(item) not in known for item in (*scope.met, *scope.generators)):
            self._met.append(scope)

    def _grown(self) -> tuple[Callable[..., Any], list[Variable], list[SeedGenerator]]:
        """The function of the Variables and generators that are known by now, and these."""
        with self._lock:
            found, self._met = self._met, []
            for scope in found:
                for variable in scope.created:
                    variable.initialize()
                self._variables = _joined(self._variables, scope.met)
                self._generators = _joined(self._generators, scope.generators)
            if found or self._whole is None:
                self._whole = self._compiler(self._of(self._variables, self._generators))
            return self._whole, self._variables, self._generators

    def _of(self, variables: list[Variable], generators: list[SeedGenerator]) -> Callable[..., Any]:
        def whole(values: list[Any], counts: list[Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            with scopes.Lifting(zip(variables, values, strict=True), zip(generators, counts, strict=True)) as scope:
                answer = self._function(*args, **kwargs)
            self._look(scope, variables, generators)
            known = {id(variable): place for place, variable in enumerate(variables)}
            changed = {known[id(variable)]: scope.get_current_value(variable) for variable in scope.changed(known)}
            drawn = {place: scope.count(generator) for place, generator in enumerate(generators)}
            return answer, changed, {place: count for place, count in drawn.items() if count is not None}

        return whole


def _joined(items: list[Any], more: list[Any]) -> list[Any]:
    """The items, and those that are not among them."""
    return [*items, *(item for item in more if not any(item is one for one in items))]


class _Counted:
    """The number of a generator's draws, as the backend's tensor: read only where it is asked for."""

    def __init__(self, count: Any) -> None:
        self.count = count

    def read(self) -> int:
        return int(self.count)

    def write(self, count: int) -> None:
        self.count = np.uint32(count & MASK)


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled by the active backend's own compiler for each new signature of its arguments.

    JAX: `jax.jit`; TensorFlow: `tf.function`; PyTorch: `torch.compile` of the whole graph; OpenVINO: a traced, compiled
    and cached model; NumPy: the function itself.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that is written with `ops` and
            has no effects but its answer. Python numbers among the arguments may be compiled in as constants: pass what
            changes often as a tensor.

    Returns:
        A function of the same arguments. It may be called under different backends.

    Example:
        >>> import ops
        >>> double = ops.jit(lambda x: ops.add(x, x))
        >>> ops.convert_to_numpy(double(ops.convert_to_tensor([1.0, 2.0])))
        array([2., 4.], dtype=float32)
    """
    return _Jitted(function)


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """A function that answers the function's value and its gradients. On jax, tensorflow and torch.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that answers a scalar tensor.
        argnums: the position of the argument to differentiate by, or several.
        has_aux: whether the function answers (scalar, anything else) instead.

    Returns:
        A function of the same arguments that answers ``(value, gradients)``, or ``((value, aux), gradients)``. The
        gradients have the argument's structure; for several argnums they are a tuple.

    Raises:
        UnsupportedError: when called on a backend without gradients (numpy, openvino).

    Example:
        >>> import ops
        >>> slope = ops.value_and_grad(lambda x: ops.sum(ops.square(x)))
        >>> value, gradient = slope(ops.convert_to_tensor([1.0, 3.0]))
        >>> ops.convert_to_numpy(gradient)
        array([2., 6.], dtype=float32)
    """

    def transform(backend: Backend) -> Callable[..., Any]:
        made = backend.optional("transform.value_and_grad", "ops.value_and_grad", _GRADIENTS)(
            function, argnums, has_aux
        )

        def of_values(*args: Any, **kwargs: Any) -> Any:
            return made(*_values(args), **kwargs)

        return of_values

    return _Transformed(function, transform)


def _is_variable(leaf: Any) -> bool:
    return isinstance(leaf, Variable)


def _values(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments, with its value for each Variable."""
    variables = trees.leaves(args, _is_variable)
    return trees.put(args, [one.value for one in variables], _is_variable, keep=True) if variables else args


def grad(function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that answers the function's gradients; see `value_and_grad`. With has_aux: ``(gradients, aux)``.

    Raises:
        UnsupportedError: when called on a backend without gradients (numpy, openvino).

    Example:
        >>> import ops
        >>> slope = ops.grad(lambda x: ops.sum(ops.square(x)))
        >>> ops.convert_to_numpy(slope(ops.convert_to_tensor([1.0, 3.0])))
        array([2., 6.], dtype=float32)
    """
    both = value_and_grad(function, argnums, has_aux)

    @functools.wraps(function)
    def gradients(*args: Any, **kwargs: Any) -> Any:
        value, slopes = both(*args, **kwargs)
        return (slopes, value[1]) if has_aux else slopes

    return gradients


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose gradient takes less memory and more time: it computes again what it needs on the way to the
    answer, instead of keeping it (Chen et al. 2016, https://arxiv.org/abs/1604.06174).

    JAX: `jax.checkpoint`; PyTorch: `torch.utils.checkpoint`, and nothing where `jvp` or `vmap` are around it;
    TensorFlow: a custom gradient. Elsewhere, without gradients, it is the function itself. Random numbers are the same
    both times.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of them, without effects but its answer.

    Returns:
        A function of the same arguments. In an `ops.RematScope("none")` it is the function itself.

    Example:
        >>> import ops
        >>> block = ops.checkpoint(lambda x: ops.sin(ops.exp(x)))
        >>> slope = ops.grad(lambda x: ops.sum(block(x)))
        >>> ops.convert_to_numpy(slope(ops.zeros((2,)))).round(4)
        array([0.5403, 0.5403], dtype=float32)
    """

    def transform(backend: Backend) -> Callable[..., Any]:
        kernel = backend.kernels.get("transform.checkpoint")
        if kernel is None or scopes.remat() == "none":
            return function

        def call(*args: Any, **kwargs: Any) -> Any:
            return kernel(function)(*_values(args), **kwargs)

        return call

    return _Transformed(function, transform)


@backend_function
def jvp(backend: Backend, fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The value of a function at a point, and its derivative along a direction. On jax, tensorflow and torch.

    Args:
        fun: a function of as many tensors as primals has, that answers a tensor or a nested container of tensors.
        primals: a list or tuple with the arguments, at which to differentiate.
        tangents: a list or tuple with the direction: for each argument a tensor of its shape and dtype.
        has_aux: whether the function answers (what to differentiate, anything else) instead.

    Returns:
        (value, derivative), or (value, derivative, aux); the derivative has the value's structure.

    Raises:
        UnsupportedError: on a backend without derivatives (numpy, openvino).
        ArgumentTypeError: fun is no function, or primals and tangents are not two lists of the same length.
        ShapeError: a tangent does not have its argument's shape.

    Example:
        >>> import ops
        >>> value, slope = ops.jvp(ops.square, [ops.convert_to_tensor([1.0, 3.0])], [[1.0, 0.5]])
        >>> ops.convert_to_numpy(slope)
        array([2., 3.], dtype=float32)
    """
    if not callable(fun):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(fun).__name__}")
    if not all(isinstance(x, (list, tuple)) for x in (primals, tangents)) or len(primals) != len(tangents):
        raise ArgumentTypeError("primals and tangents are lists or tuples of the same length")
    kernel = backend.optional("transform.jvp", "ops.jvp", _GRADIENTS)
    points = tuple(backend.to_tensor(x) for x in primals)
    directions = tuple(backend.to_tensor(x, backend.dtype(at)) for x, at in zip(tangents, points, strict=True))
    for at, along in zip(points, directions, strict=True):
        if backend.shape(at) != backend.shape(along):
            raise ShapeError(f"a tangent of shape {backend.shape(along)} stands for an argument of {backend.shape(at)}")
    return kernel(fun, points, directions, bool(has_aux))


_Labels = tuple[tuple[str, ...], ...]
_CORE = r"\((?:\w+(?:,\w+)*)?\)"
_SIGNATURE = re.compile(f"{_CORE}(?:,{_CORE})*->{_CORE}(?:,{_CORE})*")


def _labels(signature: Any) -> tuple[_Labels, _Labels]:
    """The core axes' labels of a signature: those of each input and of each output."""
    text = re.sub(r"\s", "", signature) if isinstance(signature, str) else ""
    if not _SIGNATURE.fullmatch(text):
        raise ArgumentError(f"signature is a string such as '(m,n),(n)->(m)'; got {signature!r}")
    inputs, outputs = (
        tuple(tuple(core[1:-1].split(",")) if core != "()" else () for core in re.findall(_CORE, side))
        for side in text.split("->")
    )
    return inputs, outputs


def _split(tensors: Sequence[Any], labels: _Labels, sizes: dict[str, shapes.Dim]) -> list[tuple[Any, Any]]:
    """Each tensor's shape as the axes to loop over and its core axes, whose sizes by label are added to ``sizes``."""
    found: list[tuple[Any, Any]] = []
    for tensor, own in zip(tensors, labels, strict=True):
        shape = shape_of(tensor)
        at = len(shape) - len(own)
        if at < 0:
            raise ShapeError(f"vectorize: an axis for each of ({', '.join(own)}) is needed; got shape {shape}")
        for label, size in zip(own, shape[at:], strict=True):
            known = sizes.get(label)
            if known is not None and size is not None and known != size:
                raise ShapeError(f"vectorize: axis {label!r} of the signature has sizes {known} and {size}")
            sizes[label] = size if known is None else known
        found.append((shape[:at], shape[at:]))
    return found


def _each(outputs: Any, function: Callable[[Any], Any]) -> Any:
    """The function of the output, or of each in a tuple of them."""
    return tuple(function(output) for output in outputs) if isinstance(outputs, tuple) else function(outputs)


class _Vectorized:
    """What `vectorize` makes of a function, on one backend."""

    def __init__(self, backend: Backend, function: Callable[..., Any], excluded: frozenset[Any], labels: Any) -> None:
        self.backend, self.function, self.excluded, self.labels = backend, function, excluded, labels

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}
        names = [name for name in given if name not in self.excluded]
        tensors = [convert_to_tensor(given[name]) for name in names]
        cores = self.labels[0] if self.labels is not None else ((),) * len(tensors)
        if len(cores) != len(tensors):
            raise ArgumentTypeError(f"vectorize: the signature has {len(cores)} inputs; got {len(tensors)} arguments")
        sizes: dict[str, shapes.Dim] = {}
        parts = _split(tensors, cores, sizes)
        loop = shapes.broadcast(*(own for own, _ in parts))

        def one(*values: Any) -> Any:
            filled = {**given, **dict(zip(names, values, strict=True))}
            answer = self.function(*(filled[i] for i in range(len(args))), **{name: filled[name] for name in kwargs})
            answer = _each(answer, convert_to_tensor)
            self._check(answer, sizes)
            return answer

        def outline() -> Any:
            cores = (SymbolicTensor(core, dtype_of(x)) for x, (_, core) in zip(tensors, parts, strict=True))
            return _each(one(*cores), lambda out: SymbolicTensor((*loop, *shape_of(out)), dtype_of(out)))

        if any(isinstance(tensor, SymbolicTensor) for tensor in tensors):
            return outline()
        if loop == ():
            return one(*tensors)
        count = shapes.size(loop)
        if count is None:
            raise ShapeError(f"vectorize: the sizes of the axes to loop over must be known; got {loop}")
        if count == 0:
            return _each(outline(), lambda out: zeros(out.shape, out.dtype))
        rows = [
            reshape(broadcast_to(x, (*loop, *core)), (count, *core))
            for x, (_, core) in zip(tensors, parts, strict=True)
        ]
        return _each(self._mapped(one, rows, count), lambda out: reshape(out, (*loop, *shape_of(out)[1:])))

    def _mapped(self, one: Callable[..., Any], rows: list[Any], count: int) -> Any:
        backend = self.backend
        if "transform.map_rows" in backend.kernels:
            try:
                fast = all(backend.dtype(row) in backend.fast_dtypes for row in rows)
                return backend.run("transform.map_rows", fast, one, rows)
            except Exception:  # whatever it was: row by row, the function works or fails on its own account
                pass
        answers = [one(*(get_item(row, i) for row in rows)) for i in range(count)]
        if isinstance(answers[0], tuple):
            return tuple(stack(list(column)) for column in zip(*answers, strict=True))
        return stack(answers)

    def _check(self, answer: Any, sizes: dict[str, shapes.Dim]) -> None:
        """Whether the answer is what the signature says."""
        if self.labels is None:
            return
        answers = answer if isinstance(answer, tuple) else (answer,)
        if len(answers) != len(self.labels[1]):
            raise ArgumentTypeError(
                f"vectorize: the signature has {len(self.labels[1])} outputs; the function answered {len(answers)}"
            )
        for (rest, core), own in zip(_split(answers, self.labels[1], dict(sizes)), self.labels[1], strict=True):
            if rest:
                raise ShapeError(f"vectorize: an output has shape {(*rest, *core)}; the signature says {own}")


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Collection[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function of single elements (or rows, matrices, ...), made one of tensors that broadcast.

    It is mapped over all elements at once where the framework can do that with this function (jax, tensorflow, torch);
    else it is called for each, which is slow. It should have no effects but its answer.

    Args:
        pyfunc: a function of tensors of rank 0, or of the ranks that the signature says, that answers a tensor, a
            number or a tuple of these.
        excluded: positions and names of arguments that the function is to get as they are.
        signature: the core axes of all other arguments and of the answers, such as ``"(m,n),(n)->(m)"``; the function
            gets tensors with these axes, and the axes before them broadcast.

    Returns:
        A function of the same arguments, whose answers have the axes that were looped over first.

    Raises:
        ArgumentError: the signature cannot be read.
        ShapeError: when called: shapes do not broadcast, or do not fit the signature.

    Example:
        >>> import ops
        >>> inner = ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()")
        >>> ops.convert_to_numpy(inner([[1, 2], [3, 4]], [1, 10]))
        array([21, 43], dtype=int32)
    """
    if excluded is not None and not all(isinstance(item, (int, str)) for item in excluded):
        raise ArgumentTypeError(f"excluded has positions and names of arguments; got {excluded!r}")
    labels = None if signature is None else _labels(signature)
    return _Transformed(pyfunc, lambda backend: _Vectorized(backend, pyfunc, frozenset(excluded or ()), labels))
