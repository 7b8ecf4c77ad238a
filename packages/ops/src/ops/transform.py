"""Family transform: transforms of functions. A transformed function runs on the backend that is active when called."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, ParamSpec, TypeGuard, TypeVar

import numpy as np

from ops._declaration import backend_function, of_arguments
from ops.autodiff.provider import differentiable
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, ShapeError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, trees
from ops_common.tensors.arguments import canonical_bool
from ops_common.tensors.variable import Variable

P = ParamSpec("P")
R = TypeVar("R")


class Wrapped(Generic[P, R]):
    """A callable object that replaces a function and has its name.

    It is pickled as functions are: by name if that name refers to it, as for a decorated function of a module;
    otherwise as the call that created it.
    """

    def __init__(self, function: Callable[P, Any], make: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)
        # AutoGraph must not convert this, as for every public function (see `_declaration.declared`).
        self.autograph_info__: dict[str, Any] = {}
        self._function = function
        self._make = make  # a function that a pickle can name, or a partial of one

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        raise NotImplementedError  # subclasses implement it

    def __reduce__(self) -> Any:
        name = getattr(self, "__qualname__", None)
        if name is not None and _named(self.__module__, name) is self:
            return name
        return self._make, (self._function,)


def _named(module: str | None, name: str) -> Any:
    """Returns the object with a dotted name in a module; None if there is none."""
    value = sys.modules.get(module) if module is not None else None
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


class Transformed(Wrapped[P, R]):
    """A transformed function, which runs on the backend that is active when it is called.

    Args:
        function: the function to transform.
        transform: a function that takes a backend and returns the transformed function for it.
        make: a function that creates this object from the original function, for pickling.
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
        """Returns the transformed function for one backend. It is not cached: a compiler that traces Python code would
        compile again if its own first trace filled the cache."""
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
    """Returns a function that computes the function's value and its gradients.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that returns a scalar tensor.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        has_aux: whether the function returns ``(scalar, aux)``, where aux is anything.

    Returns:
        A function of the same arguments that returns ``(value, gradients)``, or ``((value, aux), gradients)``. The
        gradients have the argument's structure; for a tuple of argnums they are a tuple.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> loss_and_grad = ops.value_and_grad(lambda x: ops.sum(ops.square(x)))
        >>> value, gradient = loss_and_grad(ops.convert_to_tensor([1.0, 3.0]))
        >>> ops.convert_to_numpy(gradient)
        array([2., 6.], dtype=float32)
    """

    positions = _positions(argnums)
    has_aux = canonical_bool(has_aux)

    def scalar(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        backend = active.current_backend()
        value = result[0] if has_aux and isinstance(result, tuple) and len(result) == 2 else result
        spec = value if _is_symbolic(value) or not backend.is_tensor(value) else _spec(backend, value)
        if not _is_symbolic(spec) or spec.shape != () or not dtypes.is_float(spec.dtype):
            with_aux = ", and which returns (value, aux)" if has_aux else ""
            raise ShapeError(
                f"a gradient is that of a function whose value is a float tensor of shape (){with_aux}; "
                f"got {_described(backend, result)}: reduce it, by ops.sum for example, or use ops.jacobian"
            )
        return result

    def by_pullback(backend: Backend) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            flat = _flat(backend, "ops.value_and_grad", scalar, args, kwargs, positions, has_aux)
            values, pullback, aux = backend.kernels["transform.vjp"](flat.of_points, flat.points)
            cotangent = backend.bound.creation_ones_like(values[0])
            gradients = flat.like_chosen(pullback([cotangent]))
            value = flat.output(values)
            result = (value, flat.aux(aux)) if has_aux else value
            return result, gradients[0] if isinstance(argnums, int) else tuple(gradients)

        return call

    def transform(backend: Backend) -> Callable[..., Any]:
        backend = differentiable(backend)
        kernel = backend.kernels.get("transform.value_and_grad")
        transformed = by_pullback(backend) if kernel is None else kernel(scalar, argnums, has_aux)

        def of_values(*args: Any, **kwargs: Any) -> Any:
            _check_positions(positions, args)
            if trees.leaves((args, kwargs), _is_symbolic):
                chosen = [args[i] for i in positions]
                symbols = trees.leaves(chosen, _is_trainable_symbol)
                gradients = trees.put(chosen, symbols, _is_trainable_symbol, keep=False)
                return scalar(*args, **kwargs), gradients[0] if isinstance(argnums, int) else tuple(gradients)
            return transformed(*_points(backend, args, positions), **kwargs)

        return of_values

    return Transformed(function, transform, functools.partial(value_and_grad, argnums=argnums, has_aux=has_aux))


def _spec(backend: Backend, x: Any) -> SymbolicTensor:
    return SymbolicTensor(backend.shape(x), backend.dtype(x))


def _described(backend: Backend, result: Any) -> str:
    """Returns a short description of a function's result, for an error message."""
    if backend.is_tensor(result):
        return f"{backend.dtype(result)} of shape {backend.shape(result)}"
    if isinstance(result, (list, tuple)):
        return f"{type(result).__name__} of {', '.join(_described(backend, item) for item in result) or 'nothing'}"
    return type(result).__name__


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
    """Returns the arguments with each Variable replaced by its value."""
    variables = trees.leaves(args, _is_variable)
    values = [variable.value for variable in variables]
    return trees.put(args, values, _is_variable, keep=True) if variables else args


def _is_number(leaf: Any) -> bool:
    """Returns whether a gradient with respect to a leaf that is no tensor is computed: float numbers and arrays."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return leaf.dtype.kind in "fc" or leaf.dtype.name in _INEXACT
    return isinstance(leaf, (float, complex))


def _points(backend: Backend, args: tuple[Any, ...], positions: Sequence[int]) -> tuple[Any, ...]:
    """Returns the arguments with tensors for Variables, and for the numbers and arrays at these positions."""
    values = list(_values(args))
    for i in positions:
        numbers = trees.leaves(values[i], _is_number)
        if numbers:
            tensors = [backend.to_tensor(number) for number in numbers]
            values[i] = trees.put(values[i], tensors, _is_number, keep=True)
    return tuple(values)


def grad(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[P, Any]:
    """Returns a function that computes the function's gradients; with has_aux, ``(gradients, aux)``. See
    `value_and_grad`.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> gradient = ops.grad(lambda x: ops.sum(ops.square(x)))
        >>> ops.convert_to_numpy(gradient(ops.convert_to_tensor([1.0, 3.0])))
        array([2., 6.], dtype=float32)
    """
    both = value_and_grad(function, argnums, has_aux)

    def transform(backend: Backend) -> Callable[..., Any]:
        of_both = both.on(backend)

        def gradients(*args: Any, **kwargs: Any) -> Any:
            value, results = of_both(*args, **kwargs)
            return (results, value[1]) if has_aux else results

        return gradients

    return Transformed(function, transform, functools.partial(grad, argnums=argnums, has_aux=has_aux))


def checkpoint(function: Callable[P, R]) -> Callable[P, R]:
    """Returns the function with a gradient that takes less memory and more time: the backward pass recomputes
    intermediate values instead of storing them (Chen et al. 2016, https://arxiv.org/abs/1604.06174).

    JAX uses `jax.checkpoint`; PyTorch uses `torch.utils.checkpoint`, except inside `jvp` or `vmap`, where the function
    is called as it is; TensorFlow uses a custom gradient; NumPy and OpenVINO use the reverse mode of `ops`. The
    recomputation draws the same random numbers.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of them, without side effects.

    Returns:
        A function of the same arguments. Inside `ops.RematScope("none")`, calls run the function as it is.

    Example:
        >>> import ops
        >>> block = ops.checkpoint(lambda x: ops.sin(ops.exp(x)))
        >>> gradient = ops.grad(lambda x: ops.sum(block(x)))
        >>> ops.convert_to_numpy(gradient(ops.zeros((2,)))).round(4)
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
    """Returns a function's value at a point and its directional derivative: the Jacobian-vector product.

    Args:
        fun: a function of as many tensors as primals has, that returns a tensor or a nested container of tensors.
        primals: a list or tuple of the arguments at which to differentiate.
        tangents: a list or tuple with a tangent for each argument: a tensor of its shape and dtype.
        has_aux: whether the function returns ``(output, aux)``, where aux is anything and is not differentiated.

    Returns:
        ``(value, tangent)``, or ``(value, tangent, aux)``; the tangent has the value's structure.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).
        ArgumentTypeError: fun is not a function, or primals and tangents are not lists of the same length.
        ShapeError: a tangent does not have its argument's shape.

    Example:
        >>> import ops
        >>> value, tangent = ops.jvp(ops.square, [ops.convert_to_tensor([1.0, 3.0])], [[1.0, 0.5]])
        >>> ops.convert_to_numpy(tangent)
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
    directions = tuple(backend.to_tensor(x, backend.dtype(point)) for x, point in zip(tangents, points, strict=True))
    for point, direction in zip(points, directions, strict=True):
        shape, expected = backend.shape(direction), backend.shape(point)
        if shape != expected:
            raise ShapeError(f"a tangent of shape {shape} was given for an argument of shape {expected}")
    return kernel(_of_tensors(backend, "ops.jvp", fun, has_aux), points, directions, has_aux)


def _of_tensors(backend: Backend, what: str, function: Callable[..., Any], has_aux: bool) -> Callable[..., Any]:
    """Returns the function with an error if its value is not a tensor or a container of tensors."""

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
    """A function of nested arguments, flattened to a function of a list of tensors for a backend's transform."""

    chosen: list[Any]  # the arguments to differentiate with respect to
    points: list[Any]  # the float tensors in them
    of_points: Callable[..., tuple[list[Any], list[Any]]]  # returns the tensors of the output and of aux
    results: list[Any]  # (output, aux) of each call, with the transform's tensors
    is_tensor: Callable[[Any], bool]
    is_trainable: Callable[[Any], bool]

    def output(self, values: Sequence[Any]) -> Any:
        """Returns the output's structure with these tensors."""
        return trees.put(self.results[-1][0], values, self.is_tensor, keep=True)

    def aux(self, values: Sequence[Any]) -> Any:
        """Returns the structure of aux with these tensors."""
        return trees.put(self.results[-1][1], values, self.is_tensor, keep=True)

    def like_chosen(self, values: Sequence[Any]) -> list[Any]:
        """Returns the structure of the chosen arguments with these values for float tensors, and None elsewhere."""
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

    args = _points(backend, args, positions)
    chosen = [args[i] for i in positions]
    results: list[Any] = []

    def of_points(*points: Any) -> tuple[list[Any], list[Any]]:
        actual = list(args)
        for i, arg in zip(positions, trees.put(chosen, points, is_trainable, keep=True), strict=True):
            actual[i] = arg
        result = function(*actual, **kwargs)
        if has_aux and not (isinstance(result, tuple) and len(result) == 2):
            raise ArgumentTypeError(f"with has_aux, {what} needs a function that returns (output, aux)")
        output, aux = result if has_aux else (result, None)
        leaves = trees.leaves(output, is_tensor)
        wrong_dtypes = [backend.dtype(x) for x in leaves if backend.dtype(x) not in _INEXACT]
        if wrong_dtypes or not leaves:
            got = wrong_dtypes[0] if wrong_dtypes else output
            raise ArgumentTypeError(f"{what} needs a function that returns float tensors; got {got}")
        results.append((output, aux))
        return leaves, trees.leaves(aux, is_tensor)

    return _Flat(chosen, trees.leaves(chosen, is_trainable), of_points, results, is_tensor, is_trainable)


_INEXACT = frozenset(dtypes.INEXACT)


@backend_function
def vjp(backend: Backend, fun: Callable[..., Any], primals: Any, has_aux: bool = False) -> Any:
    """Returns a function's value at a point and its pullback, which computes vector-Jacobian products.

    Args:
        fun: a function of as many arguments as primals has (tensors, or nests of them), that returns float tensors.
        primals: a list or tuple of the arguments at which to differentiate.
        has_aux: whether the function returns ``(output, aux)``, where aux is anything and is not differentiated.

    Returns:
        ``(value, pullback)``, or ``(value, pullback, aux)``. The pullback takes a cotangent of the value, in the same
        structure and with the same shapes, and returns a tuple with a cotangent for each argument, in the argument's
        structure, with None for everything that is not a float tensor.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).
        ArgumentTypeError: fun is not a function, primals is not a list, or an output is not a float tensor.
        ShapeError: when the pullback is called: a cotangent does not have the shape of its value.

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
    arguments = tuple(_tensors(backend, x) for x in primals)
    flat = _flat(backend, "ops.vjp", fun, arguments, {}, range(len(arguments)), has_aux)
    values, flat_pullback, aux = kernel(flat.of_points, flat.points)

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        return tuple(flat.like_chosen(flat_pullback(_cotangent_leaves(backend, flat, values, cotangents))))

    output = flat.output(values)
    return (output, pullback, flat.aux(aux)) if has_aux else (output, pullback)


def _tensors(backend: Backend, tree: Any) -> Any:
    """Returns a nest of tensors as it is, and converts anything else, also nested lists of numbers, to a tensor."""
    if isinstance(tree, (dict, list, tuple)) and trees.leaves(tree, lambda x: backend.is_tensor(x) or _is_variable(x)):
        return tree
    return tree if isinstance(tree, dict) else backend.to_tensor(tree)


def _cotangent_leaves(backend: Backend, flat: _Flat, values: Sequence[Any], cotangents: Any) -> list[Any]:
    """Returns a cotangent for each value, from the argument of a pullback."""
    matched = _matched(backend, flat.results[-1][0], cotangents)
    leaves = [backend.to_tensor(x, backend.dtype(value)) for x, value in zip(matched, values, strict=True)]
    for x, value in zip(leaves, values, strict=True):
        shape, expected = backend.shape(x), backend.shape(value)
        if shape != expected:
            raise ShapeError(f"a cotangent of shape {shape} was given for an output of shape {expected}")
    return leaves


def _matched(backend: Backend, output: Any, cotangent: Any) -> list[Any]:
    """Returns the cotangent of each tensor of an output; it may be a nested list of numbers."""
    if backend.is_tensor(output):
        return [cotangent]
    if not isinstance(output, (dict, list, tuple)):
        return []
    if isinstance(output, dict) != isinstance(cotangent, dict) or not isinstance(cotangent, (dict, list, tuple)):
        raise ArgumentTypeError(
            f"a cotangent has the output's structure, here a {type(output).__name__}; got {cotangent!r}"
        )
    if isinstance(output, dict) and isinstance(cotangent, dict) and output.keys() == cotangent.keys():
        pairs = [(item, cotangent[key]) for key, item in output.items()]
    elif isinstance(output, dict) or len(output) != len(cotangent):
        raise ArgumentTypeError(
            f"a cotangent has the output's structure, here of {len(output)} items; got {len(cotangent)}"
        )
    else:
        pairs = list(zip(output, cotangent, strict=True))
    return [x for item, part in pairs for x in _matched(backend, item, part)]


def jacobian(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[P, Any]:
    """Returns a function that computes the Jacobian: all first derivatives of a function.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that returns a float tensor or
            a nest of float tensors.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        has_aux: whether the function returns ``(output, aux)``, where aux is anything and is not differentiated.

    Returns:
        A function of the same arguments that returns the Jacobian, or ``(jacobian, aux)``. The Jacobian has the
        output's structure; in place of each tensor it has the argument's structure (a tuple of them for a tuple of
        argnums), whose tensors have the shape of the output followed by the shape of the argument.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> jacobian = ops.jacobian(lambda x: ops.stack([x[0] * x[1], x[1]]))
        >>> ops.convert_to_numpy(jacobian(ops.convert_to_tensor([2.0, 3.0])))
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
            by_output = [flat.like_chosen(row) for row in rows]
            result = flat.output([x[0] if isinstance(argnums, int) else tuple(x) for x in by_output])
            return (result, flat.aux(aux)) if has_aux else result

        return call

    return Transformed(function, transform, functools.partial(jacobian, argnums=argnums, has_aux=has_aux))


def hessian(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0) -> Callable[P, Any]:
    """Returns a function that computes the Hessian: all second derivatives of a function whose value is a scalar.

    It is the Jacobian of the gradient; see `jacobian` for its structure.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> hessian = ops.hessian(lambda x: x[0] * x[0] * x[1])
        >>> ops.convert_to_numpy(hessian(ops.convert_to_tensor([2.0, 3.0])))
        array([[6., 4.],
               [4., 0.]], dtype=float32)
    """
    return jacobian(grad(function, argnums), argnums)
