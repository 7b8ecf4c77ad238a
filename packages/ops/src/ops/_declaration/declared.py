"""Public functions: created once from a declaration, they call the function that is bound to the active backend."""

from __future__ import annotations

import functools
import linecache
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration.signature import Signature
from ops_common import contract
from ops_common.runtime import active

# Every declared function by its key, which is the name of the attribute of `Bound` that holds the bound function.
DECLARED: dict[str, Declared] = {}


@functools.cache
def _template(header: str, forward: str) -> types.CodeType:
    """Returns the code of a public function. `_bound` is the default backend's function."""
    source = (
        f"def public({header}):\n"
        f"    if _state.overridden:\n"
        f"        return getattr(_current(), _key)({forward})\n"
        f"    return _bound({forward})\n"
    )
    filename = f"<ops public function ({header})>"
    show(filename, source)
    module = compile(source, filename, "exec")
    return next(constant for constant in module.co_consts if isinstance(constant, types.CodeType))


def show(filename: str, source: str) -> None:
    """Makes generated source visible to tracebacks and debuggers."""
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)


def _family(module: str) -> str:
    """Returns the family of a module: that of the contract whose package contains it, else the module's own name."""
    name = module.removeprefix("ops.")
    package = name
    while package not in contract.FAMILIES:
        package = package.rpartition(".")[0]
        if not package:
            return name
    return package


class Declared:
    """What all public functions have: a key, a signature, and a public function that dispatches.

    Attributes:
        function: the declaration itself.
        key: its name among the functions bound to a backend: the family and the name.
        signature: its parameters.
    """

    def __init__(self, function: Callable[..., Any], skip_first: bool = False, is_op: bool = True) -> None:
        self.function = function
        self.name = function.__name__
        self.family = _family(function.__module__)
        self.key = f"{self.family.replace('.', '_')}_{self.name}"
        self.signature = Signature(function, skip_first, is_op)
        if self.key in DECLARED:
            raise ValueError(f"{self.key} is declared twice")
        DECLARED[self.key] = self

    @property
    def public(self) -> str:
        """Returns the name in error messages: the shortest under which users find the function."""
        package = sys.modules["ops"]
        spaces = ("", "nn.") if self.family not in ("image", "random") else ()
        for path in (*(space + self.name for space in spaces), f"{self.family}.{self.name}"):
            where: Any = package
            for part in path.split("."):
                where = getattr(where, part, None)
            if getattr(where, "__declared__", None) is self:
                return f"ops.{path}"
        return f"ops.{self.name}"

    def describe(self, arguments: Sequence[Any]) -> str:
        """Returns the call in words: the op's name and each argument, tensors as dtype and shape."""
        return f"{self.public}({self.signature.describe(arguments)})"

    def compile(self, body: str, scope: dict[str, Any], label: str) -> Callable[..., Any]:
        """Returns a function with this op's parameters and this body, whose source tracebacks show."""
        scope |= {**self.signature.defaults(), "__package__": "ops"}
        source = f"def {self.name}({self.signature.header()}):\n{body}"
        filename = f"<ops {label} {self.key}>"
        exec(compile(source, filename, "exec"), scope)
        show(filename, source)
        return self._dressed(scope[self.name])

    def _dressed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the function, with the attributes that users and this package look for."""
        function.__doc__ = self.function.__doc__
        function.__module__ = self.function.__module__
        function.__qualname__ = self.name
        # No `__wrapped__`: TensorFlow would call it instead of the function, and a declaration cannot be called.
        names = {"return", *self.signature.names}
        function.__annotations__ = {k: v for k, v in self.function.__annotations__.items() if k in names}
        function.__signature__ = self.signature.shown  # type: ignore[attr-defined]  # hides the backend parameter
        function.__declared__ = self  # type: ignore[attr-defined]  # how `rebind` and `namespace` know an op
        # This attribute prevents TensorFlow's AutoGraph from converting the function when a tf.function calls it.
        function.autograph_info__ = {}  # type: ignore[attr-defined]
        return function

    def dispatcher(self) -> Callable[..., Any]:
        """Returns the public function. Its global ``_bound`` is the default backend's function; `set_backend` rebinds
        it.

        Ops with the same parameters share one compiled template: compiling each one separately would take half of the
        time of `import ops`.
        """
        template = _template(self.signature.header(), self.signature.forward())
        code = template.replace(co_name=self.name, co_qualname=self.name)
        self.scope: dict[str, Any] = {
            "_state": active.state,
            "_current": active.current,
            "_key": self.key,
            "_bound": self._look_up,
            "__builtins__": __builtins__,  # torch's compiler reads it
            "__package__": "ops",
        }
        parameters = self.signature.parameters
        keywords = {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is not p.empty}
        plain = tuple(p.default for p in parameters if p.default is not p.empty and p.name not in keywords)
        function = types.FunctionType(code, self.scope, self.name, plain)
        function.__kwdefaults__ = keywords or None  # type: ignore[assignment]  # None where there are none
        self.public_function = self._dressed(function)
        return self.public_function

    def _look_up(self, *args: Any, **kwargs: Any) -> Any:
        """Calls the default backend's function, which binds it at the first call."""
        return getattr(active.state.default, self.key)(*args, **kwargs)

    def adopt(self, bound: Callable[..., Any] | None) -> None:
        """Makes the public function call the default backend's function, or look it up at the next call (None).

        A call in progress continues with the function that it has read.
        """
        self.scope["_bound"] = self._look_up if bound is None else bound
