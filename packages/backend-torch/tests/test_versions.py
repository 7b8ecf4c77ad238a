"""What the compilers of older PyTorch do not support, and from which version on they do."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import pytest

import ops

VERSION = tuple(map(int, metadata.version("torch").split(".")[:2]))


@ops.custom_gradient
def tripled(x: Any) -> Any:
    """The sine, with a gradient of 3."""
    return ops.sin(x), lambda upstream: upstream * 3.0


def grown(x: Any) -> Any:
    """The first of x, 2 x, 4 x, ... whose sum is at least 100."""
    return ops.while_loop(lambda x: ops.sum(x) < 100.0, lambda x: (x * 2.0,), (x,))[0]


def created(x: Any) -> Any:
    """The same as ``tripled``, with a custom gradient that is created in the compiled function."""
    return ops.custom_gradient(lambda x: (ops.sin(x), lambda upstream: upstream * 3.0))(x)


CASES = {
    "custom_gradient": (tripled, [3.0, 3.0]),
    "custom_gradient, created in the function": (created, [3.0, 3.0]),
    "while_loop": (grown, [64.0, 64.0]),
}


@pytest.mark.parametrize("case", CASES)
def test_gradients_in_compiled_functions(case: str) -> None:
    function, expected = CASES[case]
    with ops.use_backend("torch"):
        gradient = ops.grad(lambda x: ops.sum(function(x)))
        compiled = ops.jit(gradient, options={"torch": {"backend": "aot_eager"}})
        x = ops.convert_to_tensor([1.0, 1.0])
        assert gradient(x).tolist() == expected
        if VERSION < (2, 12):
            with pytest.raises(ops.UnsupportedError, match=r"before torch 2\.12, .*upgrade torch"):
                compiled(x)
        else:
            assert compiled(x).tolist() == expected
        # Neither leaves anything behind.
        assert gradient(x).tolist() == expected
