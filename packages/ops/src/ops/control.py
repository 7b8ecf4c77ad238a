"""Family control: branches and loops as higher-order functions, and functions with custom gradients.

Where a condition has a value, Python branches and loops on it; in a traced function the framework's own construct is
used.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops._declaration import backend_function, canonical_int
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, KernelError, OpsError, ShapeError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend, number_dtype, short
from ops_common.shapes import normalize_axis
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees
from ops_common.tensors.arguments import canonical_bool

_PYTHON = (bool, int, float)
_NUMBERS = frozenset({bool, int, float, complex})


def _leaves(tree: Any) -> list[Any]:
    return trees.leaves(tree, trees.is_leaf)


def _like(tree: Any, values: Sequence[Any]) -> Any:
    return trees.put(tree, values, trees.is_leaf, keep=True)


def _tensor(backend: Backend, value: Any) -> Any:
    return value if isinstance(value, SymbolicTensor) else backend.to_tensor(value)


def _tensors(backend: Backend, tree: Any) -> Any:
    """Returns the nest with its leaves converted to tensors."""
    return _like(tree, [_tensor(backend, leaf) for leaf in _leaves(tree)])


def _is_symbolic(tree: Any) -> bool:
    return any(isinstance(leaf, SymbolicTensor) for leaf in _leaves(tree))


def _is_traced(backend: Backend, tree: Any) -> bool:
    is_traced = backend.kernels.get("control.is_traced")
    return is_traced is not None and is_traced([leaf for leaf in _leaves(tree) if backend.is_tensor(leaf)])


def _is_followed(backend: Backend, tree: Any) -> bool:
    """Returns whether a transform traces tensors that have values, as jax.grad does; lax.while_loop has no gradient."""
    exact = backend.exact_types
    return any(type(leaf) not in exact for leaf in _leaves(tree)) and not _is_traced(backend, tree)


def _run(backend: Backend, kernel: str, tree: Any, *arguments: Any) -> Any:
    fast = all(backend.dtype(leaf) in backend.fast_dtypes for leaf in _leaves(tree) if backend.is_tensor(leaf))
    return backend.run(kernel, fast, *arguments)


def _spec(backend: Backend, x: Any) -> SymbolicTensor:
    x = _tensor(backend, x)
    return x if isinstance(x, SymbolicTensor) else SymbolicTensor(backend.shape(x), backend.dtype(x))


def _either(backend: Backend, answers: list[Any]) -> Any:
    """Returns the symbolic output of branches, whose outputs must have the same structure, dtypes and ranks."""
    specs = [[_spec(backend, leaf) for leaf in _leaves(answer)] for answer in answers]
    kinds = [[(spec.dtype, len(spec.shape)) for spec in one] for one in specs]
    if any(kind != kinds[0] for kind in kinds[1:]):
        raise ArgumentError(f"branches must answer tensors of the same dtypes and ranks; got {specs}")
    joined: list[SymbolicTensor] = []
    for own in zip(*specs, strict=True):
        sizes = zip(*(spec.shape for spec in own), strict=True)
        joined.append(SymbolicTensor([dims[0] if len(set(dims)) == 1 else None for dims in sizes], own[0].dtype))
    return _like(answers[0], joined)


class _WiderError(Exception):
    """Raised when a loop variable that was given as a Python number has a wider dtype after a step."""

    def __init__(self, wider: dict[int, str]) -> None:
        super().__init__(wider)
        self.wider = wider


class _State:
    """The variables of a loop, and the dtypes of those that were given as Python numbers.

    A Python number has no dtype: its variable takes the dtype to which the steps promote it. The frameworks' constructs
    need that dtype at the start, so the loop is restarted with it once a step has shown it.
    """

    def __init__(self, backend: Backend, tree: Any) -> None:
        self.backend, self.tree = backend, tree
        leaves = _leaves(tree)
        self.numbers = {i: number_dtype(leaf) for i, leaf in enumerate(leaves) if type(leaf) in _NUMBERS}
        self.values = _tensors(backend, tree)

    def proceed(self, values: Any) -> None:
        """Stores the variables after a step."""
        self.values = values
        if self.numbers:
            leaves = _leaves(values)
            self._same_count(leaves)
            self.numbers = {i: self.backend.dtype(leaves[i]) for i in self.numbers}

    def start(self) -> Any:
        """Returns the variables in their current dtypes."""
        return self.settled(self.values)

    def settled(self, values: Any) -> Any:
        """Returns the values, with those of Python numbers cast to their variables' dtypes."""
        if not self.numbers:
            return values
        leaves = _leaves(values)
        self._same_count(leaves)
        for i, dtype in self.numbers.items():
            if _spec(self.backend, leaves[i]).dtype != dtype:
                leaves[i] = self._cast(leaves[i], dtype)
        return _like(values, leaves)

    def _same_count(self, leaves: Sequence[Any]) -> None:
        count = len(_leaves(self.tree))
        if len(leaves) != count:
            raise ArgumentError(f"a step of a loop returns as many tensors as the loop has: {count}; got {len(leaves)}")

    def _cast(self, leaf: Any, dtype: str) -> Any:
        return SymbolicTensor(leaf.shape, dtype) if isinstance(leaf, SymbolicTensor) else self.backend.cast(leaf, dtype)

    def wider(self, values: Any) -> dict[int, str]:
        """Returns wider dtypes for the variables of Python numbers that cannot hold these values of the next step."""
        leaves = _leaves(values)
        found: dict[int, str] = {}
        for i, dtype in self.numbers.items():
            if i < len(leaves):
                joint = dtypes.promote([dtype, _spec(self.backend, leaves[i]).dtype])
                if joint != dtype:
                    found[i] = joint
        return found

    def checked(self, values: Any) -> Any:
        """Returns the values of the next step in the variables' dtypes; raises an error if one needs a wider dtype."""
        if not self.numbers:
            return values
        found = self.wider(values)
        if found:
            raise _WiderError(found)
        return self.settled(values)

    def run(self, function: Callable[[], Any], body: Callable[[Any], Any]) -> Any:
        """Returns the function's result; calls it again as long as its steps promote a Python number.

        If a step fails with a number converted to a tensor (TensorFlow's operators do not promote tensors), the body is
        called with the number itself to find the wider dtype.
        """
        while True:
            try:
                return function()
            except _WiderError as error:
                self.numbers |= error.wider
            except Exception as error:
                # (A KernelError comes from a loop inside the body whose variables are those of this loop.)
                if not self.numbers or (isinstance(error, OpsError) and not isinstance(error, KernelError)):
                    raise
                found = self._of_numbers(body)
                if not found:
                    raise
                self.numbers |= found

    def _of_numbers(self, body: Callable[[Any], Any]) -> dict[int, str]:
        leaves = _leaves(self.values)
        try:
            for i, given in enumerate(_leaves(self.tree)):
                if i in self.numbers:
                    leaves[i] = self._number(leaves[i], given)
            return self.wider(_tensors(self.backend, body(_like(self.values, leaves))))
        except Exception:  # ignored: the loop's own error is the one to report
            return {}

    def _number(self, leaf: Any, given: Any) -> Any:
        if _is_traced(self.backend, leaf):
            return given
        return self.backend.core.convert_to_numpy(leaf).item()

    def probe(self, step: Callable[[Any], Any]) -> None:
        """Widens dtypes by running steps outside the loop: torch's compiler cannot raise out of an operator's body."""
        while self.numbers:
            found = self.wider(step(self.start()))
            if not found:
                return
            self.numbers |= found


