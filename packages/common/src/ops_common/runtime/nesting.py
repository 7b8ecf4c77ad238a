"""Blocks that change a setting for a thread or task, and that may end in a different order than they were entered.

The setting in force is computed from the blocks that have been entered and have not ended, outermost first. They are
kept in a context variable, so each thread or task has its own. A block that ends removes itself, whatever its position,
and the setting is recomputed from the rest: generators, fixtures and tasks end their blocks in any order.

A block may also end in a different context than it was entered in: an asynchronous generator that was left by ``break``
is closed by a task of its own. That task cannot change the context variable of the first context, so the block is
marked as ended for every context that contains it.
"""

from __future__ import annotations

import contextvars
import weakref
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from ops_common.errors import OpsError
from ops_common.runtime import locks

T = TypeVar("T")
_variables: list[contextvars.ContextVar[Any]] = []


class Block:
    """One entry of a scope."""

    __slots__ = ("change", "ended", "owner", "token")

    def __init__(self, owner: Any, change: Callable[[Any], Any]) -> None:
        self.owner, self.change = owner, change
        self.ended = False
        self.token: Any = None


class Stack:
    """The blocks of a context, and the value they put in force: None once one of them has ended in another context."""

    __slots__ = ("__weakref__", "blocks", "value")

    def __init__(self, blocks: tuple[Block, ...], value: Any) -> None:
        self.blocks, self.value = blocks, value


def captured() -> Callable[[], None]:
    """Returns a function that puts this context's blocks in force in another thread: for a framework that runs a
    function in threads of its own."""
    values = [(variable, variable.get()) for variable in _variables]

    def put() -> None:
        for variable, value in values:
            variable.set(value)

    return put


class Nesting(Generic[T]):
    """The blocks of one kind.

    Args:
        variable: the context variable that holds the Stack; None where no block is in force.
        outside: the value in force outside all blocks.
    """

    def __init__(self, variable: contextvars.ContextVar[Stack | None], outside: T) -> None:
        self._variable, self._outside = variable, outside
        _variables.append(variable)
        self._stacks: weakref.WeakSet[Stack] = weakref.WeakSet()  # all stacks that a context may hold
        self._lock = locks.rlock()

    def value(self) -> T:
        """Returns the value in force."""
        stack = self.stack()
        return self._outside if stack is None else stack.value

    def stack(self) -> Stack | None:
        """Returns this context's blocks, without those that ended in another context."""
        stack = self._variable.get()
        if stack is not None and stack.value is None:
            stack = self._of(stack.blocks)
            self._variable.set(stack)
        return stack

    def enter(self, owner: Any, change: Callable[[T], T]) -> T:
        """Enters a block that changes the value in force, and returns the value inside; `exit` takes the same owner."""
        stack = self.stack()
        block = Block(owner, change)
        value = change(self._outside if stack is None else stack.value)
        inner = self._kept(Stack((block,) if stack is None else (*stack.blocks, block), value))
        block.token = self._variable.set(inner)
        # Through the owner's dictionary, so that a scope needs no constructor call, and a copy of a scope is not
        # entered.
        owner.__dict__.setdefault("_entered", []).append(block)
        return value

    def exit(self, owner: Any) -> None:
        """Ends the owner's innermost block of this context; if there is none here, that of another context."""
        blocks: list[Block] = owner.__dict__.get("_entered", [])
        stack = self._variable.get()
        for block in reversed(tuple(blocks)):
            try:
                self._variable.reset(block.token)
            except ValueError:  # entered in another context
                continue
            blocks.remove(block)
            self._variable.set(self._without(stack, block))
            return
        if not blocks:
            raise OpsError(f"{type(owner).__name__} ends where it is not in force")
        mine = () if stack is None else stack.blocks
        block = next((block for block in reversed(mine) if block.owner is owner and not block.ended), blocks[-1])
        if block in blocks:
            blocks.remove(block)
        with self._lock:
            block.ended = True
            for other in list(self._stacks):
                if block in other.blocks:
                    other.value = None

    def _without(self, stack: Stack | None, block: Block) -> Stack | None:
        if stack is None:
            return None
        if len(stack.blocks) == 1 and stack.blocks[0] is block:
            return None
        before = block.token.old_value
        if before is contextvars.Token.MISSING:
            before = None
        rest = tuple(item for item in stack.blocks if item is not block)
        if isinstance(before, Stack) and before.blocks == rest and before.value is not None:
            return before
        return self._of(rest)

    def _of(self, blocks: Iterable[Block]) -> Stack | None:
        rest = tuple(block for block in blocks if not block.ended)
        if not rest:
            return None
        value: Any = self._outside
        for block in rest:
            value = block.change(value)
        return self._kept(Stack(rest, value))

    def _kept(self, stack: Stack) -> Stack:
        with self._lock:
            self._stacks.add(stack)
        return stack
