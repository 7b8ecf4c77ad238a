"""Reverse mode over the ops themselves, for backends whose framework has no gradients: NumPy and OpenVINO.

A point at which a function is differentiated becomes a `Recorded` tensor. While one is among a kernel's operands, the
kernel computes with what it holds, and what it did is written down. The way back goes through that from the end, with
the rules of `derivatives`, which are written in ops: so what they do can be recorded again, by a transform around this
one. Each transform has a level, and the innermost one the highest. (After Griewank and Walther, Evaluating Derivatives,
2008, chapter 3.)
"""

from __future__ import annotations

import contextvars
import copy
import itertools
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import ops as o
from ops import derivatives
from ops_common import active, contract, dtypes, registry, scopes, trees
from ops_common.backend import Backend, owner
from ops_common.errors import ArgumentTypeError, UnsupportedError
from ops_common.operators import Operators

_INEXACT = frozenset(dtypes.INEXACT)
_levels = itertools.count(1)
_made: dict[Backend, Backend] = {}
_LEFT_OUT = ("core.fuse", "core.call")
# What gets what is held: it answers no tensor that depends on one.
_PLAIN = frozenset(f"core.{name}" for name in ("dtype", "shape", "size", "convert_to_numpy")) | {"control.is_traced"}


class _Step:
    """One call of a kernel: its operands at the level below, and which of them are recorded."""

    __slots__ = ("answers", "arguments", "number", "parents", "rule")
    numbers = itertools.count()

    def __init__(self, rule: Any, arguments: tuple[Any, ...], parents: list[tuple[tuple[int, ...], Recorded]]) -> None:
        self.rule, self.arguments, self.parents = rule, arguments, parents
        self.answers: Any = None
        self.number = next(self.numbers)


class Recorded(Operators):
    """A tensor of the backend, and where it came from."""

    __slots__ = ("level", "place", "step", "value")

    def __init__(self, value: Any, level: int, step: _Step | None = None, place: int = 0) -> None:
        self.value, self.level, self.step, self.place = value, level, step, place

    def _functions(self) -> Any:
        name = owner(held(self)) or "numpy"
        now = active.current_backend()
        return active.namespace_of(recording(now if now.name == name else registry.load(name)))

    @property
    def dtype(self) -> Any:
        return self.value.dtype

    @property
    def shape(self) -> Any:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return len(self.value.shape)

    def __len__(self) -> int:
        return len(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return f"Recorded({self.value!r})"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"a tensor that is being differentiated has no {name!r}: take ops' function, which is recorded"
        )

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise ArgumentTypeError(
            "NumPy's functions cannot be differentiated: within ops.grad and the like, use those of ops, or take "
            "ops.convert_to_numpy(x) where no gradient is wanted"
        )


def recording(backend: Backend) -> Backend:
    """The backend with kernels that record; itself if they do."""
    if backend.record is not None:
        return backend
    if backend not in _made:
        _made[backend] = _recording(backend)
    return _made[backend]


def _recording(backend: Backend) -> Backend:
    made = copy.copy(backend)
    made.namespace, made.record = None, recording
    made.types = backend.types | {Recorded}
    known = derivatives.RULES.keys() | derivatives.WRITTEN.keys() | derivatives.FLAT
    kernels: dict[str, Callable[..., Any]] = {}
    for family, stubs in contract.stubs().items():
        for name, stub in stubs.items():
            key = f"{family}.{name}"
            kernel = backend.kernels.get(key)
            if kernel is None:
                continue
            if key in _PLAIN:
                kernels[key] = _of_held(kernel)
            elif family in ("core", "state", "transform") and key != "core.cast":
                kernels[key] = kernel
            # Without a kernel of the backend, the body of ops that an op has is what is recorded.
            elif stub.__required__ or family == "random" or key in known:  # type: ignore[attr-defined]  # marked stubs
                kernels[key] = _recorded(key, kernel, made)
    for key in _LEFT_OUT:
        kernels.pop(key, None)
    kernels |= {
        "transform.jvp": lambda *arguments: _jvp(made, *arguments),
        "transform.vjp": lambda function, points: vjp(made, function, points),
        "transform.jacobian": lambda function, points: _jacobian(made, function, points),
        "transform.jit": lambda function, *settings: function,
        "transform.stop_gradient": held,
        "transform.checkpoint": _checkpoint,
        "control.custom_gradient": _custom_gradient,
    }
    if "control.cond" in backend.kernels:
        kernels |= {
            "control.cond": _cond(backend.kernels["control.cond"]),
            "control.while_loop": _while_loop(backend.kernels["control.while_loop"]),
        }
    made.kernels = kernels
    own = {key.partition(".")[2]: kernel for key, kernel in kernels.items() if key.startswith("core.")}
    tensors = (*backend.core.TENSOR_TYPES, Recorded)
    made.core = SimpleNamespace(**{**vars(backend.core), **own, "TENSOR_TYPES": tensors})
    made.dtype, made.shape = own["dtype"], own["shape"]
    return made


