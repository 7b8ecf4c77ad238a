"""Family transform: functions of functions. Which backend serves is decided when the made function is called."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, ParamSpec, TypeGuard, TypeVar

from ops._declaration import backend_function, of_arguments
from ops.autodiff.provider import differentiable
from ops_common import active, dtypes, scopes, trees
from ops_common.arguments import canonical_bool
from ops_common.backend import Backend, short
from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, ShapeError
from ops_common.symbolic import SymbolicTensor
from ops_common.variable import Variable

P = ParamSpec("P")
R = TypeVar("R")


class Wrapped(Generic[P, R]):
    """A callable object that replaces a function, with its name, and is pickled as functions are: by name where that
    name refers to it, as for a decorated function of a module. Otherwise it is pickled as the call that made it."""

    def __init__(self, function: Callable[P, Any], make: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        # AutoGraph must leave this alone, as every public function (see `_declaration.declared`).
        self.autograph_info__: dict[str, Any] = {}
        self._function = function
        self._make = make  # a function that a pickle can name, or a partial of one

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        raise NotImplementedError  # each kind has its own

    def __reduce__(self) -> Any:
        name = getattr(self, "__qualname__", None)
        if name is not None and _named(self.__module__, name) is self:
            return name
        return self._make, (self._function,)


def _named(module: str | None, name: str) -> Any:
    """What a module has under a name with dots; None if it has nothing there."""
    found = sys.modules.get(module) if module is not None else None
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


class Transformed(Wrapped[P, R]):
    """A transformed function: of the backend that is active when it is called.

    Args:
        function: what is transformed.
        transform: from a backend to the transformed function of that backend.
        make: what makes this object from the function, for its pickle.
    """

    def __init__(
        self,
        function: Callable[P, Any],
        transform: Callable[[Backend], Callable[..., Any]],
        make: Callable[..., Any],
    ) -> None:
        if not callable(function):
            raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
        super().__init__(function, make)
        self._transform = transform

    def on(self, backend: Backend) -> Callable[..., Any]:
        """The transformed function of one backend. Not kept: what a compiler that reads Python code finds changed by
        its own first trace, it compiles again."""
        return self._transform(backend)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        backend = active.current_backend()
        try:
            return self.on(backend)(*args, **kwargs)
        except OpsError:
            raise
        except Exception as error:
            failed = error
        raise of_arguments(backend, failed, (args, kwargs)) or failed from failed.__cause__


def value_and_grad(
    function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Transformed[P, tuple[Any, Any]]:
    """A function that answers the function's value and its gradients.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that answers a scalar tensor.
        argnums: the position of the argument to differentiate by, or several.
        has_aux: whether the function answers (scalar, anything else) instead.

    Returns:
        A function of the same arguments that answers ``(value, gradients)``, or ``((value, aux), gradients)``. The
        gradients have the argument's structure; for several argnums they are a tuple.

    Raises:
        UnsupportedError: on numpy and openvino, for what has no derivative there (random numbers by their parameters).

    Example:
        >>> import ops
        >>> slope = ops.value_and_grad(lambda x: ops.sum(ops.square(x)))
        >>> value, gradient = slope(ops.convert_to_tensor([1.0, 3.0]))
        >>> ops.convert_to_numpy(gradient)
        array([2., 6.], dtype=float32)
    """

    positions = _positions(argnums)
    has_aux = canonical_bool(has_aux)

    def scalar(*args: Any, **kwargs: Any) -> Any:
        answer = function(*args, **kwargs)
        backend = active.current_backend()
        value = answer[0] if has_aux and isinstance(answer, tuple) and len(answer) == 2 else answer
        spec = value if _is_symbolic(value) or not backend.is_tensor(value) else _spec(backend, value)
        if not _is_symbolic(spec) or spec.shape != () or not dtypes.is_float(spec.dtype):
            beside = ", and which answers (value, aux)" if has_aux else ""
            raise ShapeError(
                f"a gradient is that of a function whose value is a float tensor of shape (){beside}; "
                f"got {_described(backend, answer)}: reduce it, by ops.sum for example, or ask for ops.jacobian"
            )
        return answer

    def by_pullback(backend: Backend) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            flat = _flat(backend, "ops.value_and_grad", scalar, args, kwargs, positions, has_aux)
            values, pullback, aux = backend.kernels["transform.vjp"](flat.of_points, flat.points)
            one = active.namespace_of(backend).creation_ones_like(values[0])
            slopes = flat.like_chosen(pullback([one]))
            value = flat.answer(values)
            answer = (value, flat.aux(aux)) if has_aux else value
            return answer, slopes[0] if isinstance(argnums, int) else tuple(slopes)

        return call

    def transform(backend: Backend) -> Callable[..., Any]:
        backend = differentiable(backend)
        kernel = backend.kernels.get("transform.value_and_grad")
        made = by_pullback(backend) if kernel is None else kernel(scalar, argnums, has_aux)

        def of_values(*args: Any, **kwargs: Any) -> Any:
            _check_positions(positions, args)
            if trees.leaves((args, kwargs), _is_symbolic):
                chosen = [args[i] for i in positions]
                slopes = trees.put(chosen, trees.leaves(chosen, _is_trainable_symbol), _is_trainable_symbol, keep=False)
                return scalar(*args, **kwargs), slopes[0] if isinstance(argnums, int) else tuple(slopes)
            return made(*_values(args), **kwargs)

        return of_values

    return Transformed(function, transform, functools.partial(value_and_grad, argnums=argnums, has_aux=has_aux))


def _spec(backend: Backend, x: Any) -> SymbolicTensor:
    return SymbolicTensor(backend.shape(x), backend.dtype(x))


def _described(backend: Backend, answer: Any) -> str:
    """What a function has answered, in a few words."""
    if backend.is_tensor(answer):
        return f"{backend.dtype(answer)} of shape {backend.shape(answer)}"
    if isinstance(answer, (list, tuple)):
        return f"{type(answer).__name__} of {', '.join(_described(backend, item) for item in answer) or 'nothing'}"
    return type(answer).__name__


def _positions(argnums: Any) -> tuple[int, ...]:
    positions = argnums if isinstance(argnums, tuple) else (argnums,)
    if not positions or not all(isinstance(i, int) and not isinstance(i, bool) for i in positions):
        raise ArgumentTypeError(f"argnums is the position of an argument, or a tuple of such; got {argnums!r}")
    return positions


def _check_positions(positions: Sequence[int], args: Sequence[Any]) -> None:
    if not all(-len(args) <= i < len(args) for i in positions):
        raise ArgumentError(f"argnums {[*positions]} are not all among the {len(args)} positional arguments")


def _is_symbolic(leaf: Any) -> TypeGuard[SymbolicTensor]:
    return isinstance(leaf, SymbolicTensor)


def _is_trainable_symbol(leaf: Any) -> bool:
    return _is_symbolic(leaf) and leaf.dtype in _INEXACT


def _is_variable(leaf: Any) -> bool:
    return isinstance(leaf, Variable)


def _values(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments, with its value for each Variable."""
    variables = trees.leaves(args, _is_variable)
    return trees.put(args, [one.value for one in variables], _is_variable, keep=True) if variables else args