@backend_function
def cond(backend: Backend, pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Returns the result of one of two functions.

    Inside `jit`, where ``pred`` has no value yet, this is lax.cond, tf.cond, torch.cond or an If node, and both
    functions must return nests of the same structure, with tensors of the same dtypes and shapes. Under `vmap`, where
    the condition has a value for each row, both functions are called. The branch that is not taken has no effect on
    gradients, even where its derivative is infinite or NaN.

    Args:
        pred: a bool or number, or a tensor of rank 0; zero is false.
        true_fn: a function without parameters, called if pred is true.
        false_fn: a function without parameters, called if pred is false.

    Raises:
        ShapeError: pred does not have rank 0.

    Example:
        >>> import ops
        >>> x = ops.convert_to_tensor(3.0)
        >>> float(ops.convert_to_numpy(ops.cond(x > 2, lambda: x * 10, lambda: x)))
        30.0
    """
    if not callable(true_fn) or not callable(false_fn):
        raise ArgumentTypeError("true_fn and false_fn are functions without parameters")
    if isinstance(pred, _PYTHON):
        return true_fn() if pred else false_fn()
    pred = _tensor(backend, pred)
    if _spec(backend, pred).shape != ():
        raise ShapeError(f"pred has rank 0; got shape {_spec(backend, pred).shape}")
    if isinstance(pred, SymbolicTensor):
        return _either(backend, [true_fn(), false_fn()])
    if not _is_traced(backend, pred):
        return true_fn() if bool(pred) else false_fn()
    return backend.kernels["control.cond"](
        backend.cast(pred, "bool"), lambda: _tensors(backend, true_fn()), lambda: _tensors(backend, false_fn())
    )


@backend_function
def switch(backend: Backend, index: Any, branches: Sequence[Callable[..., Any]], *operands: Any) -> Any:
    """Returns the result of one of several functions; otherwise like `cond`.

    Args:
        index: the index of the function to call, an int or an integer tensor of rank 0. It is clipped to the range of
            branches.
        branches: functions of the operands.
        *operands: the arguments of the function.

    Raises:
        ArgumentError: there are no branches.
        ShapeError: the index does not have rank 0.

    Example:
        >>> import ops
        >>> double, square = (lambda x: x * 2), (lambda x: x * x)
        >>> float(ops.convert_to_numpy(ops.switch(1, [double, square], ops.convert_to_tensor(5.0))))
        25.0
    """
    if not branches:
        raise ArgumentError("there must be a branch")
    last = len(branches) - 1
    if isinstance(index, int):
        return branches[min(max(index, 0), last)](*operands)
    index = _tensor(backend, index)
    if _spec(backend, index).shape != ():
        raise ShapeError(f"the index has rank 0; got shape {_spec(backend, index).shape}")
    if isinstance(index, SymbolicTensor):
        return _either(backend, [branch(*operands) for branch in branches])
    if not _is_traced(backend, index):
        # (int() of a torch tensor of dtype uint64 has only 63 bits.)
        place: int = index.item() if hasattr(index, "item") else int(index)
        return branches[min(max(place, 0), last)](*operands)
    less = backend.bound.elementwise_less

    def choose(first: int) -> Any:
        if first == last:
            return _tensors(backend, branches[last](*operands))
        return backend.kernels["control.cond"](
            less(index, first + 1),
            lambda: _tensors(backend, branches[first](*operands)),
            lambda: choose(first + 1),
        )

    return choose(0)


@backend_function
def while_loop(
    backend: Backend,
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    maximum_iterations: int | None = None,
) -> Any:
    """Returns the variables of a loop when its condition no longer holds.

    On jax this is lax.while_loop, unless a gradient is taken outside of `jit`; inside `jit` it is tf.while_loop,
    torch's while_loop operator or OpenVINO's Loop node. There the variables must keep their dtypes and shapes, and on
    jax and openvino the loop has no gradients. A variable that is given as a Python number takes the dtype to which the
    steps promote it. Under `vmap`, the loop continues while the condition holds in any row; other rows keep their
    values.

    Args:
        cond: a function of the variables that returns a bool tensor of rank 0.
        body: a function of the variables that returns their next values.
        loop_vars: a list or tuple of variables (each may be a nest), passed to the functions as separate arguments; or
            a single variable.
        maximum_iterations: the maximum number of steps; None for no limit.

    Returns:
        A tuple of the variables; or the variable itself if ``loop_vars`` is a single one.

    Example:
        >>> import ops
        >>> i, x = ops.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, x * 2), (0, 1.0))
        >>> int(ops.convert_to_numpy(i)), float(ops.convert_to_numpy(x))
        (3, 8.0)
    """
    several = isinstance(loop_vars, (list, tuple))
    state = _State(backend, tuple(loop_vars) if several else (loop_vars,))

    def of_body(values: Any) -> tuple[Any, ...]:
        answer = body(*values)
        return tuple(answer) if isinstance(answer, (list, tuple)) and several else (answer,)

    def step(*values: Any) -> tuple[Any, ...]:
        return state.checked(_tensors(backend, of_body(values)))

    if _is_symbolic(state.values):

        def outline() -> Any:
            variables = state.start()
            cond(*variables)
            _either(backend, [variables, step(*variables)])
            return variables

        variables = state.run(outline, of_body)
        return variables if several else variables[0]
    kernel = backend.kernels.get("control.while_loop")
    steps = 0
    if kernel is None or backend.name != "jax" or _is_followed(backend, state.values):
        while True:
            if kernel is not None and _is_traced(backend, state.values):
                break
            if maximum_iterations is not None and steps >= maximum_iterations:
                return state.values if several else state.values[0]
            holds = cond(*state.values)
            if kernel is not None and _is_traced(backend, holds):  # values that it closes over
                break
            if not bool(holds):
                return state.values if several else state.values[0]
            state.proceed(state.run(lambda: _tensors(backend, of_body(state.start())), of_body))
            steps += 1
    if backend.name == "torch":
        state.probe(lambda values: _tensors(backend, of_body(values)))

    def loop() -> Any:
        variables = state.start()
        if maximum_iterations is None:
            return _run(backend, "control.while_loop", variables, cond, step, variables)
        names = backend.bound

        def holds(steps: Any, *values: Any) -> Any:
            return names.elementwise_logical_and(names.elementwise_less(steps, maximum_iterations), cond(*values))

        def counted(steps: Any, *values: Any) -> Any:
            return names.elementwise_add(steps, 1), *step(*values)

        start = backend.make(steps, "int32")
        return _run(backend, "control.while_loop", variables, holds, counted, (start, *variables))[1:]

    found = state.run(loop, of_body)
    return tuple(found) if several else found[0]


@backend_function
def fori_loop(backend: Backend, lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    """Returns the value after a loop over the integers from ``lower`` (inclusive) to ``upper`` (exclusive).

    On jax this is lax.fori_loop; inside `jit` it is tf.while_loop on tensorflow, the while_loop operator on torch
    (unrolled if the bounds are ints and either the steps are few or gradients are needed) and a Loop node on openvino.
    There the value must keep its dtype and shape.

    Args:
        lower: the first integer.
        upper: the end of the range; it is not included.
        body_fun: a function of the integer (as a tensor or an int) and the value that returns the next value.
        init_val: the initial value, a tensor or a nest of tensors.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.fori_loop(0, 4, lambda i, x: x + i, 1.0)))
        7.0
    """
    state = _State(backend, init_val)
    lower, upper = (int(bound) if isinstance(bound, np.integer) else bound for bound in (lower, upper))
    known = isinstance(lower, int) and isinstance(upper, int)
    if known and not -(2**31) <= lower <= upper < 2**31 and lower < upper:
        raise ArgumentError(f"the integers of a loop are int32, from -2**31 to 2**31 - 1; got {lower} to {upper}")
    if not known:
        lower, upper = _bounds(backend, lower, upper)

    def step(i: Any, value: Any) -> Any:
        return state.checked(_tensors(backend, body_fun(i, value)))

    def loop(lower: Any, upper: Any) -> Any:
        def run() -> Any:
            value = state.start()
            return _run(backend, "control.fori_loop", value, lower, upper, step, value)

        return state.run(run, lambda value: body_fun(lower, value))

    if _is_symbolic((state.values, lower, upper)):
        first = _first(lower)

        def outline() -> Any:
            value = state.start()
            return _either(backend, [value, step(first, value)])

        return state.run(outline, lambda value: body_fun(first, value))
    kernel = backend.kernels.get("control.fori_loop")
    if kernel is not None and (backend.name == "jax" or _is_traced(backend, (state.values, lower, upper))):
        if backend.name == "torch":
            state.probe(lambda value: _tensors(backend, body_fun(lower, value)))
        return loop(lower, upper)
    last = int(upper)
    for i in range(int(lower), last):
        state.proceed(
            state.run(lambda i=i: _tensors(backend, body_fun(i, state.start())), lambda v, i=i: body_fun(i, v))
        )
        if kernel is not None and i + 1 < last and _is_traced(backend, state.values):  # values that it closes over
            return loop(i + 1, last)
    return state.values


def _bound(backend: Backend, value: Any) -> Any:
    """Returns a loop bound as a tensor."""
    tensor = _tensor(backend, value)
    spec = _spec(backend, tensor)
    if spec.dtype not in dtypes.INTEGERS:
        raise DtypeError(f"a loop has integer bounds; got {spec.dtype}")
    if spec.shape != ():
        raise ShapeError(f"a loop's bounds are of shape (); got {spec.shape}")
    return tensor


def _bounds(backend: Backend, *bounds: Any) -> list[Any]:
    """Returns the loop bounds as tensors of the same dtype."""
    tensors = [_bound(backend, bound) for bound in bounds]
    joint = dtypes.promote([_spec(backend, tensor).dtype for tensor in tensors])
    return [x if isinstance(x, SymbolicTensor) else backend.cast(x, joint) for x in tensors]


def _first(lower: Any) -> Any:
    return lower if isinstance(lower, SymbolicTensor) else SymbolicTensor((), "int32")


def _rows(backend: Backend, xs: Any, length: Any) -> Any:
    """Returns the number of rows of the leaves, which must all have the same number."""
    counts = {_spec(backend, leaf).shape[:1] for leaf in _leaves(xs)}
    if () in counts:
        raise ShapeError("tensors to go over have rank 1 or more")
    counts = {count[0] for count in counts if count[0] is not None}
    if length is not None:
        counts.add(canonical_int(length))
    if len(counts) > 1:
        raise ShapeError(f"tensors to go over have the same first size, and length is it; got {sorted(counts)}")
    return counts.pop() if counts else None


@backend_function
def scan(
    backend: Backend,
    f: Callable[..., Any],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
) -> tuple[Any, Any]:
    """Returns the final carry and the stacked outputs of a function applied to one row after another.

    On jax this is lax.scan; inside `jit` it is tf.while_loop on tensorflow, the scan operator on torch (unrolled if the
    steps are few or gradients are needed) and a Loop node on openvino.

    Args:
        f: a function of the carry and a row that returns the next carry and an output (which may be None).
        init: the initial carry, a tensor or a nest of tensors.
        xs: a tensor or a nest of tensors, iterated over along the first axis; None to pass None as each row.
        length: the number of steps; required if xs is None.
        reverse: whether to begin at the last row; each output keeps the position of its row.
        unroll: accepted for compatibility with the reference, and ignored; the compilers decide.

    Returns:
        The last carry, and the outputs of all steps, stacked.

    Raises:
        ArgumentError: neither xs nor length is given.
        ShapeError: the tensors have different numbers of rows, or length differs from them.

    Example:
        >>> import ops
        >>> total, sums = ops.scan(lambda c, x: (c + x, c + x), 0.0, ops.convert_to_tensor([1.0, 2.0, 3.0]))
        >>> float(ops.convert_to_numpy(total)), ops.convert_to_numpy(sums)
        (6.0, array([1., 3., 6.], dtype=float32))
    """
    if xs is None and length is None:
        raise ArgumentError("give xs to go over, or length")
    state, xs = _State(backend, init), _tensors(backend, xs)
    count = _rows(backend, xs, length)
    reverse = canonical_bool(reverse)
    leaves = _leaves(xs)
    get, stack = backend.bound.indexing_get_item, backend.bound.manipulation_stack

    def free_step(carry: Any, row: Any) -> tuple[Any, Any]:
        pair = f(carry, row)
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ArgumentTypeError(f"scan needs a function that returns (carry, output); got {short(pair)}")
        following, answer = pair
        return _tensors(backend, following), _tensors(backend, answer)

    def step(carry: Any, row: Any) -> tuple[Any, Any]:
        following, answer = free_step(carry, row)
        return state.checked(following), answer

    def row_at(i: int) -> Any:
        return _like(xs, [get(leaf, i) for leaf in leaves])

    def outline() -> tuple[Any, Any]:
        specs = [_spec(backend, leaf) for leaf in leaves]
        row = _like(xs, [SymbolicTensor(spec.shape[1:], spec.dtype) for spec in specs])
        start = _like(state.values, [_spec(backend, leaf) for leaf in _leaves(state.start())])
        following, answer = step(start, row)
        found = [_spec(backend, leaf) for leaf in _leaves(answer)]
        answers = _like(answer, [SymbolicTensor((count, *spec.shape), spec.dtype) for spec in found])
        return _either(backend, [start, following]), answers

    if _is_symbolic((state.values, xs)):
        return state.run(outline, lambda carry: carry)
    if count == 0:
        answers = state.run(outline, lambda carry: carry)[1]
        zeros = backend.bound.creation_zeros
        return state.start(), _like(answers, [zeros(spec.shape, spec.dtype) for spec in _leaves(answers)])
    if "control.scan" in backend.kernels and (backend.name == "jax" or _is_traced(backend, (state.values, xs))):
        if backend.name == "torch":
            state.probe(lambda carry: free_step(carry, row_at(0))[0])

        def scanned() -> tuple[Any, Any]:
            carry = state.start()
            return _run(backend, "control.scan", (carry, xs), step, carry, xs, count, reverse)

        return state.run(scanned, lambda carry: f(carry, row_at(0))[0])
    answers: list[Any] = []
    for i in reversed(range(count)) if reverse else range(count):
        row = row_at(i)
        carry, answer = state.run(
            lambda row=row: free_step(state.start(), row), lambda carry, row=row: f(carry, row)[0]
        )
        state.proceed(carry)
        answers.append(answer)
    if reverse:
        answers.reverse()
    columns = [_leaves(answer) for answer in answers]
    stacked = [stack([one[j] for one in columns]) for j in range(len(columns[0]))]
    return state.values, _like(answers[0], stacked)


@backend_function
def map(backend: Backend, f: Callable[..., Any], xs: Any) -> Any:
    """Returns the stacked results of a function applied to one row after another; like `scan` without a carry.

    Args:
        f: a function of a row.
        xs: a tensor or a nest of tensors, iterated over along the first axis.

    Raises:
        ShapeError: the tensors have different numbers of rows.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.map(lambda x: x * x, ops.convert_to_tensor([1.0, 2.0, 3.0])))
        array([1., 4., 9.], dtype=float32)
    """
    return backend.bound.control_scan(lambda carry, row: (carry, f(row)), (), xs)[1]


@backend_function
def vectorized_map(backend: Backend, function: Callable[..., Any], elements: Any) -> Any:
    """Returns the same as `map`, computed for all rows at once if the framework can vectorize the function (jax,
    tensorflow, torch).

    Args:
        function: a function of a row, without side effects.
        elements: a tensor or a nest of tensors, mapped over along the first axis.

    Raises:
        ShapeError: the tensors have different numbers of rows.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vectorized_map(lambda x: x * x, ops.convert_to_tensor([1.0, 2.0, 3.0])))
        array([1., 4., 9.], dtype=float32)
    """
    elements = _tensors(backend, elements)
    leaves = _leaves(elements)
    if _rows(backend, elements, None) and not _is_symbolic(elements) and "transform.map_rows" in backend.kernels:
        answers: list[Any] = []

        def one(*rows: Any) -> tuple[Any, ...]:
            answers.append(_tensors(backend, function(_like(elements, rows))))
            return tuple(_leaves(answers[-1]))

        try:
            found = _run(backend, "transform.map_rows", elements, one, leaves)
            return _like(answers[-1], found if isinstance(found, (list, tuple)) else (found,))
        except Exception:  # fall back to row by row, where the function succeeds or raises its own error
            pass
    return backend.bound.control_map(function, elements)


@backend_function
def associative_scan(backend: Backend, f: Callable[..., Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """Returns the cumulative combinations along an axis under an associative function.

    The number of steps is logarithmic; each step combines whole blocks. (After Blelloch, Prefix sums and
    their applications, 1990.)

    Args:
        f: an associative function of two nests of tensors that combines them element by element along the axis.
        elems: a tensor or a nest of tensors.
        reverse: whether to begin at the end.
        axis: the axis to scan along.

    Raises:
        ShapeError: the tensors' sizes along the axis differ or are unknown.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.associative_scan(lambda a, b: a + b, ops.convert_to_tensor([1.0, 2.0, 3.0])))
        array([1., 3., 6.], dtype=float32)
    """
    elems = _tensors(backend, elems)
    leaves = _leaves(elems)
    names = backend.bound
    axes = [normalize_axis(axis, len(_spec(backend, leaf).shape)) for leaf in leaves]
    sizes = {_spec(backend, leaf).shape[at] for leaf, at in zip(leaves, axes, strict=True)}
    if len(sizes) != 1 or None in sizes:
        raise ShapeError(f"tensors to combine have one known size along the axis; got {sizes}")

    def cut(values: list[Any], start: Any, stop: Any, step: Any = None) -> list[Any]:
        places = slice(start, stop, step)
        return [
            names.indexing_get_item(value, (*(slice(None),) * at, places))
            for value, at in zip(values, axes, strict=True)
        ]

    def combine(one: list[Any], other: list[Any]) -> list[Any]:
        return _leaves(f(_like(elems, one), _like(elems, other)))

    def join(one: list[Any], other: list[Any]) -> list[Any]:
        return [names.manipulation_concatenate([a, b], at) for a, b, at in zip(one, other, axes, strict=True)]

    if reverse:
        leaves = cut(leaves, None, None, -1)
    count: Any = sizes.pop()
    width = 1
    while width < count:
        # Each element is the combination of the `width` elements up to it; combined with that of the `width` elements
        # before these, it covers twice as many.
        leaves = join(cut(leaves, 0, width), combine(cut(leaves, 0, count - width), cut(leaves, width, None)))
        width *= 2
    return _like(elems, cut(leaves, None, None, -1) if reverse else leaves)


class _CustomGradient:
    """The result of `custom_gradient`: a function with a custom gradient on each backend."""

    def __init__(self, f: Callable[..., Any]) -> None:
        functools.update_wrapper(self, f)
        self._f = f
        self.autograph_info__: dict[str, Any] = {}  # see `_declaration.declared`

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()
        f = functools.partial(self._f, **kwargs) if kwargs else self._f
        kernel = backend.kernels.get("control.custom_gradient")
        if kernel is None or _is_symbolic(args):
            return _pair(f(*args))[0]
        return kernel(lambda *tensors: _pair(f(*tensors)))(*_tensors(backend, args))


def _pair(answer: Any) -> Any:
    if not isinstance(answer, (list, tuple)) or len(answer) != 2 or not callable(answer[1]):
        raise ArgumentTypeError("the function of a custom gradient returns (output, grad_fn)")
    return answer


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function with a custom gradient.

    Args:
        f: a function of tensors that returns ``(output, grad_fn)``. ``grad_fn`` takes the gradient with respect to the
            output (one positional argument for each output) and returns the gradient with respect to f's argument, or a
            tuple of gradients for several arguments.

    Returns:
        A function of the same arguments that returns the output.

    Example:
        >>> import ops
        >>> @ops.custom_gradient
        ... def clipped(x):
        ...     return x, lambda upstream: ops.clip(upstream, -1.0, 1.0)
        >>> ops.convert_to_numpy(clipped(ops.convert_to_tensor([1.0, 2.0])))
        array([1., 2.], dtype=float32)
    """
    if not callable(f):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(f).__name__}")
    return _CustomGradient(f)
