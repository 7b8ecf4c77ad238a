"""The calls: valid ones of every public function, in which hypothesis replaces one or two arguments by odd values.

A call is a line of Python source that is evaluated with the names of `odd.namespace`, so that a printed finding can be
reproduced. All backends get the same calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import hypothesis
import numpy as np
from hypothesis import strategies as st

from ops.testing import RECORDS
from ops_common import dtypes
from ops_common.testing.record import Maker, Record

_LITERAL = 24  # elements; larger arrays are written by their shape
_SAMPLES = 4  # of one record


@dataclass(frozen=True)
class Call:
    """A valid call.

    Attributes:
        path: the function's public path below `ops`.
        form: the source of the call, with `{}` for each argument.
        arguments: their sources.
        kinds: the annotations of their parameters.
        absent: the parameters that the call does not pass, with their annotations.
        first: the argument that transforms vary; None if there is none.
    """

    path: str
    form: str
    arguments: tuple[str, ...]
    kinds: tuple[str, ...]
    absent: tuple[tuple[str, str], ...] = ()
    first: int | None = None


# --- valid calls ------------------------------------------------------------------------------------------------------

_X = "array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], 'float32')"
_V = "array([1.0, 2.0, 3.0], 'float32')"
_F, _O, _A = "function", "Operand", "Any"

# Functions without a record: the path, the form, and the arguments with their kinds.
_OTHERS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("convert_to_tensor", "ops.convert_to_tensor({}, dtype={})", ((_X, _O), ("'float32'", "DtypeLike"))),
    ("convert_to_numpy", "ops.convert_to_numpy({})", ((_X, _O),)),
    ("to_backend", "ops.to_backend({}, {})", ((_X, _O), ("'numpy'", "str"))),
    ("is_tensor", "ops.is_tensor({})", ((_X, _A),)),
    ("shape", "ops.shape({})", ((_X, _O),)),
    ("dtype", "ops.dtype({})", ((_X, _O),)),
    ("ndim", "ops.ndim({})", ((_X, _O),)),
    ("size", "ops.size({})", ((_X, _O),)),
    ("cast", "ops.cast({}, {})", ((_X, _O), ("'int32'", "DtypeLike"))),
    ("stop_gradient", "ops.stop_gradient({})", ((_X, _O),)),
    ("empty", "ops.empty({}, dtype={})", (("(2, 3)", "ShapeLike"), ("None", "DtypeLike"))),
    ("empty_like", "ops.empty_like({}, dtype={})", ((_X, _O), ("None", "DtypeLike"))),
    ("get_item", "ops.get_item({}, {})", ((_X, _O), ("(1, slice(None))", _A))),
    ("get_item", "ops.get_item({}, ({}, {}))", ((_X, _O), ("0", _A), ("[0, 1]", _A))),
    ("image.elastic_transform", "ops.image.elastic_transform(sample((4, 4, 1), 'float32'), {}, sigma={}, seed={})",
     (("2.0", "float"), ("1.0", "float"), ("1", "Seed"))),
    ("rearrange", "ops.rearrange({}, {}, a={})", ((_X, _O), ("'a b -> (b a)'", _A), ("2", "int"))),
    ("jvp", "ops.jvp({}, {}, {})", (("ops.sin", _F), (f"({_V},)", _A), (f"({_V},)", _A))),
    ("vjp", "ops.vjp({}, {}, has_aux={})", (("ops.sin", _F), (f"({_V},)", _A), ("False", "bool"))),
    ("grad", "ops.grad({}, argnums={}, has_aux={})({})",
     (("lambda x: ops.sum(x * x)", _F), ("0", "Axis"), ("False", "bool"), (_V, _O))),
    ("value_and_grad", "ops.value_and_grad({}, argnums={})({})",
     (("lambda x: ops.sum(x * x)", _F), ("0", "Axis"), (_V, _O))),
    ("jacobian", "ops.jacobian({})({})", (("lambda x: x * x", _F), (_V, _O))),
    ("hessian", "ops.hessian({})({})", (("lambda x: ops.sum(x * x)", _F), (_V, _O))),
    ("vmap", "ops.vmap({}, in_axes={}, out_axes={})({})",
     (("lambda x: ops.sum(x)", _F), ("0", "Axis"), ("0", "Axis"), (_X, _O))),
    ("vectorize", "ops.vectorize({}, signature={})({})",
     (("lambda x: ops.sum(x)", _F), ("'(n)->()'", "str | None"), (_X, _O))),
    ("jit", "ops.jit({}, options=EAGER)({})", (("lambda x: ops.sum(x)", _F), (_V, _O))),
    ("jit", "ops.jit({}, static_argnums={}, dynamic={}, options=EAGER)({}, {})",
     (("lambda x, n: ops.sum(x, axis=n)", _F), ("1", "Axis"), ("False", "bool"), (_X, _O), ("0", "int"))),
    ("checkpoint", "ops.checkpoint({})({})", (("lambda x: ops.sum(x)", _F), (_V, _O))),
    ("custom_gradient", "ops.custom_gradient({})({})",
     (("lambda x: (x * 2, lambda *args, upstream: upstream)", _F), (_V, _O))),
    ("compute_output_spec", "ops.compute_output_spec({}, {})",
     (("lambda x: ops.sum(x)", _F), ("Symbolic((2, 3))", _O))),
    ("cond", "ops.cond({}, {}, {})", (("True", _A), (f"lambda: {_V}", _F), (f"lambda: {_V} * 2", _F))),
    ("switch", "ops.switch({}, {}, {})", (("0", _A), ("[lambda x: x, lambda x: x * 2]", _F), (_V, _A))),
    ("while_loop", "ops.while_loop({}, {}, {}, maximum_iterations={})",
     (("lambda i: i < 3", _F), ("lambda i: i + 1", _F), ("array(0, 'int32')", _A), ("5", "int | None"))),
    ("fori_loop", "ops.fori_loop({}, {}, {}, {})",
     (("0", _A), ("3", _A), ("lambda i, x: x * 2", _F), (_V, _A))),
    ("scan", "ops.scan({}, {}, {}, length={}, reverse={}, unroll={})",
     (("lambda c, x: (c + x, c)", _F), ("array(0.0, 'float32')", _A), (_V, _A), ("3", "int | None"),
      ("False", "bool"), ("1", "int"))),
    ("map", "ops.map({}, {})", (("lambda x: x * 2", _F), (_X, _A))),
    ("vectorized_map", "ops.vectorized_map({}, {})", (("lambda x: x * 2", _F), (_X, _A))),
    ("associative_scan", "ops.associative_scan({}, {}, reverse={}, axis={})",
     (("ops.add", _F), (f"tensor({_X})", _A), ("False", "bool"), ("0", "int"))),
    ("nn.rnn", "ops.nn.rnn({}, {}, {}, go_backwards={}, mask={}, unroll={}, input_length={}, time_major={}, "
     "zero_output_for_mask={}, return_all_outputs={})",
     (("lambda x, s: (x + s[0], [x + s[0]])", _F), ("sample((2, 3, 4), 'float32')", _A),
      ("[sample((2, 4), 'float32')]", _A), ("False", "bool"), ("None", _A), ("False", "bool"), ("3", "int | None"),
      ("False", "bool"), ("False", "bool"), ("True", "bool"))),
    ("random.normal", "ops.random.normal({}, mean={}, stddev={}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("0.0", _O), ("1.0", _O), ("None", "DtypeLike"), ("1", "Seed"))),
    ("random.uniform", "ops.random.uniform({}, minval={}, maxval={}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("0.0", _O), ("1.0", _O), ("None", "DtypeLike"), ("1", "Seed"))),
    ("random.truncated_normal", "ops.random.truncated_normal({}, mean={}, stddev={}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("0.0", _O), ("1.0", _O), ("None", "DtypeLike"), ("1", "Seed"))),
    ("random.randint", "ops.random.randint({}, {}, {}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("0", "int"), ("5", "int"), ("'int32'", "DtypeLike"), ("1", "Seed"))),
    ("random.categorical", "ops.random.categorical({}, {}, dtype={}, seed={})",
     ((_X, _O), ("3", "int"), ("'int32'", "DtypeLike"), ("1", "Seed"))),
    ("random.binomial", "ops.random.binomial({}, {}, {}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("5.0", _O), ("0.5", _O), ("None", "DtypeLike"), ("1", "Seed"))),
    ("random.beta", "ops.random.beta({}, {}, {}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("1.0", _O), ("0.5", _O), ("None", "DtypeLike"), ("1", "Seed"))),
    ("random.gamma", "ops.random.gamma({}, {}, dtype={}, seed={})",
     (("(2, 3)", "ShapeLike"), ("1.0", _O), ("None", "DtypeLike"), ("1", "Seed"))),
    ("random.dropout", "ops.random.dropout({}, {}, noise_shape={}, seed={})",
     ((_X, _O), ("0.5", "float"), ("(2, 1)", "ShapeLike"), ("1", "Seed"))),
    ("random.shuffle", "ops.random.shuffle({}, axis={}, seed={})", ((_X, _O), ("0", "int"), ("1", "Seed"))),
    ("SymbolicTensor", "ops.SymbolicTensor({}, dtype={}, name={})",
     (("(2, 3)", "ShapeLike"), ("'float32'", "DtypeLike"), ("'x'", "str | None"))),
    ("Variable", "ops.Variable({}, dtype={}, trainable={}, name={})",
     ((_X, _O), ("'float32'", "DtypeLike"), ("True", "bool"), ("'x'", "str | None"))),
)  # fmt: skip


def _source(value: Any) -> str | None:
    """Returns the source of an argument of a sample; None for a function."""
    if isinstance(value, np.ndarray):
        name = dtypes.from_numpy(value.dtype)
        if value.size > _LITERAL and name not in dtypes.INTEGERS:
            return f"sample({value.shape}, {name!r})"
        return f"array({value.tolist()}, {name!r})" if value.size else f"filled({value.shape}, 0, {name!r})"
    if isinstance(value, (list, tuple)):
        items = [_source(item) for item in value]
        if None in items:
            return None
        inside = ", ".join(str(item) for item in items)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(items) == 1 else ''})"
    if isinstance(value, np.generic):
        return repr(value.item())
    if value is None or isinstance(value, (bool, int, float, complex, str, slice, type(...))):
        return repr(value) if value is not ... else "..."
    return None


def _of_record(ops: Any, record: Record) -> list[Call]:
    function = ops
    for part in record.path.split("."):
        function = getattr(function, part, None) or getattr(ops.nn, part, None) or getattr(ops.numpy, part)
    prefix = record.path if _reached(ops, record.path) else f"nn.{record.path}"
    declared = getattr(function, "__declared__", None)
    parameters = [] if declared is None else declared.signature.parameters
    varargs = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    names = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
    kinds = {p.name: str(p.annotation) for p in parameters}
    calls: list[Call] = []
    dtype = next((name for name in ("float32", "int32") if name in record.takes), record.takes[0])
    for make in (Maker(dtype), Maker(record.takes[-1])):
        forms = record.forms(make)[:2] if record.forms is not None and make.dtype == dtype else ()
        for sample in (*record.samples(make)[: _SAMPLES if make.dtype == dtype else 1], *forms):
            args = [_source(value) for value in sample.args]
            kwargs = {name: _source(value) for name, value in sample.kwargs.items()}
            sources = [*args, *kwargs.values()]
            if None in sources:
                continue
            used = [] if varargs else [*names[: len(args)], *kwargs]
            form = ", ".join(["{}"] * len(args) + [f"{name}={{}}" for name in kwargs])
            first = next((i for i, value in enumerate(sample.args) if isinstance(value, np.ndarray)), None)
            of_each = [_O] * len(args) if varargs else [kinds.get(name, _A) for name in names[: len(args)]]
            of_each += [_A] * (len(args) - len(of_each))
            calls.append(
                Call(
                    record.path,
                    f"ops.{prefix}({form})",
                    tuple(str(source) for source in sources),
                    (*of_each, *(kinds.get(name, _A) for name in kwargs)),
                    () if varargs else tuple((name, kinds[name]) for name in names if name not in used),
                    first,
                )
            )
    return calls


def _reached(ops: Any, path: str) -> bool:
    for part in path.split("."):
        if not hasattr(ops, part):
            return False
        ops = getattr(ops, part)
    return True


def valid_calls(ops: Any) -> dict[str, list[Call]]:
    """Returns the valid calls of each public function."""
    calls: dict[str, list[Call]] = {}
    for record in RECORDS:
        record_calls = _of_record(ops, record)
        if record_calls:
            calls[record.path] = record_calls
    for path, form, arguments in _OTHERS:
        sources, kinds = zip(*arguments, strict=True)
        calls.setdefault(path, []).append(Call(path, form, sources, kinds))
    return calls


# --- odd values -------------------------------------------------------------------------------------------------------

_INTS = ("0", "1", "-1", "2", "3", "-3", "7", "-100", "100", "2**31 - 1", "2**31", "-2**31", "2**32 + 1", "2**63",
         "-2**63 - 1", "10**30", "True", "False", "np.int64(1)", "np.uint8(200)", "np.int64(2**40)",
         "Indexed()")  # fmt: skip
_FLOATS = ("0.0", "-0.0", "1.0", "2.0", "0.5", "1.5", "-1.5", "nan", "inf", "-inf", "1e300", "1e-300", "1j",
           "complex(nan, inf)", "np.float32(2.0)", "np.float64('nan')")  # fmt: skip
_STRINGS = ("''", "'a'", "'valid'", "'same'", "'float32'", "'int7'", "'channels_first'", "'channels_last'", "'reflect'",
            "b'abc'", "'\\x00'", "np.str_('a')", "'float8_e4m3fn'", "'bfloat16'", "'sum'", "'ij'",
            "'ij,jk->ik'")  # fmt: skip
_DTYPES = ("np.float32", "np.dtype('int8')", "np.dtype('O')", "object", "float", "int", "bool", "str", "'object'",
           "'complex64'", "'uint64'", "'float64'", "'int64'", "'bool'", "'float8_e5m2'", "'string'", "'FLOAT32'",
           "np.dtype([('a', 'i4')])", "np.dtype('M8[s]')", "np.longdouble")  # fmt: skip
_CONTAINERS = ("[]", "()", "{}", "set()", "{1}", "{'a': 1}", "[[]]", "[[], []]", "[1, [2]]", "[[1, 2], [3]]",
               "[1, 'a']", "[None]", "[None, 1]", "(1, 2)", "[0, 1]", "(1, 1)", "(0, 0)", "(-1,)", "(-1, -1)",
               "(2**31,)", "(0.5,)", "(nan,)", "['a']", "cyclic()", "cyclic_dict()", "deep(3000)", "deep(70)",
               "[True, False]", "(i for i in range(3))", "range(3)", "range(0)", "slice(1)", "slice(None, None, 0)",
               "slice('a')", "...", "iter([])", "frozenset([1])", "[1, 2, 3, 4, 5, 6, 7, 8]", "(2, 3)",
               "((0, 1), (1, 0))", "[[0, 1], [1, 2]]", "(100, -100)", "(None, None)", "bytearray(b'ab')",
               "memoryview(b'ab')", "[1j, 'a']", "[2**63, -1]", "[b'a', 1]", "({}, [])", "[[[]]]", "(True,)",
               "(0, 0, 0)", "(2**63,)", "(1.0, 2.0)")  # fmt: skip
_OBJECTS = ("object()", "print", "int", "len", "lambda *args: args", "lambda: 1", "lambda x: None", "Broken()",
            "Broken", "np", "NotImplemented", "ValueError('a')", "Sized()", "ops", "ops.add", "type", "Sized",
            "lambda *args: 'a'")  # fmt: skip
_TENSORS = ("tensor(1.0)", "tensor([1, 2])", "tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])", "tensor([True, False])",
            "tensor(filled((0,), 0, 'float32'))", "tensor(2)", "Symbolic((2, 3))", "Symbolic((None, 3))",
            "Symbolic(())", "Symbolic((), 'bool')", "Symbolic((None,), 'int32')", "Symbolic((2, 3), 'complex64')",
            "Symbolic((0, 3))", "Variable(array([1.0, 2.0], 'float32'))", "foreign()", "[foreign()]",
            "np.ma.masked_array([1.0, 2.0], [0, 1])", "np.matrix([[1.0, 2.0]])", "np.array(['a', 'b'])",
            "np.array([None, 1])", "np.array([{}, []], object)", "[Symbolic((2, 3)), 1.0]", "[tensor(1.0), None]",
            "[tensor([1.0]), tensor([1.0, 2.0])]", "(tensor(1.0), 'a')", "np.zeros(2, [('a', 'i4')])", "np.array(b'a')",
            "np.array('2020', 'M8[D]')", "np.broadcast_to(1.0, (2, 3))")  # fmt: skip
_SHAPES = ((), (0,), (1,), (3,), (4,), (2, 3), (3, 2), (0, 3), (3, 0), (2, 3, 4), (1, 4, 4, 2), (1,) * 9)
_ARRAYS = ("bool", "int8", "uint8", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64", "complex64",
           "complex128", "longdouble", "<U3", "S2", "object", "M8[s]")  # fmt: skip
_FILLS = ("0", "1", "2", "5", "-1", "float('nan')", "float('inf')", "2**31 - 1")

_arrays = st.builds(
    lambda shape, fill, dtype: f"filled({shape}, {fill}, {dtype!r})",
    st.sampled_from(_SHAPES),
    st.sampled_from(_FILLS),
    st.sampled_from(_ARRAYS),
)
_numbers = st.sampled_from(_INTS + _FLOATS)
_anything = st.one_of(
    st.just("None"), _numbers, st.sampled_from(_STRINGS + _DTYPES), st.sampled_from(_CONTAINERS),
    st.sampled_from(_OBJECTS), st.sampled_from(_TENSORS), _arrays,
)  # fmt: skip
# Values that are nearly valid for a kind of parameter.
_NEAR = {
    "int": st.sampled_from((*_INTS, "1.0", "2.5", "nan")),
    "Axis": st.one_of(st.sampled_from(_INTS), st.sampled_from(_CONTAINERS)),
    "ShapeLike": st.one_of(st.sampled_from(_INTS), st.sampled_from(_CONTAINERS)),
    "float": _numbers,
    "bool": _anything,
    "str": st.sampled_from(_STRINGS),
    "DtypeLike": st.sampled_from(_DTYPES + _STRINGS),
    "function": st.sampled_from((*_OBJECTS, "ops.add", "ops.sin", "ops.sum", "lambda *args: args[0]")),
    "Seed": st.one_of(st.sampled_from(_INTS), _numbers, st.sampled_from(_CONTAINERS)),
}
_OPERAND = st.one_of(_arrays, _arrays, st.sampled_from(_TENSORS), st.sampled_from(_CONTAINERS), _numbers)


def _odd(kind: str) -> st.SearchStrategy[str]:
    is_operand = "Oper" in kind or "Mask" in kind or kind == "Index"
    near = _NEAR.get(kind.removesuffix(" | None"), _OPERAND if is_operand else _anything)
    return st.one_of(near, near, _anything)


@st.composite
def _drawn(draw: st.DrawFn, calls: dict[str, list[Call]], paths: Sequence[str]) -> tuple[str, str]:
    path = draw(st.sampled_from(paths))
    call = draw(st.sampled_from(calls[path]))
    arguments = list(call.arguments)
    named: dict[str, str] = {}
    for _ in range(draw(st.sampled_from((1, 1, 2)))):
        place = draw(st.integers(0, len(arguments) + len(call.absent) - 1))
        if place < len(arguments):
            arguments[place] = draw(_odd(call.kinds[place]))
        else:
            name, kind = call.absent[place - len(arguments)]
            named[name] = draw(_odd(kind))
    keywords = "".join(f", {name}={value}" for name, value in named.items())
    transforms = ("",) * 17 + ("jit", "grad", "vmap")
    first = call.first
    transform = draw(st.sampled_from(transforms)) if first is not None else ""

    def source() -> str:
        return (
            call.form.format(*arguments).removesuffix(")") + keywords + ")"
            if keywords
            else call.form.format(*arguments)
        )

    if transform and first is not None:
        varied = arguments[first]
        arguments[first] = "x"
        inner = source()
        if transform == "grad":
            return path, f"ops.grad(lambda x: ops.sum({inner}))({varied})"
        compiler = ", options=EAGER" if transform == "jit" else ""
        return path, f"ops.{transform}(lambda x: {inner}{compiler})({varied})"
    return path, source()


def draw_calls(ops: Any, count: int, seed: int, only: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Returns so many odd calls, each with its function's path; they depend on the seed only."""
    calls = valid_calls(ops)
    paths = [path for path in sorted(calls) if not only or path in only]
    drawn: list[tuple[str, str]] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list[Any](hypothesis.HealthCheck),
    )
    @hypothesis.given(_drawn(calls, paths))
    def collect(call: tuple[str, str]) -> None:
        drawn.append(call)

    collect()
    return drawn[:count]