def grad(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[P, Any]:
    """A function that answers the function's gradients; see `value_and_grad`. With has_aux: ``(gradients, aux)``.

    Raises:
        UnsupportedError: on numpy and openvino, for what has no derivative there (random numbers by their parameters).

    Example:
        >>> import ops
        >>> slope = ops.grad(lambda x: ops.sum(ops.square(x)))
        >>> ops.convert_to_numpy(slope(ops.convert_to_tensor([1.0, 3.0])))
        array([2., 6.], dtype=float32)
    """
    both = value_and_grad(function, argnums, has_aux)

    def transform(backend: Backend) -> Callable[..., Any]:
        of_both = both.on(backend)

        def gradients(*args: Any, **kwargs: Any) -> Any:
            value, slopes = of_both(*args, **kwargs)
            return (slopes, value[1]) if has_aux else slopes

        return gradients

    return Transformed(function, transform, functools.partial(grad, argnums=argnums, has_aux=has_aux))


def checkpoint(function: Callable[P, R]) -> Callable[P, R]:
    """The function, whose gradient takes less memory and more time: it computes again what it needs on the way to the
    answer, instead of keeping it (Chen et al. 2016, https://arxiv.org/abs/1604.06174).

    JAX: `jax.checkpoint`; PyTorch: `torch.utils.checkpoint`, and nothing where `jvp` or `vmap` are around it;
    TensorFlow: a custom gradient. Elsewhere, `ops`' own. Random numbers are the same both times.

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

    return Transformed(function, transform, checkpoint)


@backend_function
def jvp(backend: Backend, fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """The value of a function at a point, and its derivative along a direction.

    Args:
        fun: a function of as many tensors as primals has, that answers a tensor or a nested container of tensors.
        primals: a list or tuple with the arguments, at which to differentiate.
        tangents: a list or tuple with the direction: for each argument a tensor of its shape and dtype.
        has_aux: whether the function answers (what to differentiate, anything else) instead.

    Returns:
        (value, derivative), or (value, derivative, aux); the derivative has the value's structure.

    Raises:
        UnsupportedError: on numpy and openvino, for what has no derivative there (random numbers by their parameters).
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
    has_aux = canonical_bool(has_aux)
    backend = differentiable(backend)
    kernel = backend.kernels["transform.jvp"]
    points = tuple(backend.to_tensor(x) for x in primals)
    directions = tuple(backend.to_tensor(x, backend.dtype(at)) for x, at in zip(tangents, points, strict=True))
    for at, along in zip(points, directions, strict=True):
        if backend.shape(at) != backend.shape(along):
            raise ShapeError(f"a tangent of shape {backend.shape(along)} stands for an argument of {backend.shape(at)}")
    return kernel(_of_tensors(backend, "ops.jvp", fun, has_aux), points, directions, has_aux)


def _of_tensors(backend: Backend, what: str, function: Callable[..., Any], has_aux: bool) -> Callable[..., Any]:
    """The function, with an error where its value is or holds anything but tensors."""

    def checked(*args: Any) -> Any:
        result = function(*args)
        if has_aux and not (isinstance(result, tuple) and len(result) == 2):
            raise ArgumentTypeError(f"with has_aux, {what} needs a function that returns (value, aux)")
        value = result[0] if has_aux else result
        wrong = [x for x in trees.leaves(value, lambda _: True) if not backend.is_tensor(x)]
        if wrong or value is None:
            raise ArgumentTypeError(f"{what} needs a function that returns tensors; got {short(value)}")
        return result

    return checked


class _Flat(NamedTuple):
    """A function of nested arguments as one of a list of tensors, for a backend's transform."""

    chosen: list[Any]
    points: list[Any]  # the float tensors in what was chosen
    of_points: Callable[..., tuple[list[Any], list[Any]]]  # the answer's tensors, and aux's
    answered: list[Any]  # the answers and aux, with the tensors of the transform
    is_tensor: Callable[[Any], bool]
    is_trainable: Callable[[Any], bool]

    def answer(self, values: Sequence[Any]) -> Any:
        """The answer with these tensors."""
        return trees.put(self.answered[-1][0], values, self.is_tensor, keep=True)

    def aux(self, values: Sequence[Any]) -> Any:
        """What was answered beside it, with these tensors."""
        return trees.put(self.answered[-1][1], values, self.is_tensor, keep=True)

    def like_chosen(self, values: Sequence[Any]) -> list[Any]:
        """What was chosen, with these tensors for its float ones, and None elsewhere."""
        return trees.put(self.chosen, values, self.is_trainable, keep=False)


def _flat(
    backend: Backend,
    what: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: Sequence[int],
    has_aux: bool,
) -> _Flat:
    is_tensor = backend.is_tensor

    def is_trainable(leaf: Any) -> bool:
        return is_tensor(leaf) and backend.dtype(leaf) in _INEXACT

    args = _values(args)
    chosen = [args[i] for i in positions]
    answered: list[Any] = []

    def of_points(*points: Any) -> tuple[list[Any], list[Any]]:
        given = list(args)
        for i, arg in zip(positions, trees.put(chosen, points, is_trainable, keep=True), strict=True):
            given[i] = arg
        answer = function(*given, **kwargs)
        if has_aux and not (isinstance(answer, tuple) and len(answer) == 2):
            raise ArgumentTypeError(f"with has_aux, {what} needs a function that answers (answer, aux)")
        answer, aux = answer if has_aux else (answer, None)
        outputs = trees.leaves(answer, is_tensor)
        wrong = [backend.dtype(x) for x in outputs if backend.dtype(x) not in _INEXACT]
        if wrong or not outputs:
            found = wrong[0] if wrong else answer
            raise ArgumentTypeError(f"{what} needs a function that answers float tensors; got {found}")
        answered.append((answer, aux))
        return outputs, trees.leaves(aux, is_tensor)

    return _Flat(chosen, trees.leaves(chosen, is_trainable), of_points, answered, is_tensor, is_trainable)


_INEXACT = frozenset(dtypes.INEXACT)


@backend_function
def vjp(backend: Backend, fun: Callable[..., Any], primals: Any, has_aux: bool = False) -> Any:
    """The value of a function at a point, and the function that takes a direction in the answer's space back to the
    arguments: the product of a vector and the Jacobian.

    Args:
        fun: a function of as many arguments as primals has (tensors, or nests of them), that answers float tensors.
        primals: a list or tuple with the arguments, at which to differentiate.
        has_aux: whether the function answers (what to differentiate, anything else) instead.

    Returns:
        (value, pullback), or (value, pullback, aux). The pullback takes the value's structure, with tensors of its
        shapes, and answers a tuple: for each argument its structure, with None for what is no float tensor.

    Raises:
        UnsupportedError: on numpy and openvino, for what has no derivative there (random numbers by their parameters).
        ArgumentTypeError: fun is no function, primals no list, or an answer no float tensor.
        ShapeError: when the pullback is called: a tensor does not have its value's shape.

    Example:
        >>> import ops
        >>> value, pullback = ops.vjp(ops.square, [ops.convert_to_tensor([1.0, 3.0])])
        >>> ops.convert_to_numpy(pullback([1.0, 0.5])[0])
        array([2., 3.], dtype=float32)
    """
    if not callable(fun):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(fun).__name__}")
    if not isinstance(primals, (list, tuple)):
        raise ArgumentTypeError(f"primals is a list or tuple of arguments; got {type(primals).__name__}")
    backend = differentiable(backend)
    kernel = backend.kernels["transform.vjp"]
    given = tuple(_tensors(backend, x) for x in primals)
    flat = _flat(backend, "ops.vjp", fun, given, {}, range(len(given)), has_aux)
    values, back, aux = kernel(flat.of_points, flat.points)

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        given = _directions(backend, flat, values, cotangents)
        return tuple(flat.like_chosen(back(given)))

    answer = flat.answer(values)
    return (answer, pullback, flat.aux(aux)) if has_aux else (answer, pullback)


