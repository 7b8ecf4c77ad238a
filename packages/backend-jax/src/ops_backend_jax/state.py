"""JAX, family state: a Variable's value is the tensor itself, which is replaced. To JAX's functions, a Variable is a
pytree with that one leaf."""

from __future__ import annotations

from typing import Any

import jax

from ops_common.tensors.variable import Variable


def _restored(_: None, leaves: Any) -> Any:
    return leaves[0]


jax.tree_util.register_pytree_node(Variable, lambda variable: ((variable.value,), None), _restored)