def held(x: Any) -> Any:
    """The tensor that a recorded one holds, at the bottom."""
    while type(x) is Recorded:
        x = x.value
    return x


def _of_held(kernel: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, *others: Any) -> Any:
        return kernel([held(item) for item in x] if isinstance(x, (list, tuple)) else held(x), *others)

    return call


def _found(arguments: Sequence[Any]) -> list[tuple[tuple[int, ...], Recorded]]:
    """The recorded tensors of the highest level among the arguments, also within lists, with their places."""
    found: list[tuple[tuple[int, ...], Recorded]] = []
    for i, argument in enumerate(arguments):
        if type(argument) is Recorded:
            found.append(((i,), argument))
        elif type(argument) in (list, tuple):
            found += [((i, j), item) for j, item in enumerate(argument) if type(item) is Recorded]
    if len(found) > 1:
        level = max(one.level for _, one in found)
        found = [(path, one) for path, one in found if one.level == level]
    return found


def _below(argument: Any, level: int) -> Any:
    if type(argument) is Recorded:
        return argument.value if argument.level == level else argument
    if type(argument) in (list, tuple):
        return type(argument)(_below(item, level) for item in argument)
    return argument


def _recorded(key: str, kernel: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    rule, written = derivatives.RULES.get(key), derivatives.WRITTEN.get(key)
    flat = key in derivatives.FLAT

    def call(*arguments: Any) -> Any:
        parents = _found(arguments)
        if not parents:
            return kernel(*arguments)
        if written is not None:
            answer = written(*arguments)
            if answer is not NotImplemented:
                return answer
        level = parents[0][1].level
        below = tuple(_below(argument, level) for argument in arguments)
        values = call(*below)
        if flat:
            return values
        if rule is None:
            raise UnsupportedError(
                f"there is no derivative of {key.rpartition('.')[2]} on this backend; jax, tensorflow or torch may "
                "have one, or ops.stop_gradient says that none is wanted"
            )
        return _answer(backend, _Step(rule, below, parents), values, level)

    return call


def _answer(backend: Backend, step: _Step, values: Any, level: int) -> Any:
    """The recorded answer of a step: a tensor, or several."""
    step.answers = values
    if not isinstance(values, (list, tuple)):
        return Recorded(values, level, step) if backend.dtype(values) in _INEXACT else values
    return type(values)(
        Recorded(value, level, step, place) if backend.dtype(value) in _INEXACT else value
        for place, value in enumerate(values)
    )


def vjp(backend: Backend, function: Callable[..., Any], points: Sequence[Any]) -> tuple[list[Any], Any, list[Any]]:
    """The kernel of `ops.vjp`."""
    level = next(_levels)
    with active.overridden(backend):
        marked = [Recorded(point, level) for point in points]
        answers, aux = function(*marked)

    def pullback(directions: Sequence[Any]) -> list[Any]:
        with active.overridden(backend):
            return _pulled(answers, directions, marked, level)

    return [_below(x, level) for x in answers], pullback, [_below(x, level) for x in aux]


def _pulled(answers: Sequence[Any], directions: Sequence[Any], marked: Sequence[Recorded], level: int) -> list[Any]:
    """The gradients of the answers, weighed by the directions, with respect to what was marked."""
    sums: dict[int, Any] = {id(one): None for one in marked}
    steps: dict[int, _Step] = {}
    arrived: dict[int, list[Any]] = {}  # for each step, the gradient with respect to each of its answers

    def arrive(at: Recorded, slope: Any) -> None:
        key = id(at)
        if key in sums:
            sums[key] = slope if sums[key] is None else o.add(sums[key], slope)
        if key in sums or at.step is None:
            return
        number = at.step.number
        slopes = arrived[number]
        slopes[at.place] = slope if slopes[at.place] is None else o.add(slopes[at.place], slope)

    waiting = [x for x in answers if type(x) is Recorded and x.level == level]
    while waiting:
        at = waiting.pop()
        step = at.step
        if step is None or id(at) in sums or step.number in steps:
            continue
        steps[step.number] = step
        arrived[step.number] = [None] * (len(step.answers) if isinstance(step.answers, (list, tuple)) else 1)
        waiting += [parent for _, parent in step.parents]
    for answer, direction in zip(answers, directions, strict=True):
        if type(answer) is Recorded and answer.level == level:
            arrive(answer, direction)
    for number in sorted(steps, reverse=True):
        slopes = arrived.pop(number)
        if any(slope is not None for slope in slopes):
            step = steps[number]
            wanted = step.parents
            for (_, parent), slope in zip(wanted, _slopes(step, slopes), strict=True):
                if slope is not None:
                    arrive(parent, derivatives.fit(slope, parent.value))
    found = [sums[id(one)] for one in marked]
    return [o.zeros_like(one.value) if slope is None else slope for one, slope in zip(marked, found, strict=True)]


def _between(answers: Sequence[Recorded], since: int) -> list[Recorded]:
    """What recorded answers depend on of all that was there before a number of steps."""
    found: dict[int, Recorded] = {}
    seen: set[int] = set()
    waiting = list(answers)
    while waiting:
        at = waiting.pop()
        if at.step is None or at.step.number < since:
            found[id(at)] = at
        elif at.step.number not in seen:
            seen.add(at.step.number)
            waiting += [parent for _, parent in at.step.parents]
    return list(found.values())


def _slopes(step: _Step, slopes: list[Any]) -> list[Any]:
    """The gradients with respect to a step's parents, by its rule."""
    several = isinstance(step.answers, (list, tuple))
    given: Any = slopes[0]
    if several:
        given = [
            o.zeros_like(value) if slope is None else slope for slope, value in zip(slopes, step.answers, strict=True)
        ]
    found: Any = step.rule if isinstance(step.rule, dict) else step.rule(given, step.answers, *step.arguments)
    known: dict[int, Any] = {}

    def of(i: int) -> Any:
        if i not in known:
            one = found[i]  # a rule names each argument that can be recorded
            if isinstance(step.rule, dict) and one is not None:
                one = one(given, step.answers, *step.arguments)
            known[i] = one() if callable(one) else one
        return known[i]

    answers: list[Any] = []
    for path, _ in step.parents:
        one = of(path[0])
        answers.append(one if len(path) == 1 or one is None else one[path[1]])
    return answers


def through(body: Callable[..., Any], slopes: Any, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """The gradients of a function written in ops, for the derivatives of a kernel that has the same answers."""
    backend = active.current_backend()
    places = [i for i, x in enumerate(arguments) if backend.is_tensor(x) and backend.dtype(x) in _INEXACT]

    def of_places(*points: Any) -> tuple[list[Any], list[Any]]:
        given = list(arguments)
        for i, point in zip(places, points, strict=True):
            given[i] = point
        answer = body(*given)
        return list(answer) if isinstance(answer, (list, tuple)) else [answer], []

    _, pullback, _ = vjp(backend, of_places, [arguments[i] for i in places])
    found = pullback(slopes if isinstance(slopes, (list, tuple)) else [slopes])
    answers: list[Any] = [None] * len(arguments)
    for i, slope in zip(places, found, strict=True):
        answers[i] = slope
    return tuple(answers)


def _jvp(
    backend: Backend,
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    tangents: tuple[Any, ...],
    has_aux: bool,
) -> Any:
    """The pullback is linear in its direction: its own gradient, along the tangents, is the derivative forwards."""
    answered: list[Any] = []

    def of_points(*points: Any) -> tuple[list[Any], list[Any]]:
        answer = function(*points)
        answer, aux = answer if has_aux else (answer, None)
        answered.append((answer, aux))
        outputs = trees.leaves(answer, backend.is_tensor)
        floats = [x for x in outputs if backend.dtype(x) in _INEXACT]
        others = [x for x in outputs if backend.dtype(x) not in _INEXACT]
        return floats, [*others, *trees.leaves(aux, backend.is_tensor)]

    values, pullback, rest = vjp(backend, of_points, primals)
    answer, aux = answered[0]
    with active.overridden(backend):
        zero = [o.zeros_like(value) for value in values]
    _, forwards, _ = vjp(backend, lambda *directions: (pullback(directions), []), zero)
    along = iter(forwards(tangents))
    floats, others = iter(values), iter(rest)
    outputs = trees.leaves(answer, backend.is_tensor)
    is_float = [backend.dtype(x) in _INEXACT for x in outputs]
    plain = [next(floats if yes else others) for yes in is_float]
    with active.overridden(backend):
        slopes = [next(along) if yes else o.zeros_like(x) for yes, x in zip(is_float, plain, strict=True)]
    value = trees.put(answer, plain, backend.is_tensor, keep=True)
    slope = trees.put(answer, slopes, backend.is_tensor, keep=True)
    return (value, slope, trees.put(aux, others, backend.is_tensor, keep=True)) if has_aux else (value, slope)


def _jacobian(backend: Backend, function: Callable[..., Any], points: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Row by row."""
    values, pullback, aux = vjp(backend, function, points)
    rows: list[list[Any]] = []
    with active.overridden(backend):
        for number, value in enumerate(values):
            found: list[list[Any]] = []
            for unit in derivatives.units(value):
                found.append(pullback([unit if i == number else o.zeros_like(x) for i, x in enumerate(values)]))
            shape = backend.shape(value)
            rows.append(
                [derivatives.stacked([one[i] for one in found], shape, point) for i, point in enumerate(points)]
            )
    return rows, aux


def _custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        parents = _found(arguments)
        if not parents:
            return f(*arguments)[0]
        level = parents[0][1].level
        answer, slopes_of = f(*(_below(argument, level) for argument in arguments))
        backend = active.current_backend()
        outputs = trees.leaves(answer, backend.is_tensor)

        def rule(slopes: Any, answers: Any, *operands: Any) -> tuple[Any, ...]:
            found = slopes_of(*slopes)
            return tuple(found) if isinstance(found, (list, tuple)) else (found,)

        step = _Step(rule, tuple(arguments), parents)
        marked = _answer(backend, step, [_below(x, level) for x in outputs], level)
        return trees.put(answer, marked, backend.is_tensor, keep=True)

    return call


def _checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()
        again = scopes.replayed(lambda: function(*args, **kwargs))
        since = next(_Step.numbers)
        answer = again()
        outputs = trees.leaves(answer, backend.is_tensor)
        recorded = [x for x in outputs if type(x) is Recorded]
        if not recorded:
            return answer
        level = max(x.level for x in recorded)
        mine = [x for x in recorded if x.level == level]
        sources = _between(mine, since)
        context = contextvars.copy_context()

        def rule(slopes: Any, answers: Any, *operands: Any) -> list[Any]:
            tree = context.copy().run(again)
            ends = [x for x in trees.leaves(tree, backend.is_tensor) if type(x) is Recorded and x.level == level]
            return _pulled(ends, slopes, sources, level)

        step = _Step(rule, tuple(x.value for x in sources), [((i,), one) for i, one in enumerate(sources)])
        marked = iter(_answer(backend, step, [x.value for x in mine], level))
        values = [next(marked) if type(x) is Recorded and x.level == level else x for x in outputs]
        return trees.put(answer, values, backend.is_tensor, keep=True)

    return call


def _cond(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel, and on the way back a branch again, in which the gradients of the one that was taken are computed.

    A branch is recorded while the kernel traces it, and its tensors must not leave it. So the way back traces the
    branch anew, as `checkpoint` does. To compute both and select would multiply infinite derivatives of the branch that
    is not taken by zeros.
    """

    def call(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
        backend = active.current_backend()
        since = next(_Step.numbers)
        branches = [scopes.replayed(true_fn), scopes.replayed(false_fn)]
        outputs: list[list[Any]] = []

        def recorded(branch: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> Any:
                tree = branch()
                outputs.append(trees.leaves(tree, backend.is_tensor))
                return trees.put(tree, [held(x) for x in outputs[-1]], backend.is_tensor, keep=True)

            return run

        answer = kernel(held(pred), *(recorded(branch) for branch in branches))
        levels: set[int] = set()
        for leaves in outputs:
            for x in leaves:
                levels.update(_levels_of(x))
        values = trees.leaves(answer, backend.is_tensor)
        context = contextvars.copy_context()
        for level in sorted(levels):
            values = _branched(call, pred, branches, outputs, values, level, since, context)
        return trees.put(answer, values, backend.is_tensor, keep=True)

    return call


def _levels_of(x: Any) -> list[int]:
    levels: list[int] = []
    while type(x) is Recorded:
        levels.append(x.level)
        x = x.value
    return levels


def _up_to(x: Any, level: int) -> Any:
    """What a tensor is to the transforms up to this level."""
    while type(x) is Recorded and x.level > level:
        x = x.value
    return x


def _branched(
    cond: Callable[..., Any],
    pred: Any,
    branches: list[Callable[[], Any]],
    outputs: list[list[Any]],
    values: list[Any],
    level: int,
    since: int,
    context: contextvars.Context,
) -> list[Any]:
    """The outputs of a branch, recorded at a level."""
    backend = active.current_backend()
    sources: dict[int, Recorded] = {}
    floats: set[int] = set()
    for leaves in outputs:
        ends = [(i, _up_to(x, level)) for i, x in enumerate(leaves)]
        mine = [(i, x) for i, x in ends if type(x) is Recorded and x.level == level]
        floats.update(i for i, _ in mine)
        sources |= {id(x): x for x in _between([x for _, x in mine], since) if x.level == level}
    places = sorted(floats)
    points = list(sources.values())
    if not points:
        return values

    def rule(slopes: Any, answers: Any, *operands: Any) -> list[Any]:
        def pulled(branch: Callable[[], Any]) -> Callable[[], Any]:
            def run() -> list[Any]:
                leaves = trees.leaves(context.copy().run(branch), backend.is_tensor)
                return _pulled([_up_to(leaves[i], level) for i in places], slopes, points, level)

            return run

        return cond(pred, *(pulled(branch) for branch in branches))

    step = _Step(rule, tuple(x.value for x in points), [((i,), x) for i, x in enumerate(points)])
    marked = _answer(backend, step, [values[i] for i in places], level)
    answered = list(values)
    for i, x in zip(places, marked, strict=True):
        answered[i] = x
    return answered


def _while_loop(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """The kernel, for loops that no gradient goes through."""

    def call(cond: Callable[..., Any], body: Callable[..., Any], variables: tuple[Any, ...]) -> Any:
        def followed(*values: Any) -> tuple[Any, ...]:
            answer = body(*values)
            if _found(values) or _found(answer):
                raise UnsupportedError(
                    "there is no gradient of a loop whose number of steps a compiled model decides; ops.fori_loop and "
                    "ops.scan, of known lengths, have one, and so has the loop without ops.jit"
                )
            return answer

        return kernel(cond, followed, variables)

    return call