def _tensors(backend: Backend, tree: Any) -> Any:
    """The nest with tensors for its arrays and numbers; a nest of numbers is one, too."""
    if isinstance(tree, (dict, list, tuple)) and trees.leaves(tree, lambda x: backend.is_tensor(x) or _is_variable(x)):
        return tree
    return tree if isinstance(tree, dict) else backend.to_tensor(tree)


def _directions(backend: Backend, flat: _Flat, values: Sequence[Any], cotangents: Any) -> list[Any]:
    """The tensors of a direction in the answer's space."""
    given = _matched(backend, flat.answered[-1][0], cotangents)
    found = [backend.to_tensor(x, backend.dtype(value)) for x, value in zip(given, values, strict=True)]
    for x, value in zip(found, values, strict=True):
        if backend.shape(x) != backend.shape(value):
            raise ShapeError(f"a direction of shape {backend.shape(x)} stands for an answer of {backend.shape(value)}")
    return found


def _matched(backend: Backend, answer: Any, given: Any) -> list[Any]:
    """What is given for each of the answer's tensors, which nested lists of numbers may be."""
    if backend.is_tensor(answer):
        return [given]
    if not isinstance(answer, (dict, list, tuple)):
        return []
    if isinstance(answer, dict) != isinstance(given, dict) or not isinstance(given, (dict, list, tuple)):
        raise ArgumentTypeError(
            f"a direction has the answer's structure, here a {type(answer).__name__}; got {given!r}"
        )
    if isinstance(answer, dict) and isinstance(given, dict) and answer.keys() == given.keys():
        pairs = [(item, given[key]) for key, item in answer.items()]
    elif isinstance(answer, dict) or len(answer) != len(given):
        raise ArgumentTypeError(
            f"a direction has the answer's structure, here of {len(answer)} items; got {len(given)}"
        )
    else:
        pairs = list(zip(answer, given, strict=True))
    return [x for item, one in pairs for x in _matched(backend, item, one)]


