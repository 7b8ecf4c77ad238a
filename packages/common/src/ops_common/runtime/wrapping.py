"""Callable objects that take the place of functions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any


def copy_attributes(wrapper: Any, function: Callable[..., Any]) -> None:
    """Gives a callable object the name, the parameters and the attributes of the function that it replaces.

    Attributes that would hide the object's own methods are left out: the function may be an object of any class.
    A backend may register another function for its compiler, which then skips what compiled code does not read.
    """
    functools.update_wrapper(wrapper, function, updated=())
    own = getattr(function, "__dict__", {})
    vars(wrapper).update((name, value) for name, value in own.items() if not hasattr(type(wrapper), name))