def jacobian(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[P, Any]:
    """A function that answers all first derivatives of a function.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that answers float tensors,
            one or nested ones.
        argnums: the position of the argument to differentiate by, or several.
        has_aux: whether the function answers (what to differentiate, anything else) instead.

    Returns:
        A function of the same arguments that answers the Jacobian, or ``(jacobian, aux)``: the answer's structure, with
        the argument's structure for each of its tensors (a tuple of them for several argnums), and in that tensors of
        the shape of the answer's tensor followed by that of the argument's.

    Raises:
        UnsupportedError: on numpy and openvino, for what has no derivative there (random numbers by their parameters).

    Example:
        >>> import ops
        >>> slopes = ops.jacobian(lambda x: ops.stack([x[0] * x[1], x[1]]))
        >>> ops.convert_to_numpy(slopes(ops.convert_to_tensor([2.0, 3.0])))
        array([[3., 2.],
               [0., 1.]], dtype=float32)
    """
    positions = _positions(argnums)

    def transform(backend: Backend) -> Callable[..., Any]:
        backend = differentiable(backend)
        kernel = backend.kernels["transform.jacobian"]

        def call(*args: Any, **kwargs: Any) -> Any:
            _check_positions(positions, args)
            flat = _flat(backend, "ops.jacobian", function, args, kwargs, positions, has_aux)
            rows, aux = kernel(flat.of_points, flat.points)
            found = [flat.like_chosen(row) for row in rows]
            answer = flat.answer([x[0] if isinstance(argnums, int) else tuple(x) for x in found])
            return (answer, flat.aux(aux)) if has_aux else answer

        return call

    return Transformed(function, transform, functools.partial(jacobian, argnums=argnums, has_aux=has_aux))


def hessian(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0) -> Callable[P, Any]:
    """A function that answers all second derivatives of a function whose value is a scalar: the Jacobian of its
    gradient, see `jacobian`.

    Raises:
        UnsupportedError: on numpy and openvino, for what has no derivative there (random numbers by their parameters).

    Example:
        >>> import ops
        >>> curvature = ops.hessian(lambda x: x[0] * x[0] * x[1])
        >>> ops.convert_to_numpy(curvature(ops.convert_to_tensor([2.0, 3.0])))
        array([[6., 4.],
               [4., 0.]], dtype=float32)
    """
    return jacobian(grad(function, argnums), argnums)
